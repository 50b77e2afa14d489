"""Offers made anew without a plan: times that clients propose, and what a calendar's server could not deliver.

The former wait for the therapist (docs/offers.md#answers). The latter goes another way at the same time: by our mail
where there is any; else it stands in the calendar as for whoever has to be called. Of every new offer is said here
which way it goes, and whether it gets a video room of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import Client, Conflict, Delivery, Mode, Offer, OfferKind, OfferState, undelivered
from syncd.core.model.offer_facts import Ending, Undelivered, Withdraw
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers.understood import Concern
from syncd.core.offers.transitions import advance
from syncd.core.state.gates import PassState
from syncd.core.time.spans import Span


def propose(pass_state: PassState, tokens: Iterator[str]) -> PassState:
    """Times that clients propose become entries of their own, which wait for the therapist; the last one counts."""
    asked = {offer.uid: offer for offer in pass_state.offers}
    for one in pass_state.taken:
        if one.concern is Concern.PROPOSAL and one.reply.proposed is not None:
            made = proposed(asked[one.offer], one.reply.proposed, pass_state, next(tokens))
            kept = (_replaced(offer, made, pass_state) for offer in pass_state.offers)
            pass_state = replace(pass_state, offers=(*kept, made))
    return pass_state


def _replaced(offer: Offer, made: Offer, pass_state: PassState) -> Offer:
    earlier = offer.state is OfferState.PROPOSED and offer.conflict == made.conflict
    return advance(offer, Withdraw(Ending.AGREED), pass_state.now) if earlier else offer


def proposed(asked: Offer, span: Span, pass_state: PassState, token: str) -> Offer:
    """What the client proposes instead of what they were `asked`, at the same place."""
    row = pass_state.conflict[asked.conflict]
    return Offer(
        uid=token,
        conflict=asked.conflict,
        number=len(pass_state.of(row)) + 1,
        therapist=asked.therapist,
        client=asked.client,
        calendar=asked.calendar,
        span=span,
        kind=OfferKind.MOVE if asked.kind is OfferKind.EXTEND else asked.kind,
        state=OfferState.PROPOSED,
        delivery=asked.delivery,
        pinned=True,
        proposed=True,
        unwritten=True,
        planned_at=pass_state.now,
        location=asked.location,
        link=asked.link,
        conference=asked.conference,
    )


def rerouted(pass_state: PassState, tokens: Iterator[str]) -> PassState:
    """Every offer of which its server has said so by now, at the write or later, has ended and has a successor."""
    offers = tuple(_heard(offer, pass_state.snapshot) for offer in pass_state.offers)
    pass_state = replace(pass_state, offers=offers)
    successors = tuple(_anew(offer, next(tokens)) for offer in offers if _orphaned(pass_state, offer))
    return replace(pass_state, offers=(*offers, *successors))


def path(pass_state: PassState, therapist: str, client: str) -> Delivery:
    """Which way an offer goes: as the calendar's do, but never twice where the client was not reached before."""
    failed = any(
        (offer.therapist, offer.client, offer.reason) == (therapist, client, Ending.UNDELIVERED)
        for offer in pass_state.offers
    )
    return Delivery.IMIP if failed else pass_state.snapshot.delivery.get(therapist, Delivery.IMIP)


def has_own_room(row: Conflict, kind: OfferKind, delivery: Delivery) -> bool:
    """True where a make-up gets a room of its own: the original's was made for that alone, and who carries this one
    makes such rooms. Extra time beside an appointment is spent in that one's; a colleague sends their own link.
    """
    return row.conference and kind is OfferKind.MOVE and delivery is Delivery.GOOGLE


def roomless(pass_state: PassState, client: Client, offer: Offer) -> bool:
    """True for one online whose entry stands without a room, made or in the making, and without a place."""
    event = pass_state.snapshot.ours.get(offer.uid)
    if event is None or not offer.conference or client.mode is Mode.ROOM:
        return False
    return not (event.conference or event.link or event.location)


def on_its_way_back(pass_state: PassState, offer: Offer) -> bool:
    """True while the entry of an undelivered one is still to be removed: its successor is sent after that."""
    return any(
        one.reason == Ending.UNDELIVERED and one.uid in pass_state.snapshot.ours
        for one in pass_state.offers
        if one.conflict == offer.conflict
    )


def _heard(offer: Offer, snapshot: Snapshot) -> Offer:
    """Whoever has answered, or written, was reached."""
    event = snapshot.ours.get(offer.uid)
    carried = offer.delivery is Delivery.SERVER and offer.calendar in snapshot.fresh
    if event is None or not carried or offer.frozen or offer.tentative:
        return offer
    failed = any(undelivered(one.schedule_status) for one in event.attendees)
    return advance(offer, Undelivered(), snapshot.now) if failed else offer


def _orphaned(pass_state: PassState, offer: Offer) -> bool:
    row = pass_state.conflict.get(offer.conflict)
    if row is None or offer.reason != Ending.UNDELIVERED:
        return False
    last = max(one.number for one in pass_state.of(row))
    return offer.number == last and (row.displaced or offer.agreed) and offer.span.start > pass_state.now


def _anew(offer: Offer, token: str) -> Offer:
    return Offer(
        uid=token,
        conflict=offer.conflict,
        number=offer.number + 1,
        therapist=offer.therapist,
        client=offer.client,
        calendar=offer.calendar,
        span=offer.span,
        kind=offer.kind,
        pinned=offer.pinned,
        proposed=offer.proposed,
        agreed=offer.agreed,
        planned_at=offer.planned_at,
        location=offer.location,
        link=offer.link,
        conference=offer.conference,
    )
