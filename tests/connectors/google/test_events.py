"""Events as the API shows them, read into the core's words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from connectors.google.events import attendees_of, doubt_of, event_of, marker_of, marks
from connectors.google.texts import plain
from connectors.limits import Unreadable
from syncd.core.model import Event, EventKind, EventStatus, Marker, MarkerRole, PartStat, Transparency
from syncd.core.time.spans import AllDay, Span
from tests.connectors.google.samples import BERLIN, Json

FULL: Json = {
    "kind": "calendar#event",
    "etag": '"3181161784712000"',
    "id": "4eahs9ghkhrvkld72hogu9ph3e_20260706T070000Z",
    "status": "tentative",
    "created": "2026-05-19T19:17:46.000Z",
    "updated": "2026-05-27T12:01:32.356Z",
    "summary": "AB online",
    "description": "<p>Bring the diary.</p>#keep&nbsp;please",
    "location": "Room 2",
    "creator": {"email": "dana@example.org", "self": True},
    "organizer": {"email": "c_1@group.calendar.google.com", "displayName": "Practice", "self": True},
    "start": {"dateTime": "2026-07-06T10:00:00+02:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-07-06T10:50:00+02:00", "timeZone": "Europe/Berlin"},
    "recurringEventId": "4eahs9ghkhrvkld72hogu9ph3e",
    "originalStartTime": {"dateTime": "2026-07-06T09:00:00+02:00", "timeZone": "Europe/Berlin"},
    "iCalUID": "4eahs9ghkhrvkld72hogu9ph3e@google.com",
    "sequence": 3,
    "attendees": [
        {"email": "Ada@Example.com", "displayName": "Ada", "responseStatus": "accepted", "comment": "Gladly"},
        {"email": "dana@example.org", "self": True, "organizer": True, "responseStatus": "accepted"},
        {"email": "room@resource.example.org", "resource": True, "responseStatus": "accepted"},
    ],
    "hangoutLink": "https://meet.example.org/abc",
    "conferenceData": {
        "entryPoints": [
            {"entryPointType": "phone", "uri": "tel:+49-30-0000"},
            {"entryPointType": "video", "uri": "https://meet.example.org/video"},
        ]
    },
    "eventType": "default",
}


def item(**changes: object) -> Json:
    """A plain single event with changes; None takes a field away."""
    made: Json = {
        "id": "abc12345",
        "etag": '"1"',
        "status": "confirmed",
        "summary": "AB",
        "organizer": {"email": "dana@example.org", "self": True},
        "start": {"dateTime": "2026-07-06T09:00:00+02:00"},
        "end": {"dateTime": "2026-07-06T09:50:00+02:00"},
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def read(**changes: object) -> Event:
    """That event in the core's words."""
    return event_of("work/Practice", item(**changes), BERLIN)


def test_every_field_of_an_exception_finds_its_place() -> None:
    """The golden event: ids, times, people, texts, link, with rooms left out and HTML made text."""
    event = event_of("work/Practice", FULL, BERLIN)
    assert event == Event(
        calendar="work/Practice",
        uid="4eahs9ghkhrvkld72hogu9ph3e",
        when=Span(datetime(2026, 7, 6, 8, tzinfo=UTC), datetime(2026, 7, 6, 8, 50, tzinfo=UTC)),
        recurrence_id="20260706T070000Z",
        title="AB online",
        description="Bring the diary.\n#keep please",
        status=EventStatus.TENTATIVE,
        transparency=Transparency.OPAQUE,
        organizer="",
        attendees=event.attendees,
        location="Room 2",
        link="https://meet.example.org/video",
        conference=True,
        sequence=3,
        recurring=True,
        href="4eahs9ghkhrvkld72hogu9ph3e",
        etag='"3181161784712000"',
    )
    assert [(one.email, one.partstat, one.comment) for one in event.attendees] == [
        ("ada@example.com", PartStat.ACCEPTED, "Gladly"),
        ("dana@example.org", PartStat.ACCEPTED, ""),
    ]


def test_an_event_that_others_organise_names_them() -> None:
    """Only the owner's own events come without organizer."""
    assert read(organizer={"email": "Eve@Example.com"}).organizer == "eve@example.com"


@pytest.mark.parametrize(
    ("kind", "expected", "busy"),
    [
        ("default", EventKind.DEFAULT, True),
        ("fromGmail", EventKind.DEFAULT, True),
        ("outOfOffice", EventKind.OUT_OF_OFFICE, True),
        ("focusTime", EventKind.FOCUS_TIME, True),
        ("workingLocation", EventKind.WORKING_LOCATION, False),
        ("birthday", EventKind.DEFAULT, False),
    ],
)
def test_event_types(kind: str, expected: EventKind, busy: bool) -> None:
    """Out of office is leave, focus time takes time, a working location and a birthday never do."""
    event = read(eventType=kind)
    assert event.kind is expected
    assert (event.transparency is Transparency.OPAQUE) is busy


def test_a_type_that_nobody_knows_is_doubted() -> None:
    """An event type of the future is reported by name."""
    assert '"travelTime"' in doubt_of(item(eventType="travelTime"))
    assert not doubt_of(item())


def test_a_guest_list_cut_off_is_doubted_only_where_it_is_ours() -> None:
    """What others organise is busy time at most, whoever is invited."""
    assert "guests" in doubt_of(item(attendeesOmitted=True))
    assert not doubt_of(item(attendeesOmitted=True, organizer={"email": "eve@example.com"}))


def test_200_guests_are_all_read() -> None:
    """A large event is an event."""
    guests = [{"email": f"guest{n}@example.com", "responseStatus": "needsAction"} for n in range(200)]
    assert len(attendees_of(item(attendees=guests))) == 200


def test_all_day_stays_dates() -> None:
    """The end is exclusive; a day without length is a day."""
    days = read(start={"date": "2026-07-06"}, end={"date": "2026-07-08"}).when
    assert days == AllDay(date(2026, 7, 6), date(2026, 7, 8))
    one = read(start={"date": "2026-07-06"}, end={"date": "2026-07-06"}).when
    assert one == AllDay(date(2026, 7, 6), date(2026, 7, 7))


def test_a_time_without_offset_is_in_its_zone() -> None:
    """`timeZone` counts, else the calendar's zone."""
    tokyo = {"dateTime": "2026-07-06T09:00:00", "timeZone": "Asia/Tokyo"}
    end = {"dateTime": "2026-07-06T10:00:00", "timeZone": "Asia/Tokyo"}
    assert read(start=tokyo, end=end).when == Span(
        datetime(2026, 7, 6, 0, tzinfo=UTC), datetime(2026, 7, 6, 1, tzinfo=UTC)
    )


def test_an_event_without_length_is_seen() -> None:
    """It counts one minute."""
    when = read(end={"dateTime": "2026-07-06T09:00:00+02:00"}).when
    assert isinstance(when, Span)
    assert when.duration.total_seconds() == 60


@pytest.mark.parametrize(
    "changes",
    [
        {"start": None},
        {"start": {"dateTime": "next Monday"}},
        {"start": {"date": "2026-07-06"}},
        {"end": {"dateTime": "2026-07-05T09:00:00Z"}},
        {"start": {"dateTime": "0001-01-01T00:00:00Z"}},
    ],
)
def test_times_that_make_no_sense_are_refused(changes: Json) -> None:
    """Unreadable says so, instead of a guess."""
    with pytest.raises(Unreadable):
        read(**changes)


def test_the_marker_is_read_back() -> None:
    """What `marks` writes, `marker_of` reads; without it an event is a stranger's."""
    private = {"syncdInstance": "i", "syncdUid": "abc12345", "syncdVersion": "2", "syncdRole": "plan"}
    event = read(extendedProperties={"private": private})
    assert event.marker == Marker("i", "abc12345", 2, MarkerRole.PLAN)
    event = read(id="abc12345", extendedProperties={"private": {**private, "syncdKind": "call"}})
    assert event.marker == Marker("i", "abc12345", 2, MarkerRole.PLAN, kind="call")
    assert marks(event.marker) == {**private, "syncdKind": "call"}
    assert event.ours
    assert read().marker is None


def test_a_copy_of_our_event_is_an_ordinary_event() -> None:
    """The marker counts on the id it names."""
    private = {"syncdInstance": "i", "syncdUid": "another", "syncdVersion": "1", "syncdRole": "offer"}
    assert not read(extendedProperties={"private": private}).ours


def test_a_marker_of_the_future_is_not_guessed_at() -> None:
    """An unknown role is Unreadable: it may be a newer syncd's."""
    with pytest.raises(Unreadable):
        marker_of(
            item(extendedProperties={"private": {"syncdInstance": "i", "syncdUid": "u", "syncdRole": "new"}})
        )


@pytest.mark.parametrize(
    "text", ["a < b & c", "write to <ada@example.com>", "https://x.example.org/?a=1&copy=2", ""]
)
def test_plain_descriptions_come_back_as_they_are(text: str) -> None:
    """No character of a text without markup changes, or each pass would write it anew."""
    assert plain(text) == text


def test_markup_of_the_editor_becomes_lines() -> None:
    """Tags are seen on lines of their own, whatever the editor made of them."""
    assert (
        plain("<div>one</div><ul><li>#ok</li></ul>two<br>three &amp; four") == "one\n#ok\n\ntwo\nthree & four"
    )


def test_what_is_read_of_an_event_is_bounded() -> None:
    """As for every other kind of calendar: texts are cut, a SEQUENCE can be counted on from, a crowd is refused."""
    long = item(summary="t" * 5000, description="n" * 100_000, sequence=10**30, location="l" * 5000)
    event = event_of("home/Practice", long, BERLIN)
    assert (len(event.title), len(event.description), len(event.location)) == (1000, 65_536, 1000)
    assert event.sequence == 2**31 - 2
    crowd = item(attendees=[{"email": f"a{number}@example.org"} for number in range(1001)])
    with pytest.raises(Unreadable, match="1000 attendees"):
        event_of("home/Practice", crowd, BERLIN)
    with pytest.raises(Unreadable, match="year 2200"):
        event_of("home/Practice", item(end={"dateTime": "2200-01-01T00:00:00Z"}), BERLIN)


def test_an_organizer_who_is_nobody() -> None:
    """What Google puts where it does not know one: the event is the calendar's own."""
    unknown = item(organizer={"email": "unknownorganizer@calendar.google.com"})
    assert event_of("home/Practice", unknown, BERLIN).organizer == ""


MEET = {"conferenceSolution": {"key": {"type": "hangoutsMeet"}}}
ASKED = {"requestId": "1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}


@pytest.mark.parametrize(
    ("conference", "made"),
    [
        (MEET, True),
        ({"conferenceSolution": {"key": {"type": "addOn"}}}, False),
        ({"createRequest": {**ASKED, "status": {"statusCode": "pending"}}}, True),
        ({"createRequest": {**ASKED, "status": {"statusCode": "success"}}, **MEET}, True),
        ({"createRequest": {**ASKED, "status": {"statusCode": "failure"}}}, False),
        ({"createRequest": ASKED}, False),
        ({"entryPoints": [{"entryPointType": "video", "uri": "https://zoom.example.org/1"}]}, False),
        ({}, False),
    ],
)
def test_a_room_that_google_makes_is_told_from_a_standing_link(conference: Json, made: bool) -> None:
    """Made, or in the making; not another provider's, and not one that could not be made."""
    assert read(conferenceData=conference).conference is made
