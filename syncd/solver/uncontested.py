"""Problems in which nobody stands in another's way: their best plan is read off, without any solver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, product
from math import prod

from syncd.core.planning.solving.problem import (
    Choice,
    Problem,
    Solution,
    Solve,
    components,
    conflicts_of,
    feasible,
    levels,
    solve_apart,
)
from syncd.solver.dominated import without_dominated

REMEMBERED = 2_000  # clients whose best choices are kept from one planning to the next
MOST = 1_000  # sets of choices of one client that are tried


Known = dict[Problem, tuple[int, ...] | None]  # what is best for single clients


def solved_alone(problem: Problem, most: int = MOST, known: Known | None = None) -> Solution | None:
    """The best plan, proven, where what is best for each client by themselves keeps every row together.

    None where somebody has to give way, or where a client's choices make more than `most` sets to try. That no plan
    is better follows from the levels: each is a sum over clients, and rows only take away. `known`: what was worked
    out for the same client's choices before.
    """
    chosen: list[int] = []
    known = {} if known is None else known
    for part in components(replace(problem, rows=())):
        if part.problem not in known:
            known[part.problem] = _best(part.problem, most)
        best = known[part.problem]
        if best is None:
            return None
        chosen.extend(part.indices[index] for index in best)
    taken = tuple(sorted(chosen))
    return Solution(taken, levels(problem, taken), proven=True) if feasible(problem, taken) else None


def unless_alone(solve: Solve) -> Solve:
    """`solve`, asked only for those parts of a Problem in which somebody has to give way.

    Where one is forced somebody has: else they had a place.
    """
    known: Known = {}
    narrow = without_dominated(solve)

    def solved(problem: Problem) -> Solution:
        while len(known) > REMEMBERED:
            del known[next(iter(known))]
        return solve_apart(problem, part_of)

    def part_of(part: Problem) -> Solution:
        alone = None if part.forced else solved_alone(part, known=known)
        return alone or narrow(part)

    return solved


def _best(alone: Problem, most: int) -> tuple[int, ...] | None:
    each = [_distinct(alone, members) for members in conflicts_of(alone).values()]
    if prod(1 + len(members) for members in each) > most:
        return None
    sets = product(*([(), *((index,) for index in members)] for members in each))
    found = (tuple(chain.from_iterable(one)) for one in sets)
    return max((one for one in found if feasible(alone, one)), key=lambda one: levels(alone, one))


def _distinct(alone: Problem, members: Iterable[int]) -> list[int]:
    """Of choices that differ in comfort only the best one: no row asks which of them it is."""
    best: dict[tuple[int, ...], int] = {}
    for index in members:
        one = alone.choices[index]
        alike = (one.strand, one.first, one.value, one.keeps, one.agreed, one.cell, one.days)
        if alike not in best or _comfort(alone.choices[best[alike]]) < _comfort(one):
            best[alike] = index
    return sorted(best.values())


def _comfort(choice: Choice) -> tuple[int, int]:
    return choice.quality, choice.tie
