"""Problems in which nobody stands in another's way: their best plan is read off, without any solver."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, product
from math import prod

from syncd.core.planning.solving.problem import (
    Problem,
    Solution,
    Solve,
    components,
    conflicts_of,
    feasible,
    levels,
)

MOST = 1_000  # sets of choices of one client that are tried


def solved_alone(problem: Problem, most: int = MOST) -> Solution | None:
    """The best plan, proven, where what is best for each client by themselves keeps every row together.

    None where somebody has to give way, or where a client's choices make more than `most` sets to try. That no plan
    is better follows from the levels: each is a sum over clients, and rows only take away.
    """
    chosen: list[int] = []
    for part in components(replace(problem, rows=())):
        best = _best(part.problem, most)
        if best is None:
            return None
        chosen.extend(part.indices[index] for index in best)
    taken = tuple(sorted(chosen))
    return Solution(taken, levels(problem, taken), proven=True) if feasible(problem, taken) else None


def unless_alone(solve: Solve) -> Solve:
    """`solve`, asked only for Problems in which somebody has to give way."""
    return lambda problem: solved_alone(problem) or solve(problem)


def _best(alone: Problem, most: int) -> tuple[int, ...] | None:
    each = conflicts_of(alone).values()
    if prod(1 + len(members) for members in each) > most:
        return None
    sets = product(*([(), *((index,) for index in members)] for members in each))
    found = (tuple(chain.from_iterable(one)) for one in sets)
    return max((one for one in found if feasible(alone, one)), key=lambda one: levels(alone, one))
