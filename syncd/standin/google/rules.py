"""RRULE, as far as calendars of practices need it, by hand: what the connector asks a library is not asked here again.

A rule names days; the time of day is the series' own. Parts that are not known here are refused.
"""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Per frequency, the parts that choose days in one period.
_CHOICES = {
    "DAILY": {"BYDAY", "BYMONTH", "BYMONTHDAY"},
    "WEEKLY": {"BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTH", "BYMONTHDAY"},
    "YEARLY": {"BYDAY", "BYMONTH", "BYMONTHDAY"},
}
_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE. `until` is an instant, or a wall time or date as it was written."""

    freq: str
    interval: int
    count: int | None
    until: datetime | date | None
    week_begins: int
    weekdays: tuple[tuple[int, int], ...]  # (1 for the first, -1 for the last, 0 for each; Monday is 0)
    month_days: tuple[int, ...]
    months: tuple[int, ...]

    def days(self, first: date) -> Iterator[date]:
        """The days that the rule names from `first` on, COUNT and UNTIL aside."""
        for period in self._periods(first):
            yield from sorted({day for day in period if day >= first})

    def _periods(self, first: date) -> Iterator[list[date]]:
        """The days of each period in turn, the first one's before `first` too."""
        for number in itertools.count(0, self.interval):
            begins = _BEGINS[self.freq](self, first, number)
            if begins.year > _LAST_YEAR:
                return
            yield list(_PERIODS[self.freq](self, first, begins))

    def _week_begins(self, first: date, number: int) -> date:
        return first - timedelta(days=(first.weekday() - self.week_begins) % 7) + timedelta(weeks=number)

    def _daily(self, first: date, day: date) -> Iterator[date]:
        weekdays = {weekday for _, weekday in self.weekdays} or {day.weekday()}
        if self._in_month(day) and day.weekday() in weekdays and self._on_month_day(day):
            yield day

    def _weekly(self, first: date, begins: date) -> Iterator[date]:
        weekdays = {weekday for _, weekday in self.weekdays} or {first.weekday()}
        week = (begins + timedelta(days=one) for one in range(7))
        yield from (day for day in week if day.weekday() in weekdays and self._in_month(day))

    def _monthly(self, first: date, begins: date) -> Iterator[date]:
        if self._in_month(begins):
            yield from self._month(first, begins.year, begins.month)

    def _yearly(self, first: date, begins: date) -> Iterator[date]:
        for month in self.months or (first.month,):
            yield from self._month(first, begins.year, month)

    def _month(self, first: date, year: int, month: int) -> Iterator[date]:
        last = calendar.monthrange(year, month)[1]
        for day in (date(year, month, one) for one in range(1, last + 1)):
            chosen = self.weekdays or self.month_days or day.day == first.day
            if chosen and self._on_weekday(day) and self._on_month_day(day):
                yield day

    def _on_weekday(self, day: date) -> bool:
        """True where BYDAY, counted in the month, allows the day."""
        last = calendar.monthrange(day.year, day.month)[1]
        places = {0, (day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1)}
        return not self.weekdays or any((place, day.weekday()) in self.weekdays for place in places)

    def _on_month_day(self, day: date) -> bool:
        last = calendar.monthrange(day.year, day.month)[1]
        return not self.month_days or bool({day.day, day.day - last - 1} & set(self.month_days))

    def _in_month(self, day: date) -> bool:
        return not self.months or day.month in self.months


def _month_begins(rule: Rule, first: date, number: int) -> date:
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


_BEGINS: dict[str, Callable[[Rule, date, int], date]] = {
    "DAILY": lambda _, first, number: first + timedelta(days=number),
    "WEEKLY": Rule._week_begins,
    "MONTHLY": _month_begins,
    "YEARLY": lambda _, first, number: date(first.year + number, 1, 1),
}
_PERIODS: dict[str, Callable[[Rule, date, date], Iterator[date]]] = {
    "DAILY": Rule._daily,
    "WEEKLY": Rule._weekly,
    "MONTHLY": Rule._monthly,
    "YEARLY": Rule._yearly,
}


def rule_of(text: str) -> Rule:
    """The rule that the value of an RRULE says. Raises ValueError for one that is none, or not known here."""
    parts = dict(_part(one) for one in text.upper().split(";"))
    freq = parts.get("FREQ", "")
    if parts.keys() - _ALWAYS - _CHOICES.get(freq, set()) or freq not in _CHOICES:
        raise ValueError(text)
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError(text)
    weekdays = tuple(_weekday(one) for one in _listed(parts, "BYDAY"))
    places = any(place for place, _ in weekdays)
    if places and (freq in {"DAILY", "WEEKLY"} or (freq == "YEARLY" and "BYMONTH" not in parts)):
        raise ValueError(text)
    if freq == "YEARLY" and {"BYDAY", "BYMONTHDAY"} & parts.keys() and "BYMONTH" not in parts:
        raise ValueError(text)
    return Rule(
        freq,
        _within(parts.get("INTERVAL", "1"), 1, 1000),
        _within(parts["COUNT"], 1, 100_000) if "COUNT" in parts else None,
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        _WEEKDAYS.index(parts.get("WKST", "MO")),
        weekdays,
        tuple(_month_day(one) for one in _listed(parts, "BYMONTHDAY")),
        tuple(_within(one, 1, 12) for one in _listed(parts, "BYMONTH")),
    )


def _part(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not value:
        raise ValueError(text)
    return name, value


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _weekday(text: str) -> tuple[int, int]:
    place, day = text[:-2], _WEEKDAYS.index(text[-2:])
    return (_within(place, -5, 5) if place else 0), day


def _month_day(text: str) -> int:
    day = _within(text, -31, 31)
    if day == 0:
        raise ValueError(text)
    return day


def _within(text: str, least: int, most: int) -> int:
    if not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def _until(text: str) -> datetime | date:
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
