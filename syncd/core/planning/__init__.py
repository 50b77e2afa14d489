"""Planning: from ranked conflicts and everybody's time to the best set of make-ups, with reasons.

In: `PassState` (pass_request) and a solver. Out: a `Plan`: placements with their reasons, and who has no place and why.
Rooms: candidates, ranking (who comes first); request; slots, limits, options (when there is time); relief (what it
gives); solving (as integers); drafts, placements, plan, reasons; offers_of_plan (what it makes of the rows).

Names are taken from their rooms: a solver's process works on integers, and loads the rest of the wing for nothing.
"""
