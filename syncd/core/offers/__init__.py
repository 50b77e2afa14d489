"""Offers: what answers, gestures, deadlines and the world do to offers and to the sessions they are for.

In: one snapshot and the diaries read off it. Out: rows of offers and conflicts as they are afterwards.
Rooms: transitions (the table), consequences (of effects); replies, answers, partstat, gestures, missing_entries (what
people did); endings, lost_slot, double_booking, runaway_holds (the world); conflicts, extra_sessions, conflict_state.
"""
