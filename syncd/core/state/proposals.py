"""Times that clients propose themselves, as entries that wait for the therapist (docs/offers.md#answers)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import Offer, OfferKind, OfferState
from syncd.core.model.offer_facts import Ending, Withdraw
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
