"""Two holds that the therapist moved to one time: the first keeps it, the later one waits until they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from syncd.core.model import Offer, OfferState
from syncd.core.offers.lost_slot import firm

UNSENT = frozenset({OfferState.PLANNED, OfferState.HELD})


def clashing(offers: Mapping[str, Offer], before: Mapping[str, Offer]) -> dict[str, Offer]:
    """The offers, by UID, with the later of two drags to one time marked; the mark goes when either goes elsewhere.

    `before` holds them as they were before this pass. Of two that were dragged since then the UID decides.
    """
    found = dict(offers)
    for uid, offer in sorted(offers.items()):
        old = before.get(uid)
        dragged = offer.pinned and not offer.sent and (old is None or old.span != offer.span)
        if offer.state in UNSENT and (dragged or offer.clash):
            hit = any(_stands_there(other, offer) for other in found.values())
            found[uid] = replace(offer, clash=hit)
        elif offer.clash:
            found[uid] = replace(offer, clash=False)
    return found


def _stands_there(other: Offer, offer: Offer) -> bool:
    if other.conflict == offer.conflict or other.therapist != offer.therapist or other.clash:
        return False
    pinned = other.pinned and other.state in UNSENT
    return (pinned or (offer.clash and firm(other))) and other.span.overlaps(offer.span)
