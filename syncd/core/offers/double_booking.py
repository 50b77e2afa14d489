"""Which make-up gives way when two want one hour.

The therapist's hour: what is `firm` stays, and whatever else stands there gives way (`in_the_way`).
Of two holds that the therapist moved to one time the first keeps it; the later one waits until they say (`clashing`).
The client's hour, with another therapist: what has no yes gives way to what has one, and what the daemon chose to what
the other therapist dragged there and they were asked about (`client_elsewhere`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from syncd.core.model import MAKEUP, UNSENT, Offer, OfferState, Session


def firm(offer: Offer) -> bool:
    """True for time that is promised, or that somebody asked or was asked for."""
    return offer.state in MAKEUP or offer.state in {OfferState.INVITED, OfferState.PROPOSED}


def in_the_way(other: Offer, offer: Offer) -> bool:
    """True where the other one keeps the hour and this one has to go: the same therapist's, for another session."""
    elsewhere = other.conflict == offer.conflict or other.therapist != offer.therapist
    return not elsewhere and firm(other) and offer.span.overlaps(other.span)


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


def client_elsewhere(offer: Offer, others: Iterable[Offer], sessions: Iterable[Session]) -> bool:
    """True where the client is elsewhere at that time: with another therapist, or asked to be (I3).

    `sessions` are those that this client has with other therapists.
    """
    booked = any(offer.span.overlaps(one.span) for one in sessions)
    return booked or any(_asked_elsewhere(other, offer) for other in others)


def _asked_elsewhere(other: Offer, offer: Offer) -> bool:
    if other.client != offer.client or other.therapist == offer.therapist:
        return False
    agreed = other.state in {OfferState.ACCEPTED, OfferState.SETTLED}
    chosen = firm(other) and other.pinned and not offer.pinned
    return (agreed or chosen) and offer.span.overlaps(other.span)
