"""What ends an offer without anybody's word: deadlines, a lost slot, and what it was made for being gone; and the
effects by which it is taken back, each once and for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from syncd.core.model import MAKEUP, Client, Conflict, ConflictState, Offer, OfferState
from syncd.core.model.effects import EffectKey, EffectState
from syncd.core.model.offer_facts import (
    DuePassed,
    Ending,
    Fact,
    Overtaken,
    Resumed,
    SettledByHand,
    Withdraw,
)
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.extra_sessions import stands_at
from syncd.core.offers.in_doubt import never_stood
from syncd.core.offers.lost_slot import BookedTime
from syncd.core.offers.transitions import advance

OPEN_ENDED = frozenset(
    {
        OfferState.PLANNED,
        OfferState.HELD,
        OfferState.PROPOSED,
        OfferState.INVITED,
        OfferState.UNANSWERED,
    }
)
UNBEGUN = frozenset({EffectState.READY, EffectState.DROPPED})


def clocks_resumed(offers: tuple[Offer, ...], snapshot: Snapshot) -> tuple[Offer, ...]:
    """The clocks that stood still for a proposal run on when it was refused, or its time was lost, in this pass."""
    waiting = {offer.uid for offer in snapshot.offers if offer.state is OfferState.PROPOSED}
    lost = {Ending.REFUSED, Ending.SLOT}
    ended = {offer.conflict for offer in offers if offer.uid in waiting and offer.reason in lost}
    return tuple(
        advance(offer, Resumed(), snapshot.now) if offer.conflict in ended else offer for offer in offers
    )


def by_world(offer: Offer, conflict: Conflict, booked: BookedTime) -> Offer:
    """The offer after deadlines, and after what else now stands in the calendar.

    Silence ends none whose time is ahead: only somebody else who gets the hour does, or the hour itself.
    """
    snapshot, now = booked.snapshot, booked.snapshot.now
    if offer.state is OfferState.INVITED and offer.due is not None and offer.due <= now and not offer.frozen:
        offer = advance(offer, DuePassed(), now) if snapshot.hears(offer) else offer
    if offer.missing_at is not None and never_stood(offer):
        return offer  # what stands in its place may be the entry itself, under another name
    fact = _end(offer, conflict, booked)
    if offer.missing_at is not None and fact == Withdraw(Ending.SLOT):
        return offer  # what takes the time does not say what a deletion does: that nothing is offered instead
    return advance(offer, fact, now) if fact else offer


def _end(offer: Offer, conflict: Conflict, booked: BookedTime) -> Fact | None:
    snapshot = booked.snapshot
    if offer.state in MAKEUP:
        return _end_of_agreed(offer, conflict, booked)
    if offer.state not in OPEN_ENDED:
        return None
    asked_in_vain = offer.state is OfferState.UNANSWERED  # a make-up that was moved: the yes to it is void
    if conflict.state is ConflictState.HEALED and (asked_in_vain or not offer.agreed):
        return Withdraw(Ending.LEAVE)
    if conflict.extra and conflict.extra_missing_at is None:
        said_yes = offer.told_as_it_is and conflict.extra in stands_at(offer, booked.diary)
        return SettledByHand(yes=True, told=True, at=snapshot.now) if said_yes else Withdraw(Ending.EXTRA)
    if (conflict.state is ConflictState.GONE or (conflict.kept and not offer.sent)) and not offer.agreed:
        return Withdraw(Ending.SESSION)
    if any(_instead(other, offer) for other in booked.offers):
        return Withdraw(Ending.AGREED)
    closed = conflict.state is ConflictState.CLOSED and offer.state in {OfferState.PLANNED, OfferState.HELD}
    if not _wanted(offer, snapshot.client.get(offer.client)) or (
        closed and not offer.sent and not offer.pinned
    ):
        return Withdraw(Ending.ROSTER)
    if offer.sent and offer.span.start <= snapshot.now:
        return _went_by(offer, snapshot)
    return Withdraw(Ending.SLOT) if booked.lost(offer) else None


def _end_of_agreed(offer: Offer, conflict: Conflict, booked: BookedTime) -> Fact | None:
    """A yes beside a no that nobody has settled is no agreement: it goes with the leave, or when its hour has come."""
    ahead = offer.span.start > booked.snapshot.now
    if unagreed(offer) and not ahead:
        return _went_by(offer, booked.snapshot)
    if unagreed(offer) and conflict.takes_place(booked.snapshot.now):
        return Withdraw(Ending.LEAVE)
    return Overtaken() if ahead and booked.taken_by_leave(offer) else None


def _went_by(offer: Offer, snapshot: Snapshot) -> Fact | None:
    """Its hour has come: nobody had taken it, where everything that may say otherwise was read."""
    return Withdraw(Ending.SILENCE) if snapshot.hears(offer) else None


def replaced(offer: Offer, offers: Iterable[Offer], now: datetime) -> Offer:
    """The offer, ended where another stands in its place: answers alone say so, whatever a calendar shows."""
    ends = offer.state in OPEN_ENDED and any(_instead(other, offer) for other in offers)
    return advance(offer, Withdraw(Ending.AGREED), now) if ends else offer


def unagreed(offer: Offer) -> bool:
    """True for a time with a yes and a no that nobody has settled: it rests on the leave, and goes with it."""
    return offer.state is OfferState.ACCEPTED and offer.said_no


def _instead(other: Offer, offer: Offer) -> bool:
    """True when the other one stands in this offer's place: the session's make-up, or the time the client asked for."""
    if other.conflict != offer.conflict or other.uid == offer.uid:
        return False
    if unagreed(other) and other.suggestion == offer.suggestion:
        return False  # whether they take it nobody knows yet
    asked_for = other.proposed and other.live and other.number > offer.number
    return other.state in MAKEUP or (asked_for and not offer.proposed)


def _wanted(offer: Offer, client: Client | None) -> bool:
    return client is not None and (offer.pinned or client.makeups)


def cancel_key(offer: Offer) -> EffectKey:
    """One CANCEL per offer, ever."""
    return EffectKey(offer.uid, "end", "cancel")


def other_key(offer: Offer) -> EffectKey:
    """The CANCEL to one of a client's two addresses alone, where the other one declined."""
    return EffectKey(offer.uid, f"other-{offer.turns}", "cancel")


def removal_key(offer: Offer) -> EffectKey:
    """One removal of an offer's entry for each time that it stood there."""
    return EffectKey(offer.uid, f"end-{offer.turns}" if offer.turns else "end", "delete")


def words_key(offer: Offer) -> EffectKey:
    """One mail of ours, ever, beside a CANCEL that the server carries."""
    return EffectKey(offer.uid, "end", "words")


def taking_back_begun(offer: Offer, snapshot: Snapshot) -> bool:
    """True once its client may have been told that it is taken back, or a person was asked to tell them."""
    keys = (cancel_key(offer), words_key(offer), removal_key(offer))
    return offer.cancelled_at is not None or any(
        snapshot.keys.get(key, EffectState.DROPPED) not in UNBEGUN for key in keys
    )
