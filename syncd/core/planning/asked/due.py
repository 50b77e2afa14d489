"""When a question's cost is to be worked out anew: once an hour at most, and only where what it rests on changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.model import AWAITED, LeaveBlock
from syncd.core.model.leave import Cost
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.asked.costing import Wanted
from syncd.core.planning.asked.question import Question, questions
from syncd.core.planning.asked.supposed import NEARBY
from syncd.core.reading.diary import Diary
from syncd.core.state import PassState
from syncd.core.time.spans import Span

EVERY = timedelta(hours=1)
_AROUND = timedelta(days=90)  # contacts further away tear no stretch that it would lie in


def wanted(pass_state: PassState) -> tuple[Wanted, ...]:
    """The questions whose cost is not known, or was worked out from what holds no more, and an hour ago at least.

    One that could not be worked out is tried again after the same time.
    """
    at = {one.question: one.at for one in pass_state.snapshot.costs}
    recent = {name for name, moment in at.items() if timedelta() <= pass_state.now - moment < EVERY}
    return tuple(one for one in outdated(pass_state) if one.question not in recent)


def outdated(pass_state: PassState) -> tuple[Wanted, ...]:
    """Those whose cost is not known as things stand, however lately it was worked out."""
    known = {one.question: one.rests_on for one in pass_state.snapshot.costs if not one.failed}
    found = (Wanted(one.name, rests_on(pass_state, one)) for one in questions(pass_state))
    return tuple(one for one in found if known.get(one.question) != one.rests_on)


def kept(pass_state: PassState, fresh: tuple[Cost, ...]) -> tuple[Cost, ...]:
    """What is to be remembered: the newest cost of each question that is still asked."""
    asked = {one.name for one in questions(pass_state)}
    newest = {one.question: one for one in (*pass_state.snapshot.costs, *fresh) if one.question in asked}
    return tuple(newest[name] for name in sorted(newest))


def material(pass_state: PassState) -> Snapshot:
    """All that costs are worked out from, as it is after a pass: no messages, and nothing that waits to leave."""
    return replace(
        pass_state.snapshot,
        conflicts=pass_state.conflicts,
        offers=pass_state.offers,
        approvals=pass_state.approvals,
        seen=pass_state.seen,
        replies=(),
        known_replies=frozenset(),
        effects=(),
        keys={},
        ledger=(),
        costs=(),
    )


def rests_on(pass_state: PassState, asked: Question) -> str:
    """Names all that a question's cost rests on, time alone left out; the same in every process."""
    diary = pass_state.diaries[asked.therapist.id]
    reach = timedelta(days=NEARBY) + _AROUND
    window = Span(asked.block.span.start - reach, asked.block.span.end + reach)
    mine = {one.client for one in diary.all_sessions}
    snapshot = pass_state.snapshot
    parts = (
        (asked.block.when, asked.block.tags),
        *(_of_diary(one, window, mine, asked) for _, one in sorted(pass_state.diaries.items())),
        sorted(
            str((one.therapist, one.client, one.span, one.state.value, one.kind.value))
            for one in pass_state.offers
            if (one.live or one.state in AWAITED)
            and (one.therapist == asked.therapist.id or one.client in mine)
        ),
        sorted(_plain(one) for one in snapshot.clients if one.id in mine),
        sorted(_plain(one) for one in snapshot.facts if one.therapist == asked.therapist.id),
        sorted(snapshot.practice.holidays),
        snapshot.practice.rooms,
    )
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


def _of_diary(diary: Diary, window: Span, mine: set[str], asked: Question) -> tuple[object, ...]:
    """The asker's own, and those of colleagues who cover, whole; of others what they do with the same clients."""
    own = diary.therapist.id == asked.therapist.id or asked.therapist.id in diary.therapist.covers_for
    sessions = (one for one in diary.all_sessions if one.span.overlaps(window))
    told = tuple((one.client, one.span, one.keep) for one in sessions if own or one.client in mine)
    if not own:
        return told
    return (
        told,
        _plain(diary.therapist),
        tuple(one.span for one in diary.busy if one.span.overlaps(window)),
        tuple(_block(one) for one in diary.leave),
        diary.opened,
        diary.notes,
        diary.client_absences,
    )


def _block(block: LeaveBlock) -> tuple[object, ...]:
    return (block.span, block.tags, block.waits, block.lifted_at is not None)


def _plain(value: object) -> str:
    """A value as text that does not depend on the order of sets."""
    return "".join(_pieces(value))


def _pieces(value: object) -> Iterator[str]:
    if is_dataclass(value) and not isinstance(value, type):
        yield f"{type(value).__name__}("
        for each in fields(value):
            yield f"{each.name}={_plain(getattr(value, each.name))},"
        yield ")"
    elif isinstance(value, frozenset):
        yield str(sorted(map(_plain, value)))
    elif isinstance(value, Mapping):
        yield str(sorted((_plain(key), _plain(one)) for key, one in value.items()))
    elif isinstance(value, tuple):
        yield f"[{','.join(map(_plain, value))}]"
    else:
        yield str(value)
