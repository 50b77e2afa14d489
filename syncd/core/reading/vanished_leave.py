"""Leave that vanishes stands on until that is believed: cut and paste, undo and a moved block cost nobody a message.

What would be leave, with a question mark behind its title, asks what leave would cost, and is none. Behind leave that
clients know of it takes nothing back. A session that vanishes, or is moved, stands on as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from syncd.core.model import (
    MAKEUP,
    Conflict,
    KnownLeave,
    LeaveBlock,
    Lost,
    OccurrenceRef,
    OriginalState,
    Session,
)
from syncd.core.model.effects import read_word
from syncd.core.model.practice import Therapist, Timing
from syncd.core.model.snapshot import Snapshot
from syncd.core.policy.first_message import URGENT
from syncd.core.reading.tags import SEND, policy_tags
from syncd.core.time.spans import Span, first_and_last_day, subtract

SOON = timedelta(minutes=10)
NOTED = timedelta(days=30)  # what is believed gone is no news any more
NEAR, NEAR_WAIT, FAR_WAIT = timedelta(days=7), timedelta(hours=1), timedelta(hours=12)


def settle_back(timing: Timing, nearest: datetime, since: datetime) -> timedelta:
    """How long it must stay away before it is believed; `nearest` is what it concerns first, `since` when it went."""
    if timing.settle_back is not None:
        return timing.settle_back
    ahead = nearest - since
    if ahead <= URGENT:
        return SOON
    return NEAR_WAIT if ahead <= NEAR else FAR_WAIT


def settle_edit(timing: Timing) -> timedelta:
    """How long what somebody moved or entered must stand before it is believed: who sees it puts a slip right soon."""
    return SOON if timing.settle_back is None else min(timing.settle_back, SOON)


def has_lasted(since: datetime | None, wait: timedelta, now: datetime) -> bool:
    """True at a later look than the one that saw it first, once it has stayed so for as long as `wait`."""
    return since is not None and since < now and since + wait <= now


def long_since(timing: Timing, now: datetime) -> datetime:
    """Since when something must be gone at the latest to be believed now, whatever it concerns."""
    return now - max(FAR_WAIT, timing.settle_back or timedelta())


def long_gone(blocks: Iterable[LeaveBlock], timing: Timing, now: datetime) -> tuple[LeaveBlock, ...]:
    """The blocks; of what has vanished, since so long that the next look believes it (docs/admin/backup.md)."""
    since = long_since(timing, now)
    return tuple(
        replace(one, lifted_at=min(one.lifted_at, since)) if one.lifted_at else one for one in blocks
    )


class Asked(NamedTuple):
    """Blocks that are leave, and those that only ask. Each says since when its question mark stands there."""

    leave: tuple[LeaveBlock, ...]
    questions: tuple[LeaveBlock, ...]


def set_apart(found: Iterable[LeaveBlock], therapist: Therapist, snapshot: Snapshot) -> Asked:
    """Part what was found. A question mark that was added to leave of which a client has heard makes it none:
    it stays the leave that it was, and only waits.
    """
    known = next(
        (one for one in snapshot.leave if one.therapist == therapist.id), KnownLeave(therapist.id, ())
    )
    since = {_event(one.ref): one.asked_at for one in (*known.blocks, *known.questions) if one.asked_at}
    before = {_event(one.ref) for one in known.blocks}
    rows = [row for row in snapshot.conflicts if row.therapist == therapist.id and _heard(row, snapshot)]
    sent = (one for one in snapshot.word_to.values() if one.therapist == therapist.id)
    words = [one for one in map(read_word, (one.key.version for one in sent)) if not one.gone]
    leave: list[LeaveBlock] = []
    questions: list[LeaveBlock] = []
    for block in found:
        if block.asked_at is None:
            leave.append(block)
            continue
        asked = replace(block, asked_at=since.get(_event(block.ref), block.asked_at))
        days = first_and_last_day(block.span, therapist.zone)
        heard = any(row.span.overlaps(block.span) for row in rows) or any(one.on(days) for one in words)
        told = _event(block.ref) in before and heard
        (leave if told else questions).append(asked)
    return Asked(tuple(leave), tuple(one for one in questions if one.span.end > snapshot.now))


def _heard(row: Conflict, snapshot: Snapshot) -> bool:
    """True where its client knows that it does not take place, or has agreed to another time."""
    made = snapshot.offers_of.get(row.id, ())
    told = row.noticed_at is not None or row.original is OriginalState.CANCELLED or bool(row.extra)
    said = any(one.number > row.bygone and (one.sent or one.agreed or one.state in MAKEUP) for one in made)
    return row.displaced and (told or said)


def first_of_each(questions: Iterable[LeaveBlock]) -> tuple[LeaveBlock, ...]:
    """Of a question that recurs the next one alone: it is answered once, not on each of its days."""
    found: dict[str, LeaveBlock] = {}
    for one in sorted(questions, key=lambda each: (each.span, each.ref)):
        found.setdefault(one.ref.uid, one)
    return tuple(found.values())


def leave_in_force(
    found: tuple[LeaveBlock, ...], therapist: Therapist, snapshot: Snapshot
) -> tuple[LeaveBlock, ...]:
    """The blocks that were found, each by the name it first had, and what has vanished and is not yet believed.

    Believed at a later pass than it was first seen, after `settle_back`, and once every calendar that leave may lie
    in was read; `#send` on what is left of the leave says that it is meant.
    """
    known = next((one.blocks for one in snapshot.leave if one.therapist == therapist.id), ())
    blocks = tuple(_named(found, known))
    missing = tuple(_missing(blocks, known, therapist, snapshot))
    return tuple(sorted((*blocks, *missing), key=lambda one: (one.span, one.ref, one.lifted_at is not None)))


def _named(found: tuple[LeaveBlock, ...], known: tuple[LeaveBlock, ...]) -> Iterator[LeaveBlock]:
    """What is there keeps its name; what was pasted takes that of the leave it stands for: same span, same tags."""
    there = {_event(one.ref) for one in found}
    names = {_event(one.ref): one.origin for one in known if one.lifted_at is None}
    left = [one for one in known if _event(one.ref) not in there]
    for block in found:
        name = names.get(_event(block.ref))
        if name is None:
            lost = next((one for one in left if _same(one, block)), None)
            name = lost.origin if lost else None
            left = [one for one in left if lost is None or one.origin != lost.origin]
        yield replace(block, root=name) if name not in {None, block.ref} else block


def _event(ref: OccurrenceRef) -> tuple[str, str]:
    """Its identity whichever calendar of the therapist's it lies in."""
    return (ref.uid, ref.recurrence_id)


def _same(one: LeaveBlock, other: LeaveBlock) -> bool:
    return one.when == other.when and policy_tags(one.tags) == policy_tags(other.tags)


def _missing(
    blocks: tuple[LeaveBlock, ...], known: tuple[LeaveBlock, ...], therapist: Therapist, snapshot: Snapshot
) -> Iterator[LeaveBlock]:
    """The parts of known leave that no block covers any more and that sessions still rest on."""
    covered = [one.span for one in blocks if not one.doubted]
    read = {therapist.calendar, *therapist.leave_calendars} <= snapshot.fresh
    meant = {one.origin for one in blocks if SEND in one.tags}
    for block in (one for one in known if not one.doubted):
        since = block.lifted_at or snapshot.now
        for piece in subtract([block.span], covered):
            back_at = _back_at(piece, block, since, therapist, snapshot)
            meant_so = back_at is None or block.origin in meant
            over = meant_so or (back_at is not None and has_lasted(since, back_at - since, snapshot.now))
            if not (read and over) and piece.end > snapshot.now:
                root = block.origin
                tags = tuple(
                    tag for tag in block.tags if tag != SEND
                )  # meant what stood in the calendar then
                lifted = replace(block, tags=tags, lifted_at=since, back_at=back_at or snapshot.now)
                yield replace(lifted, span=piece, root=root)
                covered.append(piece)


def _back_at(
    piece: Span, block: LeaveBlock, since: datetime, therapist: Therapist, snapshot: Snapshot
) -> datetime | None:
    """When it is believed; None where no session would stand again, nor fall out still, and nobody was told."""
    lost = [row for row in snapshot.conflicts if row.therapist == therapist.id and row.displaced]
    rows = [row for row in lost if _rests(row, block, piece)]
    spoken = _spoken_of(piece, therapist, snapshot)
    if not spoken and not any(row.span.start > snapshot.now for row in rows or lost):
        return None
    ahead = [row.span.start for row in rows if row.span.start > since]
    return since + settle_back(therapist.policy.timing, min(ahead, default=max(piece.start, since)), since)


def _spoken_of(piece: Span, therapist: Therapist, snapshot: Snapshot) -> bool:
    """True where a client who loses no session of their own was told of these days."""
    mine = (name for name, sent in snapshot.word_to.items() if sent.therapist == therapist.id)
    words = (snapshot.words[name] for name in mine if name in snapshot.words)
    return any(not one.gone and one.on(first_and_last_day(piece, therapist.zone)) for one in words)


def _rests(row: Conflict, block: LeaveBlock, piece: Span) -> bool:
    return row.displaced and row.span.overlaps(piece) and row.span.overlaps(block.span)


def sessions_lost(
    there: Iterable[Session], before: Iterable[Session], therapist: Therapist, snapshot: Snapshot
) -> tuple[Lost, ...]:
    """The sessions ahead that stood in the calendar `before`, or are known to have, and stand there no more.

    What leave displaces has a row of its own that says since when it is missing.
    """
    there, before = tuple(there), tuple(before)
    refs = {one.ref for one in before}
    new = [
        one for one in there if one.ref not in refs and one.ref.uid in {uid for _, uid in snapshot.changed}
    ]
    hours = {(one.client, one.span.start) for one in there}
    rows = {row.ref for row in snapshot.conflicts if row.displaced}

    def gone(one: Session) -> bool:
        ahead = one.span.start > snapshot.now
        return ahead and one.ref not in rows and (one.client, one.span.start) not in hours

    known = next((one.lost for one in snapshot.leave if one.therapist == therapist.id), ())
    noted = (one for one in known if snapshot.now < one.back_at + NOTED)
    found = {(one.session.ref, one.session.span): one for one in noted if gone(one.session)}
    for one in filter(gone, before):
        found.setdefault((one.ref, one.span), _lost(one, there, therapist.policy.timing, snapshot.now))
    lost = (replace(one, moved=one.moved or _stood_for(one.session, new)) for one in found.values())
    return tuple(sorted(lost, key=lambda one: (one.session.span, one.session.ref)))


def _lost(session: Session, there: Iterable[Session], timing: Timing, now: datetime) -> Lost:
    """Seen to be gone now, or moved."""
    moved = any(one.ref == session.ref for one in there)
    wait = settle_edit(timing) if moved else settle_back(timing, session.span.start, now)
    return Lost(session, now, now + wait, moved)


def _stood_for(session: Session, new: Iterable[Session]) -> bool:
    """True where a session of the same client came that is nearer to it than those of a week are to each other."""
    mine = (one for one in new if one.client == session.client)
    return any(abs(one.span.start - session.span.start) < NEAR for one in mine)


def unsure_over(span: Span, blocks: Iterable[LeaveBlock]) -> bool:
    """True where nothing lies over this time but leave that has vanished, or has a question mark now."""
    over = [one for one in blocks if one.span.overlaps(span)]
    return bool(over) and all(one.lifted_at is not None or one.asked_at is not None for one in over)


def lifted_over(span: Span, blocks: Iterable[LeaveBlock]) -> LeaveBlock | None:
    """The vanished leave that alone lies over this time; None where leave stands there, or none did."""
    over = [one for one in blocks if one.span.overlaps(span)]
    return over[0] if over and all(one.lifted_at is not None for one in over) else None
