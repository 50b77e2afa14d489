"""What an offer needs of its client's other sessions: an hour of their own, and, to lengthen one, that it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from syncd.core.model import Offer, OfferKind, OfferState
from syncd.core.model.offer_facts import Ending, Withdraw
from syncd.core.offers.endings import OPEN_ENDED
from syncd.core.offers.lost_slot import firm
from syncd.core.offers.transitions import advance
from syncd.core.state.standing import Standing
from syncd.core.time.spans import Span


def accompanied(standing: Standing) -> tuple[Offer, ...]:
    """The offers after what their clients' other sessions, with any therapist, mean for those without a yes."""
    return tuple(_settled(standing, offer) for offer in standing.offers)


def _settled(standing: Standing, offer: Offer) -> Offer:
    known = offer.therapist in standing.diaries and offer.calendar in standing.snapshot.fresh
    if offer.state not in OPEN_ENDED or not known:
        return offer
    fails = alone(standing, offer) or double(standing, offer)
    return advance(offer, Withdraw(Ending.SLOT), standing.now) if fails else offer


def alone(standing: Standing, offer: Offer) -> bool:
    """True for extra time without the session that it was to lengthen; time that was dragged is where it shall be."""
    return offer.kind is OfferKind.EXTEND and not offer.pinned and not beside(standing, offer)


def beside(standing: Standing, offer: Offer) -> str:
    """Where extra time lies: "before" or "after" a session of its client and therapist; "" where it touches none."""
    own = [one for one in standing.standing_sessions(offer.therapist, offer.client) if one.offer != offer.uid]
    if any(one.span.end == offer.span.start for one in own):
        return "after"
    return "before" if any(one.span.start == offer.span.end for one in own) else ""


def double(standing: Standing, offer: Offer) -> bool:
    """True where the client is elsewhere at that time: with another therapist, or asked to be (I3)."""
    return any(offer.span.overlaps(span) for span in _elsewhere(standing, offer))


def _elsewhere(standing: Standing, offer: Offer) -> Iterator[Span]:
    for therapist in standing.diaries:
        if therapist != offer.therapist:
            yield from (one.span for one in standing.standing_sessions(therapist, offer.client))
    for other in standing.offers:
        theirs = other.client == offer.client and other.therapist != offer.therapist
        agreed = other.state in {OfferState.ACCEPTED, OfferState.SETTLED}
        if theirs and (agreed or (firm(other) and other.pinned and not offer.pinned)):
            yield other.span


def usual_place(standing: Standing, therapist: str) -> str:
    """Where this therapist sees most of their clients; "" where their sessions do not say."""
    sessions = standing.diaries[therapist].sessions.sessions
    places = Counter(one.location for one in sessions if one.location)
    return min(places, key=lambda place: (-places[place], place), default="")
