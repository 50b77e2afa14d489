"""What the daemon's planner need not plan again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.planning.plan import Plan
from syncd.core.planning.request import ClientTime, PlanRequest
from syncd.wiring.planner import Recent
from tests.core.people import ada, at

NOW = datetime.fromisoformat("2026-06-15T09:00:00+00:00")
REQUEST = PlanRequest(now=NOW, asks=(), therapists=(), clients=())
FREED = replace(REQUEST, clients=(ClientTime(ada(), sessions=(at(21, 10),)),))
ONE = Plan((), (), (), (), proven=True, note="", digest="one")
OTHER = replace(ONE, digest="other")


def test_every_plan_of_a_pass_is_remembered() -> None:
    """A poll later both are found, the one of how things stand and the one of how they might."""
    recent = Recent()
    recent.keep(REQUEST, ONE)
    recent.keep(FREED, OTHER)
    later = timedelta(minutes=2)
    assert recent.find(replace(REQUEST, now=NOW + later)) is ONE
    assert recent.find(replace(FREED, now=NOW + later)) is OTHER


def test_what_differs_in_more_than_time_is_planned_anew() -> None:
    """Nothing is known of a request that was not asked."""
    recent = Recent()
    recent.keep(REQUEST, ONE)
    assert recent.find(FREED) is None
