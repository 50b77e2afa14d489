"""Taking over what a store does not know that was done in its name, from the command line: list first, then `--yes`."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from syncd.core.adoption import Foundling, Verdict, Words, further, lost
from syncd.core.adoption import adopt as adoption
from syncd.core.called_off import cancelled_since, noticed_since, off_with, unknown_cancelled
from syncd.core.model import (
    MAKEUP,
    MARKER_VERSION,
    Conflict,
    Copy,
    KnownLeave,
    Offer,
    PartStat,
    SeenLeave,
    Trace,
)
from syncd.core.model.actions import AuditEntry, Mail
from syncd.core.model.errors import SyncdError, Transient, Unclear
from syncd.core.model.messages.mails import COURTESIES, MailKind
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflicts import long_missing
from syncd.core.reading.store_age import complete, highest, unknown
from syncd.core.reading.vanished_leave import long_gone
from syncd.core.state import PassState
from syncd.core.time.spans import Span
from syncd.cycle import Look, Practicing, look, run_until_quiet
from syncd.deciding import aside_of, rested
from syncd.entry_words import kind_said, sessions_named, state_said, unreached_said
from syncd.halting import count_of, entries_of
from syncd.outcome import EffectPorts
from syncd.ports import Fence, Halt, Mailer, PassRecord
from syncd.traces import APART

log = logging.getLogger(__name__)

DOES = {
    Verdict.KNOWN: "bound to its session again",
    Verdict.REMOVED: "a hold that its client was never told of: goes with the next pass",
    Verdict.LEFT: "stays; its session cannot be told: settle it by hand",
}
OVER = "gone from the calendar: over, nobody is told again"
OFF = "called off: whether its client knows, nobody can tell; the therapist's letter asks"
HEARD_OFF = "called off: its client was told by mail"
FURTHER = "as its entry says; nobody is told again"
ASKED = (
    "What clients may have been told meanwhile is not mailed again: where no copy shows it, a letter asks. "
    "Letters to therapists and the practice may come twice."
)
SOON = timedelta(seconds=1)
_NAMED = re.compile(r"<(.+?)(?:\.\d+-[0-9a-f]{12})?@.*>")


@dataclass(frozen=True, slots=True)
class _Taking:
    """What is taken over: entries that nobody remembers, offers that went on, offers and sessions that are gone."""

    found: tuple[Foundling, ...]
    further: tuple[Offer, ...]
    over: tuple[Offer, ...]
    heard: tuple[Conflict, ...]  # cancelled, known to their clients from a notice, or missing
    off: frozenset[str]  # ids of those of which the store knew nothing
    off_too: tuple[Offer, ...]  # make-ups that are among these

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Every offer that changes or is new; what is over comes first."""
        return (*self.over, *self.further, *self.off_too, *(one.offer for one in self.found))

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every conflict that changes or is new."""
        return tuple({one.id: one for one in (*self.heard, *(one.conflict for one in self.found))}.values())


def adopt(world: Practicing, fence: Fence | None) -> tuple[str, ...]:
    """A line for each entry or offer of which the store does not know what became.

    With a fence they are taken over, and what may have been mailed meanwhile is not mailed again. Raises SyncdError
    for entries of a newer syncd, and while the clock is wrong.
    """
    seen = look(world, dry=fence is None)
    _refuse(seen)
    cancelled = {row.id: row for row in cancelled_since(seen.snapshot)}
    rows = tuple(cancelled.get(row.id, row) for row in seen.snapshot.conflicts)
    rest = rested(replace(seen.snapshot, conflicts=rows))
    known = rest.pass_state.conflicts
    off = {row.id: row for row in unknown_cancelled(rest.pass_state)}
    noticed = {row.id: row for row in noticed_since((*known, *off.values()), seen.gathered.copies)}
    rows = tuple(noticed.get(row.id, row) for row in (*known, *off.values()))
    gone = {row.id: row for row in long_missing(rows, rest.pass_state.diaries, rest.pass_state.now)}
    pass_state = replace(rest.pass_state, conflicts=tuple(gone.get(row.id, row) for row in rows))

    said = partial(state_said, world.word, pass_state)
    kind, meant = partial(kind_said, world.word, pass_state), partial(sessions_named, world.word, pass_state)
    unreached = partial(unreached_said, world.word, pass_state)
    found = adoption(pass_state, Words(said, kind, meant, unreached))
    over = lost(seen.snapshot, found)
    otherwise = {**off, **cancelled, **noticed, **gone}
    heard = tuple(row for row in otherwise.values() if row.id not in off or row.span.start > pass_state.now)
    taking = _Taking(
        found, further(pass_state, said), over, heard, frozenset(off), off_with(off.values(), pass_state)
    )
    lines = tuple(_lines(pass_state, taking))
    broken = tuple(f"{one.reason}; what stands there stays" for one in aside_of(pass_state.snapshot))
    if not lines and seen.halted is None:
        return (*broken, "Nothing to take over: the store knows every entry ahead.")
    if fence is None:
        return (*broken, *lines, f"{len(lines)} to take over: run `syncd adopt --yes`. {ASKED}")
    _record(world, fence, seen, rest.seen, pass_state, taking)
    _reticent(world, fence, seen, taking)
    return (
        *broken,
        *lines,
        f"Taken over: {len(lines)}. Leave that was entered since this store was written waits for #ok. {ASKED}",
    )


def _refuse(seen: Look) -> None:
    if any(event.marker and event.marker.version > MARKER_VERSION for event in seen.snapshot.strays):
        raise SyncdError("the calendar holds entries of a newer syncd: install the version that wrote them")
    if seen.halted is not None and seen.halted.kind is Halt.CLOCK:
        raise SyncdError(seen.halted.why)
    unread = {one.calendar for one in seen.snapshot.therapists} - seen.snapshot.fresh
    if unread:
        raise SyncdError(f"calendar {min(unread)} cannot be read now: what stands there cannot be taken over")


def _lines(pass_state: PassState, taking: _Taking) -> Iterator[str]:
    for one in taking.found:
        state = "please call" if one.offer.bounced else one.offer.state.value
        yield _line(pass_state, one.offer, f"{state}: {DOES[one.verdict]}")
    for offer in taking.further:
        yield _line(pass_state, offer, f"{offer.state.value}: {FURTHER}")
    for offer in taking.over:
        yield _line(pass_state, offer, OVER)
    bound = {one.conflict.id for one in taking.found}
    for row in taking.heard:
        if row.id in taking.off - bound:
            yield _line(pass_state, row, HEARD_OFF if row.noticed_at else OFF)


def _record(
    world: Practicing,
    fence: Fence,
    seen: Look,
    first: tuple[SeenLeave, ...],
    pass_state: PassState,
    taking: _Taking,
) -> None:
    now = world.clock.now()
    agreed = {one.uid for one in taking.offers if one.state in MAKEUP}  # a yes of old is no news
    numbers = highest(count_of(seen.memory), entries_of(seen.snapshot), seen.gathered.copies)
    world.store.record(
        fence,
        PassRecord(
            now=now,
            mirror=seen.gathered.changes,
            facts=seen.gathered.facts,
            seen=first,
            leave=tuple(_leave(pass_state)),
            traces=tuple(_looked_at_long_ago(seen.gathered.traces, now)),
            conflicts=taking.conflicts,
            offers=taking.offers,
            replies=tuple(
                one
                for one in seen.snapshot.replies
                if one.offer in agreed and one.partstat is PartStat.ACCEPTED
            ),
            vouched=numbers,
            audit=tuple(
                AuditEntry(now, one.uid, "adopted", {"state": one.state.value}) for one in taking.offers
            ),
        ),
    )


def _leave(pass_state: PassState) -> Iterator[KnownLeave]:
    for name, diary in sorted(pass_state.diaries.items()):
        timing = diary.therapist.policy.timing
        yield KnownLeave(name, long_gone(diary.leave, timing, pass_state.now), diary.questions)


def _looked_at_long_ago(traces: Iterable[Trace], now: datetime) -> Iterator[Trace]:
    """What is not as a write of ours left it, by what this store knows, was changed since: one look is enough."""
    for one in traces:
        yield replace(one, doubted_at=min(one.doubted_at, now - APART)) if one.doubted_at else one


def _reticent(world: Practicing, fence: Fence, seen: Look, taking: _Taking) -> None:
    """Passes in which nothing leaves that the store may have said already.

    All that may be is due in them, whatever the hour: what a later pass says is said because of what happened since.
    """
    copies, count = seen.gathered.copies, count_of(seen.memory)
    sent = frozenset(one.effect for one in copies)
    unheard: frozenset[str] = frozenset()
    if world.evidence and complete(count, copies):
        unheard = _unheard(seen.snapshot, taking, tuple(unknown(copies, count, seen.snapshot.now)))

    def hands(window: Span) -> EffectPorts:
        real = world.hands(window)
        return real if real.mailer is None else replace(real, mailer=_Reticent(real.mailer, sent, unheard))

    run_until_quiet(replace(world, hands=hands, catching_up=True, alarms=None), fence)


def _unheard(snapshot: Snapshot, taking: _Taking, copies: Iterable[Copy]) -> frozenset[str]:
    """Addresses of the clients to whom nothing left that the store does not know; none where copies name a session
    of which nobody can tell whose it is.
    """
    rows = (*snapshot.conflicts, *taking.conflicts)
    whose = {one.id: one.client for one in rows} | {
        one.uid: one.client for one in (*snapshot.offers, *taking.offers)
    }
    heard = {
        whose.get(subject)
        for one in copies
        for subject, _, kind in (one.effect.split(".", 2),)
        if kind != "letter"
    }
    left = () if None in heard else (one for one in snapshot.clients if one.id not in heard)
    return frozenset(one.email for one in left)


@dataclass(frozen=True, slots=True)
class _Reticent:
    """A mailer that repeats nothing to a client. `sent` are effects that left copies.

    `unheard`: to these addresses, copies prove, nothing left. Copies alone prove nothing of what has none: they may
    be from before; and what else a client was told may have said the same.
    """

    mailer: Mailer
    sent: frozenset[str]
    unheard: frozenset[str]

    def send(self, mail: Mail, *, partly: bool = False) -> tuple[str, ...]:
        """Nothing where a copy proves that it left, nor what says nothing new; as the mailer for letters, which may
        come twice rather than not at all, and for an invitation of which the entry does not speak: it did not leave.

        Raises Unclear where nobody can tell, Transient for what surely did not leave: its turn comes when it is due.
        """
        named = _NAMED.fullmatch(mail.message_id)
        effect = named[1] if named else ""
        if effect in self.sent or effect.rpartition(".")[2] in COURTESIES:
            return ()
        if effect.rpartition(".")[2] in {MailKind.INVITATION, "letter"}:
            return self.mailer.send(mail, partly=partly)
        if mail.recipient in self.unheard:
            raise Transient("it has not left yet", retry_after=SOON)
        raise Unclear("it may have been mailed before the store was put back")


def _line(pass_state: PassState, one: Offer | Conflict, what: str) -> str:
    """An entry or a session by therapist, local time and client, as `syncd explain` takes them."""
    start = one.span.start.astimezone(pass_state.snapshot.therapist[one.therapist].zone)
    return f"{one.therapist} {start:%Y-%m-%d %H:%M} {pass_state.snapshot.short(one.client)}: {what}"
