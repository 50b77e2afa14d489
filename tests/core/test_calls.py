"""A short call where no useful hour of the therapist's is left, and never in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.model import Client, OfferKind, Phase
from syncd.core.model.practice import Approach, Eligibility, Policy, SlotRules
from syncd.core.planning.plan import plan
from syncd.core.planning.request import Ask, PlanRequest
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.solver import solve_here
from tests.core.plan_worlds import OFFICE, conflict, session, solo, span, therapist

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


def around(free: tuple[tuple[int, int], ...], **rules: Any) -> PlanRequest:  # noqa: ANN401
    """Dana sees others from nine on the Thursday before the leave; on that day alone a call would help."""
    rest = SlotRules(client_distance=timedelta(hours=20), **rules)
    asked = Policy(replace(ALL, call=QUARTER, after=False), rest)
    taken = [session(f"x{at}", span(3, hour, minute=minute)) for at, (hour, minute) in enumerate(free)]
    weekly = WeeklyHours(((), (), (), (ClockRange(9 * 60, 13 * 60),), (), (), ()))
    return solo([AB], who=therapist(weekly=weekly), policy=asked, sessions=taken)


@pytest.mark.parametrize(
    "rules",
    [
        {"max_sessions_per_day": 3},
        {"max_sessions_per_week": 3},
        {"max_before_leave": 3},
        {"max_in_a_row": 3},
    ],
)
def test_a_call_is_no_session_of_the_day(rules: dict[str, int]) -> None:
    """A day, a week and a row that hold no further session still hold a call of a quarter of an hour."""
    made = plan(around(((9, 0), (10, 0), (11, 0)), **rules), solve_here)
    assert [one.kind for one in made.placements] == [OfferKind.CALL]


def test_a_call_counts_as_a_make_up_of_the_day() -> None:
    """What a therapist adds to a day has a limit, however short it is."""
    assert len(plan(around(((9, 0),), max_makeups_per_day=1), solve_here).placements) == 1
    assert plan(around(((9, 0),), max_makeups_per_day=0), solve_here).placements == ()


def test_a_pause_with_a_call_in_it_is_none() -> None:
    """Two and two with forty minutes between: at most three in a row leaves these minutes alone."""
    day = ((9, 0), (10, 0), (11, 30), (12, 30))
    (free,) = plan(around(day, max_in_a_row=4), solve_here).placements
    assert free.span == span(3, 11, 15)
    assert plan(around(day, max_in_a_row=3), solve_here).placements == ()
