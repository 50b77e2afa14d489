"""Choices of which at most one may be taken, though no single row says so: a relaxation that halves them is cut off.

Of three choices, each two of which exclude each other by another row, a linear program takes half of each. One row
over the three is as true, and leaves it nothing to gain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from syncd.core.planning.solving.problem import ALONE, Problem, conflicts_of

_WHOLE = 1e-6  # nearer than this to 0 or 1 is whole
_OVER = 1e-4  # a clique taken more often than this beyond once is worth a row


class Cliques:
    """Which choices of a Problem exclude each other; worked out for those alone that are asked about."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: dict[int, frozenset[int]] = {}

    def broken(self, values: Sequence[float]) -> list[tuple[int, ...]]:
        """Cliques of choices that these values take more than once in all, each as large as it grows."""
        halves = {index: value for index, value in enumerate(values) if _WHOLE < value < 1 - _WHOLE}
        order = sorted(halves, key=lambda index: (-halves[index], index))
        cores = dict.fromkeys(self._joined(pair, order) for pair in self._pairs(order))
        heavy = (core for core in cores if sum(halves[index] for index in core) > 1 + _OVER)
        return list(dict.fromkeys(self._grown(core) for core in heavy))

    def _pairs(self, order: Sequence[int]) -> Iterator[tuple[int, int]]:
        for place, first in enumerate(order):
            near = self._excluded(first)
            yield from ((first, second) for second in order[place + 1 :] if second in near)

    def _grown(self, core: tuple[int, ...]) -> tuple[int, ...]:
        """With every further choice that excludes all of them: the more, the less is left to be halved later."""
        near = frozenset.intersection(*(self._excluded(index) for index in core))
        return self._joined(core, sorted(near))

    def _joined(self, core: tuple[int, ...], order: Iterable[int]) -> tuple[int, ...]:
        """These, and in this order whatever excludes all that were taken before."""
        taken, near = list(core), frozenset.intersection(*(self._excluded(index) for index in core))
        for index in order:
            if index in near:
                taken.append(index)
                near &= self._excluded(index)
        return tuple(sorted(taken))

    def _excluded(self, index: int) -> frozenset[int]:
        """The choices that may not be taken beside this one."""
        if index not in self._known:
            found = {other for group in self._groups[index] for other in group}
            self._known[index] = frozenset(found.union(self._in_no_bundle(index)) - {index})
        return self._known[index]

    def _in_no_bundle(self, index: int) -> Iterator[int]:
        one = self._problem.choices[index]
        allowed = self._problem.tables.get(one.strand, {})
        for cell, members in self._cells.get(one.strand, {}).items() if one.cell != ALONE else ():
            if (min(cell, one.cell), max(cell, one.cell)) not in allowed:
                yield from members

    @cached_property
    def _groups(self) -> Mapping[int, Sequence[Sequence[int]]]:
        """By choice the sets of which it is one and at most one may be taken."""
        once = [row.members for row in self._problem.rows if row.capacity == 1]
        found: dict[int, list[Sequence[int]]] = defaultdict(list)
        for members in (*conflicts_of(self._problem).values(), *once):
            for index in members:
                found[index].append(members)
        return found

    @cached_property
    def _cells(self) -> Mapping[int, Mapping[int, Sequence[int]]]:
        """By strand and cell, the choices that stand in it."""
        found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, one in enumerate(self._problem.choices):
            if one.cell != ALONE:
                found[one.strand][one.cell].append(index)
        return found
