"""Days and times in short English, by the clocks of a zone, as reports and pictures say them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from syncd.core.time.spans import Span, aware, days_of, local_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(day: date, year: bool = False) -> str:
    """`Thu 9 Jul`, or with its year `Thu 9 Jul 2026`; independent of the process's locale."""
    said = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{said} {day.year}" if year else said


def clock_words(moment: datetime, zone: ZoneInfo) -> str:
    """`15:00` on the clocks of `zone`."""
    return f"{aware(moment).astimezone(zone):%H:%M}"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """`Thu 9 Jul 15:00`."""
    return f"{day_words(local_date(moment, zone))} {clock_words(moment, zone)}"


def span_words(span: Span, zone: ZoneInfo) -> str:
    """`Thu 9 Jul 15:00–15:50`; the day of the end is named where it is another one."""
    same = len(days_of(span, zone)) == 1
    end = clock_words(span.end, zone) if same else moment_words(span.end, zone)
    return f"{moment_words(span.start, zone)}{'–' if same else ' – '}{end}"


def days_words(span: Span, zone: ZoneInfo) -> str:
    """First and last local day with the year: `Mon 6 – Fri 10 Jul 2026`."""
    days = days_of(span, zone)
    first, last = days[0], days[-1]
    if first == last:
        return day_words(first, year=True)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_DAYS[first.weekday()]} {first.day} – {day_words(last, year=True)}"
    return f"{day_words(first, year=first.year != last.year)} – {day_words(last, year=True)}"
