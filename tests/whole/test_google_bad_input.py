"""What Google shows that is odd, cut off or foreign: it is said, it takes its time, and everything else goes on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from syncd.core.model import Offer, OfferState, OriginalState
from syncd.core.time.spans import Span
from syncd.cycle import PassReport
from syncd.standin.google.answers import Json
from syncd.standin.google.world import Stored
from tests.connectors.google.samples import DECORATED, timed
from tests.core.people import BERLIN
from tests.whole.google import DANA, GoogleHouse

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
ADA = "ada@example.net"


def said(reports: tuple[PassReport, ...]) -> list[str]:
    """What the passes say of what they could not read."""
    return list(dict.fromkeys(one.reason for report in reports for one in report.problems))


def stored(house: GoogleHouse, key: str) -> Stored:
    """An event as Google keeps it."""
    box = next(box for box in house.server.world.calendars.values() if box.summary == "Practice")
    return box.events[key]


def make(house: GoogleHouse, key: str, **data: object) -> None:
    """Let an event become what no screen makes of it."""
    event = stored(house, key)
    event.data |= data
    house.server.world.touch(event)


def taken(house: GoogleHouse, span: Span) -> bool:
    """True when a hold stands at this time."""
    return any(one.span.overlaps(span) for one in house.offers() if one.state is OfferState.HELD)


def invited(house: GoogleHouse) -> Offer:
    """Leave is blocked, and a day later the clients have their invitations; c1's offer."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    return house.offers("c1")[-1]


def _first_slot(house: GoogleHouse) -> Span:
    """Where c1 would be offered a make-up if nothing else stood there; the leave is taken back again."""
    house.block(MONDAY, uid="trial")
    house.run()
    span = house.offers("c1")[-1].span
    house.dana.delete("trial", "Practice")
    house.later(minutes=2)
    return span


ODD: list[tuple[str, Json]] = [
    ("type that is not known", {"eventType": "appointmentBundle"}),
    (
        "shows only some of its guests",
        {"attendeesOmitted": True, "attendees": [{"email": ADA, "responseStatus": "accepted"}]},
    ),
]


@pytest.mark.parametrize(("words", "data"), ODD)
def test_an_event_that_is_not_understood_takes_its_time_and_no_more(
    house: GoogleHouse, words: str, data: Json
) -> None:
    """A new type, a guest list cut off: named once, kept free of offers, read as no session and no leave."""
    span = _first_slot(house)
    begins, ends = ({"dateTime": at.isoformat()} for at in (span.start, span.end))
    key = house.dana.enter({"summary": "AB vacation", "start": begins, "end": ends}, "Practice")
    make(house, key, **data)
    (line,) = said(house.later(minutes=2))
    assert words in line
    assert "@" not in line
    house.block(MONDAY)
    house.run()
    assert not taken(house, span)
    assert sorted({offer.client for offer in house.offers()}) == ["c1", "c2", "c3"]
    assert [row.span.start.day for row in house.conflicts() if row.client == "c1"] == [6]
    assert house.dana.event(key, "Practice") is not None


def test_an_exception_without_its_series(house: GoogleHouse) -> None:
    """The master is gone from the calendar, one occurrence is not: reported, and its time is not given away."""
    span = _first_slot(house)
    start = span.start.astimezone(BERLIN)
    first = timed(
        f"{start - timedelta(days=7):%Y-%m-%dT%H:%M}", summary="Team", recurrence=["RRULE:FREQ=WEEKLY"]
    )
    key = house.dana.enter(first, "Practice")
    instance = f"{key}_{span.start:%Y%m%dT%H%M%SZ}"
    house.dana.change(instance, {"summary": "Team, elsewhere"}, "Practice")
    box = house.server.world.calendars[stored(house, key).home]
    house.run()
    del box.events[key]
    house.server.world.touch(box.events[instance])
    (line,) = said(house.later(minutes=2))
    assert "whose series is not in the calendar" in line
    house.block(MONDAY)
    house.run()
    assert not taken(house, span)
    assert len(house.offers()) >= 3


def test_a_session_with_two_hundred_guests_is_nobodys_session(house: GoogleHouse) -> None:
    """A client among 200: not displaced, never cancelled, listed for Dana; the clients of the day are served."""
    guests = [{"email": f"guest{number}@example.com"} for number in range(199)] + [{"email": ADA}]
    body = timed("2026-07-07T10:00", summary="Summer party", attendees=guests)
    key = house.dana.enter(body, "Practice")
    offer = invited(house)
    assert offer.state is OfferState.INVITED
    assert {row.ref.uid for row in house.conflicts()} == {"c1-series", "c2-series", "c3-series"}
    event = house.dana.event(key, "Practice")
    assert event is not None
    assert (event["status"], len(event["attendees"])) == ("confirmed", 200)
    assert {mail.event for mail in house.server.mails(ADA)} == {offer.uid}


def test_a_leave_block_with_two_hundred_guests_is_no_leave(house: GoogleHouse) -> None:
    """The firm's holiday, to which everybody is invited, is nobody's own leave: nothing is planned for it."""
    guests = [{"email": f"guest{number}@example.com"} for number in range(200)]
    body = {"summary": "Vacation", "start": {"date": "2026-07-06"}, "end": {"date": "2026-07-11"}}
    house.dana.enter({**body, "attendees": guests}, "Practice")
    house.run()
    assert house.offers() == []


def test_what_others_added_survives_a_whole_life(house: GoogleHouse) -> None:
    """Colour, conference, reminders, attachments, guests' rights: on our entry through hold, invitation and yes."""
    house.block(MONDAY)
    house.run()
    offer = house.offers("c1")[-1]
    added = {**DECORATED, "guestsCanInviteOthers": False}
    house.dana.change(offer.uid, added, "Practice")
    before = house.dana.event(offer.uid, "Practice")
    house.at(INVITED_BY)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    after = house.dana.event(offer.uid, "Practice")
    assert before is not None
    assert after is not None
    assert after["status"] == "confirmed"
    assert {name: after[name] for name in added} == {name: before[name] for name in added}


@pytest.mark.parametrize("forgets", [True, False])
def test_an_original_comes_back_with_all_that_was_on_it(house: GoogleHouse, forgets: bool) -> None:
    """Cancelled and restored, whether or not Google kept its details: as it was, guests and their answers too."""
    house.server.world.forgets_details = forgets
    guest = {"attendees": [{"email": ADA, "responseStatus": "accepted"}]}
    house.dana.change("c1-series", {**guest, "guestsCanSeeOtherGuests": False}, "Practice")
    key = "c1-series_20260706T080000Z"
    house.dana.change(key, {**DECORATED, "location": "Room 3", "guestsCanModify": True}, "Practice")
    before = house.dana.event(key, "Practice")
    invited(house)
    house.at(datetime(2026, 6, 30, 12, 0, tzinfo=BERLIN))
    assert [row.original for row in house.conflicts() if row.client == "c1"] == [OriginalState.CANCELLED]
    assert house.dana.event(key, "Practice") is None
    house.dana.delete("leave", "Practice")
    house.stays_away()
    after = house.dana.event(key, "Practice")
    assert before is not None
    assert after is not None
    changing = {"etag", "updated", "sequence"}
    assert {name: one for name, one in after.items() if name not in changing} == {
        name: one for name, one in before.items() if name not in changing
    }
    assert not any(mail.event == key for mail in house.server.mails(ADA))


@pytest.mark.parametrize(
    ("kind", "busy"),
    [("workingLocation", False), ("birthday", False), ("focusTime", True), ("fromGmail", True)],
)
def test_googles_own_kinds_of_events(house: GoogleHouse, kind: str, busy: bool) -> None:
    """Where she works and whose birthday it is take no time; focus time and what Gmail entered do. None is leave."""
    span = _first_slot(house)
    begins, ends = ({"dateTime": at.isoformat()} for at in (span.start, span.end))
    key = house.dana.enter({"summary": "Vacation home", "start": begins, "end": ends}, "Practice")
    make(house, key, eventType=kind)
    house.block(MONDAY)
    assert said(house.run()) == []
    assert taken(house, span) is not busy
    assert len(house.offers()) >= 3


def test_a_focus_day_is_no_leave(house: GoogleHouse) -> None:
    """A long focus time is work, whatever it is called after; nothing is planned."""
    key = house.dana.enter(timed("2026-07-06T09:00", summary="Reports"), "Practice")
    make(house, key, eventType="focusTime", end={"dateTime": "2026-07-06T18:00:00+02:00"})
    house.run()
    assert house.offers() == []
    assert DANA in house.server.world.users
