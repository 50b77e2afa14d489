"""Open slots: hours less what is taken, on the wall clock, across daylight saving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import Slot
from syncd.core.model.unplaced import Rule
from syncd.core.planning.slots import Occupied, Openings, survey
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.minutes import (
    Minutes,
    day_number,
    hits,
    length_of,
    local_minute,
    merged,
    minute_of,
    minutes_of,
    span_of_minutes,
    week_number,
    without,
)
from syncd.core.time.spans import Span, aware, local_date
from tests.core.plan_worlds import BERLIN, MONDAY, NOW, OFFICE, at, hours, span

WEEK = Span(at(0, 0), at(7, 0))
MORNING = hours({0: [(9, 12)]})


def open_slots(
    therapist: str,
    openings: Openings,
    occupied: Iterable[Occupied],
    window: Span,
    *,
    duration: timedelta,
    grid: timedelta,
    buffer: timedelta,
    earliest: datetime,
) -> tuple[Slot, ...]:
    """Every slot of `duration` that is open, free and not before `earliest`; ordered by start."""
    taken = [(one.span, buffer if one.pad is None else one.pad) for one in occupied]
    walls = {Rule.BUSY: _walls(taken), Rule.NOTICE: _before(window, earliest)}
    found = survey(openings, walls, window, duration=duration, grid=grid)
    made = openings.preferred(window)
    length = length_of(duration)
    slots = (span_of_minutes(start, start + length) for start in found.starts)
    return tuple(Slot(therapist, span, any(one.contains(span) for one in made)) for span in slots)


def _before(window: Span, earliest: datetime) -> list[Minutes]:
    return [minutes_of(Span(window.start, earliest))] if window.start < aware(earliest) else []


def _walls(taken: Iterable[tuple[Span, timedelta]]) -> list[Minutes]:
    return merged(minutes_of(span.padded(pad)) for span, pad in taken)


def starts(openings: Openings, window: Span = WEEK, minutes: int = 50, **more: object) -> list[str]:
    """Starts of the open slots as `day hour:minute` on the wall clock."""
    fields = {
        "occupied": (),
        "grid": timedelta(minutes=30),
        "buffer": timedelta(minutes=10),
        "earliest": NOW,
    } | more
    occupied = fields.pop("occupied")
    slots = open_slots("dana", openings, occupied, window, duration=timedelta(minutes=minutes), **fields)  # type: ignore[arg-type]
    return [slot.span.start.astimezone(openings.zone).strftime("%d %H:%M") for slot in slots]


def test_slots_lie_inside_hours_on_the_grid() -> None:
    """A 50-minute session fits on each half hour of the morning that leaves room for it."""
    assert starts(Openings(BERLIN, MORNING)) == ["06 09:00", "06 09:30", "06 10:00", "06 10:30", "06 11:00"]


def test_the_grid_begins_where_hours_begin_too() -> None:
    """Hours that start off the grid offer their own first minute."""
    odd = WeeklyHours(((ClockRange(8 * 60 + 10, 10 * 60),),) + ((),) * 6)
    assert starts(Openings(BERLIN, odd)) == ["06 08:10", "06 08:30", "06 09:00"]


def test_busy_time_keeps_its_buffer_on_both_sides() -> None:
    """Ten minutes stay free before and after; a padding of its own replaces them."""
    busy = span(0, 10, 30)
    assert starts(Openings(BERLIN, MORNING), occupied=(Occupied(busy),)) == ["06 09:00", "06 11:00"]
    bare = Occupied(busy, timedelta(0))
    assert starts(Openings(BERLIN, MORNING), occupied=(bare,)) == ["06 09:00", "06 10:30", "06 11:00"]


def test_reserved_hours_add_or_stand_alone() -> None:
    """Reserved hours come on top, and are all there is where they are exclusive."""
    reserved = hours({2: [(17, 18)]})
    assert starts(Openings(BERLIN, MORNING, reserved))[-1] == "08 17:00"
    assert starts(Openings(BERLIN, MORNING, reserved, reserved_only=True)) == ["08 17:00"]


def test_hours_by_date_replace_those_of_the_weekday() -> None:
    """An exception for one day holds on that day only; an empty one closes it."""
    exceptions = {MONDAY: (), MONDAY + timedelta(days=1): (ClockRange(7 * 60, 8 * 60),)}
    assert starts(Openings(BERLIN, WeeklyHours.of(MORNING.week, exceptions))) == ["07 07:00"]


def test_opened_hours_hold_outside_hours_and_on_holidays_but_not_in_leave() -> None:
    """`#makeup` opens a Sunday and a holiday; in leave nothing opens."""
    opened = (span(6, 10, 60), span(0, 18, 60))
    holidays = frozenset({MONDAY})
    assert starts(Openings(BERLIN, MORNING, opened=opened, holidays=holidays)) == ["06 18:00", "12 10:00"]
    away = (Span(at(6, 0), at(7, 0)),)
    assert starts(Openings(BERLIN, hours({}), opened=opened, leave=away)) == ["06 18:00"]


def test_opened_and_reserved_slots_are_marked() -> None:
    """A slot says whether it lies in time that was set aside for make-ups."""
    slots = open_slots(
        "dana",
        Openings(BERLIN, MORNING, opened=(span(0, 18, 60),)),
        (),
        WEEK,
        duration=timedelta(minutes=50),
        grid=timedelta(minutes=60),
        buffer=timedelta(0),
        earliest=NOW,
    )
    assert [slot.opened for slot in slots] == [False, False, False, True]


def test_nothing_before_the_earliest_start() -> None:
    """Notice cuts the window; a slot may begin exactly when it ends."""
    assert starts(Openings(BERLIN, MORNING), earliest=at(0, 10, 30)) == ["06 10:30", "06 11:00"]


def test_a_session_longer_than_any_free_time_has_no_slot() -> None:
    """No slot and no error."""
    assert starts(Openings(BERLIN, MORNING), minutes=181) == []


def test_wall_clock_hours_survive_the_end_of_summer_time() -> None:
    """On both sides of the change slots begin at nine o'clock, an hour apart in absolute time."""
    window = Span(datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    slots = open_slots(
        "dana",
        Openings(BERLIN, OFFICE),
        (),
        window,
        duration=timedelta(minutes=50),
        grid=timedelta(minutes=60),
        buffer=timedelta(0),
        earliest=NOW,
    )
    firsts = {slot.span.start.date(): slot.span.start.hour for slot in reversed(slots)}
    assert firsts == {date(2026, 10, 23): 7, date(2026, 10, 26): 8}


def test_hours_inside_the_skipped_hour_are_not_offered() -> None:
    """The night the clocks go forward, 02:00-03:00 does not exist."""
    night = hours({6: [(2, 3)]})
    window = Span(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))
    assert starts(Openings(BERLIN, night), window, earliest=datetime(2026, 1, 1, tzinfo=UTC)) == []


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - a zone is given below
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_day_and_week_numbers_are_those_of_the_wall_calendar(moment: datetime, name: str) -> None:
    """In any zone and at any hour the numbers name the local day, its weekday and its ISO week."""
    zone = ZoneInfo(name)
    minute = minute_of(moment.replace(tzinfo=UTC))
    day = local_date(moment.replace(tzinfo=UTC), zone)
    number = day_number(minute, zone)
    assert number == (day - date(1970, 1, 1)).days
    assert week_number(number) == week_number(number - day.weekday())
    assert week_number(number) != week_number(number - day.weekday() - 1)
    shown = moment.replace(tzinfo=UTC).astimezone(zone)
    assert local_minute(minute, zone) % 1440 == shown.hour * 60 + shown.minute


_SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 15)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=8,
)


@given(_SPANS, _SPANS)
def test_minutes_are_cut_as_sets_are(spans: list[Minutes], holes: list[Minutes]) -> None:
    """Cutting spans by holes leaves exactly the minutes that are in the one and not in the other."""
    left = without(spans, holes)
    covered = {minute for start, end in left for minute in range(start, end)}
    wanted = {m for start, end in spans for m in range(start, end)} - {
        m for a, b in holes for m in range(a, b)
    }
    assert covered == wanted


@given(_SPANS, st.integers(0, 70), st.integers(1, 10))
def test_a_wall_is_hit_where_it_overlaps(spans: list[Minutes], start: int, length: int) -> None:
    """`hits` is overlap with any of the spans, touching excluded."""
    wall = merged(spans)
    expected = any(low < start + length and start < high for low, high in spans)
    assert hits(wall, start, start + length) is expected
