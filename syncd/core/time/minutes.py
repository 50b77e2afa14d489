"""Instants and spans as whole minutes since 1970 (UTC): compared and counted by the hundred thousand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from syncd.core.time.spans import Span, day_span

Minutes = tuple[int, int]  # [start, end)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 1440
_HALF_HOUR = 30  # clocks change at full or half hours
_MONDAY = 3  # 1970-01-01 was a Thursday
_FAR = 1 << 62


def minute_of(moment: datetime) -> int:
    """Whole minutes since 1970 in UTC, rounded down; TypeError for a naive moment."""
    return (moment - _EPOCH) // _MINUTE


def instant(minute: int) -> datetime:
    """The instant of a minute count."""
    return _EPOCH + minute * _MINUTE


def minutes_of(span: Span) -> Minutes:
    """A span in whole minutes, rounded outwards."""
    return minute_of(span.start), -((_EPOCH - span.end) // _MINUTE)


def inner_minutes(span: Span) -> Minutes | None:
    """The whole minutes that lie inside a span; None where there are none."""
    start, end = -((_EPOCH - span.start) // _MINUTE), minute_of(span.end)
    return (start, end) if start < end else None


def length_of(duration: timedelta) -> int:
    """A duration in whole minutes, rounded up, at least one."""
    return max(1, -(-duration // _MINUTE))


def span_of_minutes(start: int, end: int) -> Span:
    """The span of a pair of minute counts."""
    return Span(instant(start), instant(end))


def local_minute(minute: int, zone: ZoneInfo) -> int:
    """The wall-clock minute count of an instant: // 1440 is its local day number, % 1440 its time of day."""
    return minute + _offset(minute // _HALF_HOUR, zone)


@lru_cache(maxsize=1 << 16)
def _offset(half_hour: int, zone: ZoneInfo) -> int:
    shown = instant(half_hour * _HALF_HOUR).astimezone(zone)
    return (shown.utcoffset() or timedelta()) // _MINUTE


def day_number(minute: int, zone: ZoneInfo) -> int:
    """The local day of an instant, counted from 1970-01-01."""
    return local_minute(minute, zone) // _DAY_MINUTES


def week_number(day: int) -> int:
    """The week of a day number, weeks beginning on Monday."""
    return (day + _MONDAY) // 7


def day_minutes(day: int, zone: ZoneInfo) -> Minutes:
    """A whole local day as minutes."""
    return minutes_of(day_span(date.fromordinal(_EPOCH.toordinal() + day), zone))


def merged(spans: Iterable[Minutes]) -> list[Minutes]:
    """Sorted and disjoint; touching ones joined."""
    joined: list[Minutes] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def hits(wall: Sequence[Minutes], start: int, end: int) -> bool:
    """True when [start, end) overlaps a sorted, disjoint wall."""
    place = bisect_right(wall, (end - 1, _FAR)) - 1
    return place >= 0 and wall[place][1] > start


def first_hits(walls: Iterable[Sequence[Minutes]], starts: Sequence[int], length: int) -> list[int | None]:
    """For each [start, start + length) the number of the first wall that it overlaps; None where it overlaps none.

    Starts are sorted, each wall is sorted and disjoint: the same as asking `hits` wall by wall, for all starts at once.
    """
    found: list[int | None] = [None] * len(starts)
    for number, wall in enumerate(walls):
        for low, high in wall:
            for place in range(bisect_right(starts, low - length), bisect_left(starts, high)):
                if found[place] is None:
                    found[place] = number
    return found


def without(spans: Iterable[Minutes], holes: Iterable[Minutes]) -> list[Minutes]:
    """What is left of the spans when the holes are cut out."""
    cuts = [(-_FAR, -_FAR), *merged(holes), (_FAR, _FAR)]
    gaps = [(before[1], after[0]) for before, after in pairwise(cuts)]
    left = []
    for start, end in merged(spans):
        first = max(0, bisect_right(gaps, (start, _FAR)) - 1)
        for low, high in gaps[first:]:
            if low >= end:
                break
            if max(low, start) < min(high, end):
                left.append((max(low, start), min(high, end)))
    return left
