"""What an entry of ours says of itself, by the practice's templates: its state, its kind, in whose place it stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import product

from syncd.core.model import Conflict, Event, OfferKind, OfferState, initials
from syncd.core.model.actions import PutEvent
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.entries import ShowFacts
from syncd.core.model.messages.intents import Show
from syncd.core.state import PassState
from syncd.core.time.spans import Span, span_of
from syncd.deciding import Counted

log = logging.getLogger(__name__)

SAID = (OfferState.HELD, OfferState.INVITED, OfferState.UNANSWERED, OfferState.ACCEPTED, OfferState.SETTLED)


def state_said(word: Counted, pass_state: PassState, event: Event, client: str) -> OfferState | None:
    """The state that its title names; None where a hand has changed it, or a rule of ours breaks on it."""
    try:
        return _said(word, pass_state, event, client)
    except Exception as error:
        log.warning("an entry breaks a rule of ours (%s)", type(error).__name__)
        return None


def kind_said(word: Counted, pass_state: PassState, event: Event, client: str) -> OfferKind:
    """The kind that it carries; by its title, where an older syncd wrote it; a session with their own therapist where
    neither names one.
    """
    carried = _carried(event)
    if carried is not None:
        return carried
    try:
        said = {facts.kind for facts in _titled(word, pass_state, event, client)}
    except Exception as error:
        log.warning("an entry breaks a rule of ours (%s)", type(error).__name__)
        return OfferKind.MOVE
    return min(said) if len(said) == 1 else OfferKind.MOVE


def _carried(event: Event) -> OfferKind | None:
    named = event.marker.kind if event.marker else ""
    return OfferKind(named) if named in set(OfferKind) else None


def unreached_said(word: Counted, pass_state: PassState, event: Event, client: str) -> bool:
    """True where its title asks to call, as it does of a hold whose client no mail reaches, and is no other's."""
    try:
        said = [facts.by_mail for facts in _titled(word, pass_state, event, client)]
    except Exception as error:
        log.warning("an entry breaks a rule of ours (%s)", type(error).__name__)
        return False
    return bool(said) and not any(said)


def sessions_named(
    word: Counted, pass_state: PassState, event: Event, client: str, rows: Sequence[Conflict]
) -> frozenset[str]:
    """Ids of those of these sessions in whose place it stands, by the first line of its description."""
    try:
        return frozenset(_named(word, pass_state, event, client, rows))
    except Exception as error:
        log.warning("an entry breaks a rule of ours (%s)", type(error).__name__)
        return frozenset()


def _named(
    word: Counted, pass_state: PassState, event: Event, client: str, rows: Sequence[Conflict]
) -> Iterator[str]:
    first, *_ = event.description.strip().splitlines() or ("",)
    for row in rows:
        shows = tuple(_shows(pass_state, event, client, row.span))
        drafts = (one.draft.description for one in word(shows).actions if isinstance(one, PutEvent))
        if first and first in {one.strip().splitlines()[0] for one in drafts if one.strip()}:
            yield row.id


def _said(word: Counted, pass_state: PassState, event: Event, client: str) -> OfferState | None:
    states = {facts.state for facts in _titled(word, pass_state, event, client)}
    settled = states & {OfferState.ACCEPTED, OfferState.SETTLED}
    if settled:
        return min(settled)
    asked = states & {OfferState.INVITED, OfferState.UNANSWERED}
    return OfferState.INVITED if asked else min(states, default=None)


def _titled(word: Counted, pass_state: PassState, event: Event, client: str) -> Iterator[ShowFacts]:
    """What would be worded as its title is, or as that begins."""
    shows = tuple(_shows(pass_state, event, client))
    drafts = {one.key: one.draft.title for one in word(shows).actions if isinstance(one, PutEvent)}
    for show in shows:
        if isinstance(show.facts, ShowFacts) and event.title.startswith(drafts.get(show.key, "\0")):
            yield show.facts


def _shows(pass_state: PassState, event: Event, client: str, original: Span | None = None) -> Iterator[Show]:
    """Each way in which an entry may be worded; in place of `original`, where that matters."""
    giver = next(one for one in pass_state.snapshot.therapists if one.calendar == event.calendar)
    person = pass_state.snapshot.client[client]
    colleagues = [one.name for one in pass_state.snapshot.therapists if one.id != giver.id]
    alone = (OfferKind.MOVE, OfferKind.EXTEND, OfferKind.CALL)
    every = (*((kind, "") for kind in alone), *((OfferKind.COVER, name) for name in colleagues))
    carried = _carried(event)
    ways = [one for one in every if carried in {None, one[0]}]
    for number, (state, (kind, absent)) in enumerate(product(SAID, ways)):
        for marked in (False, True):
            facts = ShowFacts(
                uid=event.uid,
                span=span_of(event.when, giver.zone),
                kind=kind,
                state=state,
                initials=initials(person),
                original=original or span_of(event.when, giver.zone),
                zone=giver.zone,
                language=giver.language,
                tentative=marked and state is not OfferState.HELD,
                by_mail=not (marked and state is OfferState.HELD),
                absent=absent,
            )
            yield Show(EffectKey(event.uid, f"{number}-{marked}", "show"), event.calendar, facts)
