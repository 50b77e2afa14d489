"""What came back, in the order in which it counts: mails, the therapist's hand, answers in calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.core.model import Offer
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers import Taken
from syncd.core.offers.double_booking import clashing
from syncd.core.offers.gestures import by_hand
from syncd.core.offers.lost_slot import BookedTime
from syncd.core.offers.partstat import attended
from syncd.core.offers.replies import take_replies


@dataclass(frozen=True, slots=True)
class CameBack:
    """What mails and what calendars say of clients' answers, understood; and the offers as they are afterwards."""

    mails: tuple[Taken, ...]
    in_calendars: tuple[Taken, ...]
    offers: tuple[Offer, ...]


def came_back(snapshot: Snapshot, booked: Mapping[str, BookedTime]) -> CameBack:
    """Hands before answers in calendars: a drag voids the yes that still stands there. `booked`: by therapist."""
    mails, answered = take_replies(snapshot, booked)
    before = {offer.uid: offer for offer in snapshot.offers}
    handed = clashing({uid: by_hand(answered[uid], snapshot) for uid in sorted(answered)}, before)

    def gone(offer: Offer) -> bool:
        time = booked.get(offer.therapist)
        return time is not None and bool(time.beside(handed.values()).lost_to(offer))

    heard = [
        (offer, ()) if snapshot.left_aside(offer) else attended(offer, snapshot, gone)
        for offer in handed.values()
    ]
    words = tuple(one for _, taken in heard for one in taken)
    return CameBack(mails, words, tuple(offer for offer, _ in heard))
