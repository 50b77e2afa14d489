"""Planning: from ranked conflicts and everybody's time to the best set of make-ups, with reasons. Pure."""

from syncd.core.planning.placing import Placement
from syncd.core.planning.plan import ALTERNATIVES, Plan, alternatives, explain, plan
from syncd.core.planning.reasons import speaks_against
from syncd.core.planning.request import Ask, Booked, ClientTime, PlanRequest, TherapistTime
from syncd.core.unplaced import Cause, Remedy, Unplaced

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
