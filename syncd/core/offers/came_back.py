"""What came back, in the order in which it counts: mails, the therapist's hand, answers in calendars."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from syncd.core.model import Offer
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers import Taken
from syncd.core.offers.double_booking import clashing
from syncd.core.offers.gestures import by_hand
from syncd.core.offers.lost_slot import lost_to
from syncd.core.offers.partstat import attended
from syncd.core.offers.replies import take_replies
from syncd.core.reading.diary import Diary


@dataclass(frozen=True, slots=True)
class CameBack:
    """What mails and what calendars say of clients' answers, understood; and the offers as they are afterwards."""

    mails: tuple[Taken, ...]
    in_calendars: tuple[Taken, ...]
    offers: tuple[Offer, ...]


def came_back(snapshot: Snapshot, diaries: Mapping[str, Diary], unspoken: Collection[str] = ()) -> CameBack:
    """Hands before answers in calendars: a drag voids the yes that still stands there.

    The leave over offers of the `unspoken` UIDs takes no time away yet.
    """
    mails, answered = take_replies(snapshot, diaries, unspoken)
    before = {offer.uid: offer for offer in snapshot.offers}
    handed = clashing({uid: by_hand(answered[uid], snapshot) for uid in sorted(answered)}, before)

    def gone(offer: Offer) -> bool:
        diary = diaries.get(offer.therapist)
        return diary is not None and bool(lost_to(offer, diary, snapshot, handed.values(), unspoken))

    heard = [
        (offer, ()) if snapshot.left_aside(offer) else attended(offer, snapshot, gone)
        for offer in handed.values()
    ]
    words = tuple(one for _, taken in heard for one in taken)
    return CameBack(mails, words, tuple(offer for offer, _ in heard))
