"""How offers and originals should stand in the therapist's calendar by now."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.model import (
    Client,
    Conflict,
    Offer,
    OfferState,
    initials,
)
from syncd.core.model.actions import DeleteEvent
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.entries import Room, ShowFacts
from syncd.core.model.messages.intents import Show, Tell, digest
from syncd.core.model.practice import Therapist
from syncd.core.offers.endings import cancel_key, removal_key
from syncd.core.state import PassState
from syncd.core.state.anew import roomless
from syncd.core.state.outlook import choices_beside
from syncd.core.telling.withdrawal import ENDED, owes_cancel, untold

WITH_ENTRY = frozenset(
    {
        OfferState.PLANNED,
        OfferState.HELD,
        OfferState.PROPOSED,
        OfferState.INVITED,
        OfferState.UNANSWERED,
        OfferState.ACCEPTED,
        OfferState.SETTLED,
    }
)


def entry(
    pass_state: PassState, conflict: Conflict, offer: Offer, told_by: Tell | None
) -> Show | DeleteEvent | None:
    """What should happen to this offer's object in the calendar; None when it stands as it should.

    `told_by` is the invitation about to go: the calendar shows it first, then the mail leaves.
    """
    if (offer.calendar, offer.uid) in pass_state.snapshot.doubted or offer.contested_at is not None:
        return None  # whose hand it was is looked at first, and whether it is meant
    call = offer.state in ENDED and untold(pass_state, offer)
    if offer.state in ENDED and not call:
        return _removal(pass_state, offer)
    if offer.state not in WITH_ENTRY and not call:
        return None
    shown = replace(offer, state=OfferState.INVITED) if told_by is not None else offer
    show = _show(pass_state, conflict, shown)
    if show is None or pass_state.snapshot.done(show.key):
        return None
    return show


def _show(pass_state: PassState, conflict: Conflict, offer: Offer) -> Show | None:
    client = pass_state.snapshot.client.get(offer.client)
    therapist = pass_state.snapshot.therapist.get(offer.therapist)
    if client is None or therapist is None:
        return None
    planned = offer.state is OfferState.PLANNED
    event = pass_state.snapshot.ours.get(offer.uid)
    if event is None and not (planned or offer.unwritten):
        return None
    if offer.said_no:  # what was accepted before is no longer
        waits = offer.frozen and not offer.at_odds
        offer = replace(
            offer, state=OfferState.INVITED, frozen=waits, doubtful=offer.doubtful or offer.at_odds
        )
    shown = show_facts(offer, conflict, client, therapist, pass_state.therapist(conflict))
    facts = replace(
        shown,
        untold=untold(pass_state, offer),
        choices=choices_beside(pass_state, offer),
        room=Room.LACKING if roomless(pass_state, client, offer) else Room.UNSAID,
    )
    if planned:
        facts = replace(facts, state=OfferState.HELD)
    if facts.room is not Room.LACKING and pass_state.snapshot.done(_key(replace(facts, room=Room.LACKING))):
        facts = replace(facts, room=Room.ADDED)
    return Show(_key(facts), offer.calendar, facts, etag=event.etag if event and not planned else "")


def _key(facts: ShowFacts) -> EffectKey:
    return EffectKey(facts.uid, digest(facts), "show")


def _removal(pass_state: PassState, offer: Offer) -> DeleteEvent | None:
    """The entry stands until its client has been told, be it overnight."""
    event = pass_state.snapshot.ours.get(offer.uid)
    if event is None or pass_state.snapshot.unclear(offer.uid):
        return None
    after = cancel_key(offer) if owes_cancel(pass_state, offer) else None
    return DeleteEvent(removal_key(offer), offer.calendar, offer.uid, event.etag, after)


def show_facts(
    offer: Offer, conflict: Conflict, client: Client, therapist: Therapist, absent: Therapist
) -> ShowFacts:
    """How an offer stands in the calendar of `therapist` now, who sees a client of `absent`, often one and the same."""
    cover = absent.id != therapist.id
    return ShowFacts(
        uid=offer.uid,
        span=offer.span,
        kind=offer.kind,
        state=offer.state,
        initials=initials(client),
        original=conflict.span,
        zone=therapist.zone,
        language=therapist.language,
        tentative=offer.tentative,
        frozen=offer.frozen,
        bounced=offer.bounced,
        by_mail=client.mailed,
        doubtful=offer.doubtful,
        at_odds=offer.at_odds,
        late=offer.late_at is not None and not offer.at_one,
        turns=offer.turns,
        location=offer.location,
        link="" if cover else offer.link,
        conference=offer.conference,
        absent=absent.name if cover else "",
        clash=offer.clash,
        mistyped=offer.waits_for_tag,
    )
