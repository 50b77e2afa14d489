"""The solver in its own process, and what is left when there is no solver."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from syncd.core.planning.solving.as_json import to_json
from syncd.core.planning.solving.problem import Problem, feasible
from syncd.solver import solve_here, solver_process
from tests.solver.problems import random_problem


def test_the_process_answers_as_the_library_does() -> None:
    """Many Problems through one process give the very Solutions of this process."""
    problems = [random_problem(seed) for seed in range(25)]
    with solver_process() as solve:
        assert [solve(one) for one in problems] == [solve_here(one) for one in problems]


def test_another_question_about_the_same_is_told_in_short() -> None:
    """With others forced, or what is held pinned, nothing else is said again; the answers are the library's."""
    asked = []
    for seed in range(12):
        problem = random_problem(seed)
        conflicts = sorted({one.conflict for one in problem.choices})
        asked += [replace(problem, forced=(key,)) for key in conflicts] + [replace(problem, pinned=True)]
    with solver_process() as solve:
        assert [solve(one) for one in asked] == [solve_here(one) for one in asked]
    first, second, *_ = asked
    assert len(str(to_json(second, first))) < 50 < len(str(to_json(second)))


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-c", "raise SystemExit(3)"],
        [sys.executable, "-c", "input(); print('no JSON at all')"],
        [sys.executable, "-c", "input(); print('[]')"],
        [sys.executable, "-c", 'input(); print(\'{"chosen": [0, 1, 2, 3], "proven": true, "note": ""}\')'],
        ["/does/not/exist"],
    ],
    ids=["dies", "babbles", "other JSON", "breaks a rule", "missing"],
)
def test_a_broken_process_costs_the_proof_and_not_the_plan(command: list[str]) -> None:
    """Whatever the process does, a feasible plan comes back, flagged, with the reason; later ones too."""
    problem = random_problem(0)
    with solver_process(command) as solve:
        for _ in range(2):
            found = solve(problem)
            assert feasible(problem, found.chosen)
            assert not found.proven
            assert "not proven" in found.note
            assert "solver process failed" in found.note


def test_an_empty_problem_starts_no_process() -> None:
    """Nothing to solve needs no solver."""
    with solver_process(["/does/not/exist"]) as solve:
        assert solve(Problem((), (), ())).proven


WITHOUT = """
import sys
sys.modules["highspy"] = None
from syncd.core.planning.solving.problem import Choice, Problem
from syncd.solver import solve_here
found = solve_here(Problem((Choice(0, 0, 10, 10, 0, 1, 1),), (2,), ()))
print(found.chosen, found.proven, found.note)
"""


def test_without_highs_there_is_a_plan_that_says_what_is_missing() -> None:
    """Where highspy cannot be imported the fallback plans, flagged, and names the package."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("(0,) False")
    assert "install highspy" in done.stdout


def test_importing_the_package_loads_no_solver() -> None:
    """An idle daemon carries neither HiGHS nor NumPy."""
    code = "import sys, syncd.solver, syncd.core.planning; print({'highspy', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
