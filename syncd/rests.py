"""Places that failed to answer of late: each is left alone for a while that doubles."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST = 5.0  # seconds until a place that failed is asked again; twice as long each time
MOST = 600.0


@dataclass(slots=True)
class Rests:
    """How often each place failed since it answered, and until when it rests; by chance a little shorter, so that not
    all are asked again at once.
    """

    clock: Callable[[], float] = time.monotonic
    _failed: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def failed(self, place: str) -> None:
        """It did not answer."""
        failed = self._failed[place] = self._failed.get(place, 0) + 1
        wait = min(FIRST * 2 ** min(failed - 1, 10), MOST)
        self._until[place] = self.clock() + wait * random.uniform(0.5, 1.0)  # noqa: S311

    def answered(self, place: str) -> None:
        """It did."""
        self._failed.pop(place, None)
        self._until.pop(place, None)

    def resting(self, place: str) -> bool:
        """True while nothing is to be asked of it."""
        return self.clock() < self._until.get(place, 0.0)

    @property
    def failing(self) -> frozenset[str]:
        """Whoever failed and has not answered since, be its rest over."""
        return frozenset(self._until)
