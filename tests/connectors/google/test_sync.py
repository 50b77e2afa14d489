"""Reading a calendar: whole, by what changed, page by page, and never by half."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.google.account import GoogleAccount
from syncd.core.model import EventStatus
from syncd.core.model.errors import ConnectorError, CursorInvalid, Malformed, NotFound, Rejected, Transient
from syncd.core.time.spans import Span
from syncd.ports import Calendar
from tests.connectors.google.samples import BERLIN, THERAPIST, TODAY, WINDOW, timed, weekly
from tests.scenario.household import SetClock
from tests.servers.google import Fault, GoogleServer, Person, Phase
from tests.servers.google.day import CALENDAR, POLL, POLLS, RECORDED, fill, happen


def _fill(dana: Person, count: int) -> list[str]:
    return [
        dana.enter(timed(f"2026-07-{1 + n % 28:02}T09:00", summary=f"S{n}"), "Practice") for n in range(count)
    ]


def test_a_day_of_2000_events_costs_a_request_per_poll_and_what_changes_need(tmp_path: Path) -> None:
    """720 polls of a recorded day: one request each, and a few where a series changed or the token ran out."""
    clock = SetClock(datetime(2026, 6, 1, tzinfo=BERLIN))
    window = Span(clock.now() - timedelta(days=60), clock.now() + timedelta(days=400))
    with GoogleServer(clock.now) as google:
        dana = google.person(THERAPIST)
        google.world.add_calendar(THERAPIST, CALENDAR)
        fill(dana, clock.now())
        calendar = GoogleAccount(google.config("work", THERAPIST, tmp_path), TODAY).open(CALENDAR)
        cursor = calendar.changes("", window).cursor
        google.calls.clear()
        for poll in range(POLLS):
            due = [moment for moment in RECORDED if moment.poll() == poll]
            for moment in due:
                happen(moment, google)
            before = len(google.calls)
            cursor = _polled(calendar, cursor, window, quiet=not due)
            spent = len(google.calls) - before
            assert spent == 1 + sum(moment.extra for moment in due), [moment.what for moment in due]
            clock.moment += POLL
        assert len(google.calls) == 720 + sum(moment.extra for moment in RECORDED) == 726


def _polled(calendar: Calendar, cursor: str, window: Span, *, quiet: bool) -> str:
    try:
        changes = calendar.changes(cursor, window)
    except CursorInvalid:
        changes = calendar.changes("", window)
    assert quiet != bool(changes.objects or changes.gone)
    return changes.cursor


def test_pages_are_read_to_the_end(google: GoogleServer, dana: Person, calendar: Calendar) -> None:
    """The cursor comes from the last page, and everything from all of them."""
    keys = _fill(dana, 25)
    google.world.page_size = 10
    changes = calendar.changes("", WINDOW)
    assert changes.complete
    assert {one.uid for one in changes.objects} == set(keys)
    assert [call.method for call in google.calls] == ["events.list"] * 3


@pytest.mark.parametrize("page", [0, 1, 2])
def test_410_at_any_page_makes_the_cursor_invalid(
    google: GoogleServer, dana: Person, calendar: Calendar, page: int
) -> None:
    """Nothing of the pages before it is kept; the caller reads everything, once."""
    cursor = calendar.changes("", WINDOW).cursor
    _fill(dana, 25)
    google.world.page_size = 10
    google.fail(Fault(Phase.REFUSED, "events.list", status=410, reason="fullSyncRequired", skip=page))
    with pytest.raises(CursorInvalid):
        calendar.changes(cursor, WINDOW)
    assert len(calendar.changes("", WINDOW).objects) == 25


def test_410_in_a_full_read_is_no_reason_for_another(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """Without a cursor there is none to give up: the read failed, later it may not."""
    _fill(dana, 25)
    google.world.page_size = 10
    google.fail(Fault(Phase.REFUSED, "events.list", status=410, reason="fullSyncRequired", skip=1))
    with pytest.raises(Transient):
        calendar.changes("", WINDOW)


def test_a_token_that_is_none_is_no_reason_to_stop(google: GoogleServer, calendar: Calendar) -> None:
    """400 instead of 410: everything is read anew; a full read that is refused so stays refused."""
    cursor = calendar.changes("", WINDOW).cursor
    refused = Fault(Phase.REFUSED, "events.list", status=400, reason="invalid")
    google.fail(refused)
    with pytest.raises(CursorInvalid):
        calendar.changes(cursor, WINDOW)
    google.fail(refused)
    with pytest.raises(Rejected):
        calendar.changes("", WINDOW)


def test_an_expired_token_is_told(google: GoogleServer, calendar: Calendar) -> None:
    """Tokens run out on the server's side."""
    cursor = calendar.changes("", WINDOW).cursor
    google.world.token_era += 1
    with pytest.raises(CursorInvalid):
        calendar.changes(cursor, WINDOW)


@pytest.mark.parametrize("cursor", [False, True])
@pytest.mark.parametrize("phase", [Phase.TRUNCATED, Phase.HTML, Phase.EMPTY])
def test_a_broken_page_is_no_page(
    google: GoogleServer, dana: Person, calendar: Calendar, phase: Phase, cursor: bool
) -> None:
    """Truncated, HTML or empty answers never look like an empty calendar."""
    token = calendar.changes("", WINDOW).cursor if cursor else ""
    _fill(dana, 25)
    google.world.page_size = 10
    google.fail(Fault(phase, "events.list", skip=1, times=10))
    with pytest.raises((Malformed, Transient)):
        calendar.changes(token, WINDOW)
    google.fail()
    assert len(calendar.changes(token, WINDOW).objects) == 25


def test_a_listing_without_a_token_at_its_end_is_one_without_a_cursor(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """What it says counts; the next look reads everything, or from where it read before."""
    dana.enter(timed("2026-07-06T09:00"), "Practice")
    google.fail(Fault(Phase.UNFINISHED, "events.list"))
    full = calendar.changes("", WINDOW)
    assert (len(full.objects), full.cursor, full.complete) == (1, "", True)
    token = calendar.changes("", WINDOW).cursor
    dana.enter(timed("2026-07-07T09:00"), "Practice")
    google.fail(Fault(Phase.UNFINISHED, "events.list"))
    told = calendar.changes(token, WINDOW)
    assert (len(told.objects), told.cursor, told.complete) == (1, token, False)
    again = calendar.changes(told.cursor, WINDOW)
    assert again.objects == told.objects
    assert again.cursor not in {"", token}


def test_a_deleted_event_is_gone_by_its_href(dana: Person, calendar: Calendar) -> None:
    """A bare tombstone names the object that is no more."""
    (key,) = _fill(dana, 1)
    cursor = calendar.changes("", WINDOW).cursor
    dana.delete(key, "Practice")
    changes = calendar.changes(cursor, WINDOW)
    assert (changes.objects, changes.gone) == ((), (key,))
    assert calendar.read(key, WINDOW) is None
    full = calendar.changes("", WINDOW)
    assert (full.objects, full.gone) == ((), (key,))


def test_one_changed_occurrence_brings_the_whole_series(dana: Person, calendar: Calendar) -> None:
    """What comes by increments equals what a full read shows."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    cursor = calendar.changes("", WINDOW).cursor
    dana.change(f"{key}_20260615T070000Z", {"summary": "AB online"}, "Practice")
    dana.delete(f"{key}_20260622T070000Z", "Practice")
    changes = calendar.changes(cursor, WINDOW)
    full = calendar.changes("", WINDOW)
    assert changes.objects == full.objects
    told = {one.recurrence_id: one for one in changes.objects[0].events}
    assert told["20260615T070000Z"].title == "AB online"
    assert told["20260622T070000Z"].status is EventStatus.CANCELLED
    assert calendar.read(key, WINDOW) == full.objects[0]


def test_a_deleted_series_is_gone_with_its_exceptions(dana: Person, calendar: Calendar) -> None:
    """One object goes; tombstones of its exceptions name nothing that is still there."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    dana.change(f"{key}_20260615T070000Z", {"summary": "AB online"}, "Practice")
    cursor = calendar.changes("", WINDOW).cursor
    dana.delete(key, "Practice")
    changes = calendar.changes(cursor, WINDOW)
    assert changes.objects == ()
    assert key in changes.gone
    assert calendar.changes("", WINDOW).objects == ()


def test_this_and_following_makes_a_second_series(dana: Person, calendar: Calendar) -> None:
    """The first is cut by UNTIL, the second has an id of its own; both come."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    cursor = calendar.changes("", WINDOW).cursor
    dana.change(key, {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260630T215959Z"]}, "Practice")
    rest = dana.enter(weekly("2026-07-06T11:00"), "Practice")
    objects = {one.uid: one for one in calendar.changes(cursor, WINDOW).objects}
    assert len(objects[key].events) == 5
    assert objects[rest].events[0].recurrence_id == "20260706T090000Z"


def test_a_series_made_single_stays_one_object(dana: Person, calendar: Calendar) -> None:
    """Its rules taken away, the event is what is left."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    cursor = calendar.changes("", WINDOW).cursor
    dana.change(key, {"recurrence": []}, "Practice")
    (found,) = calendar.changes(cursor, WINDOW).objects
    assert [one.recurrence_id for one in found.events] == [""]


def test_an_event_outside_the_window_exists_without_occurrences(dana: Person, calendar: Calendar) -> None:
    """Not to be shown is not to be gone."""
    key = dana.enter(timed("2027-01-04T09:00"), "Practice")
    (found,) = calendar.changes("", WINDOW).objects
    assert (found.uid, found.events) == (key, ())


def test_an_invitation_to_one_occurrence_only_takes_its_time(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """Its series is not in this calendar: the occurrence is read alone, and reported."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    dana.change(f"{key}_20260615T070000Z", {"summary": "AB"}, "Practice")
    cursor = calendar.changes("", WINDOW).cursor
    box = next(box for box in google.world.calendars.values() if box.summary == "Practice")
    dana.change(f"{key}_20260615T070000Z", {"summary": "AB!"}, "Practice")
    del box.events[key]
    for changes in (calendar.changes(cursor, WINDOW), calendar.changes("", WINDOW)):
        (found,) = changes.objects
        assert (found.uid, found.href) == (key, f"{key}_20260615T070000Z")
        assert [problem.uid for problem in changes.problems] == [key]


def test_a_calendar_that_is_gone_is_named(google: GoogleServer, dana: Person, calendar: Calendar) -> None:
    """404 of the calendar is NotFound with the calendar's own id in settings."""
    boxes = google.world.calendars
    del boxes[next(key for key, box in boxes.items() if box.summary == "Practice")]
    with pytest.raises(NotFound, match="work/Practice"):
        calendar.changes("", WINDOW)


def test_no_error_carries_an_address_or_a_title(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """What is logged names method, calendar and reason."""
    _fill(dana, 1)
    google.fail(Fault(Phase.REFUSED, status=403, reason="forbidden"))
    with pytest.raises(ConnectorError) as caught:
        calendar.changes("", WINDOW)
    assert "@" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_series_deleted_between_two_requests_is_no_missing_calendar(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """The pass fails for now; the next one sees it gone."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    cursor = calendar.changes("", WINDOW).cursor
    dana.change(key, {"summary": "CD"}, "Practice")
    google.before("events.instances", lambda: dana.delete(key, "Practice"))
    with pytest.raises(Transient):
        calendar.changes(cursor, WINDOW)
    assert key in calendar.changes(cursor, WINDOW).gone
