"""Offers made anew without a plan: times that clients propose, and what a calendar's server could not deliver.

The former wait for the therapist (docs/offers.md#answers). The latter goes another way at the same time: by our mail
where there is any; else it stands in the calendar as for whoever has to be called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import Delivery, Offer, OfferKind, OfferState, undelivered
from syncd.core.model.offer_facts import Ending, Undelivered, Withdraw
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers import Concern
from syncd.core.offers.transitions import advance
from syncd.core.state.gates import Standing
from syncd.core.time.spans import Span


def propose(standing: Standing, tokens: Iterator[str]) -> Standing:
    """Times that clients propose become entries of their own, which wait for the therapist; the last one counts."""
    asked = {offer.uid: offer for offer in standing.offers}
    for one in standing.taken:
        if one.concern is Concern.PROPOSAL and one.reply.proposed is not None:
            made = proposed(asked[one.offer], one.reply.proposed, standing, next(tokens))
            kept = (_replaced(offer, made, standing) for offer in standing.offers)
            standing = replace(standing, offers=(*kept, made))
    return standing


def _replaced(offer: Offer, made: Offer, standing: Standing) -> Offer:
    earlier = offer.state is OfferState.PROPOSED and offer.conflict == made.conflict
    return advance(offer, Withdraw(Ending.AGREED), standing.now) if earlier else offer


def proposed(asked: Offer, span: Span, standing: Standing, token: str) -> Offer:
    """What the client proposes instead of what they were `asked`, at the same place."""
    row = standing.conflict[asked.conflict]
    return Offer(
        uid=token,
        conflict=asked.conflict,
        number=len(standing.of(row)) + 1,
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
        planned_at=standing.now,
        location=asked.location,
        link=asked.link,
    )


def rerouted(standing: Standing, tokens: Iterator[str]) -> Standing:
    """Every offer of which its server has said so by now, at the write or later, has ended and has a successor."""
    offers = tuple(_heard(offer, standing.snapshot) for offer in standing.offers)
    standing = replace(standing, offers=offers)
    successors = tuple(_anew(offer, next(tokens)) for offer in offers if _orphaned(standing, offer))
    return replace(standing, offers=(*offers, *successors))


def path(standing: Standing, therapist: str, client: str) -> Delivery:
    """Which way an offer goes: as the calendar's do, but never twice where the client was not reached before."""
    failed = any(
        (offer.therapist, offer.client, offer.reason) == (therapist, client, Ending.UNDELIVERED)
        for offer in standing.offers
    )
    return Delivery.IMIP if failed else standing.snapshot.delivery.get(therapist, Delivery.IMIP)


def on_its_way_back(standing: Standing, offer: Offer) -> bool:
    """True while the entry of an undelivered one is still to be removed: its successor is sent after that."""
    return any(
        one.reason == Ending.UNDELIVERED and one.uid in standing.snapshot.ours
        for one in standing.offers
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


def _orphaned(standing: Standing, offer: Offer) -> bool:
    row = standing.conflict.get(offer.conflict)
    if row is None or offer.reason != Ending.UNDELIVERED:
        return False
    last = max(one.number for one in standing.of(row))
    return offer.number == last and (row.displaced or offer.agreed) and offer.span.start > standing.now


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
    )
