"""What a solver gets and gives back: integers only, in canonical order, no calendar in sight.

A Problem asks for a set of choices, at most one per conflict, that keeps every row and is best level by level:

0. as many of the `forced` conflicts as possible (only asked by those who look for reasons),
1. where the Problem is `pinned`, choices that keep what is held already (`keeps`),
2-5. for tier 0: holds kept that the therapist was shown and agreed to; the sum over strands of the worth of their best
   choice by itself (everybody's first one); the sum of what they are worth together; days off the longest waits,
6-17. the same for tier 1, 2, 3,
18. `keeps` once more: a plan changes as little as possible,
19. quality of the slots,
20. tie: stable hashes, so that one plan is left whatever solver, seed or thread count.

A strand is what is worth something together: the choices of one client in one stretch between two contacts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from operator import attrgetter

TIERS = 4
ALONE = -1  # the cell of a choice whose worth is added to that of the others
PINNED_LEVEL = 1
TIER_LEVEL = 2  # where the levels of the first tier begin
PER_TIER = 4  # agreed, first, worth, days
KEEPS_LEVEL = TIER_LEVEL + PER_TIER * TIERS
LEVELS = KEEPS_LEVEL + 3


def first_level(tier: int) -> int:
    """The level of everybody's first one in a tier."""
    return TIER_LEVEL + PER_TIER * tier + 1


def worth_level(tier: int) -> int:
    """The level of what a tier's choices are worth together."""
    return first_level(tier) + 1


def days_level(tier: int) -> int:
    """The level of the days that a tier's choices take off the longest waits."""
    return worth_level(tier) + 1


def tier_of_level(level: int) -> int | None:
    """The tier that a level is about; None for all others."""
    tier = (level - TIER_LEVEL) // PER_TIER
    return tier if 0 <= tier < TIERS else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: whose it is, and what it adds to the levels. Nothing is negative.

    `strand`: with which others it is worth something. `cell`: its place in the bundles of its strand, or ALONE; `first`
    and `value` are what it is worth by itself, `days` what it takes off the longest part of the wait. `agreed`: it
    keeps a hold that the therapist was shown and agreed to.
    """

    conflict: int
    strand: int
    first: int
    value: int
    keeps: int
    quality: int
    tie: int
    agreed: int = 0
    cell: int = ALONE
    days: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """Cells of one strand, ascending, that may be taken together: the worth of their best one, and of all.

    `days` that they take off the longest part of the wait together.
    """

    cells: tuple[int, ...]
    first: int
    worth: int
    days: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """At most `capacity` of these choices."""

    members: tuple[int, ...]
    capacity: int


@dataclass(frozen=True)
class Problem:
    """Choices in canonical order, the tier of each strand (by its number), rows, and conflicts asked for first.

    That a conflict takes at most one choice is part of the Problem and stands in no row. `bundles` of each strand: the
    only sets of its cells that may be taken, every part of one among them; empty where its choices count each alone.
    `steps`: what a tenth of the burden is worth in each strand (0: not said).
    """

    choices: tuple[Choice, ...]
    tiers: tuple[int, ...]
    rows: tuple[Row, ...]
    forced: tuple[int, ...] = ()
    bundles: tuple[tuple[Bundle, ...], ...] = ()
    steps: tuple[int, ...] = ()
    pinned: bool = False

    def of_the_same(self, other: Problem) -> bool:
        """True where nothing differs but what is forced or pinned, as far as a look tells."""
        return (
            self.choices is other.choices
            and self.rows is other.rows
            and self.bundles is other.bundles
            and self.tiers is other.tiers
            and self.steps is other.steps
        )

    @cached_property
    def _hashed(self) -> int:
        return hash(tuple(self.__dict__[each.name] for each in fields(self)))

    def __hash__(self) -> int:  # asked for several times, and every choice is in it
        return self._hashed

    @cached_property
    def tables(self) -> Mapping[int, Mapping[tuple[int, ...], Bundle]]:
        """Bundles by strand and cells, of strands that have any."""
        return {
            strand: {one.cells: one for one in found} for strand, found in enumerate(self.bundles) if found
        }

    @cached_property
    def binding(self) -> tuple[Row, ...]:
        """The rows that more conflicts could fill than there is room for."""
        conflict = [choice.conflict for choice in self.choices].__getitem__
        return tuple(
            row for row in self.rows if row.members and len(set(map(conflict, row.members))) > row.capacity
        )


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
    strands: dict[int, list[Choice]] = defaultdict(list)
    for choice in taken:
        strands[choice.strand].append(choice)
    tiers = [[0, 0, 0, 0] for _ in range(TIERS)]
    for strand, mine in strands.items():
        tier = tiers[problem.tiers[strand]]
        first, worth, days = strand_worth(problem, strand, mine)
        tier[0] += sum(choice.agreed for choice in mine)
        tier[1] += first
        tier[2] += worth
        tier[3] += days
    keeps = sum(choice.keeps for choice in taken)
    return (
        len(set(problem.forced) & {choice.conflict for choice in taken}),
        keeps if problem.pinned else 0,
        *(level for tier in tiers for level in tier),
        keeps,
        sum(choice.quality for choice in taken),
        sum(choice.tie for choice in taken),
    )


def strand_worth(problem: Problem, strand: int, mine: Iterable[Choice]) -> tuple[int, int, int]:
    """What the choices taken in one strand are worth: the best by itself, and together; 0 where they may not be.

    And the days that they take off.
    """
    mine = list(mine)
    alone = [choice for choice in mine if choice.cell == ALONE]
    first = max((choice.first for choice in alone), default=0)
    worth, days = sum(choice.value for choice in alone), sum(choice.days for choice in alone)
    cells = cells_of(mine)
    if cells:
        bundle = problem.tables.get(strand, {}).get(cells)
        if bundle is None:
            return 0, 0, 0
        first, worth, days = max(first, bundle.first), worth + bundle.worth, days + bundle.days
    return first, worth, days


def cells_of(choices: Iterable[Choice]) -> tuple[int, ...]:
    """The cells that choices of one strand stand in, ascending."""
    return tuple(sorted(choice.cell for choice in choices if choice.cell != ALONE))


def feasible(problem: Problem, chosen: Iterable[int]) -> bool:
    """True when no conflict is served twice, every row holds and every strand's cells are a bundle."""
    taken = set(chosen)
    conflicts = [problem.choices[index].conflict for index in sorted(taken)]
    if len(conflicts) != len(set(conflicts)):
        return False
    strands: dict[int, list[Choice]] = defaultdict(list)
    for index in taken:
        strands[problem.choices[index].strand].append(problem.choices[index])
    for strand, mine in strands.items():
        cells = cells_of(mine)
        if cells and cells not in problem.tables.get(strand, {}):
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
    """Split where no row, conflict or strand reaches across; rows that cannot bind do not connect."""
    rows = problem.binding
    owner = [choice.strand for choice in problem.choices]
    parent = {client: client for client in owner}

    def root(client: int) -> int:
        while parent[client] != client:
            parent[client] = parent[parent[client]]
            client = parent[client]
        return client

    for group in (*conflicts_of(problem).values(), *(row.members for row in rows)):
        first, *others = {root(client) for client in set(map(owner.__getitem__, group))}
        for other in others:
            parent[other] = first
    members: dict[int, list[int]] = defaultdict(list)  # in order of their first choice
    for index, client in enumerate(owner):
        members[root(client)].append(index)
    row_sets: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        row_sets[root(owner[row.members[0]])].append(row)
    return tuple(_part(problem, members[key], row_sets[key]) for key in members)


def _part(problem: Problem, indices: Sequence[int], rows: Sequence[Row]) -> Component:
    """Conflicts and strands are numbered anew: the same part of another Problem is the same Component."""
    if len(indices) == len(problem.choices) and len(rows) == len(problem.rows) and _numbered_from_0(problem):
        return Component(problem, tuple(indices))
    place = {index: new for new, index in enumerate(indices)}
    mine = [problem.choices[index] for index in indices]
    conflicts = {key: new for new, key in enumerate(sorted({one.conflict for one in mine}))}
    strands = {key: new for new, key in enumerate(sorted({one.strand for one in mine}))}
    choices = (_numbered(one, conflicts[one.conflict], strands[one.strand]) for one in mine)
    return Component(
        Problem(
            choices=tuple(choices),
            tiers=tuple(problem.tiers[strand] for strand in strands),
            rows=tuple(Row(tuple(place[index] for index in row.members), row.capacity) for row in rows),
            forced=tuple(conflicts[one] for one in problem.forced if one in conflicts),
            bundles=tuple(problem.bundles[strand] for strand in strands) if problem.bundles else (),
            steps=tuple(problem.steps[strand] for strand in strands) if problem.steps else (),
            pinned=problem.pinned,
        ),
        tuple(indices),
    )


def _numbered_from_0(problem: Problem) -> bool:
    """True where every conflict and strand up to the last has a choice."""
    conflicts = {one.conflict for one in problem.choices}
    strands = {one.strand for one in problem.choices}
    return len(conflicts) == max(conflicts) + 1 and len(strands) == max(strands) + 1 == len(problem.tiers)


def _numbered(one: Choice, conflict: int, strand: int) -> Choice:
    same = one.conflict == conflict and one.strand == strand
    return one if same else Choice(conflict, strand, *_FIELDS(one)[2:])


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
