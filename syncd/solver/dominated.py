"""Choices that no best plan takes are not asked about: another one is worth as much, and is less in the way.

Of one conflict's choices with the same worth one may lie in every row in which the other lies, and be less comfortable:
whatever plan has it is better with the other. So the best plan is the same, choice by choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from syncd.core.planning.solving.problem import Choice, Problem, Row, Solution, Solve, levels


def without_dominated(solve: Solve) -> Solve:
    """`solve`, asked about those choices only that a best plan may take.

    What was narrowed last is not narrowed anew where it is asked about once more with others forced.
    """
    last: list[tuple[Problem, list[int], Problem]] = []

    def solved(problem: Problem) -> Solution:
        if not (last and problem.of_the_same(last[0][0])):
            kept = undominated(problem)
            last[:] = [(problem, kept, narrowed(problem, kept))]
        _, kept, fewer = last[0]
        found = solve(replace(fewer, forced=problem.forced, pinned=problem.pinned))
        chosen = tuple(kept[index] for index in found.chosen)
        return replace(found, chosen=chosen, levels=levels(problem, chosen))

    return solved


def undominated(problem: Problem) -> list[int]:
    """The choices, ascending, for which no other one of their conflict is as good, better in comfort, and freer."""
    rows: list[set[int]] = [set() for _ in problem.choices]
    for number, row in enumerate(problem.binding):
        for index in row.members:
            rows[index].add(number)
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index, one in enumerate(problem.choices):
        alike[_worth(one)].append(index)
    return sorted(index for mine in alike.values() for index in _freest(problem, mine, rows))


def _worth(one: Choice) -> tuple[int, ...]:
    """All that counts before comfort."""
    return one.conflict, one.strand, one.first, one.value, one.keeps, one.agreed, one.cell, one.days


def _freest(problem: Problem, mine: list[int], rows: Sequence[set[int]]) -> list[int]:
    if len(mine) == 1:
        return mine
    mine.sort(key=lambda index: (-problem.choices[index].quality, -problem.choices[index].tie))
    kept: list[int] = []
    for index in mine:
        if not any(rows[other] <= rows[index] for other in kept):
            kept.append(index)
    return kept


def narrowed(problem: Problem, kept: Sequence[int]) -> Problem:
    """The same with these choices only, numbered anew."""
    place = {index: new for new, index in enumerate(kept)}
    rows = (
        Row(tuple(place[index] for index in row.members if index in place), row.capacity)
        for row in problem.rows
    )
    return replace(problem, choices=tuple(problem.choices[index] for index in kept), rows=tuple(rows))
