"""Solvers of a Problem: HiGHS in a short-lived process of its own, HiGHS in here, or the pure fallback.

Where nobody stands in another's way none of them is needed (`unless_alone`).

None of them raises for whatever Problem: where the exact solver cannot work, the plan is the fallback's, with a
note that says so.
"""

from __future__ import annotations

from syncd.core.planning.solving.greedy import NOTE, solve_greedy
from syncd.core.planning.solving.problem import Problem, Solution, levels, solve_apart
from syncd.solver.process import solver_process
from syncd.solver.uncontested import unless_alone

__all__ = ["solve_greedy", "solve_here", "solver_process", "unless_alone"]


def solve_here(problem: Problem) -> Solution:
    """Solve in this process, component by component; loads HiGHS (50 MB) on first use."""
    try:
        from syncd.solver import highs  # noqa: PLC0415 - an idle daemon does not carry it
    except ImportError as error:
        return without_solver(problem, f"HiGHS cannot be loaded ({error}): install highspy for a proven plan")
    return solve_apart(problem, lambda part: better(part, highs.solve_connected(part)))


def better(problem: Problem, exact: Solution) -> Solution:
    """The exact solver's answer, or the fallback's where the work bound left something worse."""
    if exact.proven:
        return exact
    other = solve_greedy(problem)
    if other.levels > exact.levels:
        return Solution(other.chosen, other.levels, proven=False, note=exact.note)
    return exact


def without_solver(problem: Problem, why: str) -> Solution:
    """The fallback's plan, with the reason why there is no better one."""
    found = solve_greedy(problem)
    return Solution(found.chosen, levels(problem, found.chosen), proven=False, note=f"{NOTE} ({why})")
