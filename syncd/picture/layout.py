"""Where things stand in the picture: which weeks, days and hours, and how blocks share a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from syncd.core.time.hours import WeeklyHours
from syncd.core.time.spans import Span, aware, days_of, local_date
from syncd.picture.facts import WeekPicture

WIDTH = 900.0
MARGIN = 24.0
GUTTER = 34.0  # hours of the day
PANEL = 284.0  # ranking, beside the weeks
GAP = 26.0
HOUR = 22.0
MOST_TALL = 14 * HOUR  # of a day; hours are drawn closer together where more are shown
DAY_HEAD = 22.0
WEEK_GAP = 16.0
TOP = 86.0
DAYS = WIDTH - 2 * MARGIN - GUTTER - GAP - PANEL  # all days of a week, beside the ranking

_DAY = 24 * 60
_WEEK = timedelta(days=7)
_WORKDAYS = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """What one local day sees of a span, in minutes of its wall clock."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The grid: Mondays of the weeks shown, weekdays shown, and the hours from `opens` to `closes`; `days_wide` is as
    wide as all days together, `most_hour` the most that an hour is high.
    """

    weeks: tuple[date, ...]
    weekdays: tuple[int, ...]
    opens: int
    closes: int
    days_wide: float = DAYS
    most_hour: float = HOUR

    @property
    def left(self) -> float:
        """Where the first day begins."""
        return MARGIN + GUTTER

    @property
    def column(self) -> float:
        """The width of a day."""
        return self.days_wide / len(self.weekdays)

    @property
    def right(self) -> float:
        """Where the last day ends."""
        return self.left + self.column * len(self.weekdays)

    @property
    def hour(self) -> float:
        """The height of an hour."""
        return min(self.most_hour, MOST_TALL / (self.closes - self.opens))

    @property
    def tall(self) -> float:
        """The height of a day."""
        return (self.closes - self.opens) * self.hour

    @property
    def bottom(self) -> float:
        """Where the last week ends."""
        return self.top(self.weeks[-1]) + self.tall

    def top(self, monday: date) -> float:
        """Where the hours of a week begin; its days' names stand above."""
        return TOP + DAY_HEAD + self.weeks.index(monday) * (DAY_HEAD + self.tall + WEEK_GAP)

    def days(self, monday: date) -> tuple[date, ...]:
        """The days shown of a week."""
        return tuple(monday + timedelta(days=number) for number in self.weekdays)

    def shows(self, day: date) -> bool:
        """True for a day that has a column."""
        return monday_of(day) in self.weeks and day.weekday() in self.weekdays

    def x(self, day: date) -> float:
        """The left edge of a day."""
        return self.left + self.weekdays.index(day.weekday()) * self.column

    def y(self, day: date, minute: int) -> float:
        """Where a minute of a day's wall clock stands, kept inside the hours shown."""
        inside = min(max(minute, self.opens * 60), self.closes * 60)
        return self.top(monday_of(day)) + (inside / 60 - self.opens) * self.hour


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def pieces(span: Span, zone: ZoneInfo) -> tuple[Piece, ...]:
    """A span cut at local midnights. An end that the clocks put before its start (they went back) is its start."""
    days = days_of(span, zone)
    first, last = aware(span.start).astimezone(zone), aware(span.end).astimezone(zone)
    cut = []
    for day in days:
        start = first.hour * 60 + first.minute if day == days[0] else 0
        end = last.hour * 60 + last.minute if day == last.date() else _DAY
        cut.append(Piece(day, start, max(start, end)))
    return tuple(cut)


def frame(facts: WeekPicture) -> Frame:
    """The weeks of the leave and around it, as far as something is to be seen; weekends where they hold anything."""
    shown = [*facts.leave, *_own_slots(facts), *(one.original for one in facts.displaced)]
    weeks = _weeks(facts, shown)
    until = weeks[-1] + _WEEK
    seen = [
        piece
        for span in (*_own_slots(facts), *_times(facts))
        for piece in pieces(span, facts.zone)
        if weeks[0] <= piece.day < until
    ]
    ranges = [hours for monday in weeks for day in _days(monday) for hours in facts.hours.on(day)]
    starts = [*(piece.start for piece in seen), *(one.start for one in ranges)] or [9 * 60]
    ends = [*(piece.end for piece in seen), *(one.end for one in ranges)] or [17 * 60]
    held = {piece.day.weekday() for piece in seen} | _worked(facts.hours)
    weekdays = tuple(number for number in range(7) if number < _WORKDAYS or number in held)
    return Frame(weeks, weekdays, min(starts) // 60, max(-(-max(ends) // 60), min(starts) // 60 + 1))


def _own_slots(facts: WeekPicture) -> list[Span]:
    return [one.slot for one in facts.displaced if one.slot is not None and not one.colleague]


def _times(facts: WeekPicture) -> list[Span]:
    return [*(one.original for one in facts.displaced), *(one.span for one in facts.sessions)]


def _weeks(facts: WeekPicture, shown: Iterable[Span]) -> tuple[date, ...]:
    """Every week from the first to the last one shown; of very many only those in which something happens."""
    days = [day for span in shown for day in _ends(span, facts.zone)]
    leave = [day for span in facts.leave for day in _ends(span, facts.zone)]
    around = facts.weeks_around * _WEEK
    first = monday_of(min([*days, *(day - around for day in leave)]))
    last = monday_of(max([*days, *(day + around for day in leave)]))
    weeks = tuple(first + number * _WEEK for number in range((last - first) // _WEEK + 1))
    eventful = {monday_of(day) for day in (*days, first, last)}
    return weeks if len(weeks) <= facts.most_weeks else tuple(week for week in weeks if week in eventful)


def _ends(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    return local_date(span.start, zone), local_date(span.end - timedelta(microseconds=1), zone)


def _worked(hours: WeeklyHours) -> set[int]:
    return {number for number, ranges in enumerate(hours.week) if ranges}


def _days(monday: date) -> tuple[date, ...]:
    return tuple(monday + timedelta(days=number) for number in range(7))


def lanes(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """For each span its lane and how many lanes its cluster needs, so that overlapping blocks stand side by side."""
    order = sorted(range(len(spans)), key=lambda index: (spans[index], index))
    placed: dict[int, tuple[int, int]] = {}
    cluster: list[tuple[int, int]] = []
    ends: list[int] = []
    for index in order:
        start, end = spans[index]
        if ends and start >= max(ends):
            placed |= {one: (lane, len(ends)) for one, lane in cluster}
            cluster, ends = [], []
        lane = next((number for number, taken in enumerate(ends) if taken <= start), len(ends))
        ends[lane : lane + 1] = [end]
        cluster.append((index, lane))
    placed |= {one: (lane, len(ends)) for one, lane in cluster}
    return tuple(placed[index] for index in range(len(spans)))
