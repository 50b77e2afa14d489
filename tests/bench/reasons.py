"""What reasons cost: CPU of a plan with all reasons and remedies against that of the plan alone, in one process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from statistics import median
from time import process_time

from syncd.core.planning.plan import plan
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.problem import Problem, Solution
from syncd.solver import solve_here, unless_alone
from syncd.wiring.planner import remembering
from tests.bench.instances import SOLO_FORTNIGHT, instance

VERIFIED = 40  # as `syncd plan` has it
CASES = tuple((tightness, seed) for tightness in ("base", "tight", "loose") for seed in (0, 1))


def cost(request: PlanRequest) -> tuple[float, int]:
    """Seconds of CPU for planning a request, and how many problems a solver was asked."""
    asked: list[Problem] = []

    def counted(problem: Problem) -> Solution:
        asked.append(problem)
        return solve_here(problem)

    begun = process_time()
    plan(request, unless_alone(remembering(counted, {})))
    return process_time() - begun, len(asked)


def line(cases: Iterable[tuple[str, int]] = CASES) -> str:
    """One sentence: medians over fortnights of one therapist with some fifty displaced sessions."""
    found = []
    for tightness, seed in cases:
        bare = instance(SOLO_FORTNIGHT, tightness, seed).request
        (plain, _), (told, asked) = cost(bare), cost(replace(bare, verify=VERIFIED, tags=True))
        found.append((told, told / plain, asked))
    seconds, ratio, asked = (median(column) for column in zip(*found, strict=True))
    return (
        f"reasons: a fortnight with some fifty displaced sessions, all reasons and remedies: {seconds:.2f} s of CPU, "
        f"{ratio:.0f} times the plan alone, {asked:.0f} problems asked"
    )
