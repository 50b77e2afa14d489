"""A colleague keeps their pauses with all places together: solved, looked at, solved again without what was too much.

Rows of sessions that could get too long are more than can be listed; those that a best plan makes are few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncd.core.planning.limits.in_a_row import PAUSE, Met
from syncd.core.planning.limits.occupancy import Load
from syncd.core.planning.solving.cover_places import Place
from syncd.core.planning.solving.problem import Problem, Row, Solution, Solve, levels
from syncd.core.time.minutes import Minutes, day_number

ROUNDS = 40  # after which what is too much is left out as it comes, and nothing is proven


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of a colleague: what stands there, and each place that has a time on it, by its index."""

    load: Load
    standing: tuple[Met, ...]
    times: Mapping[int, Met]


def solved_with_pauses(
    problem: Problem, places: Sequence[Place], loads: Mapping[str, Load], solve: Solve
) -> Solution:
    """The best solution in which no row of sessions gets longer than its colleague's `max_in_a_row`.

    What is left out never belongs to a solution that keeps the pauses, so the first one that does is the best.
    """
    each = tuple(_days(places, loads))
    solution = solve(problem)
    for _ in range(ROUNDS):
        more = {row for day in each for row in _too_much(day, solution.chosen)}
        if not more:
            return solution
        problem = replace(problem, rows=(*problem.rows, *sorted(more, key=lambda row: row.members)))
        solution = solve(problem)
    return _without(problem, each, solution)


def _without(problem: Problem, each: Iterable[_Day], solution: Solution) -> Solution:
    """The same, less one place of each row that is too long."""
    chosen = set(solution.chosen)
    for day in each:
        while more := next(_too_much(day, sorted(chosen)), None):
            chosen.remove(max(chosen.intersection(more.members)))
    left = tuple(sorted(chosen))
    return Solution(left, levels(problem, left), proven=False, note=solution.note)


def _days(places: Sequence[Place], loads: Mapping[str, Load]) -> Iterator[_Day]:
    times: dict[tuple[str, int], dict[int, Met]] = defaultdict(dict)
    for index, one in enumerate(places):
        zone = loads[one.therapist].time.therapist.zone
        for start in one.times:
            times[one.therapist, day_number(start, zone)][index] = Met(start, start + one.length)
    for (therapist, day), mine in sorted(times.items()):
        yield _Day(loads[therapist], loads[therapist].met.get(day, ()), mine)


def _too_much(day: _Day, chosen: Iterable[int]) -> Iterator[Row]:
    """For each row of sessions that these make too long: not all of its new ones, nor others that fill their time."""
    fresh = {day.times[index] for index in chosen if index in day.times}
    for window in _windows(sorted({*day.standing, *fresh}), day.load.time.rules.max_in_a_row):
        cores = _cores([(one, one in fresh) for one in window])
        if len(cores) > 1:
            members = (
                index
                for index, one in sorted(day.times.items())
                if any(one.start <= low and high <= one.end for low, high in cores)
            )
            yield Row(tuple(members), len(cores) - 1)


def _windows(met: Sequence[Met], most: int) -> Iterator[tuple[Met, ...]]:
    """Each run of one session more than there may be, without a pause of `PAUSE` between two of them."""
    row: list[Met] = []
    for one in met:
        if row and one.start - max(each.end for each in row) >= PAUSE:
            row = []
        row.append(one)
        if len(row) > most:
            yield tuple(row[-most - 1 :])


def _cores(window: Sequence[tuple[Met, bool]]) -> list[Minutes]:
    """The part of each new session that is enough to leave no pause: whatever fills it makes the row as long.

    What is left of a pause is shared by two new ones; on its outer side a session need not reach anywhere.
    """
    low = [one.start for one, _ in window]
    high = [one.end for one, _ in window]
    last = 0  # what ends last so far
    for at in range(1, len(window)):
        one, new = window[at]
        before, fresh = window[last]
        spare = PAUSE - 1 - (one.start - before.end)
        halves = 2 if new and fresh else 1
        low[at] += min(spare // halves, _half(one)) if new else 0
        high[last] -= min(spare // halves, _half(before)) if fresh else 0
        last = at if one.end >= before.end else last
    low[0], high[-1] = high[0] - 1, low[-1] + 1
    return [(low[at], high[at]) for at, (_, new) in enumerate(window) if new]


def _half(one: Met) -> int:
    return (one.end - one.start - 1) // 2
