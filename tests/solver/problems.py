"""Small random Problems, and their solution by trying every set of choices."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from random import Random

from syncd.core.planning.solving.problem import (
    ALONE,
    Bundle,
    Choice,
    Problem,
    Row,
    conflicts_of,
    feasible,
    levels,
)


def random_problem(seed: int, conflicts: int = 5) -> Problem:
    """Up to `conflicts` conflicts of fewer strands, up to four choices each, rows of every width and capacity."""
    dice = Random(seed)
    owners = [dice.randrange(max(1, conflicts - 1)) for _ in range(dice.randint(2, conflicts))]
    strands = {owner: place for place, owner in enumerate(sorted(set(owners)))}
    together = [dice.random() < 0.6 for _ in strands]
    choices = []
    for conflict, owner in enumerate(owners):
        worth = dice.choice([10, 20, 20, 50])
        for _ in range(dice.randint(1, 4)):
            value = worth * dice.choice([10, 10, 6, 5])
            strand = strands[owner]
            cell = dice.randrange(4) if together[strand] and dice.random() < 0.9 else ALONE
            keeps = int(dice.random() < 0.2)
            agreed = int(keeps and dice.random() < 0.5)
            first = dice.choice([value, value, value // 2, 0])
            tie, quality = dice.randrange(1 << 24), dice.randrange(5)
            days = dice.choice([0, 0, 2, 5])
            choices.append(Choice(conflict, strand, first, value, keeps, quality, tie, agreed, cell, days))
    rows = []
    for _ in range(dice.randint(1, 6)):
        members = tuple(sorted(dice.sample(range(len(choices)), dice.randint(2, min(6, len(choices))))))
        rows.append(Row(members, dice.choice([1, 1, 1, 2])))
    tiers = tuple(dice.randrange(4) for _ in strands)
    forced = (dice.randrange(len(owners)),) if dice.random() < 0.1 else ()
    bundles = tuple(_bundles(dice) if several else () for several in together)
    return Problem(tuple(choices), tiers, tuple(rows), forced, bundles, pinned=dice.random() < 0.2)


def _bundles(dice: Random) -> tuple[Bundle, ...]:
    """Sets of up to three of four cells: every part of one is one, and worth less."""
    worth: dict[tuple[int, ...], int] = {(cell,): dice.choice([50, 100, 200, 500]) for cell in range(4)}
    for size in (2, 3):
        for cells in combinations(range(4), size):
            parts = list(combinations(cells, size - 1))
            if all(part in worth for part in parts) and dice.random() < 0.6:
                worth[cells] = max(worth[part] for part in parts) + dice.choice([10, 50, 100])
    return tuple(
        Bundle(cells, max(worth[(cell,)] for cell in cells), worth[cells], dice.choice([0, 3, 4]))
        for cells in sorted(worth, key=lambda one: (len(one), one))
    )


def best_by_trying(problem: Problem) -> tuple[int, ...]:
    """The levels of the best feasible set of choices."""
    options = [[None, *mine] for mine in conflicts_of(problem).values()]
    every = ([one for one in combination if one is not None] for combination in product(*options))
    return max(levels(problem, chosen) for chosen in every if feasible(problem, chosen))


def odd_cycle(size: int = 5) -> Problem:
    """A ring of conflicts of which neighbours exclude each other: its linear relaxation is fractional."""
    choices = tuple(Choice(index, index, 10, 10, 0, 1, 100 + index) for index in range(size))
    rows = tuple(Row(tuple(sorted((index, (index + 1) % size))), 1) for index in range(size))
    return Problem(choices, (2,) * size, rows)


def moved_on(problem: Problem, conflicts: int) -> tuple[Choice, ...]:
    """The choices again as those of other conflicts and strands."""
    return tuple(
        replace(one, conflict=one.conflict + conflicts, strand=one.strand + len(problem.tiers))
        for one in problem.choices
    )
