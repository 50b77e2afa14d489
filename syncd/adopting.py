"""Taking over what an earlier store left in the calendars, from the command line: list first, then `--yes`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from syncd.core.actions import AuditEntry, PutEvent
from syncd.core.adoption import Foundling, Verdict, lost
from syncd.core.adoption import adopt as adoption
from syncd.core.effects import EffectKey
from syncd.core.errors import SyncdError
from syncd.core.invitation import Show, ShowFacts, initials
from syncd.core.model import MARKER_VERSION, Event, Offer, OfferKind, OfferState, PartStat, Reply
from syncd.core.register import TAKEN
from syncd.core.spans import span_of
from syncd.core.standing import Standing
from syncd.cycle import Practicing, preview
from syncd.ports import Fence, PassRecord

SAID = (OfferState.HELD, OfferState.INVITED, OfferState.UNANSWERED, OfferState.ACCEPTED, OfferState.SETTLED)
DOES = {
    Verdict.KNOWN: "bound to its session again",
    Verdict.REMOVED: "a hold that its client was never told of: goes with the next pass",
    Verdict.LEFT: "stays; its session cannot be told: settle it by hand",
}
OVER = "gone from the calendar: over, nobody is told again"


def adopt(world: Practicing, fence: Fence | None) -> tuple[str, ...]:
    """A line for each entry that the store does not know, and for each offer whose entry is gone.

    With a fence they are taken over in one transaction. Raises SyncdError for entries of a newer syncd.
    """
    standing = preview(world).decision.standing
    if any(event.marker and event.marker.version > MARKER_VERSION for event in standing.snapshot.strays):
        raise SyncdError("the calendar holds entries of a newer syncd: install the version that wrote them")
    found = adoption(standing, lambda event, client: _said(world, standing, event, client))
    over = lost(standing.snapshot)
    lines = [
        *(_line(standing, one.offer, f"{one.offer.state.value}: {DOES[one.verdict]}") for one in found),
        *(_line(standing, one, OVER) for one in over),
    ]
    if not lines:
        return ("Nothing to take over: the store knows every entry ahead.",)
    if fence is None:
        return (*lines, f"{len(lines)} to take over: run `syncd adopt --yes`.")
    _record(world, fence, found, over, standing.snapshot.replies)
    return (*lines, f"Taken over: {len(lines)}. Leave that stood there before waits for your yes.")


def _record(
    world: Practicing,
    fence: Fence,
    found: tuple[Foundling, ...],
    over: tuple[Offer, ...],
    replies: tuple[Reply, ...],
) -> None:
    now = world.clock.now()
    agreed = {one.offer.uid for one in found if one.offer.state in TAKEN}  # a yes of old is no news
    world.store.record(
        fence,
        PassRecord(
            now=now,
            conflicts=tuple({one.conflict.id: one.conflict for one in found}.values()),
            offers=(*over, *(one.offer for one in found)),
            replies=tuple(
                one for one in replies if one.offer in agreed and one.partstat is PartStat.ACCEPTED
            ),
            audit=tuple(
                AuditEntry(now, one.uid, "adopted", {"state": one.state.value})
                for one in (*over, *(one.offer for one in found))
            ),
        ),
    )


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
