"""A short call where no useful hour of the therapist's is left, and never in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from syncd.core.model import Client, OfferKind, Phase
from syncd.core.model.practice import Approach, Eligibility, Policy, SlotRules
from syncd.core.planning.plan import plan
from syncd.core.planning.request import Ask, PlanRequest
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.solver import solve_here
from tests.core.plan_worlds import OFFICE, conflict, solo, span, therapist

ALL = Eligibility(approach=Approach.ALL)
AB, CD = conflict("ab", span(7, 9)), conflict("cd", span(7, 11))
QUARTER = timedelta(minutes=15)


def short_of_time(call: timedelta = QUARTER, **rules: Any) -> PlanRequest:  # noqa: ANN401
    """Only half an hour of Dana's would help, on the Thursdays around the leave."""
    asked = Policy(replace(ALL, call=call, **rules), SlotRules(client_distance=timedelta(hours=20)))
    half = WeeklyHours(((), (), (), (ClockRange(10 * 60, 10 * 60 + 30),), (), (), ()))
    return solo([AB], who=therapist(weekly=half), policy=asked)


def test_alternative_a_call_where_no_hour_is_free() -> None:
    """As long as it is set, in the therapist's hours, whatever the approach; none as long as the session itself."""
    (one,) = plan(short_of_time(), solve_here).placements
    assert (one.kind, one.span.duration) == (OfferKind.CALL, QUARTER)
    assert "as a call of 15 minutes" in one.sentence
    for rules in ({"approach": Approach.LIMITED, "budget": 0}, {"approach": Approach.NONE}):
        (one,) = plan(short_of_time(**rules), solve_here).placements
        assert one.kind is OfferKind.CALL
    assert plan(short_of_time(timedelta(0)), solve_here).placements == ()
    assert plan(short_of_time(timedelta(hours=1)), solve_here).placements == ()


def test_a_call_never_takes_the_place_of_a_useful_hour() -> None:
    """One whole hour is left for two clients: the one who ranks first has it, the other a call."""
    calls = Policy(replace(ALL, call=QUARTER, after=False))
    both = solo(
        [AB, CD], who=therapist(weekly=OFFICE), policy=calls, roster={"ab": Client("ab", phase=Phase.CRUCIAL)}
    )
    assert {one.kind for one in plan(both, solve_here).placements} == {OfferKind.MOVE}
    one_left = replace(both, asks=tuple(one_makeup(ask) for ask in both.asks))
    kinds = {one.conflict: one.kind for one in plan(one_left, solve_here).placements}
    assert kinds == {AB.id: OfferKind.MOVE, CD.id: OfferKind.CALL}


def one_makeup(ask: Ask) -> Ask:
    """The same with a budget of one."""
    rules = replace(ask.policy.eligibility, approach=Approach.LIMITED, budget=1)
    return replace(ask, policy=replace(ask.policy, eligibility=rules))
