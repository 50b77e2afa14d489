"""What is read without the libraries is what they read: objects as programs write them, and as none should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.caldav.ics import plain_object, read_object
from connectors.caldav.ownership import Identity
from syncd.core.model import CalendarObject
from syncd.core.time.spans import Span
from tests.connectors.caldav.test_recurrence import BERLIN, EDGES
from tests.connectors.caldav.written import objects, whole
from tests.effort import counted
from tests.scenario import ics

ME = Identity("dana@example.org")
WINDOW = Span(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))


def plainly(text: str, window: Span = WINDOW, zone: ZoneInfo = BERLIN) -> CalendarObject | None:
    """What the plain reader makes of it, if anything."""
    return plain_object(text, "c", "h", "e", window, zone, ME)


def by_libraries(text: str, window: Span = WINDOW, zone: ZoneInfo = BERLIN) -> CalendarObject | None:
    """What the libraries make of it."""
    return read_object(text, calendar="c", href="h", etag="e", window=window, zone=zone, me=ME, plain=False)


def agree(text: str, window: Span = WINDOW, zone: ZoneInfo = BERLIN) -> bool:
    """They say the same, or the plain reader leaves it to them; whether it read it."""
    found = plainly(text, window, zone)
    if found is not None:
        assert found == by_libraries(text, window, zone), text
    return found is not None


def test_a_plain_object_takes_a_quarter_of_the_calls() -> None:
    """A session with a place and an alarm, and what is said of a series: counted, whatever the machine does."""
    text = ics.with_zone(weekly("20260302T100000", "20260302T105000", "RRULE:FREQ=WEEKLY", "LOCATION:Room 2"))
    plainly(text)  # the zone is looked up once
    with counted() as plain:
        found = plainly(text)
    with counted() as libraries:
        assert by_libraries(text) == found
    assert found is not None
    assert len(found.events) > 30
    assert plain.calls * 4 < libraries.calls


WINDOWS = st.one_of(
    st.just(WINDOW),
    st.builds(
        lambda edge, days, long: Span(edge + days, edge + days + long),
        st.sampled_from([edge.replace(tzinfo=UTC) for edge in EDGES]),
        st.integers(-9, 9).map(lambda hours: timedelta(hours=7 * hours)),
        st.sampled_from([timedelta(hours=1), timedelta(days=2), timedelta(days=30)]),
    ),
)
HOMES = st.sampled_from([BERLIN, ZoneInfo("Pacific/Apia"), ZoneInfo("America/New_York")])


@settings(max_examples=150)
@given(objects(), WINDOWS, HOMES)
def test_what_is_read_without_the_libraries_is_what_they_read(
    text: str, window: Span, zone: ZoneInfo
) -> None:
    """Each title, person, time and occurrence; whatever is odd is left to them."""
    agree(text, window, zone)


def weekly(start: str, end: str, *more: str, zone: str = "Europe/Berlin") -> str:
    """A series at these times of a zone."""
    times = (f"DTSTART;TZID={zone}:{start}", f"DTEND;TZID={zone}:{end}")
    return whole(("UID:u", "SUMMARY:AB", *times, *more))


@pytest.mark.parametrize(
    ("text", "first", "hours"),
    [
        (weekly("20260302T010000", "20260302T020000", "RRULE:FREQ=WEEKLY", zone="Pacific/Apia"), 8, 13),
        (weekly("20260301T220000", "20260301T233000", "RRULE:FREQ=WEEKLY", zone="Pacific/Pago_Pago"), 9, 11),
        (weekly("20260302T100000", "20260302T105000", "RRULE:FREQ=WEEKLY;UNTIL=20260316T090000Z"), 1, 1440),
        (weekly("20260302T100000", "20260302T105000", "RRULE:FREQ=WEEKLY;UNTIL=20260316T085959Z"), 1, 1440),
        (weekly("20260308T023000", "20260308T032000", "RRULE:FREQ=WEEKLY;COUNT=9"), 1, 1440),
        (weekly("20260302T230000", "20260303T010000", "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"), 3, 72),
        (
            weekly("20260303T100000", "20260303T110000", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU"),
            1,
            60,
        ),
        (
            weekly("20260303T100000", "20260303T110000", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO"),
            1,
            60,
        ),
    ],
)
def test_edges_are_read_plainly_and_alike(text: str, first: int, hours: int) -> None:
    """Days that differ by zone, ends to the second, hours that the clocks skip, weeks that begin on Sunday."""
    start = datetime(2026, 3, first, tzinfo=UTC)
    window = Span(start, start + timedelta(hours=hours))
    found = plainly(text, window)
    assert found is not None
    assert found.events
    assert agree(text, window)
