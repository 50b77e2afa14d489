"""Waits as clients live them: pauses, rare and frequent sessions, no past, no next one; and what keeps holds still."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from syncd.core.model import Client, ClientFacts, Conflict, OfferState, Priority, Tier
from syncd.core.model.practice import Approach, Eligibility, Policy, SlotRules
from syncd.core.planning.drafts import draft
from syncd.core.planning.plan import plan
from syncd.core.planning.relief.continuity import continuity_of
from syncd.core.planning.relief.public_holidays import holiday_waits
from syncd.core.planning.request import Booked, PlanRequest
from syncd.core.planning.solving.problem import Choice, Problem, Solution, strand_worth
from syncd.core.time.spans import Span
from syncd.solver import solve_greedy, solve_here
from tests.core.plan_worlds import (
    at,
    conflict,
    days,
    hours,
    offer,
    random_request,
    session,
    solo,
    span,
    therapist,
)
from tests.portions import portions

ALL = Eligibility(approach=Approach.ALL)
WIDE = Policy(eligibility=ALL)
MONDAY, THURSDAY = conflict("ab", span(7, 9)), conflict("ab", span(10, 9))
SEEDS, CHUNK = 400, 50


def asked(*rows: Conflict, known: dict[str, Any] | None = None, **more: Any) -> PlanRequest:  # noqa: ANN401
    """Leave of a week unless said otherwise; `known` is what is otherwise about every candidate."""
    request = solo(rows or [MONDAY], policy=more.pop("policy", WIDE), **more)
    (one,) = request.asks
    ranked = tuple(replace(row, candidate=replace(row.candidate, **(known or {}))) for row in one.ranked)
    return replace(request, asks=(replace(one, ranked=ranked),))


def every(interval: float | None) -> ClientFacts:
    """Somebody who comes every so many days."""
    return replace(ClientFacts("dana", "ab", at(-180, 9).date(), interval), interval=interval)


SEVERAL = [conflict("ab", span(day, 9)) for day in (7, 14, 21)]
IN_CRISIS = [conflict(f"c{number}", span(7 + number, 9)) for number in range(4)]

UNUSUAL: dict[str, Callable[[], PlanRequest]] = {
    "back from a pause of two months": lambda: asked(known={"previous": at(-53, 9)}),
    "monthly": lambda: asked(
        known={"facts": every(28.0), "previous": at(-21, 9), "following": at(35, 9)},
    ),
    "twice weekly": lambda: asked(
        MONDAY, THURSDAY, known={"facts": every(3.5), "previous": at(3, 9), "following": at(14, 9)}
    ),
    "no next session": lambda: asked(known={"following": None}),
    "no past": lambda: asked(known={"facts": None, "previous": None}),
    "neither past nor next session": lambda: asked(
        known={"facts": None, "previous": None, "following": None}
    ),
    "an interval that nobody knows": lambda: asked(known={"facts": every(None)}),
    "twice on one day": lambda: asked(
        MONDAY, conflict("ab", span(7, 15)), known={"previous": at(0, 9), "following": at(14, 9)}
    ),
    "leave that swallows both neighbours": lambda: asked(
        *SEVERAL, away=days(7, 28), known={"following": at(28, 9)}
    ),
    "all in crisis": lambda: solo(
        IN_CRISIS,
        policy=WIDE,
        roster={one.client: Client(one.client, priority=Priority.CRISIS) for one in IN_CRISIS},
    ),
    "a budget of 0": lambda: asked(
        policy=Policy(eligibility=Eligibility(approach=Approach.LIMITED, budget=0))
    ),
    "a horizon that ends before the next contact": lambda: asked(
        policy=Policy(
            eligibility=ALL, slots=SlotRules(horizon_before=timedelta(0), horizon_after=timedelta(hours=6))
        ),
        known={"following": at(30, 9)},
    ),
    "a call longer than the sessions": lambda: asked(
        policy=Policy(eligibility=Eligibility(approach=Approach.LIMITED, budget=0, call=timedelta(hours=2)))
    ),
    "no horizon at all": lambda: asked(
        policy=Policy(
            eligibility=ALL, slots=SlotRules(horizon_before=timedelta(0), horizon_after=timedelta(0))
        )
    ),
}
WITHOUT = {
    "a budget of 0",
    "a call longer than the sessions",
    "a horizon that ends before the next contact",
    "no horizon at all",
}


@pytest.mark.parametrize("name", UNUSUAL)
@pytest.mark.parametrize("solver", [solve_here, solve_greedy], ids=["exact", "fallback"])
def test_unusual_rhythms_give_a_plan_with_reasons(name: str, solver: Callable[..., object]) -> None:
    """Everybody is placed or has a reason in words; whoever can be helped is."""
    request = replace(UNUSUAL[name](), verify=3)
    made = plan(request, solver)  # type: ignore[arg-type]
    assert len(made.placements) + len(made.unplaced) == len(request.ask_of)
    assert all(one.sentence for one in made.placements)
    assert all(one.sentence for one in made.unplaced)
    assert bool(made.placements) is (name not in WITHOUT)
    assert all(one.burden and one.burden[1] < one.burden[0] for one in made.placements)


@pytest.mark.parametrize(
    ("name", "tenths", "gain"),
    [
        pytest.param("back from a pause of two months", 10, 2, id="a pause of one's own weighs nothing"),
        pytest.param("monthly", 10, 4, id="one of a month is one missed"),
        pytest.param("twice weekly", 40, 1, id="two of a week are two in a row"),
        pytest.param("no next session", 10, 2, id="one at the usual interval is assumed"),
        pytest.param("no past", 10, 2, id="a week is assumed"),
        pytest.param("twice on one day", 10, 2, id="a day counts once"),
        pytest.param("leave that swallows both neighbours", 90, 2, id="three in a row"),
    ],
)
def test_what_a_wait_weighs(name: str, tenths: int, gain: int) -> None:
    """In tenths of one missed session; and what a make-up has to take off it."""
    request = UNUSUAL[name]()
    (stretch,) = continuity_of(request, "ab").stretches
    assert (stretch.burden, stretch.gain) == (tenths, timedelta(days=gain))


def test_a_week_is_assumed_only_where_nothing_is_known() -> None:
    """And it is said that it was."""
    assert not continuity_of(UNUSUAL["no past"](), "ab").known
    assert not continuity_of(UNUSUAL["an interval that nobody knows"](), "ab").known
    assert continuity_of(UNUSUAL["monthly"](), "ab").known


def test_a_second_one_beside_a_near_double_is_none() -> None:
    """Two missed: two make-ups where each takes two days off by itself, one where only two days running are free."""
    rows = [conflict("ab", span(7, 9)), conflict("ab", span(14, 9))]
    around = {"previous": at(0, 9), "following": at(21, 9)}
    apart = asked(
        *rows, away=days(7, 19), known=around, who=therapist(weekly=hours({3: [(9, 12)], 5: [(9, 12)]}))
    )
    running = asked(
        *rows, away=days(7, 19), known=around, who=therapist(weekly=hours({3: [(9, 12)], 4: [(9, 12)]}))
    )
    assert len(plan(apart, solve_here).placements) == 2
    assert len(plan(running, solve_here).placements) == 1


def test_one_that_stands_is_not_made_useless_by_another() -> None:
    """Thursday was accepted; Friday would take more off the wait, and Thursday nothing any more."""
    rows = [conflict("ab", span(7, 9)), conflict("ab", span(14, 9))]
    around = {"previous": at(0, 9), "following": at(21, 9)}
    yes = Booked(offer(rows[0], span(3, 9), state=OfferState.ACCEPTED), "a1")
    later = asked(
        *rows, away=days(7, 21), known=around, fixed=(yes,), who=therapist(weekly=hours({4: [(9, 12)]}))
    )
    assert plan(later, solve_here).placements == ()


@pytest.mark.parametrize(
    ("holiday", "around", "until", "best"),
    [
        pytest.param(14, (0, 21), 12, 15, id="after the leave: fifteen days to wait, before it eighteen"),
        pytest.param(0, (-7, 14), 8, 1, id="before the leave: thirteen days to wait, after it fifteen"),
        pytest.param(15, (0, 21), 12, 3, id="no weekday of theirs: the pause is their own"),
    ],
)
def test_a_wait_that_a_public_holiday_makes_longer_is_one(
    holiday: int, around: tuple[int, int], until: int, best: int
) -> None:
    """Three weeks from one session to the next, one of them for a holiday: what leaves the shortest wait is best."""
    free = {1: [(9, 10)], 3: [(9, 10)]} if until > 8 else {1: [(9, 10)]}
    request = asked(
        away=days(7, until),
        known={"previous": at(around[0], 9), "following": at(around[1], 9)},
        who=therapist(weekly=hours(free)),
        time={"holidays": frozenset({at(holiday, 9).date()})},
    )
    (made,) = plan(request, solve_here).placements
    assert made.span == span(best, 9)
    (stretch,) = continuity_of(request, "ab").stretches
    assert stretch.burden == 10


@pytest.mark.parametrize(
    ("hour", "minute", "free"),
    [
        pytest.param(9, 0, True, id="forty-eight hours"),
        pytest.param(9, 15, False, id="a quarter less"),
    ],
)
def test_two_days_are_forty_eight_hours(hour: int, minute: int, free: bool) -> None:
    """From start to start; Friday's session is at nine, the make-up can only be that Wednesday."""
    friday = conflict("ab", span(11, 9))
    opened = span(16, hour, 50, minute)
    nobody = therapist(weekly=hours({}))
    request = asked(friday, time={"opened": (opened,)}, who=nobody, sessions=[session("ab", span(18, 9))])
    found = {one.span for one in plan(request, solve_here).placements}
    assert found == ({opened} if free else set())


def test_a_change_of_the_clocks_costs_nobody_an_hour() -> None:
    """They go back in the night to Sunday, 25 October 2026: from Friday at nine to Sunday at nine is two days."""
    first = (datetime(2026, 10, 23).date() - at(0, 9).date()).days  # noqa: DTZ001 - only its date is used
    row = conflict("ab", span(first + 7, 9))
    opened = span(first + 2, 9)
    request = asked(
        row,
        away=days(first + 3, first + 8),
        now=at(first - 9, 9),
        time={"opened": (opened,)},
        who=therapist(weekly=hours({})),
        sessions=[session("ab", span(first, 9))],
    )
    assert [one.span for one in plan(request, solve_here).placements] == [opened]


def held(request: PlanRequest, when: dict[Conflict, Span]) -> PlanRequest:
    """The same with these times held, of which nobody has heard."""
    kept = tuple(offer(row, there, state=OfferState.HELD, invited_at=None) for row, there in when.items())
    return replace(request, preferred=kept)


def times(request: PlanRequest) -> dict[str, datetime]:
    """When the plan's make-ups begin."""
    return {one.conflict: one.span.start for one in plan(request, solve_here).placements}


FRIDAY = conflict("ab", span(11, 9))
MORNINGS = therapist(weekly=hours({0: [(9, 12)], 1: [(9, 12)], 2: [(9, 12)]}))


def test_a_hold_does_not_move_for_an_hour_but_for_days() -> None:
    """On the Monday after the leave, half an hour from the usual time, it stays; on the Wednesday it does not."""
    request = asked(FRIDAY, who=MORNINGS, policy=replace(WIDE, eligibility=replace(ALL, before=False)))
    assert times(request) == {FRIDAY.id: at(14, 9)}
    assert times(held(request, {FRIDAY: span(14, 9, minute=30)})) == {FRIDAY.id: at(14, 9, 30)}
    assert times(held(request, {FRIDAY: span(16, 9)})) == {FRIDAY.id: at(14, 9)}


def test_holds_move_where_somebody_is_newly_served() -> None:
    """Two hours are free; one is of use to both, and the one who is held there can have the other."""
    other = conflict("cd", span(7, 9))
    who = therapist(weekly=hours({3: [(9, 10)], 4: [(9, 10)]}))
    roster = {"ab": Client("ab"), "cd": Client("cd", windows=hours({3: [(8, 12)]}))}
    request = asked(conflict("ab", span(7, 11)), other, who=who, roster=roster, now=at(-1, 8))
    first = next(row.conflict for row in request.ranked if row.client.id == "ab")
    found = times(held(request, {first: span(3, 9)}))
    assert found == {first.id: at(4, 9), other.id: at(3, 9)}


def adrift(request: PlanRequest, dice: Random) -> PlanRequest:
    """The same with a hold for everybody at any of their times."""
    bare = replace(request, preferred=(), agreed=frozenset())
    options = draft(bare, solve_here).options
    holds = {}
    for one in dice.sample(options, len(options)):
        row = request.ranked_of[one.conflict].conflict
        holds[row.id] = offer(row, one.span, one.kind, one.therapist, state=OfferState.HELD, invited_at=None)
    return replace(bare, preferred=tuple(holds[key] for key in sorted(holds)))


@pytest.mark.parametrize("first", portions(SEEDS, CHUNK))
def test_a_hold_that_could_stay_moves_only_where_some_tier_gains(first: int) -> None:
    """On random practices: against the best plan that keeps all it can, the first tier that differs has more.

    A client more, or so many tenths of their clients' burdens as holds move.
    """
    moved = 0
    for seed in range(first, first + CHUNK):
        made = draft(adrift(random_request(seed), Random(seed)), solve_here)
        pinned = solve_here(replace(made.problem, pinned=True))
        kept, stayed = (
            sum(made.problem.choices[index].keeps for index in one.chosen) for one in (made.solution, pinned)
        )
        if kept >= stayed:
            assert kept == stayed
            continue
        moved += 1
        tier = next(
            one
            for one in Tier
            if reached(made.problem, made.solution, one) != reached(made.problem, pinned, one)
        )
        (served, tenths), (then, before) = (
            reached(made.problem, one, tier) for one in (made.solution, pinned)
        )
        assert served > then or tenths - before >= stayed - kept, f"seed {seed}"
    assert moved


def reached(problem: Problem, solution: Solution, tier: int) -> tuple[int, int]:
    """In how many waits a tier gets something, and how many tenths of their burdens that takes off."""
    taken: dict[int, list[Choice]] = defaultdict(list)
    for index in solution.chosen:
        one = problem.choices[index]
        if problem.tiers[one.strand] == tier:
            taken[one.strand].append(one)
    worth = (
        strand_worth(problem, strand, mine)[1] // problem.steps[strand] for strand, mine in taken.items()
    )
    return len(taken), sum(worth)


@pytest.mark.parametrize(
    ("points", "closed", "interval", "waits"),
    [
        pytest.param((0, 7, 21), 14, 13, ((7, 21),), id="weekly, six and a half days in the middle"),
        pytest.param((0, 3, 10, 14), 7, 7, ((3, 10),), id="twice a week: three and four days"),
        pytest.param((0, 7, 28), 14, 14, (), id="two weeks more than the holiday's"),
    ],
)
def test_a_public_holiday_makes_a_wait_of_those_who_come_almost_to_the_day(
    points: tuple[int, ...], closed: int, interval: int, waits: tuple[tuple[int, int], ...]
) -> None:
    """Intervals are read off calendars: half a day less makes no pause of one's own of it."""
    holiday = date(1970, 1, 1) + timedelta(days=closed)
    assert holiday_waits(points, [holiday], interval) == waits
