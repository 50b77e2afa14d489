"""What is held and not yet sent moves only for a gain that a therapist would notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from syncd.core.model import Client, OfferState
from syncd.core.model.practice import Approach, Eligibility, Policy, SlotRules
from syncd.core.planning.plan import plan
from syncd.core.planning.request import PlanRequest
from syncd.core.time.hours import WeeklyHours
from syncd.solver import solve_greedy, solve_here
from tests.core.plan_worlds import BERLIN, MONDAY, conflict, days, hours, offer, solo, span, therapist

AWAY = days(
    7, 28
)  # three weeks: their own sessions are on Tuesday, the last one six days before, the next one after
THURSDAY, FRIDAY, SATURDAY = 3, 4, 5


def practice(weekly: WeeklyHours, *clients: str, **more: object) -> PlanRequest:
    """Each misses three Tuesdays and may get one make-up, in the days before the leave."""
    rows = [conflict(key, span(day, 9 + n)) for n, key in enumerate(clients) for day in (8, 15, 22)]
    allowed = Eligibility(
        Approach.ALL, after=False, extension=timedelta(0), call=timedelta(0), max_makeups_per_client=1
    )
    policy = Policy(eligibility=allowed, slots=SlotRules(horizon_before=timedelta(days=6)))
    roster = {key: Client(key) for key in clients}
    return solo(rows, away=AWAY, policy=policy, who=therapist(weekly=weekly), roster=roster, **more)  # type: ignore[arg-type]


def held(request: PlanRequest, **on: int) -> PlanRequest:
    """The same with a hold for each of these clients, on that day of the week before the leave, at their own hour."""
    first = {one.client.id: one.conflict for one in request.asks[0].ranked if "0714" in one.conflict.id}
    holds = (
        offer(first[key], span(day, first[key].span.start.astimezone(BERLIN).hour), state=OfferState.HELD)
        for key, day in on.items()
    )
    return replace(request, preferred=tuple(holds))


def placed(request: PlanRequest, solve: object = solve_here) -> dict[str, date]:
    """The day of each client's make-up."""
    made = plan(request, solve).placements  # type: ignore[arg-type]
    return {one.client: one.span.start.astimezone(BERLIN).date() for one in made}


def day(number: int) -> date:
    """So many days after the Monday before the leave."""
    return MONDAY + timedelta(days=number)


def mornings(*weekdays: int) -> WeeklyHours:
    """Nine to ten on these days."""
    return hours({weekday: [(9, 10)] for weekday in weekdays})


def test_less_than_a_tenth_of_the_wait_moves_no_hold() -> None:
    """Saturday takes eight hundredths more of the burden off than Friday; from Thursday it is sixteen more."""
    for stands, then in ((FRIDAY, FRIDAY), (THURSDAY, SATURDAY)):
        asked = practice(mornings(stands, SATURDAY), "ab")
        assert placed(asked) == {"ab": day(SATURDAY)}
        assert placed(held(asked, ab=stands)) == {"ab": day(then)}


@pytest.mark.parametrize("solve", [solve_here, solve_greedy], ids=["exact", "fallback"])
def test_a_hold_moves_where_one_more_is_served(solve: object) -> None:
    """CD, who comes at ten, can come on Friday alone, where AB is held at their hour: AB takes Saturday."""
    asked = practice(mornings(FRIDAY, SATURDAY), "ab", "cd")
    only = replace(
        next(one.client for one in asked.clients if one.client.id == "cd"), windows=mornings(FRIDAY)
    )
    there = tuple(replace(one, client=only) if one.client.id == "cd" else one for one in asked.clients)
    ranked = tuple(
        replace(one, candidate=replace(one.candidate, client=only)) if one.client.id == "cd" else one
        for one in asked.asks[0].ranked
    )
    asked = replace(asked, clients=there, asks=(replace(asked.asks[0], ranked=ranked),))
    assert placed(held(asked, ab=FRIDAY), solve) == {"ab": day(SATURDAY), "cd": day(FRIDAY)}
