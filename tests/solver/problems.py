"""Small random Problems, and their solution by trying every set of choices."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

from syncd.core.planning.solving.problem import Choice, Problem, Row, conflicts_of, feasible, levels


def random_problem(seed: int, conflicts: int = 5) -> Problem:
    """Up to `conflicts` conflicts of fewer clients, up to four choices each, rows of every width and capacity."""
    dice = Random(seed)
    owners = [dice.randrange(max(1, conflicts - 1)) for _ in range(dice.randint(2, conflicts))]
    clients = {owner: place for place, owner in enumerate(sorted(set(owners)))}
    choices = []
    for conflict, owner in enumerate(owners):
        worth = dice.choice([10, 20, 20, 50])
        for _ in range(dice.randint(1, 4)):
            kind = dice.choice([10, 10, 6, 5])
            choices.append(
                Choice(conflict, clients[owner], worth * kind, int(dice.random() < 0.2), dice.randrange(5), 0)
            )
    choices = [
        replace(one, tie=dice.randrange(1 << 24), agreed=int(one.keeps and dice.random() < 0.5))
        for one in choices
    ]
    free = len(choices)
    choices += [  # what its client was offered already
        Choice(len(owners) + number, client, dice.choice([100, 200, 500]), 0, 0, 0, stands=1)
        for number, client in enumerate(clients.values())
        if dice.random() < 0.2
    ]
    rows = []
    for _ in range(dice.randint(1, 6)):
        members = tuple(sorted(dice.sample(range(free), dice.randint(2, min(6, free)))))
        rows.append(Row(members, dice.choice([1, 1, 1, 2])))
    tiers = tuple(dice.randrange(4) for _ in clients)
    forced = (dice.randrange(len(owners)),) if dice.random() < 0.1 else ()
    return Problem(tuple(choices), tiers, tuple(rows), forced)


def best_by_trying(problem: Problem) -> tuple[int, ...]:
    """The levels of the best feasible set of choices."""
    options = [[None, *mine] for mine in conflicts_of(problem).values()]
    every = ([one for one in combination if one is not None] for combination in product(*options))
    return max(levels(problem, chosen) for chosen in every if feasible(problem, chosen))


def odd_cycle(size: int = 5) -> Problem:
    """A ring of conflicts of which neighbours exclude each other: its linear relaxation is fractional."""
    choices = tuple(Choice(index, index, 10, 0, 1, 100 + index) for index in range(size))
    rows = tuple(Row(tuple(sorted((index, (index + 1) % size))), 1) for index in range(size))
    return Problem(choices, (2,) * size, rows)
