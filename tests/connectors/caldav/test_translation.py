"""iCalendar text to events and back: golden files, zones, floating times, and what is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.caldav.draft import amend, compose
from connectors.caldav.ics import read_object, schedule_status, try_object
from connectors.caldav.overrides import cancel, restore
from connectors.caldav.projection import projection
from connectors.limits import Unreadable
from syncd.core.model import (
    Attendee,
    CalendarObject,
    Event,
    EventDraft,
    EventStatus,
    Marker,
    MarkerRole,
    PartStat,
    ReadProblem,
    Transparency,
)
from syncd.core.time.spans import AllDay, Span
from tests.effort import counted
from tests.servers.entries import event_text

GOLDEN = Path(__file__).parent / "golden"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
WINDOW = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
HOLD = EventDraft(
    uid="c5h7q0m2v4u6s8p1n3k9j1g2f4",
    when=MONDAY,
    title="Held for A, B; then “ü”",
    description="One line.\nAnother, which is so long that it has to be folded somewhere in the middle, twice over.",
    status=EventStatus.TENTATIVE,
    marker=Marker("instance-1", "c5h7q0m2v4u6s8p1n3k9j1g2f4", 3, kind="call"),
    location="Room 2",
    sequence=4,
)
INVITED = replace(
    HOLD,
    organizer=Attendee("dana@example.org", name="Dana Okafor"),
    attendee=Attendee("client@example.com", name="A. B."),
)
PLAN = EventDraft(
    uid="plan",
    when=AllDay(date(2026, 7, 6), date(2026, 7, 7)),
    title="Plan",
    description="",
    status=EventStatus.CONFIRMED,
    marker=Marker("instance-1", "plan", role=MarkerRole.PLAN),
    transparency=Transparency.TRANSPARENT,
)


def only(text: str) -> Event:
    """The one occurrence of a text."""
    found = read_object(text, calendar="home/Practice", href="h", etag="e", window=WINDOW, zone=BERLIN)
    assert found is not None
    (event,) = found.events
    return event


def problem(text: str) -> ReadProblem:
    """Why a text is refused."""
    found = try_object(text, calendar="home/Practice", href="h", etag="e", window=WINDOW, zone=BERLIN)
    assert isinstance(found, ReadProblem)
    return found


@pytest.mark.parametrize(("name", "draft"), [("hold", HOLD), ("invited", INVITED), ("plan", PLAN)])
def test_what_we_write_is_what_the_golden_file_says(name: str, draft: EventDraft) -> None:
    """Byte for byte, and it reads back as the draft."""
    text = compose(draft, NOW)
    assert text == (GOLDEN / f"{name}.ics").read_bytes().decode()
    event = only(text)
    assert (event.when, event.title, event.description, event.location) == (
        draft.when,
        draft.title,
        draft.description,
        draft.location,
    )
    assert (event.status, event.transparency, event.sequence, event.marker) == (
        draft.status,
        draft.transparency,
        draft.sequence,
        draft.marker,
    )


def test_only_the_server_path_names_people() -> None:
    """A hold carries neither organizer nor attendee; an invitation asks its one client for an answer."""
    assert "ATTENDEE" not in compose(HOLD, NOW)
    assert "ORGANIZER" not in compose(HOLD, NOW)
    event = only(compose(INVITED, NOW))
    assert event.organizer == "dana@example.org"
    assert [(one.email, one.partstat) for one in event.attendees] == [
        ("client@example.com", PartStat.NEEDS_ACTION)
    ]


def test_a_comma_that_a_program_does_not_escape_cuts_nothing_off() -> None:
    """A text is one value (RFC 5545 §3.8.1.5): what stands behind such a sign is read with it."""
    notes = "DESCRIPTION:say: Dr. Winter is there for you, phone 0221 888; until noon.\\n#review"
    event = only(
        event_text("u1", "Vacation, by the sea; at last", MONDAY, lines=(notes, "LOCATION:Rome, Italy"))
    )
    assert event.title == "Vacation, by the sea; at last"
    assert event.description == "say: Dr. Winter is there for you, phone 0221 888; until noon.\n#review"
    assert event.location == "Rome, Italy"


def test_bringing_a_draft_in_keeps_an_answer_and_the_server_s_word() -> None:
    """What the server wrote about an attendee is not overwritten, and can be read."""
    text = compose(INVITED, NOW).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2")
    assert schedule_status(text, BERLIN) == "1.2"
    event = only(amend(text, replace(INVITED, title="Session"), NOW, BERLIN))
    assert (event.title, event.attendees[0].partstat) == ("Session", PartStat.ACCEPTED)


def test_times_that_mean_the_same_are_left_as_written() -> None:
    """A therapist's program may write our hold in its own zone; that is no difference."""
    text = compose(HOLD, NOW).replace(
        "DTSTART:20260706T070000Z", "DTSTART;TZID=Europe/Berlin:20260706T090000"
    )
    assert "DTSTART;TZID=Europe/Berlin:20260706T090000" in amend(text, HOLD, NOW, BERLIN)
    assert projection(text, BERLIN) == projection(compose(HOLD, NOW), BERLIN)


def test_a_copy_of_ours_is_not_ours() -> None:
    """The marker counts on the UID that it names only."""
    copy = compose(HOLD, NOW).replace(f"UID:{HOLD.uid}\r\nDTSTAMP", "UID:pasted\r\nDTSTAMP")
    assert not only(copy).ours
    assert only(compose(HOLD, NOW)).ours


@pytest.mark.parametrize(
    "tzid",
    [
        "Europe/Berlin",
        "europe/berlin",
        "W. Europe Standard Time",
        "/mozilla.org/20050126_1/Europe/Berlin",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "Arctic/Longyearbyen",
    ],
)
def test_a_zone_is_known_by_many_names(tzid: str) -> None:
    """IANA in any case, Windows, with a vendor's prefix, or by an alias."""
    text = event_text("z", "AB", MONDAY, tzid="Europe/Berlin").replace("TZID=Europe/Berlin", f'TZID="{tzid}"')
    assert only(text).when == MONDAY


def test_a_zone_of_its_own_counts_in_its_object_only() -> None:
    """Two objects may define one name differently, and a third may not define it at all."""
    body = event_text("z", "AB", MONDAY, tzid="Europe/Berlin").replace("TZID=Europe/Berlin", "TZID=Ours")

    def defined(offset: str) -> str:
        zone = (
            "BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
            f"TZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        )
        return body.replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT", 1)

    starts = [only(defined(offset)).when for offset in ("+0200", "+0500")]
    assert [when.start.hour for when in starts if isinstance(when, Span)] == [7, 4]
    assert 'unknown time zone "Ours"' in problem(body).reason


def test_floating_times_are_the_calendar_s() -> None:
    """A time without a zone is read in the one that was given."""
    text = event_text("f", "AB", MONDAY).replace("T070000Z", "T090000").replace("T080000Z", "T100000")
    assert only(text).when == MONDAY


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("RRULE:FREQ=SECONDLY", "SECONDLY"),
        ("RRULE:FREQ=MINUTELY;COUNT=5", "MINUTELY"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("RRULE:FREQ=DAILY;COUNT=100000", "COUNT=100000"),
        ("RRULE:FREQ=DAILY\r\nEXRULE:FREQ=WEEKLY", "EXRULE"),
        ("RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5,6", "times a day"),
        ("RDATE:00010101T000000Z", "year 0001"),
        ("RRULE:nonsense", ""),
    ],
)
def test_a_bomb_is_refused_by_name_and_at_once(line: str, reason: str) -> None:
    """The UID and what is wrong with it, before anything expands it."""
    with counted() as effort:
        found = problem(event_text("bomb", "Z", MONDAY, lines=[line]))
    assert (found.calendar, found.uid) == ("home/Practice", "bomb")
    assert reason in found.reason
    assert effort.calls < 10_000


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=31"]
)
def test_a_rule_that_never_matches_is_not_followed(rule: str) -> None:
    """It is refused at once, not searched for until the year 9999."""
    text = event_text("never", "Z", MONDAY, lines=[f"RRULE:{rule}"])
    with counted() as effort:
        assert "never comes true" in problem(text).reason
    assert effort.calls < 100_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (event_text("big", "x" * 10_000_000, MONDAY), "1 MiB"),
        (event_text("many", "AB", MONDAY, lines=["BEGIN:VALARM\r\nEND:VALARM"] * 1001), "1000 components"),
        (
            event_text("backwards", "AB", MONDAY).replace("DTEND:20260706", "DTEND:20260705"),
            "ends before it starts",
        ),
        (
            event_text("mixed", "AB", MONDAY).replace("DTEND:20260706T080000Z", "DTEND;VALUE=DATE:20260707"),
            "date",
        ),
        (
            event_text("nowhere", "AB", MONDAY, tzid="Europe/Berlin").replace(
                "Europe/Berlin", "Middle-earth"
            ),
            "Middle-earth",
        ),
        (event_text("ancient", "AB", MONDAY).replace("DTSTART:2026", "DTSTART:0001"), "year 0001"),
        (event_text("torn", "AB", MONDAY).replace("DTSTART:20260706", "DTSTART:99999999"), "DTSTART"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:cut", "cut"),
        ("<html>not a calendar</html>", ""),
    ],
)
def test_what_cannot_be_understood_is_a_problem_and_nothing_more(text: str, reason: str) -> None:
    """Never an exception, never a guess."""
    found = problem(text)
    assert reason in f"{found.uid} {found.reason}"


def test_an_event_without_an_end_is_seen() -> None:
    """A timed one lasts a minute, one with a date its day (RFC 5545 §3.6.1)."""
    timed = event_text("t", "AB", MONDAY).replace("DTEND:20260706T080000Z\r\n", "")
    assert only(timed).when == Span(MONDAY.start, MONDAY.start.replace(minute=1))
    dated = event_text("d", "Away", AllDay(date(2026, 7, 6), date(2026, 7, 7)))
    assert only(dated.replace("DTEND;VALUE=DATE:20260707\r\n", "")).when == AllDay(
        date(2026, 7, 6), date(2026, 7, 7)
    )
    assert only(dated.replace("DTEND;VALUE=DATE:20260707", "DTEND;VALUE=DATE:20260706")).when == AllDay(
        date(2026, 7, 6), date(2026, 7, 7)
    )


def test_a_booked_room_is_nobody() -> None:
    """A ROOM or RESOURCE among the attendees is no person whom the roster should know."""
    room = "ATTENDEE;CUTYPE=ROOM:mailto:room@example.org\r\nATTENDEE:mailto:ada@example.org\r\nEND:VEVENT"
    booked = event_text("t", "AB", MONDAY).replace("END:VEVENT", room)
    assert [one.email for one in only(booked).attendees] == ["ada@example.org"]


def test_what_lies_outside_the_window_is_known_but_empty() -> None:
    """An old object keeps its place in the listing, without occurrences."""
    later = Span(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC))
    text = event_text("old", "AB", MONDAY)
    assert read_object(text, calendar="c", href="h", etag="e", window=later, zone=BERLIN) == CalendarObject(
        "h", "e", "old", ()
    )


def test_an_occurrence_in_a_floating_series_is_cancelled_in_its_own_form() -> None:
    """The override's times float as the series' do, and its removal leaves the text as it was."""
    text = event_text("f", "AB", MONDAY, lines=["RRULE:FREQ=WEEKLY"])
    text = text.replace("T070000Z", "T090000").replace("T080000Z", "T100000")
    changed, pre_image = cancel(text, "20260713T070000Z", NOW, BERLIN)
    assert changed is not None
    assert "RECURRENCE-ID:20260713T090000\r\n" in changed
    assert restore(changed, "20260713T070000Z", pre_image, NOW, BERLIN) == text


def test_a_note_on_a_cancelled_occurrence_survives_its_return() -> None:
    """An override that somebody edited stays, no longer cancelled."""
    text = event_text("s", "AB", MONDAY, tzid="Europe/Berlin", lines=["RRULE:FREQ=WEEKLY"])
    changed, pre_image = cancel(text, "20260713T070000Z", NOW, BERLIN)
    assert changed is not None
    head, tail = changed.rsplit("SUMMARY:AB", 1)
    restored = restore(f"{head}SUMMARY:AB bring keys{tail}", "20260713T070000Z", pre_image, NOW, BERLIN)
    assert restored is not None
    assert "SUMMARY:AB bring keys" in restored
    assert "CANCELLED" not in restored


def test_a_pre_image_is_found_on_the_object_itself() -> None:
    """After a crash the store may not have it; the calendar does."""
    text = event_text("s", "AB", MONDAY, tzid="Europe/Berlin", lines=["RRULE:FREQ=WEEKLY"])
    changed, _ = cancel(text, "20260713T070000Z", NOW, BERLIN)
    assert changed is not None
    assert restore(changed, "20260713T070000Z", "", NOW, BERLIN) == text


def test_a_session_that_the_therapist_removed_does_not_come_back() -> None:
    """Restoring undoes our cancellation only."""
    text = event_text("s", "AB", MONDAY, tzid="Europe/Berlin", lines=["RRULE:FREQ=WEEKLY"])
    _, pre_image = cancel(text, "20260713T070000Z", NOW, BERLIN)
    removed = text.replace("RRULE", "EXDATE;TZID=Europe/Berlin:20260713T090000\r\nRRULE")
    assert restore(removed, "20260713T070000Z", pre_image, NOW, BERLIN) is None


def test_a_broken_pre_image_is_said_to_be_broken() -> None:
    """Nothing is guessed."""
    text = event_text("one", "AB", MONDAY, lines=["STATUS:CANCELLED"])
    with pytest.raises(Unreadable, match="pre-image"):
        restore(text, "", "{}", NOW, BERLIN)


def test_what_is_read_of_an_event_is_bounded() -> None:
    """A title of a page, notes of a book, a SEQUENCE that nobody can count on from."""
    lines = [
        f"DESCRIPTION:{'n' * 100_000}",
        f"LOCATION:{'l' * 5000}",
        "SEQUENCE:99999999999999999999",
        "CATEGORIES:" + ",".join(f"c{number}" for number in range(500)),
    ]
    event = only(event_text("long", "t" * 5000, MONDAY, lines=lines))
    assert (len(event.title), len(event.description), len(event.location)) == (1000, 65_536, 1000)
    assert (event.sequence, len(event.categories)) == (2**31 - 2, 100)
    crowd = [f"a{number}@example.org" for number in range(1001)]
    assert "1000 attendees" in problem(event_text("crowd", "AB", MONDAY, attendees=crowd)).reason
