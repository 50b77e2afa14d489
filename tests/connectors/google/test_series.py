"""Series: how masters and every kind of exception become occurrences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.google.objects import Page, Shelf
from connectors.google.series import expanded, listed
from connectors.limits import Unreadable
from syncd.core.model import Event, EventStatus
from syncd.core.time.spans import Span
from tests.connectors.google.samples import BERLIN, WINDOW, Json, weekly


def _master(**changes: object) -> Json:
    return {
        "id": "series1",
        "etag": '"1"',
        "organizer": {"self": True},
        **weekly("2026-06-01T09:00"),
    } | changes


def _exception(at: str, **more: object) -> Json:
    """An exception of the occurrence at that instant (UTC, `20260615T070000Z`)."""
    moment = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    original = {"dateTime": moment.isoformat(), "timeZone": "Europe/Berlin"}
    return {
        "id": f"series1_{at}",
        "etag": '"2"',
        "recurringEventId": "series1",
        "originalStartTime": original,
    } | more


def _events(master: Json, *exceptions: Json, window: Span = WINDOW) -> dict[str, Event]:
    found, again = (
        expanded("work/Practice", master, exceptions, window, BERLIN, plain=plain) for plain in (True, False)
    )
    assert found == again, "what is counted without the libraries is what they find"
    return {one.recurrence_id: one for one in found}


def test_a_weekly_session_keeps_its_hour_through_the_change_of_clocks() -> None:
    """Nine o'clock in Berlin is 08:00 UTC in winter and 07:00 in summer."""
    window = Span(datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC))
    assert list(_events(_master(**weekly("2026-03-02T09:00")), window=window)) == [
        "20260323T080000Z",
        "20260330T070000Z",
    ]


def test_an_unbounded_series_says_so() -> None:
    """Without UNTIL and COUNT it never ends; each occurrence is recurring."""
    assert all(one.unbounded and one.recurring for one in _events(_master()).values())
    ended = _events(_master(recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"]))
    assert len(ended) == 3
    assert not any(one.unbounded for one in ended.values())


def test_a_bare_cancelled_exception_is_a_cancelled_occurrence() -> None:
    """Id, series and original start are enough to know which session does not take place, and how long it was."""
    found = _events(_master(), _exception("20260615T070000Z", status="cancelled"))
    gone = found["20260615T070000Z"]
    assert gone.status is EventStatus.CANCELLED
    assert gone.title == "AB"
    assert gone.when == Span(datetime(2026, 6, 15, 7, tzinfo=UTC), datetime(2026, 6, 15, 7, 50, tzinfo=UTC))
    assert all(one.status is EventStatus.CONFIRMED for key, one in found.items() if key != "20260615T070000Z")


def test_what_was_cancelled_beyond_the_end_of_its_series_is_no_occurrence() -> None:
    """Google lists it on, at the first reading and later; before the end, and on its last day, it is one."""
    late = _exception("20260615T070000Z", status="cancelled")
    for rule, known in (("20260608T215959Z", False), ("20260615T070000Z", True), ("20260629T215959Z", True)):
        ended = _master(recurrence=[f"RRULE:FREQ=WEEKLY;UNTIL={rule}"])
        assert ("20260615T070000Z" in _events(ended, late)) is known
        again = {one.recurrence_id for one in listed("work/Practice", ended, [late], WINDOW, BERLIN)}
        assert ("20260615T070000Z" in again) is known


def test_a_moved_occurrence_keeps_its_name() -> None:
    """It stands at the new time under the original's recurrence id, with its own etag."""
    moved = _exception(
        "20260615T070000Z",
        summary="AB",
        start={"dateTime": "2026-06-16T14:00:00+02:00"},
        end={"dateTime": "2026-06-16T15:00:00+02:00"},
    )
    found = _events(_master(), moved)
    assert found["20260615T070000Z"].when == Span(
        datetime(2026, 6, 16, 12, tzinfo=UTC), datetime(2026, 6, 16, 13, tzinfo=UTC)
    )
    assert found["20260615T070000Z"].etag == '"2"'
    assert found["20260622T070000Z"].etag == '"1"'


def test_an_occurrence_moved_out_of_the_window_is_not_in_it() -> None:
    """And one moved into it is."""
    away = {"start": {"dateTime": "2026-10-05T09:00:00Z"}, "end": {"dateTime": "2026-10-05T10:00:00Z"}}
    assert "20260615T070000Z" not in _events(_master(), _exception("20260615T070000Z", **away))
    here = {"start": {"dateTime": "2026-07-07T09:00:00Z"}, "end": {"dateTime": "2026-07-07T10:00:00Z"}}
    assert "20261005T070000Z" in _events(_master(), _exception("20261005T070000Z", **here))


@pytest.mark.parametrize(
    "recurrence",
    [
        ["RRULE:FREQ=SECONDLY"],
        ["RRULE:FREQ=WEEKLY;INTERVAL=0"],
        ["RRULE:FREQ=SOMETIMES"],
        ["RRULE:FREQ=WEEKLY", "EXRULE:FREQ=WEEKLY"],
        ["ATTACH:x"],
        ["RRULE:FREQ=WEEKLY\r\nBEGIN:VEVENT"],
    ],
)
def test_hostile_rules_are_refused_at_once(recurrence: list[str]) -> None:
    """No rule is followed without end, no line smuggles another."""
    with pytest.raises(Unreadable):
        _events(_master(recurrence=recurrence))


def test_one_bad_series_costs_only_itself() -> None:
    """It is reported by its id; the others are read."""
    shelf = Shelf("work/Practice", WINDOW, BERLIN)
    shelf.series(_master(id="bad1", recurrence=["RRULE:FREQ=SECONDLY"]), ())
    shelf.series(_master(), ())
    assert [one.uid for one in shelf.objects] == ["series1"]
    assert [one.uid for one in shelf.problems] == ["bad1"]


def test_an_exception_that_lost_its_master_stands_alone_and_is_reported() -> None:
    """It takes time in the calendar, so it stays; a cancelled one is nothing."""
    lost = _exception(
        "20260615T070000Z", **{k: v for k, v in weekly("2026-06-15T09:00").items() if k != "recurrence"}
    )
    page = Page.of([lost, _exception("20260622T070000Z", status="cancelled")])
    shelf = Shelf("work/Practice", WINDOW, BERLIN)
    for item in page.lost:
        shelf.lost(item)
    (found,) = shelf.objects
    assert (found.uid, found.href, found.events[0].recurrence_id) == (
        "series1",
        "series1_20260615T070000Z",
        "20260615T070000Z",
    )
    assert [one.uid for one in shelf.problems] == ["series1"]


def test_a_doubtful_event_is_busy_and_nothing_else() -> None:
    """An unknown type keeps its time, loses its text and people, and is reported."""
    shelf = Shelf("work/Practice", WINDOW, BERLIN)
    shelf.series(_master(eventType="travelTime", attendees=[{"email": "ada@example.com"}]), ())
    (found,) = shelf.objects
    assert found.events
    assert all(not one.title and not one.attendees for one in found.events)
    assert len(shelf.problems) == 1
