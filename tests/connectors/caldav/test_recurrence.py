"""Occurrences of generated series against two oracles: dateutil alone, and recurring-ical-events on the whole text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from connectors.caldav.ics import read_object
from syncd.core.model import Event, EventStatus
from syncd.core.time.spans import AllDay, Span
from tests.servers.entries import event_text

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Pacific/Apia",  # UTC+13
    "Pacific/Pago_Pago",  # UTC-11
    "America/Santiago",  # changes at midnight
    "Africa/Casablanca",  # moves with Ramadan
    "Asia/Kathmandu",
    "Europe/Kiev",
    "UTC",
)
EDGES = tuple(
    datetime(2026, month, day, tzinfo=UTC).replace(tzinfo=None)  # wall time, in whatever zone
    for month, day in ((3, 8), (3, 29), (4, 5), (9, 6), (10, 25))
)


def occurrences(text: str, window: Span, zone: ZoneInfo = BERLIN) -> list[Event]:
    """What the connector sees in a window."""
    found = read_object(text, calendar="c", href="h", etag="e", window=window, zone=zone)
    assert found is not None
    return list(found.events)


@dataclass(frozen=True)
class Series:
    """A generated series in wall time of a zone."""

    start: datetime
    zone: str
    length: timedelta
    rule: str
    excluded: tuple[int, ...]
    window: Span

    def text(self) -> str:
        local = self.start.replace(tzinfo=ZoneInfo(self.zone))
        end = self.start + self.length
        lines = [
            f"DTSTART;TZID={self.zone}:{self.start:%Y%m%dT%H%M%S}",
            f"DTEND;TZID={self.zone}:{end:%Y%m%dT%H%M%S}",
            f"RRULE:{self.rule}",
            *(f"EXDATE;TZID={self.zone}:{one:%Y%m%dT%H%M%S}" for one in self.skipped()),
        ]
        head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:s"]
        assert local.tzinfo is not None
        return "\r\n".join([*head, *lines, "SUMMARY:AB", "END:VEVENT", "END:VCALENDAR", ""])

    def walls(self) -> list[datetime]:
        """Every start in wall time, by dateutil alone."""
        last = self.window.end.replace(tzinfo=None) + timedelta(days=2)
        return list(rrulestr(self.rule, dtstart=self.start).between(self.start, last, inc=True))

    def skipped(self) -> list[datetime]:
        walls = self.walls()
        return [walls[index] for index in self.excluded if index < len(walls)]


@st.composite
def series(draw: st.DrawFn) -> Series:
    """Rules as people make them, around the days on which clocks change."""
    edge = draw(st.sampled_from(EDGES))
    start = edge + timedelta(days=draw(st.integers(-40, 3)), minutes=15 * draw(st.integers(0, 95)))
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 3))}"]
    if frequency == "WEEKLY":
        days = {DAYS[start.weekday()], *draw(st.sets(st.sampled_from(DAYS), max_size=3))}
        parts.append("BYDAY=" + ",".join(day for day in DAYS if day in days))
    end = draw(st.sampled_from(["", "count", "until"]))
    if end == "count":
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    if end == "until":
        parts.append(f"UNTIL={start + timedelta(days=draw(st.integers(0, 90))):%Y%m%dT%H%M%S}")
    opens = (edge - timedelta(days=draw(st.integers(0, 20)))).replace(tzinfo=UTC)
    return Series(
        start=start,
        zone=draw(st.sampled_from(ZONES)),
        length=timedelta(minutes=draw(st.sampled_from([30, 50, 90, 480]))),
        rule=";".join(parts),
        excluded=tuple(draw(st.sets(st.integers(0, 6), max_size=3))),
        window=Span(opens, opens + timedelta(days=draw(st.integers(1, 60)))),
    )


@given(series())
def test_starts_are_those_that_dateutil_finds_on_the_wall_clock(one: Series) -> None:
    """Each wall time that is not excluded, and no other, whatever the clocks do that night."""
    zone = ZoneInfo(one.zone)
    walls = [wall for wall in one.walls() if wall not in one.skipped()]
    wanted = [
        Span(start, start + one.length)
        for wall in walls
        for start in [wall.replace(tzinfo=zone).astimezone(UTC)]
    ]
    inside = sorted(
        span.start for span in wanted if span.end <= one.window.end and span.start >= one.window.start
    )
    around = {span.start for span in wanted if span.padded(timedelta(hours=2)).overlaps(one.window)}
    found = [
        event.when.start for event in occurrences(one.text(), one.window) if isinstance(event.when, Span)
    ]
    assert set(inside) <= set(found) <= around
    assert len(found) == len(set(found))


@given(series())
def test_no_occurrence_is_empty_and_each_has_its_own_recurrence_id(one: Series) -> None:
    """A session that starts inside a skipped hour keeps its length; ids are the starts in UTC."""
    events = occurrences(one.text(), one.window)
    spans = [event.when for event in events if isinstance(event.when, Span)]
    assert len(spans) == len(events)
    hour = timedelta(hours=1)
    assert all(abs(span.duration - one.length) <= hour for span in spans)
    assert all(span.duration >= min(one.length, timedelta(minutes=20)) for span in spans)
    assert [event.recurrence_id for event in events] == [f"{span.start:%Y%m%dT%H%M%SZ}" for span in spans]


@given(series())
def test_ends_agree_with_recurring_ical_events(one: Series) -> None:
    """Wherever the start exists on the clock, the expander alone says the same."""
    zone = ZoneInfo(one.zone)
    calendar = icalendar.Calendar.from_ical(one.text())
    oracle = {
        event.start.astimezone(UTC): event.end.astimezone(UTC)
        for event in recurring_ical_events.of(calendar).between(one.window.start, one.window.end)
        if event.start.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        == event.start.replace(tzinfo=None)
    }
    found = {
        event.when.start: event.when.end
        for event in occurrences(one.text(), one.window)
        if isinstance(event.when, Span)
    }
    assert {start: found.get(start) for start in oracle} == oracle


MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
SUMMER = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))


def weekly(*lines: str, overrides: tuple[tuple[str, ...], ...] = ()) -> str:
    """Mondays at nine in Berlin."""
    return event_text(
        "s",
        "AB",
        MONDAY,
        tzid="Europe/Berlin",
        lines=["RRULE:FREQ=WEEKLY;COUNT=4", *lines],
        overrides=overrides,
    )


def test_a_session_in_the_skipped_hour_keeps_its_length() -> None:
    """02:30 does not exist on 29 March 2026 in Berlin: it is 03:30, and lasts its hour."""
    text = (
        weekly().replace("20260706T090000", "20260315T023000").replace("20260706T100000", "20260315T033000")
    )
    march = Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    (_, _, changed) = occurrences(text, march)
    assert changed.when == Span(
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    )


def test_until_as_a_date_takes_its_whole_day_in() -> None:
    """UNTIL=20260720 on a timed series still holds the session of that Monday."""
    text = weekly().replace("COUNT=4", "UNTIL=20260720")
    assert [event.recurrence_id[:8] for event in occurrences(text, SUMMER)] == [
        "20260706",
        "20260713",
        "20260720",
    ]


@pytest.mark.parametrize(
    "end", ["UNTIL=16010101T000000Z", "UNTIL=19700101T000000Z", "UNTIL=99991231T000000Z", ""]
)
def test_what_programs_write_for_never_counts_as_unbounded(end: str) -> None:
    """The first day that a program knows, a year that nobody lives to see, or no end at all."""
    text = weekly().replace(";COUNT=4", f";{end}" if end else "")
    found = occurrences(text, SUMMER)
    assert len(found) == 9
    assert all(event.unbounded for event in found)


@pytest.mark.parametrize("end", ["UNTIL=20251231T000000Z", "UNTIL=20260629T070000Z", "UNTIL=20260705"])
def test_a_series_that_ends_before_it_starts_is_empty(end: str) -> None:
    """As a series is left whose first session was taken out by "this and all following"."""
    assert occurrences(weekly().replace("COUNT=4", end), SUMMER) == []


def test_an_end_that_is_the_day_before_only_in_utc_is_an_end() -> None:
    """A series cut after its first session, which begins before two in the morning in Berlin."""
    text = weekly().replace("T090000", "T003000").replace(";COUNT=4", ";UNTIL=20260705T223000Z")
    (only,) = occurrences(text, SUMMER)
    assert only.recurrence_id == "20260705T223000Z"
    assert not only.unbounded


def test_a_moved_occurrence_is_seen_where_it_went_and_not_where_it_was() -> None:
    """Its original time outside the window does not hide it, nor does a new one outside it show it."""
    moved = (
        "RECURRENCE-ID;TZID=Europe/Berlin:20260713T090000",
        "DTSTART:20261005T070000Z",
        "DTEND:20261005T080000Z",
        "SUMMARY:AB",
    )
    text = weekly(overrides=(moved,))
    assert [event.recurrence_id[:8] for event in occurrences(text, SUMMER)] == [
        "20260706",
        "20260720",
        "20260727",
    ]
    autumn = Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert [event.recurrence_id for event in occurrences(text, autumn)] == ["20260713T070000Z"]


def test_a_cancelled_override_stays_visible() -> None:
    """The core has to tell "cancelled" from "gone"."""
    gone = (
        "RECURRENCE-ID:20260713T070000Z",
        "DTSTART:20260713T070000Z",
        "DTEND:20260713T080000Z",
        "STATUS:CANCELLED",
    )
    found = occurrences(weekly(overrides=(gone,)), SUMMER)
    assert [event.status for event in found] == [
        EventStatus.CONFIRMED,
        EventStatus.CANCELLED,
        EventStatus.CONFIRMED,
        EventStatus.CONFIRMED,
    ]


def test_what_was_cancelled_beyond_the_end_of_its_series_is_no_occurrence() -> None:
    """Programs that end a series leave our override behind; one that still stands there is a session all the same."""
    late = (
        "RECURRENCE-ID:20260720T070000Z",
        "DTSTART:20260720T070000Z",
        "DTEND:20260720T080000Z",
    )
    ended = weekly(overrides=((*late, "STATUS:CANCELLED"),)).replace("COUNT=4", "UNTIL=20260714T215959Z")
    assert [event.recurrence_id[:8] for event in occurrences(ended, SUMMER)] == ["20260706", "20260713"]
    kept = ended.replace("STATUS:CANCELLED", "STATUS:CONFIRMED")
    assert [event.recurrence_id[:8] for event in occurrences(kept, SUMMER)][-1] == "20260720"
    on_it = ended.replace("UNTIL=20260714", "UNTIL=20260720")
    assert occurrences(on_it, SUMMER)[-1].status is EventStatus.CANCELLED


def test_this_and_following_moves_the_rest_under_their_own_ids() -> None:
    """RANGE=THISANDFUTURE shifts every later one; ids stay the original times."""
    later = (
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260713T090000",
        "DTSTART;TZID=Europe/Berlin:20260714T110000",
        "DTEND;TZID=Europe/Berlin:20260714T120000",
    )
    found = occurrences(weekly(overrides=(later,)), SUMMER)
    assert [event.recurrence_id for event in found] == [
        "20260706T070000Z",
        "20260713T070000Z",
        "20260720T070000Z",
        "20260727T070000Z",
    ]
    assert [f"{event.when.start:%m%d %H}" for event in found if isinstance(event.when, Span)] == [
        "0706 07",
        "0714 09",
        "0721 09",
        "0728 09",
    ]


def test_an_id_in_another_zone_means_one_occurrence_only() -> None:
    """In a series of two sessions a day, 07:00Z is the one at nine in Berlin, not the one at seven."""
    text = weekly("EXDATE:20260706T070000Z").replace("COUNT=4", "BYHOUR=7,9;COUNT=4")
    text = text.replace("T090000\r\nDTEND", "T070000\r\nDTEND").replace("T100000", "T080000")
    assert [event.recurrence_id for event in occurrences(text, SUMMER)] == [
        "20260706T050000Z",
        "20260713T050000Z",
        "20260713T070000Z",
    ]


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_repeated_days_stay_on_their_day(zone: str) -> None:
    """All-day series are dates: neither a day early nor late, from UTC-11 to UTC+13."""
    text = event_text(
        "d",
        "Day",
        AllDay(MONDAY.start.date(), MONDAY.end.date() + timedelta(days=1)),
        lines=["RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE;VALUE=DATE:20260713"],
    )
    (only,) = occurrences(text, SUMMER, ZoneInfo(zone))
    assert (only.recurrence_id, only.when) == (
        "20260706",
        AllDay(MONDAY.start.date(), MONDAY.start.date() + timedelta(days=1)),
    )
