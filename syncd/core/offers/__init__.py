"""Offers: what answers, gestures, deadlines and the world do to offers and to the sessions they are for.

In: one snapshot and the diaries read off it. Out: rows of offers and conflicts as they are afterwards.
Rooms: transitions (the table), consequences (of effects); answers (what clients did), gestures and in_doubt
(what therapists did); endings, lost_slot, double_booking (what the world did);
conflicts, split_series, extra_sessions and conflict_state (the sessions themselves).
"""

from syncd.core.offers.consequences import Consequence, EffectResult, consequence

__all__ = [
    "Consequence",
    "EffectResult",
    "consequence",
]
