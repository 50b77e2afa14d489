"""Waits that public holidays make longer: nobody's leave, and yet a time beside them helps as any other does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

Days = tuple[int, int]  # from one contact to the next, counted from 1970-01-01

_EPOCH = date(1970, 1, 1).toordinal()
_WEEK = 7


def holiday_waits(points: Sequence[int], holidays: Iterable[date], interval: int) -> tuple[Days, ...]:
    """The waits between these days that are longer than `interval` (half days) for public holidays alone.

    `points` are contacts and displaced sessions, sorted. A holiday counts on a weekday on which they come. Mondays and
    Thursdays lie three and four days apart, so that one day over the usual interval is still theirs.
    """
    weekdays = {day % _WEEK for day in points}
    closed = sorted(day for one in holidays if (day := one.toordinal() - _EPOCH) % _WEEK in weekdays)
    return tuple(wait for wait in pairwise(points) if _for_holidays(wait, closed, interval))


def _for_holidays(wait: Days, closed: Iterable[int], interval: int) -> bool:
    """True where they would come at their interval, had they come on the closed days inside the wait, too."""
    inside = [day for day in closed if wait[0] < day < wait[1]]
    longest = max(later - earlier for earlier, later in pairwise((wait[0], *inside, wait[1])))
    return bool(inside) and 2 * (wait[1] - wait[0]) > interval >= 2 * (longest - 1)


def touching(waits: Iterable[Days], low: int, high: int) -> Iterator[int]:
    """How long each of these waits is that reaches into the days from `low` to `high`."""
    return (end - start for start, end in waits if start < high and low < end)
