"""What a solver is not asked about: no best plan has it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from syncd.core.planning.solving.problem import Problem
from syncd.solver import solve_here
from syncd.solver.dominated import undominated, without_dominated
from tests.portions import portions
from tests.solver.problems import random_problem

CHUNK = 100


def with_hours_alike(problem: Problem, seed: int) -> Problem:
    """The same with most of a conflict's choices worth what its first one is, as hours of one day are."""
    dice, first = Random(seed), {one.conflict: one for one in reversed(problem.choices)}
    choices = (
        replace(first[one.conflict], quality=one.quality, tie=one.tie) if dice.random() < 0.7 else one
        for one in problem.choices
    )
    return replace(problem, choices=tuple(choices))


@pytest.mark.parametrize("first", portions(1500, CHUNK))
def test_the_best_plan_is_the_same_choice_by_choice(first: int) -> None:
    """With fewer choices to look at, and with the same levels."""
    fewer = 0
    for seed in range(first, first + CHUNK):
        problem = with_hours_alike(random_problem(seed), seed)
        assert without_dominated(solve_here)(problem) == solve_here(problem), f"seed {seed}"
        fewer += len(undominated(problem)) < len(problem.choices)
    assert fewer > CHUNK / 10
