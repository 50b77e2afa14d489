"""How near to each other a client's contacts may lie: how far two are apart, and no three in nine days.

Days are calendar days in the therapist's zone, intervals half days, as in `continuity`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from syncd.core.model import Tier
from syncd.core.planning.request import NEXT_DAY

_WEEK = 7
_DAY = timedelta(days=1)
_LEAST, _MOST = 1, 4  # days that a make-up takes off the wait at least, where that is "auto"
_WITHIN, _MEETINGS = 9, 2  # so many days hold so many contacts at most
RARELY = 12  # half days: whoever comes that rarely or more so is not to come three times in nine days


def least_gain(interval: int, tier: Tier) -> timedelta:
    """A share of the usual interval, one to four days; one day for clients in crisis and protected ones."""
    if tier is Tier.CRISIS:
        return _LEAST * _DAY
    return min(_MOST * _DAY, max(_LEAST * _DAY, interval * _DAY / _WEEK))  # interval / 3.5, from half days


def distance(days: timedelta, tier: Tier) -> timedelta:
    """In hours; in crisis one day is from one day to the next, be it four hours earlier on the clock."""
    return NEXT_DAY if days == _DAY and tier is Tier.CRISIS else days


def crowded(interval: int, tier: Tier) -> bool:
    """True where three contacts in nine days are one too many: not in crisis, nor for those who come more often."""
    return interval >= RARELY and tier is not Tier.CRISIS


@dataclass(frozen=True, slots=True)
class Spacing:
    """The days on which a client who comes weekly or more rarely comes anyway (`met`, ascending)."""

    met: tuple[int, ...]

    def beside(self, days: Iterable[int]) -> Spacing:
        """The same with make-ups on these days."""
        return Spacing(tuple(sorted({*self.met, *days})))

    def crowds(self, day: int) -> bool:
        """True where with this day there would be three in nine days."""
        return any(first <= day < first + _WITHIN and left <= 0 for first, left in self._windows((day,)))

    def windows(self, days: Iterable[int]) -> Iterator[tuple[range, int]]:
        """Nine days each, and how many of `days` may be taken in them: where these hold, they hold everywhere."""
        for first, left in self._windows(days):
            yield range(first, first + _WITHIN), left

    def _windows(self, days: Iterable[int]) -> Iterator[tuple[int, int]]:
        """The first day of each, and what is left in it beside the days on which they come anyway."""
        for first in sorted({*self.met, *days}):
            taken = bisect_left(self.met, first + _WITHIN) - bisect_left(self.met, first)
            yield first, _MEETINGS - taken
