"""HiGHS against brute force on Problems, and what does not change its answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from random import Random

import pytest

from syncd.core.planning.solving.as_json import from_json, to_json
from syncd.core.planning.solving.greedy import solve_greedy
from syncd.core.planning.solving.problem import (
    KEEPS_LEVEL,
    LEVELS,
    Bundle,
    Choice,
    Problem,
    Row,
    components,
    feasible,
    first_level,
    levels,
    worth_level,
)
from syncd.solver import solve_here
from syncd.solver.highs import BOUND_NOTE, solve_connected
from tests.portions import portions
from tests.solver.problems import best_by_trying, moved_on, odd_cycle, random_problem

CHUNK = 250


@pytest.mark.parametrize("first", portions(3000, CHUNK))
def test_every_level_is_the_best_there_is(first: int) -> None:
    """On thousands of small Problems the answer is feasible, proven, and equal to brute force on all levels."""
    for seed in range(first, first + CHUNK):
        problem = random_problem(seed)
        found = solve_here(problem)
        assert feasible(problem, found.chosen)
        assert found.proven
        assert found.levels == levels(problem, found.chosen) == best_by_trying(problem), f"seed {seed}"


@pytest.mark.parametrize("first", portions(400, 200))
def test_the_fallback_is_feasible_and_never_better(first: int) -> None:
    """The fallback keeps every row, claims no proof, and is on most small Problems as good on every tier."""
    as_good = 0
    for seed in range(first, first + 200):
        problem = random_problem(seed)
        best, found = best_by_trying(problem), solve_greedy(problem)
        assert feasible(problem, found.chosen)
        assert found.levels <= best
        assert not found.proven
        as_good += found.levels[:KEEPS_LEVEL] == best[:KEEPS_LEVEL]
    assert as_good > 180


def test_a_fractional_relaxation_is_branched_to_the_proven_best() -> None:
    """Where the linear program halves every choice, branch and bound still proves the best."""
    found = solve_here(odd_cycle(7))
    assert found.proven
    assert found.levels == best_by_trying(odd_cycle(7))


def test_the_work_bound_gives_a_feasible_plan_that_says_so() -> None:
    """With no node allowed the plan keeps every row, is flagged, and is the same each time."""
    problem = knotted()
    first, second = solve_connected(problem, max_nodes=0), solve_connected(problem, max_nodes=0)
    assert first == second
    assert feasible(problem, first.chosen)
    assert not first.proven
    assert first.note == BOUND_NOTE


def knotted() -> Problem:
    """Conflicts in overlapping odd rings: no root relaxation proves it."""
    dice = Random(7)
    choices = tuple(Choice(index, index, 1, 1, 0, 1, index) for index in range(60))
    rows = [Row(tuple(sorted(dice.sample(range(60), 2))), 1) for _ in range(240)]
    return Problem(choices, (2,) * 60, tuple(rows))


def test_an_empty_problem_is_solved() -> None:
    """Nothing to choose from: an empty, proven answer."""
    assert solve_here(Problem((), (), ())).levels == (0,) * LEVELS


def test_equal_plans_leave_one_winner_by_the_tie_break() -> None:
    """Two choices alike on every level but the hash: the greater hash wins."""
    alike = tuple(Choice(0, 0, 100, 100, 0, 10, tie) for tie in (5, 9, 7))
    assert solve_here(Problem(alike, (2,), ())).chosen == (1,)


def test_everybodys_first_one_comes_before_anybodys_second() -> None:
    """One slot, two strands of a tier: the one without any make-up gets it, though a second one is worth more."""
    choices = (
        Choice(0, 0, 100, 100, 0, 0, 1, cell=0),
        Choice(1, 0, 100, 100, 0, 0, 1, cell=1),
        Choice(2, 1, 60, 60, 0, 0, 1),
    )
    bundles = ((Bundle((0,), 100, 100), Bundle((1,), 100, 100), Bundle((0, 1), 100, 190)), ())
    found = solve_here(Problem(choices, (2, 2), (Row((1, 2), 1),), bundles=bundles))
    assert found.chosen == (0, 2)
    assert found.levels[first_level(2)] == found.levels[worth_level(2)] == 160


def test_a_higher_tier_comes_first_in_everything() -> None:
    """A second make-up of the first tier before anybody's first one of the next."""
    choices = (
        Choice(0, 0, 100, 100, 0, 0, 1, cell=0),
        Choice(1, 0, 100, 100, 0, 0, 1, cell=1),
        Choice(2, 1, 900, 900, 0, 0, 1),
    )
    bundles = ((Bundle((0,), 100, 100), Bundle((1,), 100, 100), Bundle((0, 1), 100, 101)), ())
    assert solve_here(Problem(choices, (0, 1), (Row((1, 2), 1),), bundles=bundles)).chosen == (0, 1)


def test_cells_that_are_no_bundle_are_not_taken_together() -> None:
    """Two choices of one strand, each possible alone: only the better one."""
    choices = (Choice(0, 0, 50, 50, 0, 0, 1, cell=0), Choice(1, 0, 60, 60, 0, 0, 1, cell=1))
    bundles = ((Bundle((0,), 50, 50), Bundle((1,), 60, 60)),)
    assert solve_here(Problem(choices, (2,), (), bundles=bundles)).chosen == (1,)


def test_parts_that_share_nothing_are_solved_apart() -> None:
    """A row that cannot bind connects nothing; solving parts is solving the whole."""
    problem = replace(random_problem(1), forced=(), pinned=False)
    far = len(problem.choices)
    moved = moved_on(problem, 50)
    shifted = tuple(Row(tuple(index + far for index in row.members), row.capacity) for row in problem.rows)
    loose = Row((0, far), 2)
    both = Problem(
        (*problem.choices, *moved),
        (*problem.tiers, *problem.tiers),
        (*problem.rows, *shifted, loose),
        bundles=(*problem.bundles, *problem.bundles),
    )
    once, twice = solve_here(problem), solve_here(both)
    assert len(components(both)) == 2 * len(components(problem))
    assert twice.levels == tuple(2 * level for level in once.levels)


SCRIPT = """
import json, sys
from syncd.core.planning.solving.as_json import from_json
from syncd.solver.highs import solve_connected
for line in sys.stdin:
    print(json.dumps(solve_connected(from_json(json.loads(line)), threads={threads}).chosen))
"""


@pytest.mark.parametrize(("threads", "seed"), [(1, "0"), (2, "1"), (4, "12345")])
def test_threads_and_hash_seeds_change_nothing(threads: int, seed: int) -> None:
    """The same choices on any number of threads and under any hash seed."""
    problems = [knotted(), odd_cycle(9), *(random_problem(number, conflicts=9) for number in range(20))]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(threads=threads)],
        input="\n".join(json.dumps(to_json(one)) for one in problems),
        env=dict(os.environ, PYTHONHASHSEED=str(seed)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [tuple(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("[")] == [
        solve_connected(problem).chosen for problem in problems
    ]


def test_json_carries_a_problem_unchanged() -> None:
    """What is written for the solver process is read back equal."""
    for seed in range(50):
        problem = random_problem(seed)
        assert from_json(json.loads(json.dumps(to_json(problem)))) == problem


@pytest.mark.parametrize("seed", range(40))
def test_where_relaxations_are_given_up_the_best_is_found_and_proven_all_the_same(seed: int) -> None:
    """Branch and bound alone gives what both give."""
    problem = random_problem(seed)
    for part in components(problem):
        found = solve_connected(part.problem, pivots=0)
        assert found.proven
        assert found.levels == best_by_trying(part.problem)
