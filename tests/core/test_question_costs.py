"""What a question would cost: a bound that no plan goes below, one answer in any order, worked out when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import OfferKind, Tier
from syncd.core.model.leave import Cost
from syncd.core.model.messages.intents import digest
from syncd.core.planning.asked.burden import at_least, least_heavy, planned
from syncd.core.planning.asked.costing import Wanted, costs
from syncd.core.planning.asked.due import kept, rests_on, wanted
from syncd.core.planning.asked.question import compared, cost_of, questions
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.relief.continuity import Stretch, continuity_of
from syncd.core.planning.request import PlanRequest, spends_budget
from syncd.core.showing.asked import answering, undated
from syncd.solver import solve_greedy, solve_here, unless_alone
from tests.core.asked_worlds import ASKED, NOW, asked, question, standing_of
from tests.core.plan_worlds import random_request
from tests.portions import portions

SEEDS = 9_000  # from here on
EACH = 20
WEEK = timedelta(days=7)
SOLVE = unless_alone(solve_here)


@pytest.mark.parametrize("first", portions(100, EACH))
def test_no_plan_goes_below_the_bound(first: int) -> None:
    """In every tier: not the best one, nor that of the fallback; and no choice of times within the budget, by dice."""
    for seed in range(SEEDS + first, SEEDS + first + EACH):
        request = random_request(seed)
        bound = at_least(request)
        for solve in (solve_here, solve_greedy):
            left = planned(request, solve).left
            assert all(low <= high for low, high in zip(bound, left, strict=True)), (seed, bound, left)
        for left in _chosen_by_dice(request, Random(seed)):
            assert all(low <= high for low, high in zip(bound, left, strict=True)), (seed, bound, left)


def _chosen_by_dice(request: PlanRequest, dice: Random) -> Iterator[tuple[int, ...]]:
    """What is left where each displaced session gets some time or none within its budget, whoever else wants it."""
    standing = occupancy(request)
    finder = Finder(request, standing)
    for _ in range(20):
        left, budget = dict.fromkeys(Tier, 0), dict(standing.budget_left)
        for client, rows in dice.sample(
            sorted(request.ranked_by_client.items()), len(request.ranked_by_client)
        ):
            taken = []
            for row in (one.conflict for one in rows if one.conflict.id in request.ask_of):
                moves = [one for one in finder.of(row.id).options if one.kind is not OfferKind.EXTEND]
                one = dice.choice(moves) if moves and dice.random() < 0.8 else None
                absence = request.ask_of[row.id].absence.id
                if one is not None and spends_budget(one.kind) and absence in budget:
                    one = one if budget[absence] > 0 else None
                    budget[absence] -= 1
                taken += [one] if one is not None else []
            for number, stretch in enumerate(continuity_of(request, client).stretches):
                contacts = [(one.day, one.chance) for one in taken if one.stretch == number]
                left[min(one.tier for one in rows)] += stretch.remaining(contacts)
        yield tuple(left[tier] for tier in Tier)


@given(
    lost=st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True),
    days=st.sets(st.integers(1, 41), max_size=9),
    given_days=st.sets(st.integers(1, 41), max_size=2),
    most=st.integers(1, 3),
    interval=st.integers(2, 28),
    closing=st.booleans(),
)
def test_the_path_is_as_light_as_any_choice(
    lost: list[int], days: set[int], given_days: set[int], most: int, interval: int, closing: bool
) -> None:
    """Against every set of up to so many days, tried one by one."""
    stands = tuple((day, 100) for day in sorted(given_days))
    stretch = Stretch(
        0, 42, tuple(sorted(lost)), interval, interval, timedelta(days=1), given=stands, closing=closing
    )
    sets = (some for size in range(most + 1) for some in combinations(sorted(days), size))
    brute = min(stretch.heaviness((*given_days, *some)) for some in sets)
    assert least_heavy(stretch, days, most) == brute


@cache  # several tests ask about the same leave
def _cost(*found: object, seed: int = 1, shuffle: int | None = None) -> Cost:
    snapshot = asked(*found, seed=seed, shuffle=shuffle)  # type: ignore[arg-type]
    jobs = wanted(standing_of(snapshot))
    return costs(snapshot, jobs, SOLVE)[0]


def test_what_a_question_costs_by_tier() -> None:
    """Who is hit, without a plan and with the best one; a plan takes something off, and never adds."""
    cost = _cost()
    assert (cost.first, cost.last) == (ASKED, date(2026, 7, 10))
    assert [one.tier for one in cost.tiers] == sorted({one.tier for one in cost.tiers})
    assert sum(one.sessions for one in cost.tiers) in {5, 6}
    assert 0 <= cost.left < cost.burden
    assert cost.proven
    assert cost.makeups > 0


@pytest.mark.parametrize("seed", range(4))
def test_starts_that_are_shown_cost_less_and_come_first(seed: int) -> None:
    """None costs more than the days that were asked about; each is as long, ahead and within three weeks."""
    cost = _cost(question(ASKED + WEEK), seed=seed)
    here = tuple(sum(one.left for one in cost.tiers if one.tier == tier) for tier in Tier)
    assert [one.left for one in cost.starts] == sorted(one.left for one in cost.starts)
    for one in cost.starts:
        assert one.left < here
        assert one.last - one.first == cost.last - cost.first
        assert abs(one.first - cost.first) <= 3 * WEEK
    assert 0 < len(cost.starts) <= 3
    assert cost.compared == 6  # five working days: whole weeks alone


def test_a_start_that_is_shown_costs_what_its_own_question_would() -> None:
    """In the weeks beside it who comes every two weeks is not hit; asking about one of them says the same."""
    cost = _cost(question(ASKED + WEEK))
    best = cost.starts[0]
    assert best.first in {ASKED, ASKED + 2 * WEEK}
    there = _cost(question(best.first))
    assert tuple(sum(one.left for one in there.tiers if one.tier == tier) for tier in Tier) == best.left
    assert sum(one.sessions for one in there.tiers) == best.sessions


def test_the_order_changes_nothing() -> None:
    """Byte for byte, what it rests on included."""
    assert repr(_cost()) == repr(_cost(shuffle=1)) == repr(_cost(shuffle=2))


def test_other_questions_change_nothing() -> None:
    """Each is compared by itself."""
    beside = question(ASKED + WEEK, uid="other")
    snapshot = asked(question(), beside)
    found = costs(snapshot, wanted(standing_of(snapshot)), SOLVE)
    assert [one.first for one in found] == [ASKED, ASKED + WEEK]
    assert replace(found[0], rests_on="") == replace(_cost(), rests_on="")
    told = standing_of(replace(snapshot, costs=found))
    first, second = questions(told)
    assert (cost_of(told, first), compared(told, first)) == (found[0], (found[1],))
    assert compared(told, second) == (found[0],)


def test_it_is_due_once_an_hour_and_where_something_changed() -> None:
    """Time alone changes nothing; a session that goes does, an hour after it was worked out."""
    snapshot = asked()
    (job,) = wanted(standing_of(snapshot))
    known = replace(snapshot, costs=costs(snapshot, (job,), SOLVE))
    later = replace(known, now=NOW + timedelta(days=3))
    assert wanted(standing_of(known)) == wanted(standing_of(later)) == ()
    gone = tuple(one for one in snapshot.events if one.when != snapshot.events[12].when)
    assert wanted(standing_of(replace(known, events=gone))) == ()
    hour = replace(known, events=gone, now=NOW + timedelta(hours=1))
    assert [one.question for one in wanted(standing_of(hour))] == [job.question]
    broken = replace(known.costs[0], failed="TimeoutExpired")
    assert wanted(standing_of(replace(known, costs=(broken,)))) == ()
    assert wanted(standing_of(replace(later, costs=(broken,)))) == (job,)


def test_what_it_rests_on_is_named_alike_in_any_order() -> None:
    """And otherwise where the question is moved."""
    names = {
        rests_on(standing, one)
        for shuffle in (None, 1, 2)
        for standing in [standing_of(asked(shuffle=shuffle))]
        for one in questions(standing)
    }
    assert len(names) == 1
    moved = standing_of(asked(question(ASKED + WEEK)))
    assert {rests_on(moved, one) for one in questions(moved)}.isdisjoint(names)


def test_what_is_asked_no_more_is_forgotten() -> None:
    """The newest cost of each question is kept."""
    snapshot = asked()
    (job,) = wanted(standing_of(snapshot))
    (cost,) = costs(snapshot, (job,), SOLVE)
    old = replace(cost, question="gone")
    standing = standing_of(replace(snapshot, costs=(old, replace(cost, makeups=0))))
    assert kept(standing, (cost,)) == (cost,)
    assert costs(snapshot, (Wanted("gone", "x"),), SOLVE) == ()


def test_the_same_cost_once_more_is_no_news() -> None:
    """Worked out anew from something else, with nothing changed in it, the entry stays as it was written."""
    snapshot = asked()
    standing = standing_of(replace(snapshot, costs=(_cost(),)))
    again = replace(_cost(), at=NOW + timedelta(days=3), rests_on="other sessions")
    later = standing_of(replace(snapshot, costs=(again,)))
    other = standing_of(replace(snapshot, costs=(replace(again, makeups=again.makeups + 1),)))
    written, same, changed = (
        digest(undated(next(answering(one)).facts(one, "u"))) for one in (standing, later, other)
    )
    assert written == same != changed
