"""Taking over what a store does not know that was done in its name, from the command line: list first, then `--yes`."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from syncd.apply import Hands
from syncd.core.adoption import Foundling, Verdict, cancelled_since, further, lost, noticed_since
from syncd.core.adoption import adopt as adoption
from syncd.core.model import (
    MAKEUP,
    MARKER_VERSION,
    Conflict,
    Event,
    Offer,
    OfferKind,
    OfferState,
    PartStat,
    SeenLeave,
    initials,
)
from syncd.core.model.actions import AuditEntry, Mail, PutEvent
from syncd.core.model.effects import EffectKey
from syncd.core.model.errors import SyncdError, Unclear
from syncd.core.model.messages.entries import ShowFacts
from syncd.core.model.messages.intents import Show
from syncd.core.model.messages.mails import MailKind
from syncd.core.reading.store_age import complete, highest
from syncd.core.state import Standing
from syncd.core.time.spans import Span, span_of
from syncd.cycle import Look, Practicing, look, run_until_quiet
from syncd.deciding import aside_of, rested
from syncd.halting import count_of, entries_of
from syncd.ports import Fence, Halt, Mailer, PassRecord

log = logging.getLogger(__name__)

SAID = (OfferState.HELD, OfferState.INVITED, OfferState.UNANSWERED, OfferState.ACCEPTED, OfferState.SETTLED)
DOES = {
    Verdict.KNOWN: "bound to its session again",
    Verdict.REMOVED: "a hold that its client was never told of: goes with the next pass",
    Verdict.LEFT: "stays; its session cannot be told: settle it by hand",
}
OVER = "gone from the calendar: over, nobody is told again"
FURTHER = "as its entry says; nobody is told again"
ASKED = (
    "What clients may have been told meanwhile is not mailed again: where no copy shows it, a letter asks. "
    "Letters to therapists and the practice may come twice."
)
_NAMED = re.compile(r"<(.+?)(?:\.\d+-[0-9a-f]{12})?@.*>")


@dataclass(frozen=True, slots=True)
class _Taking:
    """What is taken over: entries that nobody remembers, offers that went on, offers and sessions that are gone."""

    found: tuple[Foundling, ...]
    further: tuple[Offer, ...]
    over: tuple[Offer, ...]
    heard: tuple[Conflict, ...]  # cancelled, or known to their clients from a notice

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Every offer that changes or is new; what is over comes first."""
        return (*self.over, *self.further, *(one.offer for one in self.found))

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
    noticed = {row.id: row for row in noticed_since(rest.standing.conflicts, seen.gathered.copies)}
    rows = tuple(noticed.get(row.id, row) for row in rest.standing.conflicts)
    standing = replace(rest.standing, conflicts=rows)

    def said(event: Event, client: str) -> OfferState | None:
        try:
            return _said(world, standing, event, client)
        except Exception as error:
            log.warning("an entry breaks a rule of ours (%s)", type(error).__name__)
            return None

    found = adoption(standing, said)
    over = lost(seen.snapshot, found)
    taking = _Taking(found, further(standing, said), over, tuple({**cancelled, **noticed}.values()))
    lines = tuple(_lines(standing, taking))
    broken = tuple(f"{one.reason}; what stands there stays" for one in aside_of(standing.snapshot))
    if not lines and seen.halted is None:
        return (*broken, "Nothing to take over: the store knows every entry ahead.")
    if fence is None:
        return (*broken, *lines, f"{len(lines)} to take over: run `syncd adopt --yes`. {ASKED}")
    _record(world, fence, seen, rest.seen, taking)
    _reticent(world, fence, seen)
    return (
        *broken,
        *lines,
        f"Taken over: {len(lines)}. Leave that stood there before waits for your yes. {ASKED}",
    )


def _refuse(seen: Look) -> None:
    if any(event.marker and event.marker.version > MARKER_VERSION for event in seen.snapshot.strays):
        raise SyncdError("the calendar holds entries of a newer syncd: install the version that wrote them")
    if seen.halted is not None and seen.halted.kind is Halt.CLOCK:
        raise SyncdError(seen.halted.why)
    unread = {one.calendar for one in seen.snapshot.therapists} - seen.snapshot.fresh
    if unread:
        raise SyncdError(f"calendar {min(unread)} cannot be read now: what stands there cannot be taken over")


def _lines(standing: Standing, taking: _Taking) -> Iterator[str]:
    for one in taking.found:
        yield _line(standing, one.offer, f"{one.offer.state.value}: {DOES[one.verdict]}")
    for offer in taking.further:
        yield _line(standing, offer, f"{offer.state.value}: {FURTHER}")
    for offer in taking.over:
        yield _line(standing, offer, OVER)


def _record(
    world: Practicing, fence: Fence, seen: Look, leave: tuple[SeenLeave, ...], taking: _Taking
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
            seen=leave,
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


def _reticent(world: Practicing, fence: Fence, seen: Look) -> None:
    """Passes in which nothing leaves that the store may have said already."""
    copies = seen.gathered.copies
    sent = frozenset(one.effect for one in copies)
    proven = world.evidence and complete(count_of(seen.memory), copies)

    def hands(window: Span) -> Hands:
        real = world.hands(window)
        return real if real.mailer is None else replace(real, mailer=_Reticent(real.mailer, sent, proven))

    run_until_quiet(replace(world, hands=hands), fence)


@dataclass(frozen=True, slots=True)
class _Reticent:
    """A mailer that repeats nothing to a client. `sent` are effects that left copies.

    `proven`: whatever left has a copy. Copies alone prove nothing of what has none: they may be from before.
    """

    mailer: Mailer
    sent: frozenset[str]
    proven: bool

    def send(self, mail: Mail, *, partly: bool = False) -> tuple[str, ...]:
        """As the mailer, for what surely did not leave yet; nothing where a copy proves that it did.

        An invitation of which the entry does not speak did not leave; a letter may come twice rather than not at
        all. Raises Unclear where nobody can tell.
        """
        named = _NAMED.fullmatch(mail.message_id)
        effect = named[1] if named else ""
        if effect in self.sent:
            return ()
        if not self.proven and effect.rpartition(".")[2] not in {MailKind.INVITATION, "letter"}:
            raise Unclear("it may have been mailed before the store was put back")
        return self.mailer.send(mail, partly=partly)


def _line(standing: Standing, offer: Offer, what: str) -> str:
    """An entry by therapist, local time and the beginning of its id."""
    start = offer.span.start.astimezone(standing.snapshot.therapist[offer.therapist].zone)
    return f"{offer.therapist} {start:%Y-%m-%d %H:%M} {offer.uid[:8]}: {what}"


def _said(world: Practicing, standing: Standing, event: Event, client: str) -> OfferState | None:
    """The state that an entry's title names, by the practice's own templates; None where a hand has changed it."""
    shows = tuple(_shows(standing, event, client))
    drafts = {one.key: one.draft.title for one in world.word(shows).actions if isinstance(one, PutEvent)}
    said = [show for show in shows if event.title.startswith(drafts.get(show.key, "\0"))]
    states = {show.facts.state for show in said if isinstance(show.facts, ShowFacts)}
    settled = states & {OfferState.ACCEPTED, OfferState.SETTLED}
    if settled:
        return min(settled)
    asked = states & {OfferState.INVITED, OfferState.UNANSWERED}
    return OfferState.INVITED if asked else min(states, default=None)


def _shows(standing: Standing, event: Event, client: str) -> Iterator[Show]:
    giver = next(one for one in standing.snapshot.therapists if one.calendar == event.calendar)
    person = standing.snapshot.client[client]
    colleagues = [one.name for one in standing.snapshot.therapists if one.id != giver.id]
    ways = [(OfferKind.MOVE, ""), (OfferKind.EXTEND, ""), *((OfferKind.COVER, name) for name in colleagues)]
    for number, (state, (kind, absent)) in enumerate(product(SAID, ways)):
        for marked in (False, True):
            facts = ShowFacts(
                uid=event.uid,
                span=span_of(event.when, giver.zone),
                kind=kind,
                state=state,
                initials=initials(person),
                original=span_of(event.when, giver.zone),
                zone=giver.zone,
                language=giver.language,
                tentative=marked and state is not OfferState.HELD,
                by_mail=not (marked and state is OfferState.HELD),
                absent=absent,
            )
            yield Show(EffectKey(event.uid, f"{number}-{marked}", "show"), event.calendar, facts)
