"""Every calendar is read whole once a week, and a practice of hundreds not all at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from syncd.account_reading import FULL_EVERY, audit_due
from syncd.core.time.spans import Span
from syncd.ports import CalendarState

START = datetime(2026, 6, 15, 9, tzinfo=UTC)
HOURS = int(FULL_EVERY / timedelta(hours=1))


def _state(number: int) -> CalendarState:
    whole = Span(START, START + timedelta(days=700))
    return CalendarState(f"t{number:04d}/practice", "token", START, START, whole, "lens")


def test_each_is_read_whole_once_a_week_and_about_as_many_in_any_hour() -> None:
    """Whole reads of four weeks, of as many calendars as there are hours in three: all first read in one look."""
    states = [_state(number) for number in range(3 * HOURS)]
    read: dict[str, list[int]] = {one.calendar: [] for one in states}
    for hour in range(1, 4 * HOURS + 1):
        now = START + timedelta(hours=hour)
        due = [one for one in states if audit_due(one, now)]
        for one in due:
            read[one.calendar].append(hour)
        states = [replace(one, full_read=now) if one in due else one for one in states]
    gaps = {after - before for some in read.values() for before, after in zip([0, *some], some, strict=False)}
    assert {len(some) for some in read.values()} == {4}
    assert max(gaps) == HOURS
    assert max(Counter(hour for some in read.values() for hour in some).values()) < 12


def test_a_clock_that_was_set_back_has_nothing_read() -> None:
    """Until it is where it was."""
    assert not audit_due(_state(1), START - timedelta(days=20))
