"""Hours of the week as people write them: local wall-clock ranges per weekday, a zone makes them spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from syncd.core.time.spans import Span, days_of, local, midnight

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class ClockRange:
    """Wall-clock minutes of one day, [start, end); `end` may be 1440 (midnight)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse ranges that are empty or leave the day."""
        if not 0 <= self.start < self.end <= _DAY_MINUTES:
            raise ValueError(f"hours must start before they end, within one day: {self}")

    def on(self, day: date, zone: ZoneInfo) -> Span | None:
        """The absolute span on `day` in `zone`; None where a DST change swallows it whole."""
        start, end = _instant(day, self.start, zone), _instant(day, self.end, zone)
        return Span(start, end) if start < end else None

    def __str__(self) -> str:
        """`09:00-13:00`."""
        return f"{_clock(self.start)}-{_clock(self.end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    if minute == _DAY_MINUTES:
        return midnight(day + timedelta(days=1), zone)
    return local(day, time(minute // 60, minute % 60), zone)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Ranges for each weekday, Monday first, and days on which other ranges hold instead."""

    week: tuple[tuple[ClockRange, ...], ...]
    exceptions: tuple[tuple[date, tuple[ClockRange, ...]], ...] = ()  # pairs, so that a roster can be a key

    @classmethod
    def of(
        cls, week: tuple[tuple[ClockRange, ...], ...], exceptions: Mapping[date, tuple[ClockRange, ...]]
    ) -> WeeklyHours:
        """The same hours whatever order the days were written in."""
        return cls(week, tuple(sorted(exceptions.items())))

    def on(self, day: date) -> tuple[ClockRange, ...]:
        """The ranges that hold on `day`."""
        return next((hours for other, hours in self.exceptions if other == day), self.week[day.weekday()])

    def spans(self, window: Span, zone: ZoneInfo) -> tuple[Span, ...]:
        """All open time on the local days that `window` touches, clipped to it; sorted."""
        return _spans(self, window, zone)


@lru_cache(maxsize=4096)  # planning asks about the same weeks for each client, and anew for each remedy
def _spans(hours: WeeklyHours, window: Span, zone: ZoneInfo) -> tuple[Span, ...]:
    return tuple(_clipped(hours, window, zone))


def _clipped(hours: WeeklyHours, window: Span, zone: ZoneInfo) -> Iterable[Span]:
    for day in days_of(window, zone):
        for each in hours.on(day):
            span = each.on(day, zone)
            if span is not None and span.overlaps(window):
                yield Span(max(span.start, window.start), min(span.end, window.end))
