"""Spans of absolute time: never naive, never empty, and an algebra that minute-by-minute counting agrees with."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.time.minutes import first_hits, hits, merged, minute_of, minutes_of
from syncd.core.time.spans import (
    AllDay,
    Span,
    aware,
    day_span,
    days_of,
    intersect,
    local,
    local_date,
    midnight,
    span_of,
    subtract,
    union,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTES = 120
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/Santiago", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC"]
).map(ZoneInfo)
DATES = st.dates(date(2000, 1, 2), date(2040, 12, 30))


def span(first: int, last: int) -> Span:
    """Minutes [first, last) after START."""
    return Span(START + timedelta(minutes=first), START + timedelta(minutes=last))


BOUNDS = st.tuples(st.integers(0, MINUTES), st.integers(0, MINUTES)).filter(lambda pair: pair[0] < pair[1])
SPANS = BOUNDS.map(lambda pair: span(*pair))
LISTS = st.lists(SPANS, max_size=6)


def minutes(spans: tuple[Span, ...] | list[Span]) -> set[int]:
    """The minutes that spans cover."""
    return {n for n in range(MINUTES) for one in spans if one.holds(START + timedelta(minutes=n))}


def tidy(spans: tuple[Span, ...]) -> bool:
    """Sorted, and nothing overlaps."""
    return all(one.end <= two.start for one, two in itertools.pairwise(spans))


@given(LISTS)
def test_union_covers_the_same_time_once(spans: list[Span]) -> None:
    """Sorted and disjoint, with a gap between any two; doing it again changes nothing."""
    joined = union(spans)
    assert minutes(joined) == minutes(spans)
    assert all(one.end < two.start for one, two in itertools.pairwise(joined))
    assert union(joined) == joined


@given(LISTS, LISTS)
def test_subtract_and_intersect_count_like_sets(spans: list[Span], others: list[Span]) -> None:
    """What is cut out and what is shared are set difference and intersection, and make the whole together."""
    left, shared = subtract(spans, others), intersect(spans, others)
    assert minutes(left) == minutes(spans) - minutes(others)
    assert minutes(shared) == minutes(spans) & minutes(others)
    assert tidy(left)
    assert tidy(shared)
    assert union((*left, *shared)) == union(spans)


@given(SPANS, SPANS)
def test_overlap_is_symmetric_and_touching_is_none(one: Span, two: Span) -> None:
    """Overlapping means sharing an instant."""
    assert one.overlaps(two) == two.overlaps(one) == bool(intersect([one], [two]))
    assert one.contains(two) == (not subtract([two], [one]))
    assert not one.overlaps(Span(one.end, one.end + timedelta(minutes=1)))
    assert one.holds(one.start)
    assert not one.holds(one.end)


@given(SPANS, st.integers(0, 90), st.integers(0, 90))
def test_padding_and_moving(one: Span, before: int, after: int) -> None:
    """Padding grows both ends, moving keeps the length."""
    padded = one.padded(timedelta(minutes=before), timedelta(minutes=after))
    assert padded.duration == one.duration + timedelta(minutes=before + after)
    assert one.padded(timedelta(minutes=before)) == one.padded(
        timedelta(minutes=before), timedelta(minutes=before)
    )
    assert one.moved_to(padded.end).duration == one.duration


@pytest.mark.parametrize("end", [START, START - timedelta(minutes=1)])
def test_empty_spans_are_refused(end: datetime) -> None:
    """No time is no span."""
    with pytest.raises(ValueError, match="empty span"):
        Span(START, end)


def test_naive_moments_are_refused() -> None:
    """A moment without a zone is not a moment."""
    naive = START.replace(tzinfo=None)
    for make in (lambda: aware(naive), lambda: Span(naive, START), lambda: span(0, 1).moved_to(naive)):
        with pytest.raises(ValueError, match="give it a zone"):
            make()


@given(st.integers(-14 * 60, 14 * 60))
def test_a_span_is_the_same_in_every_zone(offset: int) -> None:
    """Equal moments are equal spans; all are kept in UTC."""
    zone = timezone(timedelta(minutes=offset))
    one = Span(START.astimezone(zone), (START + timedelta(hours=1)).astimezone(zone))
    assert one == span(0, 60)
    assert one.start.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)]
)
def test_a_day_is_as_long_as_it_is_lived(day: date, hours: int) -> None:
    """23 hours when clocks go forward, 25 when they go back."""
    assert day_span(day, BERLIN).duration == timedelta(hours=hours)
    assert AllDay(day, day + timedelta(days=1)).span(BERLIN) == day_span(day, BERLIN)


def test_skipped_and_repeated_times() -> None:
    """A skipped time moves forward, a repeated one is the first; a skipped midnight is the day's first instant."""
    assert local(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert local(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert midnight(date(2026, 9, 6), ZoneInfo("America/Santiago")) == datetime(2026, 9, 6, 4, tzinfo=UTC)


@given(DATES, st.integers(1, 40), ZONES)
def test_whole_days_cover_exactly_their_dates(first: date, length: int, zone: ZoneInfo) -> None:
    """In every zone the span of dates touches these local days and no other, and days join without gaps."""
    days = AllDay(first, first + timedelta(days=length))
    whole = days.span(zone)
    dates = tuple(first + timedelta(days=n) for n in range(length))
    assert days_of(whole, zone) == dates
    assert union(day_span(day, zone) for day in dates) == (whole,)
    assert span_of(days, zone) == whole == span_of(whole, zone)


@given(DATES, st.times(), ZONES)
def test_a_local_moment_is_on_its_day(day: date, clock: time, zone: ZoneInfo) -> None:
    """Whatever the wall clock shows, it lies in that day."""
    assert day_span(day, zone).holds(local(day, clock, zone))
    assert local_date(local(day, clock, zone), zone) == day


def test_all_day_takes_dates_in_order() -> None:
    """No empty range, and no datetime posing as a date."""
    with pytest.raises(ValueError, match="empty days"):
        AllDay(date(2026, 7, 6), date(2026, 7, 6))
    with pytest.raises(ValueError, match="takes dates"):
        AllDay(START, date(2026, 7, 6))


@given(LISTS, LISTS, st.lists(st.integers(-90, 150)), st.integers(1, 90))
def test_first_hits_are_those_of_each_wall(
    one: list[Span], other: list[Span], starts: list[int], length: int
) -> None:
    """Asked for all starts at once as one by one."""
    base = minute_of(START)
    walls = [merged(minutes_of(span) for span in spans) for spans in (one, other)]
    asked = sorted(base + start for start in starts)
    alone = [
        next((number for number, wall in enumerate(walls) if hits(wall, start, start + length)), None)
        for start in asked
    ]
    assert first_hits(walls, asked, length) == alone
