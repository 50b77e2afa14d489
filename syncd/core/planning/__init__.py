"""Planning: from ranked conflicts and everybody's time to the best set of make-ups, with reasons.

In: `Standing` (pass_request) and a solver. Out: a `Plan`: placements with their reasons, and who has no place and why.
Rooms: candidates, ranking (who comes first); request; slots, occupancy, walls, options, quality (when there is
time); solving (as integers); drafts, placing, plan, reasons; offers_of_plan (what it makes of the rows).
"""

from syncd.core.model.unplaced import Cause, Remedy, Unplaced
from syncd.core.planning.placing import Placement
from syncd.core.planning.plan import ALTERNATIVES, Plan, alternatives, explain, plan
from syncd.core.planning.reasons.reason import speaks_against
from syncd.core.planning.request import Ask, Booked, ClientTime, PlanRequest, TherapistTime

__all__ = [
    "ALTERNATIVES",
    "Ask",
    "Booked",
    "Cause",
    "ClientTime",
    "Placement",
    "Plan",
    "PlanRequest",
    "Remedy",
    "TherapistTime",
    "Unplaced",
    "alternatives",
    "explain",
    "plan",
    "speaks_against",
]
