"""The calendar files in `cases`, put on a server, read by the connector, and cancelled and restored there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncd.core.model import Changes, Client, Event, EventStatus, OccurrenceRef
from syncd.core.reading import Roster, find_leave, find_sessions
from syncd.core.time.spans import AllDay, Span
from tests.core.people import dana
from tests.outside.conftest import case
from tests.servers.worlds import World

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
ROSTER = Roster.of(
    [
        Client(id="c1", name="Ada Brandt", email="ada@example.com", initials="AB", therapists=("dana",)),
        Client(id="c2", name="Bea Clark", email="bea@example.com", initials="BC", therapists=("dana",)),
    ]
)
BROKEN_TASK = "BEGIN:VTODO\r\nDUE-tomorrow\r\nEND:VTODO\r\n"
BROKEN_ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER-P0DT1H\r\n"


def local(day: int, hour: int, month: int = 7) -> Span:
    """Fifty minutes in Berlin."""
    start = datetime(2026, month, day, hour, tzinfo=BERLIN).astimezone(UTC)
    return Span(start, start + timedelta(minutes=50))


def put(world: World, text: str) -> str:
    """Store a text; its UID."""
    uid = text.upper().split("UID:")[1].split()[0].lower()
    world.owner.put_text(text, uid)
    return uid


def read(world: World, text: str) -> Changes:
    """What a first read says of one text."""
    put(world, text)
    return world.calendar.changes("", SUMMER)


def events(changes: Changes) -> list[Event]:
    """Its occurrences; nothing is unread."""
    assert changes.problems == ()
    return [replace(event, etag="") for one in changes.objects for event in one.events]


def sessions(found: list[Event]) -> list[tuple[str, Span]]:
    """Whose sessions these are, and when."""
    return [(one.client, one.span) for one in find_sessions(found, dana(), ROSTER).sessions]


def weekly(first: int, hour: int, month: int = 6) -> list[Span]:
    """Every week from a day of a month to the end of August."""
    start = datetime(2026, month, first, hour, tzinfo=BERLIN)
    starts = (start + timedelta(weeks=week) for week in range(14))
    return [Span(s.astimezone(UTC), s.astimezone(UTC) + timedelta(minutes=50)) for s in starts if s.month < 9]


@pytest.mark.parametrize(
    ("number", "client", "spans"),
    [
        ("01", "c1", weekly(1, 10)),
        ("03", "c1", [local(6, 10)]),
        ("05", "c1", [local(6, 10)]),
        ("10", "c1", weekly(2, 9)),
        ("11", "c1", []),
        ("12", "c1", [local(6, 10)]),
        ("13", "c2", weekly(2, 10)),
        ("14", "c1", [one for one in weekly(4, 11) if one != local(9, 11)]),
        ("17", "c1", [local(6, 10)]),
        ("18", "c1", [local(6, 10)]),
    ],
)
def test_sessions_are_when_their_writers_meant_them(
    world: World, number: str, client: str, spans: list[Span]
) -> None:
    """To the minute, of the client they belong to, and no others."""
    assert sessions(events(read(world, case(number)))) == [(client, span) for span in spans]


@pytest.mark.parametrize("number", ["06", "16"])
def test_leave_is_leave(world: World, number: str) -> None:
    """Whole days with a zone beside them, and what Outlook calls out of office."""
    (event,) = events(read(world, case(number)))
    assert event.when == AllDay(date(2026, 7, 6), date(2026, 7, 11))
    (block,) = find_leave([event], dana(), ROSTER, datetime(2026, 6, 1, tzinfo=UTC))
    assert (block.span.start, block.waits) == (datetime(2026, 7, 6, tzinfo=BERLIN), "")


def test_two_masters_under_one_uid_are_refused_by_name_and_stop_nothing_else(world: World) -> None:
    """In reading and in writing alike: no one knows which of them an exception belongs to."""
    put(world, case("03"))
    changes = read(world, case("08"))
    assert [one.uid for one in changes.objects] == ["r03"]
    ((uid, reason),) = [(one.uid, one.reason) for one in changes.problems]
    assert (uid, "two events under one UID" in reason) == ("r08", True)


@pytest.mark.parametrize("number", ["01", "03", "05", "10", "12", "13", "14", "17", "18"])
def test_a_session_is_cancelled_and_restored_and_nothing_else_changes(world: World, number: str) -> None:
    """Read, cancel, read, restore, read; at the end the server holds what its owner stored."""
    uid = put(world, case(number))
    before = events(world.calendar.changes("", SUMMER))
    gone = next(one for one in before if one.status is not EventStatus.CANCELLED)
    ref = OccurrenceRef(world.calendar.id, uid, gone.recurrence_id)
    cancelled = world.calendar.cancel(ref, "")
    between = events(world.calendar.changes("", SUMMER))
    changed = [one for one in between if one not in before]
    assert [(one.recurrence_id, one.when, one.status) for one in changed] == [
        (gone.recurrence_id, gone.when, EventStatus.CANCELLED)
    ]
    assert len(between) == len(before)
    world.calendar.restore(ref, cancelled.pre_image)
    after = events(world.calendar.changes("", SUMMER))
    assert [replace(one, sequence=0) for one in after] == [replace(one, sequence=0) for one in before]


def as_crlf(text: str) -> str:
    """The text with the line ends that the standard asks for."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("a byte order mark", "\N{ZERO WIDTH NO-BREAK SPACE}" + case("10")),
        ("CR alone", as_crlf(case("10")).replace("\r\n", "\r")),
        ("names in lower case", as_crlf(case("10")).replace("BEGIN:VEVENT", "begin:vevent")),
        ("a task beside it", as_crlf(case("10")).replace("BEGIN:VEVENT", f"{BROKEN_TASK}BEGIN:VEVENT")),
        ("an alarm that never ends", as_crlf(case("10")).replace("END:VEVENT", f"{BROKEN_ALARM}END:VEVENT")),
        ("two calendars", as_crlf(case("03").partition("BEGIN:VEVENT")[0]) + "END:VCALENDAR\r\n" + as_crlf(case("10"))),
        ("the same twice", as_crlf(case("10")) * 2),
    ],
)  # fmt: skip
def test_what_we_do_not_need_costs_no_event(world: World, kind: str, text: str) -> None:
    """Read as if it were not there, kept where the object is changed."""
    assert sessions(events(read(world, text))) == [("c1", span) for span in weekly(2, 9)], kind
    ref = OccurrenceRef(world.calendar.id, "r10", "20260707T070000Z")
    world.calendar.cancel(ref, "")
    assert ("c1", local(7, 9)) not in sessions(events(world.calendar.changes("", SUMMER)))
    stored = world.owner.text("r10")
    assert ("TRIGGER-P0DT1H" in stored, "BEGIN:VTODO" in stored) == ("an alarm" in kind, "a task" in kind)


@pytest.mark.parametrize(
    "organizer",
    [
        ";CN=Dana:mailto:dana%40example.org",
        ':MAILTO:DANA@example.org',
        ':/dana/',
        ":/DANA",
        ';EMAIL="dana@example.org":mailto:2_GEZDGNBVGY@imip.me.com',
        ';EMAIL="dana@example.org":/123456/principal/',
        ';SENT-BY="mailto:dana@example.org":mailto:front-desk@example.org',
        ";CN=Unknown:mailto:unknownorganizer@calendar.google.com",
        ":invalid:nomail",
        ":mailto:dana",
    ],
)  # fmt: skip
def test_the_therapist_s_own_events_by_other_names(world: World, organizer: str) -> None:
    """Whatever a program calls its user: the session is hers."""
    text = case("17").replace(';CN="dana":/dana/', organizer)
    assert organizer in text
    assert sessions(events(read(world, text))) == [("c1", local(6, 10))]


@pytest.mark.parametrize(
    "organizer",
    [":/noor/", ":mailto:noor@example.org", ':urn:uuid:5e1f', ';EMAIL="noor@example.org":mailto:2_X@imip.me.com'],
)  # fmt: skip
def test_somebody_else_s_event_stays_somebody_else_s(world: World, organizer: str) -> None:
    """It is busy time at most."""
    text = case("17").replace(';CN="dana":/dana/', organizer)
    assert sessions(events(read(world, text))) == []


def test_the_therapist_among_the_attendees_is_no_stranger(world: World) -> None:
    """A line with her principal's path is hers, and her no is heard."""
    line = "ATTENDEE;PARTSTAT=ACCEPTED:/dana/\n"
    text = case("17").replace("\r\n", "\n").replace("END:VEVENT", f"{line}END:VEVENT")
    assert sessions(events(read(world, text))) == [("c1", local(6, 10))]
    declined = text.replace("ACCEPTED:/dana/", "DECLINED:/dana/")
    assert sessions(events(read(world, declined))) == []


@pytest.mark.parametrize(
    ("line", "hours", "leave"),
    [
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", 3, True),
        ("X-NEXTCLOUD-OUT-OF-OFFICE:17", 3, True),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", 1, False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", 3, False),
    ],
)
def test_a_busy_status_of_three_hours_is_leave(world: World, line: str, hours: int, leave: bool) -> None:
    """Lunch out of the office is none."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:away", "DTSTAMP:20260101T000000Z"]
    times = ["DTSTART:20260706T080000Z", f"DTEND:20260706T{8 + hours:02}0000Z", "SUMMARY:Dentist", line]
    text = "\r\n".join([*lines, *times, "END:VEVENT", "END:VCALENDAR", ""])
    found = find_leave(events(read(world, text)), dana(), ROSTER, datetime(2026, 6, 1, tzinfo=UTC))
    assert bool(found) is leave
