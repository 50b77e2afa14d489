"""The ways of rescheduling that are compared, each a solver of the same Problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from syncd.core.planning.solving.greedy import (
    State,
    best_slot,
    by_rank,
    construct,
    least_blocking,
    solve_greedy,
)
from syncd.core.planning.solving.problem import Problem, Solution, Solve, components, conflicts_of, levels
from syncd.solver import solve_here

OURS = "syncd (exact)"
FALLBACK = "syncd (no solver)"


@dataclass(frozen=True)
class Method:
    """A name for the table, and how it solves; `dates` order the conflicts of a Problem by their original time."""

    name: str
    solve: Callable[[Problem, tuple[int, ...]], Solution] = field(repr=False)


def _built(
    problem: Problem, order: Callable[[Problem], Iterable[int]], pick: Callable[[State, list[int]], int]
) -> Solution:
    chosen = sorted(construct(problem, pick, order(problem)).placed.values())
    return Solution(tuple(chosen), levels(problem, chosen), proven=False)


def own_wish(state: State, choices: list[int]) -> int:
    """The slot a client likes best, whatever it costs others: their own hour and weekday."""
    every = state.problem.choices
    return max(choices, key=lambda one: (every[one].quality, every[one].value, every[one].tie))


def first_come(problem: Problem, _: tuple[int, ...]) -> Solution:
    """Clients book for themselves in the order in which they happen to read the mail."""

    def order(whole: Problem) -> list[int]:
        conflicts = list(conflicts_of(whole))
        return Random(len(whole.choices)).sample(conflicts, len(conflicts))

    return _built(problem, order, own_wish)


def calendar_order(problem: Problem, dates: tuple[int, ...]) -> Solution:
    """One after the other as they stand in the calendar, each into the best slot left."""
    return _built(problem, lambda whole: sorted(conflicts_of(whole), key=lambda key: dates[key]), best_slot)


def greedy_best(problem: Problem, _: tuple[int, ...]) -> Solution:
    """By rank, each into the best slot left: what a careful person does."""
    return _built(problem, by_rank, best_slot)


def greedy_least_blocking(problem: Problem, _: tuple[int, ...]) -> Solution:
    """By rank, each where it takes least from the others: the strong baseline. Part by part."""
    chosen: list[int] = []
    for part in components(problem):
        placed = construct(part.problem, least_blocking).placed.values()
        chosen.extend(part.indices[index] for index in placed)
    return Solution(tuple(sorted(chosen)), levels(problem, chosen), proven=False)


def _plain(solve: Solve) -> Callable[[Problem, tuple[int, ...]], Solution]:
    return lambda problem, _: solve(problem)


METHODS = (
    Method("first come, self-booked", first_come),
    Method("calendar order", calendar_order),
    Method("by rank, best slot", greedy_best),
    Method("by rank, least blocking", greedy_least_blocking),
    Method(FALLBACK, _plain(solve_greedy)),
    Method(OURS, _plain(solve_here)),
)
