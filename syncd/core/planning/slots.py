"""Where in time a therapist could see a client: open hours less what is taken, on a wall-clock grid.

Instants are whole minutes since 1970 (UTC) in here: they are compared and counted by the hundred thousand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model.unplaced import Rule
from syncd.core.time.hours import WeeklyHours
from syncd.core.time.minutes import (
    Minutes,
    first_hits,
    inner_minutes,
    length_of,
    minute_of,
    minutes_of,
    span_of_minutes,
    without,
)
from syncd.core.time.spans import Span, aware, day_span, days_of, local, subtract, union

_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Openings:
    """When one therapist could work: hours, those reserved for rescheduling, those opened by `#makeup`.

    `reserved_only`: the ordinary hours do not count. Opened hours hold on holidays and year ends too, none in leave.
    """

    zone: ZoneInfo
    hours: WeeklyHours
    reserved: WeeklyHours | None = None
    reserved_only: bool = False
    opened: tuple[Span, ...] = ()
    holidays: frozenset[date] = frozenset()
    leave: tuple[Span, ...] = ()

    def spans(self, window: Span) -> tuple[Span, ...]:
        """All open time inside `window`, leave cut out; sorted, disjoint."""
        free = (*self._ordinary(window), *self._reserved(window))
        shut = {*self.holidays, *self.year_ends(window)}
        workable = subtract(free, (day_span(day, self.zone) for day in sorted(shut)))
        within = [piece for span in self.opened if (piece := _clip(span, window))]
        return subtract(union((*workable, *within)), self.leave)

    def year_ends(self, window: Span) -> frozenset[date]:
        """The days inside `window` on which nothing is offered unless opened: 24 and 31 December."""
        return frozenset(
            day for day in days_of(window, self.zone) if (day.month, day.day) in {(12, 24), (12, 31)}
        )

    def preferred(self, window: Span) -> tuple[Span, ...]:
        """The part of it that was set aside for make-ups: reserved and opened hours."""
        within = [piece for span in self.opened if (piece := _clip(span, window))]
        return union((*self._reserved(window), *within))

    def begins(self) -> set[int]:
        """The minutes of the day at which some range of hours begins."""
        weeks = [weekly for weekly in (self.hours, self.reserved) if weekly]
        days = [day for weekly in weeks for day in (*weekly.week, *dict(weekly.exceptions).values())]
        return {hours.start for day in days for hours in day}

    def _ordinary(self, window: Span) -> tuple[Span, ...]:
        return () if self.reserved_only else self.hours.spans(window, self.zone)

    def _reserved(self, window: Span) -> tuple[Span, ...]:
        return self.reserved.spans(window, self.zone) if self.reserved else ()


@dataclass(frozen=True, slots=True)
class Occupied:
    """Time that is taken, and what has to stay free around it; `pad` None means the therapist's buffer."""

    span: Span
    pad: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """The starts that are free, how many others each rule took, and the free time they lie in."""

    starts: tuple[int, ...]
    killed: Mapping[Rule, int]
    stretches: tuple[Minutes, ...] = field(default=())


def survey(
    openings: Openings,
    walls: Mapping[Rule, Sequence[Minutes]],
    window: Span,
    *,
    duration: timedelta,
    grid: timedelta,
    clocks: Iterable[int] = (),
) -> Survey:
    """Sort all starts in open time into free ones and those that a wall of a rule takes, first rule first.

    Starts lie on the wall-clock grid of the therapist's zone, where a range of hours begins, and at the
    minutes of the day in `clocks` (the hours that clients are used to). Walls are sorted and disjoint.
    """
    length = length_of(duration)
    open_time = [inner for span in openings.spans(window) if (inner := inner_minutes(span))]
    minutes = sorted({*range(0, _DAY_MINUTES, max(1, grid // _MINUTE)), *openings.begins(), *clocks})
    starts = _starts(openings.zone, open_time, length, minutes)
    killed: Counter[Rule] = Counter()
    shut = {
        Rule.LEAVE: _shut_leave(openings, window),
        Rule.HOLIDAY: _shut_days(openings, openings.holidays, window, open_time),
        Rule.YEAR_END: _shut_days(
            openings, openings.year_ends(window) - openings.holidays, window, open_time
        ),
    }
    for rule, closed in shut.items():
        if closed:
            killed[rule] += len(_starts(openings.zone, closed, length, minutes))
    free = []
    asked = [(rule, walls[rule]) for rule in Rule if walls.get(rule)]
    for start, struck in zip(starts, first_hits([wall for _, wall in asked], starts, length), strict=True):
        if struck is None:
            free.append(start)
        else:
            killed[asked[struck][0]] += 1
    return Survey(tuple(free), killed, tuple(without(open_time, [w for _, wall in asked for w in wall])))


def _shut_leave(openings: Openings, window: Span) -> list[Minutes]:
    """Open time that leave alone takes."""
    hours = openings.hours.spans(window, openings.zone)
    return [minutes_of(span) for leave in openings.leave for one in hours if (span := _clip(one, leave))]


def _shut_days(
    openings: Openings, shut_days: Iterable[date], window: Span, open_time: Sequence[Minutes]
) -> list[Minutes]:
    """Open time that these days alone take."""
    days = [day_span(day, openings.zone) for day in sorted(shut_days)]
    hours = openings.hours.spans(window, openings.zone)
    shut = [minutes_of(span) for day in days for one in hours if (span := _clip(one, day))]
    return without(shut, open_time)


def _clip(span: Span, window: Span) -> Span | None:
    start, end = max(span.start, window.start), min(span.end, window.end)
    return Span(start, end) if start < end else None


def _starts(zone: ZoneInfo, stretches: Sequence[Minutes], length: int, minutes: Sequence[int]) -> list[int]:
    """All starts that fit into the stretches; a wall-clock time that DST skips moves forward."""
    days: dict[date, list[int]] = {}
    found: set[int] = set()
    for start, end in stretches:
        if start + length > end:
            continue
        for day in days_of(span_of_minutes(start, end), zone):
            if day not in days:
                days[day] = _clock_starts(day, minutes, zone)
            found.update(at for at in days[day] if start <= at <= end - length)
    return sorted(found)


def _clock_starts(day: date, minutes: Sequence[int], zone: ZoneInfo) -> list[int]:
    midnight = minute_of(local(day, time(0), zone))
    following = minute_of(local(day + timedelta(days=1), time(0), zone))
    if following - midnight == _DAY_MINUTES:  # no change of the clocks: plain arithmetic
        return [midnight + minute for minute in minutes]
    return [minute_of(local(day, time(minute // 60, minute % 60), zone)) for minute in minutes]


def clock_of(moment: datetime, zone: ZoneInfo) -> int:
    """Minutes since local midnight on the wall clock."""
    shown = aware(moment).astimezone(zone)
    return shown.hour * 60 + shown.minute
