"""Planning: from ranked conflicts and everybody's time to the best set of make-ups, with reasons.

In: `Standing` (pass_request) and a solver. Out: a `Plan`: placements with their reasons, and who has no place and why.
Rooms: candidates, ranking (who comes first); request; slots, limits, options (when there is time); relief (what it
gives); solving (as integers); drafts, placements, plan, reasons; offers_of_plan (what it makes of the rows).
"""

from syncd.core.model.unplaced import Cause, Remedy, Unplaced
from syncd.core.planning.candidates import ranking_of
from syncd.core.planning.offers_of_plan import Planner
from syncd.core.planning.pass_request import full_request, request_of
from syncd.core.planning.placements import Placement
from syncd.core.planning.plan import ALTERNATIVES, Plan, alternatives, explain, plan
from syncd.core.planning.ranking import SCORE_MAX, Part, Ranked
from syncd.core.planning.reasons.reason import speaks_against
from syncd.core.planning.request import Ask, Booked, ClientTime, PlanRequest, TherapistTime

__all__ = [
    "ALTERNATIVES",
    "SCORE_MAX",
    "Ask",
    "Booked",
    "Cause",
    "ClientTime",
    "Part",
    "Placement",
    "Plan",
    "PlanRequest",
    "Planner",
    "Ranked",
    "Remedy",
    "TherapistTime",
    "Unplaced",
    "alternatives",
    "explain",
    "full_request",
    "plan",
    "ranking_of",
    "request_of",
    "speaks_against",
]
