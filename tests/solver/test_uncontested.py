"""Problems that need no solver, against brute force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.planning.solving.greedy import solve_greedy
from syncd.core.planning.solving.problem import ALONE, Problem, Solution, components, feasible, levels
from syncd.solver.uncontested import solved_alone, unless_alone
from tests.portions import portions
from tests.solver.problems import best_by_trying, odd_cycle, random_problem

CHUNK = 250


@pytest.mark.parametrize("first", portions(3000, CHUNK))
def test_what_is_read_off_is_the_best_there_is(first: int) -> None:
    """On hundreds of small Problems what needs no solver is feasible and equal to brute force on all levels."""
    alone = 0
    for seed in range(first, first + CHUNK):
        problem = random_problem(seed)
        found = solved_alone(problem)
        if found is not None:
            alone += 1
            assert feasible(problem, found.chosen)
            assert found.proven
            assert found.levels == levels(problem, found.chosen) == best_by_trying(problem), f"seed {seed}"
    assert alone > CHUNK / 10


def test_where_somebody_has_to_give_way_a_solver_is_asked() -> None:
    """In a ring each stands in the next one's way; who stands apart from it is read off all the same."""
    asked: list[Problem] = []

    def solve(problem: Problem) -> Solution:
        asked.append(problem)
        return solve_greedy(problem)

    ring = odd_cycle()
    assert solved_alone(ring) is None
    alone = replace(ring.choices[0], conflict=9, strand=len(ring.tiers), cell=ALONE)
    wider = replace(ring, choices=(*ring.choices, alone), tiers=(*ring.tiers, 0), bundles=(), steps=())
    found = unless_alone(solve)(wider)
    assert [len(one.choices) for one in asked] == [len(ring.choices)]
    assert len(ring.choices) in found.chosen


@pytest.mark.parametrize("first", portions(500, CHUNK))
def test_parts_that_share_nothing_are_named_alike_wherever_they_stand(first: int) -> None:
    """A part of a Problem is the same Problem beside another one: what is known of it need not be worked out again."""
    for seed in range(first, first + CHUNK):
        problem = random_problem(seed)
        every = components(problem)
        again = [part for one in every for part in components(one.problem)]
        assert [one.problem for one in again] == [one.problem for one in every], f"seed {seed}"


def test_too_many_choices_are_left_to_the_solver() -> None:
    """Nothing is tried that takes long."""
    problem = next(one for one in map(random_problem, range(CHUNK)) if solved_alone(one) is not None)
    assert solved_alone(problem, most=1) is None
