"""Who is in the demo practice, and what their therapist's calendar holds before she blocks a week."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vDDDTypes

ZONE = ZoneInfo("Europe/Berlin")
THERAPIST = "dana@example.org"
OFFICE = "office@example.org"
MONDAY = date(2026, 1, 12)  # the first week of the series of whoever has no `since`
TODAY = datetime(2026, 10, 1, 9, 0, tzinfo=ZONE)  # a Thursday
LEAVE = (date(2026, 10, 19), date(2026, 10, 24))  # Monday to Friday; clocks go back on the Sunday after


@dataclass(frozen=True, slots=True)
class Person:
    """One client of the demo: weekday (0 Monday), wall-clock start, minutes, every so many weeks."""

    id: str
    name: str
    initials: str
    weekday: int
    start: str
    minutes: int = 50
    weeks: int = 1
    email: str = ""
    alias: str = ""
    phone: str = ""
    priority: str = ""
    phase: str = ""
    since: str = ""
    by_title: bool = False  # known by initials in the title, not by an attendee
    answer: str = "silence"  # what this client does with an invitation: accept, decline, silence


PEOPLE: tuple[Person, ...] = (
    Person("c01", "Ada Brandt", "AB", 0, "09:00", since="2024-02-05", answer="accept"),
    Person("c02", "Ben Castillo", "BC", 0, "10:00", since="2025-03-17", answer="accept"),
    Person("c03", "Cleo Dietz", "CD", 0, "11:00", minutes=90, phase="crucial", answer="accept"),
    Person("c04", "Dario Esposito", "DE", 0, "14:00", since="2025-01-13", answer="decline"),
    Person("c05", "Elif Fuchs", "EF", 0, "15:00", since="2023-10-09", priority="crisis", answer="accept"),
    Person("c06", "Finn Gruber", "FG", 0, "16:00", weeks=2),
    Person("c07", "Greta Haas", "GH", 1, "09:00", phase="early", since="2026-09-08", answer="decline"),
    Person("c08", "Hugo Ilic", "HI", 1, "10:00", since="2026-05-12", answer="accept"),
    Person("c09", "Ines Jansen", "IJ", 1, "11:00", since="2024-09-17", by_title=True, answer="accept"),
    Person("c10", "Jonas Kraft", "JK", 1, "14:00", weeks=2, answer="accept"),
    Person("c11", "Klara Lang", "KL", 1, "15:00", minutes=30, priority="maintenance"),
    Person("c12", "Luis Moreno", "LM", 4, "12:00", since="2022-06-17", answer="decline-all"),
    Person("c13", "Mia Novak", "MN", 2, "09:00", since="2021-05-12", answer="accept"),
    Person("c14", "Noah Ott", "NO", 2, "10:00", since="2026-06-10"),
    Person("c15", "Olga Petrov", "OP", 2, "11:00", since="2020-02-05", phone="+49 30 5550115", email="-"),
    Person(
        "c16", "Paul und Rosa Quandt", "PQ", 2, "14:00", 90, alias="rosa.quandt@example.net", answer="accept"
    ),
    Person("c17", "Rafael Sommer", "RS", 2, "16:00", weeks=2, phase="ending", answer="accept"),
    Person("c18", "Sina Thiel", "ST", 3, "09:00", since="2024-04-18", answer="accept"),
    Person("c19", "Tomasz Urban", "TU", 3, "10:00", since="2026-04-16", by_title=True, answer="accept"),
    Person("c20", "Uma Vogel", "UV", 3, "11:00", since="2023-01-26", priority="protected", answer="accept"),
    Person("c21", "Viktor Weiss", "VW", 3, "14:00", minutes=60, since="2025-06-12"),
    Person("c22", "Wanda Xaver", "WX", 3, "16:00", weeks=2, priority="maintenance"),
    Person("c23", "Xenia Yildiz", "XY", 4, "09:00", since="2021-11-19", answer="accept"),
    Person("c24", "Yann Zeller", "YZ", 4, "10:00", since="2025-11-07", answer="accept"),
)


def address(person: Person) -> str:
    """The client's address; "" for the one who has none."""
    if person.email == "-":
        return ""
    first, *_, last = person.name.lower().split()
    return person.email or f"{first}.{last}@example.net"


def roster() -> str:
    """The roster as CSV text."""
    out = io.StringIO()
    columns = [
        "id",
        "name",
        "email",
        "aliases",
        "phone",
        "therapist",
        "initials",
        "priority",
        "phase",
        "since",
    ]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for one in PEOPLE:
        row = [one.id, one.name, address(one), one.alias, one.phone, "dana", one.initials]
        writer.writerow([*row, one.priority, one.phase, one.since])
    return out.getvalue()


def diary() -> Iterator[tuple[str, str]]:
    """(UID, iCalendar text) of everything that stands in the calendar before the leave is blocked."""
    for person in PEOPLE:
        yield f"{person.id}-series", _text(list(_series(person)))
    yield "stranger", _text([_visit()])
    yield "team", _text([_team()])
    yield "dentist", _text([_single("dentist", "Dentist", date(2026, 10, 13), "17:00", 60)])


def leave() -> tuple[str, str]:
    """The week that Dana blocks: an ordinary all-day event."""
    event = _event("autumn-leave", "Vacation")
    event.add("dtstart", LEAVE[0])
    event.add("dtend", LEAVE[1])
    event.add("transp", "TRANSPARENT")
    return "autumn-leave", _text([event])


def _series(person: Person) -> Iterable[Event]:
    begun = date.fromisoformat(person.since) if person.since else MONDAY
    first = begun + timedelta(
        days=person.weekday - begun.weekday() + (7 if person.id in {"c10", "c22"} else 0)
    )
    master = _single(f"{person.id}-series", _title(person), first, person.start, person.minutes)
    master.add("rrule", {"freq": "weekly", "interval": person.weeks})
    _invite(master, person)
    if person.id == "c13":  # one session was called off in advance, inside the leave: no conflict
        master.add("exdate", _at(date(2026, 10, 21), person.start))
    yield master
    if (
        person.id == "c18"
    ):  # this week's session was moved by hand, from before the leave's Thursday to its Friday
        moved = _single(f"{person.id}-series", _title(person), date(2026, 10, 23), "11:00", person.minutes)
        moved["recurrence-id"] = vDDDTypes(_at(date(2026, 10, 22), person.start))
        _invite(moved, person)
        yield moved


def _title(person: Person) -> str:
    return person.initials if person.by_title else "Appointment"


def _invite(event: Event, person: Person) -> None:
    if person.by_title:
        return
    if not address(person):
        event["summary"] = person.initials
        return
    for email in filter(None, (address(person), person.alias)):
        attendee = vCalAddress(f"mailto:{email}")
        attendee.params["PARTSTAT"] = "ACCEPTED"
        event.add("attendee", attendee)
    event["organizer"] = vCalAddress(f"mailto:{THERAPIST}")


def _visit() -> Event:
    event = _single("stranger", "First talk", date(2026, 10, 20), "17:00", 50)
    event.add("attendee", vCalAddress("mailto:somebody.new@example.net"))
    event["organizer"] = vCalAddress(f"mailto:{THERAPIST}")
    return event


def _team() -> Event:
    event = _single("team", "Team meeting", MONDAY + timedelta(days=4), "12:00", 60)
    event.add("rrule", {"freq": "weekly"})
    return event


def _single(uid: str, title: str, day: date, start: str, minutes: int) -> Event:
    event = _event(uid, title)
    begins = _at(day, start)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=minutes))
    return event


def _event(uid: str, title: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime(2026, 9, 1, tzinfo=UTC))
    event.add("summary", title)
    return event


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZONE)


def _text(events: list[Event]) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//a calendar program//EN")
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")
