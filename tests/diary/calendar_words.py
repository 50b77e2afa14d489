"""Days and hours as diaries say them, in Berlin: `6-10 July`, `Fri 3 July 14:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.core.people import BERLIN, NOW

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_MONTH = "|".join(MONTHS)
_WEEKDAY = rf"(?:(?:{'|'.join(WEEKDAYS)}) )?"
DAY = rf"{_WEEKDAY}\d{{1,2}} (?:{_MONTH})"
CLOCK = r"\d{1,2}:\d{2}"
MOMENT = rf"{DAY} {CLOCK}"
DAYS = rf"{_WEEKDAY}\d{{1,2}}(?: (?:{_MONTH}))? ?- ?{DAY}|{DAY}"
HOURS = rf"{DAY} {CLOCK} ?- ?(?:{DAY} )?{CLOCK}"
_ONE = re.compile(rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)}) )?(?P<day>\d{{1,2}})(?: (?P<month>{_MONTH}))?$")
_LONGEST_BACK = timedelta(days=200)  # a date that lies further back means the year after


class DiaryError(Exception):
    """A diary that cannot be read."""


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both of them in it."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def day(text: str, since: date | None = None, month: str = "") -> date:
    """A date; of the year that brings it after, or not long before, `since`. Raises ValueError for a wrong weekday."""
    found = _ONE.match(text.strip())
    if found is None or not (found["month"] or month):
        raise ValueError(f"no date: {text}")
    since = since or NOW.date()
    number = MONTHS.index(found["month"] or month) + 1
    given = date(since.year, number, int(found["day"]))
    if given < since - _LONGEST_BACK:
        given = given.replace(year=since.year + 1)
    if found["weekday"] and WEEKDAYS[given.weekday()] != found["weekday"]:
        raise ValueError(f"{given:%d %B %Y} is a {WEEKDAYS[given.weekday()]}: {text}")
    return given


def days(text: str, since: date | None = None) -> Days:
    """`6-10 July`, `29 June - 3 July`, `6 July`."""
    first, dash, last = (one.strip() for one in text.partition("-"))
    if not dash:
        only = day(first, since)
        return Days(only, only)
    until = day(last, since)
    return Days(day(first, since, MONTHS[until.month - 1]), until)


def moment(text: str, since: date | None = None) -> datetime:
    """`Fri 3 July 14:00`."""
    on, _, clock = text.strip().rpartition(" ")
    hour, _, minute = clock.partition(":")
    given = day(on, since)
    return datetime(given.year, given.month, given.day, int(hour), int(minute), tzinfo=BERLIN)


def hours(text: str, since: date | None = None) -> tuple[datetime, datetime]:
    """`Fri 3 July 14:00-15:00`, `3 July 20:00 - 5 July 8:00`."""
    first, _, last = (one.strip() for one in text.partition("-"))
    start = moment(first, since)
    if " " in last:
        return start, moment(last, since)
    hour, _, minute = last.partition(":")
    return start, start.replace(hour=int(hour), minute=int(minute))


def entry_moment(text: str, since: datetime | None) -> datetime:
    """When an entry happens, not before the one above it."""
    given = moment(text, since.date() if since else None)
    if since is not None and given < since:
        raise ValueError(f"{text} lies before the entry above")
    return given
