"""Problems that need no solver, against brute force."""

from __future__ import annotations

import pytest

from syncd.core.planning.solving.problem import Problem, feasible, levels
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
    """In a ring each stands in the next one's way."""
    asked = []

    def solve(problem: Problem) -> object:
        asked.append(problem)
        return None

    assert solved_alone(odd_cycle()) is None
    unless_alone(solve)(odd_cycle())  # type: ignore[arg-type]  # what it says does not matter here
    assert asked == [odd_cycle()]


def test_too_many_choices_are_left_to_the_solver() -> None:
    """Nothing is tried that takes long."""
    problem = next(one for one in map(random_problem, range(CHUNK)) if solved_alone(one) is not None)
    assert solved_alone(problem, most=1) is None
