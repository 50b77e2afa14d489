"""The fallback without a solver: by rank into the least-blocking choice, then a local search of fixed work.

Never proven best, always feasible, the same for the same Problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from syncd.core.planning.solving.problem import (
    ALONE,
    Problem,
    Solution,
    components,
    conflicts_of,
    feasible,
    levels,
)

STEPS = 500  # of local search, per component
NOTE = "planned without the exact solver: a good plan, not proven best"
_SHARE = 10_000
_MULTIPLIER, _INCREMENT, _MODULUS = 6364136223846793005, 1442695040888963407, 1 << 64

Pick = Callable[["State", list[int]], int]


@dataclass(slots=True)
class State:
    """A set of choices under construction, with what every row has left."""

    problem: Problem
    rows_of: list[list[int]]
    left: list[int]
    options: dict[int, list[int]]
    placed: dict[int, int] = field(default_factory=dict)  # conflict -> choice
    cells: dict[int, set[int]] = field(default_factory=dict)  # strand -> cells taken

    @classmethod
    def empty(cls, problem: Problem) -> State:
        """Nothing chosen yet."""
        rows_of: list[list[int]] = [[] for _ in problem.choices]
        for number, row in enumerate(problem.rows):
            for index in row.members:
                rows_of[index].append(number)
        return cls(problem, rows_of, [row.capacity for row in problem.rows], conflicts_of(problem))

    def free(self, index: int) -> bool:
        """True when every row has room for the choice, and its strand for its cell."""
        left = self.left
        return all(left[row] > 0 for row in self.rows_of[index]) and self._joins(index)

    def _joins(self, index: int) -> bool:
        choice = self.problem.choices[index]
        if choice.cell == ALONE:
            return True
        taken = self.cells.get(choice.strand, set())
        wider = tuple(sorted({*taken, choice.cell}))
        return choice.cell not in taken and wider in self.problem.tables.get(choice.strand, {})

    def open(self, conflict: int) -> list[int]:
        """The choices of a conflict that fit now."""
        return [index for index in self.options[conflict] if self.free(index)]

    def take(self, index: int) -> None:
        """Choose; the conflict has no other choice and every row has room."""
        choice = self.problem.choices[index]
        self.placed[choice.conflict] = index
        if choice.cell != ALONE:
            self.cells.setdefault(choice.strand, set()).add(choice.cell)
        for row in self.rows_of[index]:
            self.left[row] -= 1

    def drop(self, conflict: int) -> None:
        """Take a conflict's choice back."""
        index = self.placed.pop(conflict)
        choice = self.problem.choices[index]
        self.cells.get(choice.strand, set()).discard(choice.cell)
        for row in self.rows_of[index]:
            self.left[row] += 1

    def make_room(self, index: int) -> None:
        """Drop whatever stands in the way of a choice, the least valuable first."""
        mine = self.problem.choices[index].conflict
        if mine in self.placed:
            self.drop(mine)
        for row in self.rows_of[index]:
            while self.left[row] < 1:
                members = set(self.problem.rows[row].members)
                rivals = [one for one in self.placed.values() if one in members]
                if not rivals:
                    return
                self.drop(self.problem.choices[min(rivals, key=self._weakest)].conflict)
        strand = self.problem.choices[index].strand
        while not self._joins(index):
            others = [one for one in self.placed.values() if self.problem.choices[one].strand == strand]
            if not others:
                return
            self.drop(self.problem.choices[min(others, key=self._weakest)].conflict)

    def _weakest(self, index: int) -> tuple[int, int, int]:
        return (-self._tier(index), self.problem.choices[index].value, index)

    def _tier(self, index: int) -> int:
        return self.problem.tiers[self.problem.choices[index].strand]

    def solution(self, note: str = "") -> Solution:
        """What has been chosen so far."""
        chosen = tuple(sorted(self.placed.values()))
        return Solution(chosen, levels(self.problem, chosen), proven=False, note=note)


def solve_greedy(problem: Problem, steps: int = STEPS) -> Solution:
    """The fallback solver: construction and local search, component by component."""
    chosen: list[int] = []
    for part in components(problem):
        state = construct(part.problem, least_blocking)
        improve(state, steps)
        chosen.extend(part.indices[index] for index in state.placed.values())
    ordered = tuple(sorted(chosen))
    assert feasible(problem, ordered)  # noqa: S101 - a plan that breaks a rule must never leave here
    return Solution(ordered, levels(problem, ordered), proven=False, note=NOTE)


def construct(problem: Problem, pick: Pick, order: Iterable[int] | None = None) -> State:
    """Place conflict after conflict, in `order` or by rank, each into the choice that `pick` names."""
    state = State.empty(problem)
    for conflict in by_rank(problem) if order is None else order:
        choices = state.open(conflict)
        if choices and conflict not in state.placed:
            state.take(pick(state, choices))
    return state


def by_rank(problem: Problem) -> Iterator[int]:
    """Conflicts by tier and worth; each strand's first make-up before anybody's second of the same tier or later.

    Where the Problem is pinned what is held comes before all; in its tier what is agreed comes with the first.
    """
    best: dict[int, int] = {}
    owner: dict[int, int] = {}
    held = {one.conflict for one in problem.choices if one.keeps and problem.pinned}
    agreed = {one.conflict for one in problem.choices if one.agreed}
    for choice in problem.choices:
        best[choice.conflict] = max(choice.value, best.get(choice.conflict, 0))
        owner[choice.conflict] = choice.strand
    tier = {key: problem.tiers[owner[key]] for key in best}
    ordered = sorted(best, key=lambda key: (key not in held, tier[key], key not in agreed, -best[key], key))
    rounds: dict[int, int] = {}
    turn = {}
    for conflict in ordered:
        turn[conflict] = rounds.get(owner[conflict], 0)
        rounds[owner[conflict]] = turn[conflict] + 1
    yield from sorted(ordered, key=lambda key: 0 if key in agreed | held else min(turn[key], 1))


def best_slot(state: State, choices: list[int]) -> int:
    """The most valuable choice, then the best slot: what a person does."""
    every = state.problem.choices
    return max(
        choices,
        key=lambda one: (
            every[one].keeps if state.problem.pinned else 0,
            every[one].agreed,
            every[one].value,
            every[one].days,
            every[one].keeps,
            every[one].quality,
            every[one].tie,
        ),
    )


def least_blocking(state: State, choices: list[int]) -> int:
    """The choice that takes least from those who are still to be placed, the share of what each has left."""
    every = state.problem.choices
    shares: dict[int, int] = {}

    def share(conflict: int) -> int:
        if conflict not in shares:
            shares[conflict] = _SHARE // max(1, len(state.open(conflict)))
        return shares[conflict]

    def blocked(one: int) -> int:
        rows = [state.problem.rows[row] for row in state.rows_of[one] if state.left[row] == 1]
        hit = {index for row in rows for index in row.members}
        mine = every[one].conflict
        rivals = (index for index in hit if every[index].conflict != mine)
        return sum(
            share(every[i].conflict)
            for i in rivals
            if every[i].conflict not in state.placed and state.free(i)
        )

    def order(one: int) -> tuple[int, int, int, int, int, int]:
        choice = every[one]
        return (-choice.agreed, -choice.value, blocked(one), -choice.keeps, -choice.quality, -choice.tie)

    best = max((every[one].agreed, every[one].value) for one in choices)
    return min((one for one in choices if (every[one].agreed, every[one].value) == best), key=order)


def improve(state: State, steps: int) -> None:
    """Local search: put one conflict somewhere at all cost, mend the rest, keep what is not worse."""
    conflicts = sorted(state.options)
    if not conflicts:
        return
    order = list(by_rank(state.problem))
    best = levels(state.problem, state.placed.values())
    chance = _numbers(len(state.problem.choices))
    for _ in range(steps):
        before = dict(state.placed)
        missing = [key for key in order if key not in state.placed]
        pool = missing if missing and next(chance) % 2 else conflicts
        conflict = pool[next(chance) % len(pool)]
        mine = state.options[conflict]
        choice = mine[next(chance) % len(mine)]
        state.make_room(choice)
        if state.free(choice):
            state.take(choice)
        mend(state, order)
        now = levels(state.problem, state.placed.values())
        if now < best:
            _restore(state, before)
        else:
            best = now


def mend(state: State, order: Iterable[int]) -> None:
    """Place whoever still fits, in this order, each into the best slot that is left."""
    for conflict in order:
        if conflict not in state.placed:
            choices = state.open(conflict)
            if choices:
                state.take(best_slot(state, choices))


def _restore(state: State, before: dict[int, int]) -> None:
    for conflict in list(state.placed):
        if before.get(conflict) != state.placed[conflict]:
            state.drop(conflict)
    for conflict, index in before.items():
        if conflict not in state.placed:
            state.take(index)


def _numbers(seed: int) -> Iterator[int]:
    """A fixed sequence of numbers that look random: the same for the same Problem."""
    state = seed + 1
    while True:
        state = (state * _MULTIPLIER + _INCREMENT) % _MODULUS
        yield state >> 33
