"""What takes a slot away from the offer that stands there."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.core.model import MAKEUP, Offer, OfferState
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading.diary import Diary
from syncd.core.time.spans import Span


def taken_away(offer: Offer, diary: Diary, snapshot: Snapshot, others: Iterable[Offer]) -> bool:
    """True when the slot is no longer the offer's (I3, I4); who has to choose between two is asked first."""
    found = obstacle(offer, diary, snapshot, others)
    return bool(found) and not (offer.clash and found == "taken")


def obstacle(offer: Offer, diary: Diary, snapshot: Snapshot, others: Iterable[Offer]) -> str:
    """Why the slot cannot be the offer's: "past", in leave ("away"), or something else stands there ("taken"); or "".

    What the therapist dragged is checked against past, leave and sessions only.
    """
    slot = offer.span
    if slot.start <= snapshot.now:
        return "past"
    if any(span.overlaps(slot) for span in diary.away):
        return "away"
    displaced = {row.ref for row in snapshot.conflicts if row.displaced}
    standing = [
        one.span for one in diary.all_sessions if one.ref not in displaced and one.ref.uid != offer.uid
    ]
    ours = [
        one.span
        for one in others
        if one.conflict != offer.conflict and one.therapist == offer.therapist and firm(one)
    ]
    busy: list[Span] = []
    if not offer.pinned:
        known = {one.uid for one in snapshot.offers}
        busy = [one.span for one in diary.busy if one.ref not in displaced and one.ref.uid not in known]
    return "taken" if any(slot.overlaps(span) for span in (*standing, *ours, *busy)) else ""


def firm(offer: Offer) -> bool:
    """True for time that is promised, or that somebody asked or was asked for."""
    return offer.state in MAKEUP or offer.state in {OfferState.INVITED, OfferState.PROPOSED}
