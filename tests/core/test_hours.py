"""Hours of the week: what people write on the wall becomes absolute time, DST and exceptions included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import AllDay, Span, day_span, intersect, local_date, union

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "UTC"]).map(ZoneInfo)
RANGES = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(
    lambda pair: (min(pair), max(pair[0] + 1, pair[1]))
)
DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def apart(pairs: list[tuple[int, int]]) -> tuple[ClockRange, ...]:
    """Ranges of one day that do not overlap, in order."""
    kept: list[ClockRange] = []
    for start, end in sorted(pairs):
        if not kept or kept[-1].end < start:
            kept.append(ClockRange(start, end))
    return tuple(kept)


WEEKS = st.lists(st.lists(RANGES, max_size=3).map(apart), min_size=7, max_size=7).map(tuple)


@pytest.mark.parametrize(("start", "end"), [(60, 60), (120, 60), (-1, 60), (0, 1441)])
def test_impossible_ranges_are_refused(start: int, end: int) -> None:
    """Ranges start before they end, within one day."""
    with pytest.raises(ValueError, match="within one day"):
        ClockRange(start, end)


def test_a_range_reads_as_it_was_written() -> None:
    """Hours and minutes, midnight as 24:00."""
    assert (str(ClockRange(540, 780)), str(ClockRange(0, 1440))) == ("09:00-13:00", "00:00-24:00")


@pytest.mark.parametrize(
    ("day", "written", "hours"),
    [
        (date(2026, 3, 29), (0, 1440), 23),
        (date(2026, 10, 25), (0, 1440), 25),
        (date(2026, 3, 29), (60, 240), 2),
        (date(2026, 10, 25), (60, 240), 4),
        (date(2026, 7, 6), (540, 780), 4),
    ],
)
def test_wall_clock_hours_across_a_dst_change(day: date, written: tuple[int, int], hours: int) -> None:
    """01:00 to 04:00 is two hours when clocks go forward and four when they go back."""
    found = ClockRange(*written).on(day, BERLIN)
    assert found is not None
    assert found.duration == timedelta(hours=hours)


def test_hours_that_the_clock_skips_do_not_exist() -> None:
    """02:30 to 03:00 on the day when 02:00 becomes 03:00 starts after it ends."""
    found = ClockRange(150, 180).on(date(2026, 3, 29), BERLIN)
    assert found is None


def test_a_date_may_have_other_hours_or_none() -> None:
    """An exception replaces the weekday's hours on that date only."""
    work = (ClockRange(540, 1020),)
    week = WeeklyHours.of((work,) * 7, {date(2026, 7, 6): (ClockRange(600, 720),), date(2026, 7, 7): ()})
    window = AllDay(date(2026, 7, 6), date(2026, 7, 9)).span(BERLIN)
    assert [one.duration for one in week.spans(window, BERLIN)] == [timedelta(hours=2), timedelta(hours=8)]
    assert week.on(date(2026, 7, 13)) == work


@given(WEEKS, DATES, st.integers(1, 15), ZONES)
def test_spans_are_in_order_and_inside_the_window(
    week: tuple[tuple[ClockRange, ...], ...], first: date, length: int, zone: ZoneInfo
) -> None:
    """Sorted and clipped; every one on a day whose weekday has hours."""
    window = Span(
        day_span(first, zone).start + timedelta(hours=7), day_span(first + timedelta(days=length), zone).end
    )
    hours = WeeklyHours(week)
    spans = hours.spans(window, zone)
    assert all(window.contains(one) for one in spans)
    assert list(spans) == sorted(spans)
    assert all(hours.on(local_date(one.start, zone)) for one in spans)


@given(WEEKS, DATES, ZONES)
def test_a_window_in_two_parts_gives_the_same_time(
    week: tuple[tuple[ClockRange, ...], ...], first: date, zone: ZoneInfo
) -> None:
    """Where a window is cut does not matter."""
    hours = WeeklyHours(week)
    start, end = day_span(first, zone).start, day_span(first + timedelta(days=3), zone).end
    middle = start + (end - start) / 3
    parts = [one for part in (Span(start, middle), Span(middle, end)) for one in hours.spans(part, zone)]
    assert union(parts) == union(hours.spans(Span(start, end), zone))


@given(WEEKS, DATES)
def test_in_utc_hours_are_what_they_say(week: tuple[tuple[ClockRange, ...], ...], day: date) -> None:
    """Without DST a day's open minutes are those written for its weekday."""
    hours = WeeklyHours(week)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    expected = union(
        Span(midnight + timedelta(minutes=one.start), midnight + timedelta(minutes=one.end))
        for one in week[day.weekday()]
    )
    whole = day_span(day, ZoneInfo("UTC"))
    assert union(hours.spans(whole, ZoneInfo("UTC"))) == intersect(expected, [whole])
