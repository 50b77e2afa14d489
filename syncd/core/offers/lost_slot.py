"""What takes a slot away from the offer that stands there: past, in leave, or something else is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from syncd.core.model import Offer
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.double_booking import in_the_way
from syncd.core.offers.in_doubt import counts
from syncd.core.reading.diary import Diary
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class BookedTime:
    """What a therapist's time is taken by: their diary, and the offers as they are by now.

    Leave takes no time yet from the offers whose UIDs are `unspoken`.
    """

    diary: Diary
    snapshot: Snapshot
    offers: tuple[Offer, ...]
    unspoken: Collection[str] = ()

    def beside(self, offers: Iterable[Offer]) -> BookedTime:
        """The same diary with other offers."""
        return replace(self, offers=tuple(offers))

    def taken_by_leave(self, offer: Offer) -> bool:
        """True where leave that may be spoken of lies over the offer."""
        covered = any(span.overlaps(offer.span) for span in self.diary.away)
        return covered and offer.uid not in self.unspoken

    def takes(self, offer: Offer) -> bool:
        """True when the slot is no longer the offer's (I3, I4); who has to choose between two is asked first."""
        found = self.obstacle(offer)
        return bool(found) and not (offer.clash and found in {"taken", "promised"})

    def lost_to(self, offer: Offer) -> str:
        """What a yes to this time comes too late for; "" where it counts, as while an entry over it may be a slip."""
        found = self.obstacle(offer)
        slip = found == "taken" and not counts(offer, self.diary.therapist, self.snapshot)
        return "" if slip else found

    def obstacle(self, offer: Offer) -> str:
        """Why the slot cannot be the offer's: "past", in leave ("away"), another make-up's ("promised"), or something
        else stands there ("taken"); or "".

        What the therapist dragged is checked against past, leave and sessions only.
        """
        if offer.span.start <= self.snapshot.now:
            return "past"
        if self.taken_by_leave(offer):
            return "away"
        if any(in_the_way(one, offer) for one in self.offers):
            return "promised"
        return "taken" if self._entered_over(offer) else ""

    def _entered_over(self, offer: Offer) -> bool:
        """True where something stands in the calendar at the time; where a session was moved to counts as taken."""
        diary, snapshot = self.diary, self.snapshot
        displaced = {row.ref for row in snapshot.conflicts if row.displaced and row.missing_at is None}
        sessions = [
            one.span for one in diary.all_sessions if one.ref not in displaced and one.ref.uid != offer.uid
        ]
        busy: list[Span] = []
        if not offer.pinned:
            known = {one.uid for one in snapshot.offers}
            busy = [one.span for one in diary.busy if one.ref not in displaced and one.ref.uid not in known]
        return any(offer.span.overlaps(span) for span in (*sessions, *busy))
