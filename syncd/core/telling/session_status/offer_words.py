"""Where an offer stands, in the words that letters and the plan event are written with."""

from __future__ import annotations

from syncd.core.model import AWAITED, UNSENT, Offer, OfferState
from syncd.core.model.offer_facts import Ending
from syncd.core.state import PassState

BY_HAND = "_settled"  # ends the word for what nobody but the therapist said yes to
HELD_IN_LEAVE = "held_in_leave"
INTO_LEAVE = "into_leave"  # where its entry was moved, which was not taken over


def of_offer(pass_state: PassState, offer: Offer) -> str:
    """The word for how it stands; a hold that leave lies over by now is not sent."""
    unsent = offer.state in UNSENT
    if offer.clash or offer.misplaced is not None:
        return INTO_LEAVE if into_leave(pass_state, offer) else "clash"
    if offer.said_no:
        return "at_odds" if offer.at_odds else "refusal"
    if offer.waits_for_tag:
        return "mistyped"
    if offer.frozen and (offer.live or offer.state is OfferState.UNANSWERED):
        return "accepted_words" if offer.state is OfferState.ACCEPTED else "words"
    if offer.doubtful and offer.state in AWAITED:
        return "unverified"
    if offer.tentative and offer.state in {OfferState.INVITED, OfferState.UNANSWERED}:
        return "maybe"
    if unsent and offer.sent:
        return "moved"
    if unsent and pass_state.in_leave(offer):
        return HELD_IN_LEAVE
    if offer.pinned and not offer.taken_over and (unsent or offer.state is OfferState.INVITED):
        return "pinned" if unsent else "asked"
    return made_up_as(offer, offer.state.value) if offer.state is OfferState.DISPLACED else offer.state.value


def into_leave(pass_state: PassState, offer: Offer) -> bool:
    """True where the entry was moved into leave of its therapist."""
    there, diary = offer.misplaced, pass_state.diaries.get(offer.therapist)
    return there is not None and diary is not None and any(there.overlaps(away) for away in diary.away)


def made_up_as(offer: Offer | None, said: str) -> str:
    """The word for an agreed make-up: another one where the therapist settled it, as no client said yes to that."""
    by_hand = offer is not None and (offer.state is OfferState.SETTLED or offer.reason == Ending.TOLD)
    return f"{said}{BY_HAND}" if by_hand else said
