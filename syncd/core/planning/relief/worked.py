"""What was worked out once: several plannings of nearly the same differ in one client, or in one rule."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

_T = TypeVar("_T")

KEPT = 8  # of one thing: as it is planned, and as the latest changes would have it
_Known = tuple[tuple[object, ...], Any]  # what it rests on, and what came of it


@dataclass(frozen=True, slots=True)
class Worked:
    """Results by what they are of, each with everything that it rests on: where that is the same, so are they."""

    _known: dict[Hashable, deque[_Known]] = field(
        default_factory=lambda: defaultdict(partial(deque[_Known], maxlen=KEPT))
    )

    def out(self, what: Hashable, rests_on: tuple[object, ...], make: Callable[[], _T]) -> _T:
        """What `make` gives; it is asked only where nothing is known that rests on the same."""
        known = self._known[what]
        for before, found in known:
            if before == rests_on:
                result: _T = found
                return result
        made = make()
        known.append((rests_on, made))
        return made
