"""Leave every other week: no make-up before and after one own session makes three sessions in nine days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from syncd.core.model import Client, Priority
from syncd.core.model.practice import Aim, Approach, Eligibility, Policy, SlotRules
from syncd.core.model.unplaced import Cause, Rule
from syncd.core.planning.drafts import draft
from syncd.core.planning.plan import plan
from syncd.core.planning.reasons.reason import speaks_against
from syncd.core.planning.request import Booked, ClientTime, PlanRequest, TherapistTime
from syncd.core.planning.solving import rows
from syncd.core.time.hours import WeeklyHours
from syncd.solver import solve_here
from tests.core.plan_oracle import World, sets
from tests.core.plan_worlds import ask, at, conflict, days, hours, offer, span, therapist
from tests.core.test_planning_oracle import Judge, place, sorted_places
from tests.portions import portions

WEEKS = (days(7, 14), days(21, 28))
CHUNK = 12


def every_other_week(
    who: Sequence[tuple[str, int]],
    weekly: WeeklyHours,
    roster: dict[str, Client],
    **limits: Any,  # noqa: ANN401
) -> PlanRequest:
    """Clients by weekday, at nine; away in the second week and in the fourth, made up for in the one between."""
    slots = SlotRules(grid=timedelta(hours=1), horizon_before=timedelta(days=7), **limits)
    clients = {key: roster.get(key, Client(key)) for key, _ in who}
    asks = []
    for week, away, side in zip((1, 3), WEEKS, ("after", "before"), strict=True):
        lost = [conflict(key, span(7 * week + day, 9), "dana", f"a{week}") for key, day in who]
        allowed = Eligibility(
            Approach.ALL,
            before=side == "before",
            after=side == "after",
            extension=timedelta(0),
            call=timedelta(0),
        )
        asks.append(ask(lost, away, Policy(eligibility=allowed, slots=slots), clients))
    dana = replace(therapist(weekly=weekly), policy=asks[0].policy)
    return PlanRequest(
        now=at(-7, 8),
        asks=tuple(asks),
        therapists=(TherapistTime(dana, leave=WEEKS),),
        clients=tuple(ClientTime(one) for one in clients.values()),
    )


WEDNESDAY = [("ab", 2)]  # their own one of the third week stands between both waits
AROUND = hours({0: [(9, 10)], 4: [(9, 10)]})  # two days before it, and two days after
HER = Client("ab", priority=Priority.CRISIS)


@pytest.mark.parametrize(
    ("roster", "limits", "made"),
    [({}, {}, 1), ({"ab": HER}, {}, 2), ({}, {"aim": Aim.SESSIONS}, 2)],
    ids=["weekly", "in crisis", "every session owed"],
)
def test_two_make_ups_around_one_own_session_are_one_too_many(
    roster: dict[str, Client], limits: dict[str, Any], made: int
) -> None:
    """Monday, their Wednesday and Friday: two waits, each with one make-up; in crisis, and where all are owed, fine."""
    assert len(plan(every_other_week(WEDNESDAY, AROUND, roster, **limits), solve_here).placements) == made


def test_whoever_is_left_out_by_it_is_told_so() -> None:
    """And no tag, and nothing that somebody else holds, is said to stand in the way."""
    made = plan(replace(every_other_week(WEDNESDAY, AROUND, {}), verify=5), solve_here)
    (left,) = made.unplaced
    assert (left.cause, left.binds) == (Cause.SERVED, Rule.CROWDED)
    assert "a third session in nine days" in left.sentence
    assert speaks_against(left) == (("served_crowded", 0),)


def test_a_make_up_that_stands_counts() -> None:
    """They were asked about the Monday: the Friday is struck, and counted as what it is."""
    request = every_other_week(WEDNESDAY, AROUND, {})
    asked = offer(request.asks[0].ranked[0].conflict, span(14, 9))
    made = plan(replace(request, fixed=(Booked(asked, "a1"),)), solve_here)
    (left,) = made.unplaced
    assert (left.cause, dict(left.killed)[Rule.CROWDED]) == (Cause.NO_OPTION, 1)
    assert "1 that would make three sessions in nine days" in left.sentence


@pytest.mark.parametrize("first", portions(48, CHUNK))
def test_plans_around_one_own_session_are_the_best_there_are(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against brute force, on small practices with leave every other week."""
    bound = 0
    for seed in range(first, first + CHUNK):
        dice = Random(seed)
        weekly = hours({day: [dice.choice([(9, 10), (10, 11), (9, 11)])] for day in dice.sample(range(7), 4)})
        limits = {
            "min_gain": dice.choice([None, None, timedelta(days=1)]),
            "max_makeups_per_week": dice.choice([3, 6, 6]),
        }
        roster = {"ab": Client("ab", priority=dice.choice([None, None, Priority.CRISIS]))}
        who = [("ab", dice.randrange(5)), ("cd", dice.randrange(5))][: dice.choice([1, 2])]
        request = every_other_week(who, weekly, roster, **limits)
        world, made = World(request), draft(request, solve_here)
        judge = Judge.of(world, made.options)
        options = {key: sorted_places(world, judge, key) for key in world.open}
        found = {
            key: sorted((place(o) for o in made.options if o.conflict == key), key=repr) for key in options
        }
        assert found == options, f"seed {seed}"
        best = max(reached for one in sets(world, options) if (reached := judge.reached(one)))
        assert solve_here(made.problem).levels == best, f"seed {seed}"
        with monkeypatch.context() as without:
            without.setattr(rows, "_spaced", lambda *_: ())
            bound += draft(request, solve_here).solution.levels > best
    assert bound
