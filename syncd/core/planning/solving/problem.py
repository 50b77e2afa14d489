"""What a solver gets and gives back: integers only, in canonical order, no calendar in sight.

A Problem asks for a set of choices, at most one per conflict, that keeps every row and is best level by level:

0. as many of the `forced` conflicts as possible (only asked by those who look for reasons),
1-4. for tier 0, 1, 2, 3 in turn: holds kept that the therapist was shown and agreed to, each times AGREED, and clients
   served (at least one choice): what was agreed goes to nobody but somebody of a tier above who would else have none,
5. weighted value: a client's choices sorted by value, best first, times 10, 6, 4, 3, 3 ... tenths,
6. choices that keep what is held already (`keeps`): a plan changes as little as possible,
7. quality of the slots,
8. tie: stable hashes, so that one plan is left whatever solver, seed or thread count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

TIERS = 4
AGREED = 1 << 10  # more than the clients of a tier: one hold that was agreed to outweighs them all
LATER = (10, 6, 4, 3)  # tenths that a client's 1st, 2nd, 3rd and every further make-up counts
VALUE_LEVEL = 1 + TIERS
LEVELS = VALUE_LEVEL + 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: whose it is, and what it adds to the levels. Values are never negative.

    `agreed`: it keeps a hold that the therapist was shown and agreed to. `stands`: it is no option but a make-up that
    its client has been offered already, in no row: what further ones are worth depends on it.
    """

    conflict: int
    client: int
    value: int
    keeps: int
    quality: int
    tie: int
    agreed: int = 0
    stands: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """At most `capacity` of these choices."""

    members: tuple[int, ...]
    capacity: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Choices in canonical order, the tier of each client (by its number), rows, and conflicts asked for first.

    That a conflict takes at most one choice is part of the Problem and stands in no row.
    """

    choices: tuple[Choice, ...]
    tiers: tuple[int, ...]
    rows: tuple[Row, ...]
    forced: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """The indices of the choices taken, sorted; the levels they reach; whether that is proven best."""

    chosen: tuple[int, ...]
    levels: tuple[int, ...]
    proven: bool
    note: str = ""


Solve = Callable[[Problem], Solution]


def levels(problem: Problem, chosen: Iterable[int]) -> tuple[int, ...]:
    """What a set of choices reaches on every level; the greater tuple is the better plan."""
    taken = [problem.choices[index] for index in chosen]
    values: dict[int, list[int]] = defaultdict(list)
    for choice in taken:
        values[choice.client].append(choice.value)
    tiers = [0] * TIERS
    for client in values:
        tiers[problem.tiers[client]] += 1
    for choice in taken:
        tiers[problem.tiers[choice.client]] += AGREED * choice.agreed
    forced = len(set(problem.forced) & {choice.conflict for choice in taken})
    return (
        forced,
        *tiers,
        sum(client_value(mine) for mine in values.values()),
        sum(choice.keeps for choice in taken),
        sum(choice.quality for choice in taken),
        sum(choice.tie for choice in taken),
    )


def client_value(values: Iterable[int]) -> int:
    """The weighted value of one client's choices: a second one counts for less than the first."""
    best_first = sorted(values, reverse=True)
    return sum(value * LATER[min(place, len(LATER) - 1)] for place, value in enumerate(best_first))


def feasible(problem: Problem, chosen: Iterable[int]) -> bool:
    """True when no conflict is served twice and every row holds."""
    taken = set(chosen)
    conflicts = [problem.choices[index].conflict for index in sorted(taken)]
    if len(conflicts) != len(set(conflicts)):
        return False
    return all(len(taken.intersection(row.members)) <= row.capacity for row in problem.rows)


def conflicts_of(problem: Problem) -> dict[int, list[int]]:
    """The choices of each conflict, by conflict number, ascending."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, choice in enumerate(problem.choices):
        found[choice.conflict].append(index)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Component:
    """A part that shares nothing with the rest, and the place of its choices in the whole."""

    problem: Problem
    indices: tuple[int, ...] = field(default=())


def components(problem: Problem) -> tuple[Component, ...]:
    """Split where no row, conflict or client reaches across; rows that cannot bind do not connect."""
    rows = binding(problem)
    owner = [choice.client for choice in problem.choices]
    parent = {client: client for client in owner}

    def root(client: int) -> int:
        while parent[client] != client:
            parent[client] = parent[parent[client]]
            client = parent[client]
        return client

    for group in (*conflicts_of(problem).values(), *(row.members for row in rows)):
        first, *others = {root(owner[index]) for index in group}
        for other in others:
            parent[other] = first
    members: dict[int, list[int]] = defaultdict(list)  # in order of their first choice
    for index, client in enumerate(owner):
        members[root(client)].append(index)
    row_sets: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        row_sets[root(owner[row.members[0]])].append(row)
    return tuple(_part(problem, members[key], row_sets[key]) for key in members)


def binding(problem: Problem) -> list[Row]:
    """The rows that more conflicts could fill than there is room for."""
    return [
        row
        for row in problem.rows
        if row.members and len({problem.choices[index].conflict for index in row.members}) > row.capacity
    ]


def _part(problem: Problem, indices: Sequence[int], rows: Sequence[Row]) -> Component:
    place = {index: new for new, index in enumerate(indices)}
    return Component(
        Problem(
            choices=tuple(problem.choices[index] for index in indices),
            tiers=problem.tiers,
            rows=tuple(Row(tuple(place[index] for index in row.members), row.capacity) for row in rows),
            forced=problem.forced,
        ),
        tuple(indices),
    )


def solve_apart(problem: Problem, solve: Solve) -> Solution:
    """Solve component by component and put the parts together; notes are kept once each."""
    chosen: list[int] = []
    proven, notes = True, []
    for part in components(problem):
        solution = solve(part.problem)
        chosen.extend(part.indices[index] for index in solution.chosen)
        proven = proven and solution.proven
        if solution.note and solution.note not in notes:
            notes.append(solution.note)
    return Solution(tuple(sorted(chosen)), levels(problem, chosen), proven, "; ".join(notes))


_FIELDS = attrgetter(*(each.name for each in fields(Choice)))


def to_json(problem: Problem) -> dict[str, Any]:
    """The Problem as plain lists of integers: choices as their fields stand."""
    return {
        "choices": [list(_FIELDS(one)) for one in problem.choices],
        "tiers": list(problem.tiers),
        "rows": [[row.capacity, *row.members] for row in problem.rows],
        "forced": list(problem.forced),
    }


def from_json(data: dict[str, Any]) -> Problem:
    """The Problem of `to_json`."""
    return Problem(
        choices=tuple(Choice(*row) for row in data["choices"]),
        tiers=tuple(data["tiers"]),
        rows=tuple(Row(tuple(members), capacity) for capacity, *members in data["rows"]),
        forced=tuple(data["forced"]),
    )
