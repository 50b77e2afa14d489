"""An offer beside its client's other sessions: an hour of its own, or, to lengthen one, that it stands."""

from __future__ import annotations

from collections import Counter

from syncd.core.model import Offer, OfferKind
from syncd.core.state.gates import Standing


def alone(standing: Standing, offer: Offer) -> bool:
    """True for extra time without the session that it was to lengthen; time that was dragged is where it shall be."""
    return offer.kind is OfferKind.EXTEND and not offer.pinned and not beside(standing, offer)


def beside(standing: Standing, offer: Offer) -> str:
    """Where extra time lies: "before" or "after" a session of its client and therapist; "" where it touches none."""
    own = [one for one in standing.sessions_of(offer.therapist, offer.client) if one.offer != offer.uid]
    if any(one.span.end == offer.span.start for one in own):
        return "after"
    return "before" if any(one.span.start == offer.span.end for one in own) else ""


def usual_place(standing: Standing, therapist: str) -> str:
    """Where this therapist sees most of their clients; "" where their sessions do not say."""
    sessions = standing.diaries[therapist].sessions.sessions
    places = Counter(one.location for one in sessions if one.location)
    return min(places, key=lambda place: (-places[place], place), default="")
