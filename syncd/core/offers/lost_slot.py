"""What takes a slot away from the offer that stands there: past, in leave, or something else is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from syncd.core.model import Offer
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.double_booking import in_the_way
from syncd.core.offers.in_doubt import counts
from syncd.core.reading.diary import Diary
from syncd.core.time.spans import Span


def taken_away(
    offer: Offer,
    diary: Diary,
    snapshot: Snapshot,
    others: Iterable[Offer],
    unspoken: Collection[str] = (),
) -> bool:
    """True when the slot is no longer the offer's (I3, I4); who has to choose between two is asked first."""
    found = obstacle(offer, diary, snapshot, others, unspoken)
    return bool(found) and not (offer.clash and found in {"taken", "promised"})


def lost_to(
    offer: Offer,
    diary: Diary,
    snapshot: Snapshot,
    others: Iterable[Offer],
    unspoken: Collection[str] = (),
) -> str:
    """What a yes to this time comes too late for; "" where it counts, as while an entry over it may be a slip."""
    found = obstacle(offer, diary, snapshot, others, unspoken)
    slip = found == "taken" and not counts(offer, diary.therapist, snapshot)
    return "" if slip else found


def obstacle(
    offer: Offer,
    diary: Diary,
    snapshot: Snapshot,
    others: Iterable[Offer],
    unspoken: Collection[str] = (),
) -> str:
    """Why the slot cannot be the offer's: "past", in leave ("away"), another make-up's ("promised"), or something else
    stands there ("taken"); or "".

    What the therapist dragged is checked against past, leave and sessions only. Leave takes no time yet from the offers
    whose UIDs are `unspoken`.
    """
    slot = offer.span
    if slot.start <= snapshot.now:
        return "past"
    if offer.uid not in unspoken and any(span.overlaps(slot) for span in diary.away):
        return "away"
    if any(in_the_way(one, offer) for one in others):
        return "promised"
    return "taken" if _entered_over(offer, diary, snapshot) else ""


def _entered_over(offer: Offer, diary: Diary, snapshot: Snapshot) -> bool:
    """True where something stands in the calendar at the time; where a session was moved to counts as taken."""
    slot = offer.span
    displaced = {row.ref for row in snapshot.conflicts if row.displaced and row.missing_at is None}
    sessions = [
        one.span for one in diary.all_sessions if one.ref not in displaced and one.ref.uid != offer.uid
    ]
    busy: list[Span] = []
    if not offer.pinned:
        known = {one.uid for one in snapshot.offers}
        busy = [one.span for one in diary.busy if one.ref not in displaced and one.ref.uid not in known]
    return any(slot.overlaps(span) for span in (*sessions, *busy))
