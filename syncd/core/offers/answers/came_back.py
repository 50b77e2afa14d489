"""What came back, in the order in which it counts: mails, the therapist's hand, answers in calendars."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.model import AWAITED, MAKEUP, Delivery, Offer, OfferState, PartStat
from syncd.core.model.offer_facts import Dragged, Ending, Mistyped
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers.partstat import with_calendar_answers
from syncd.core.offers.answers.replies import take_replies
from syncd.core.offers.answers.understood import Concern, UnderstoodReply
from syncd.core.offers.double_booking import clashing
from syncd.core.offers.gestures import by_hand, moved_to, said_yes
from syncd.core.offers.lost_slot import BookedTime, Loss
from syncd.core.offers.transitions import advance


@dataclass(frozen=True, slots=True)
class CameBack:
    """What mails and what calendars say of clients' answers, understood; and the offers as they are afterwards."""

    mails: tuple[UnderstoodReply, ...]
    in_calendars: tuple[UnderstoodReply, ...]
    offers: tuple[Offer, ...]


def came_back(snapshot: Snapshot, booked: Mapping[str, BookedTime]) -> CameBack:
    """Hands before answers in calendars: a drag voids the yes that still stands there; and `#yes` before a no by mail,
    which was written before it was read that the therapist has spoken to them. `booked`: by therapist.
    """
    heeded = tuple(_before_answers(one, snapshot, booked.get(one.therapist)) for one in snapshot.offers)
    mails, answered = take_replies(replace(snapshot, offers=heeded), booked)
    before = {offer.uid: offer for offer in snapshot.offers}
    after_hands = {uid: _hand(before[uid], answered[uid], snapshot) for uid in sorted(answered)}
    placed = {uid: _in_place(answered[uid], one, after_hands, booked) for uid, one in after_hands.items()}
    handed = clashing(placed, before)

    def gone(offer: Offer) -> bool:
        time = booked.get(offer.therapist)
        return time is not None and bool(time.beside(handed.values()).lost_to(offer, _looked_before(offer)))

    heard = [
        (offer, ()) if snapshot.left_aside(offer) else with_calendar_answers(offer, snapshot, gone)
        for offer in handed.values()
    ]
    after = {offer.uid: offer for offer, _ in heard}
    ended = _agreed(before) - _agreed(after)
    words = tuple(_if_ended(one, ended) for _, taken in heard for one in taken)
    mails = tuple(_still_so(_if_ended(one, ended), before, after) for one in mails)
    return CameBack(mails, words, tuple(_as_known(before.get(offer.uid), offer) for offer, _ in heard))


def _before_answers(offer: Offer, snapshot: Snapshot, time: BookedTime | None) -> Offer:
    """The offer after what the therapist's hand says to an answer of this look: `#yes` to a no, a move to a yes that
    names the hour to which it was moved.
    """
    replies = [one for one in snapshot.replies if one.offer == offer.uid]
    if any(one.partstat is PartStat.DECLINED for one in replies):
        return said_yes(offer, snapshot)
    named = {one.names for one in replies if one.partstat is PartStat.ACCEPTED}
    there = moved_to(offer, snapshot) if named and offer.delivery is Delivery.IMIP else None
    if there is None or there.start not in named or offer.state not in AWAITED or time is None:
        return offer
    after = replace(advance(offer, Dragged(there), snapshot.now), contested_at=None, missing_at=None)
    return offer if time.obstacle(after) else after


def _hand(before: Offer, answered: Offer, snapshot: Snapshot) -> Offer:
    """The offer after the therapist's hand; `#no` that is read together with the client's yes is asked about, as one of
    the two did not know of the other.
    """
    after = by_hand(answered, snapshot)
    met = before.state in AWAITED and answered.state is OfferState.ACCEPTED
    refused = after.state is OfferState.DECLINED and not answered.said_no
    if not (met and refused):
        return after
    return replace(advance(answered, Mistyped(), snapshot.now), heeded=after.heeded)


def _as_known(before: Offer | None, after: Offer) -> Offer:
    """The offer after what came back; a no that was read together with the yes before it is a no like any other: nobody
    had counted on that yes.
    """
    agreed = before is None or before.over or before.state in MAKEUP
    off = after.state is OfferState.CANCELLED and after.reason is Ending.CLIENT
    return replace(after, state=OfferState.DECLINED) if off and not agreed else after


def _in_place(
    before: Offer, after: Offer, offers: Mapping[str, Offer], booked: Mapping[str, BookedTime]
) -> Offer:
    """The offer after a hand; of what its client knows, moved to somebody else's appointment or into leave, it stays as
    they know it, and waits for the therapist to say what is meant.
    """
    time, dragged = booked.get(after.therapist), after.span != before.span and not after.over
    theirs = (
        before.told_as_it_is and before.delivery is Delivery.IMIP and after.state is not OfferState.SETTLED
    )
    if dragged and theirs and time is not None:
        if before.misplaced not in {None, after.span}:
            return replace(before, contested_at=time.snapshot.now, misplaced=None)  # may be a slip, once more
        if time.beside(offers.values()).obstacle(after) in {Loss.AWAY, Loss.PROMISED, Loss.TAKEN}:
            since = before.contested_at or time.snapshot.now
            return replace(before, contested_at=since, misplaced=after.span)
    return replace(after, misplaced=None)


def _looked_before(offer: Offer) -> datetime:
    """When a yes in a calendar may have come: nobody knows, and the time was still ahead when it was last looked at."""
    return offer.span.start - timedelta(minutes=1)


def _agreed(offers: Mapping[str, Offer]) -> Set[str]:
    return {uid for uid, offer in offers.items() if offer.state in MAKEUP and not offer.said_no}


def _if_ended(one: UnderstoodReply, ended: Set[str]) -> UnderstoodReply:
    """Nothing was called off where the last look knew of no yes, or of the no as well, or where a yes followed."""
    off = one.concern is Concern.CALLED_OFF and one.offer not in ended
    return replace(one, concern=None) if off else one


def _still_so(
    one: UnderstoodReply, before: Mapping[str, Offer], after: Mapping[str, Offer]
) -> UnderstoodReply:
    """Of two addresses at odds the therapist hears where they still are, and that they are at one where they heard."""
    odds = {Concern.AT_ODDS: after, Concern.BOTH_YES: before, Concern.BOTH_NO: before}
    known = one.concern is None or one.concern not in odds or odds[one.concern][one.offer].at_odds
    return one if known or one.reply.words else replace(one, concern=None)
