"""A made-up practice for the reports: one therapist, 24 clients, a week of leave with the clocks' change near it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from syncd.core.model import Client, ClientFacts, Contact, Event, Phase, Priority
from syncd.core.model.practice import Practice, Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import AllDay, Span, local
from tests.core.people import BERLIN, CALENDAR

NOW = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)  # a Monday, four weeks before the leave
LEAVE = AllDay(date(2026, 10, 19), date(2026, 10, 24))
MONDAY = date(2026, 9, 7)

_SHORT = ((9 * 60, 13 * 60),)
_LONG = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))
HOURS = WeeklyHours(
    week=(*(tuple(ClockRange(*one) for one in day) for day in (_LONG, _LONG, _LONG, _LONG, _SHORT)), (), ())
)

# id, initials, weekday, clock, minutes, every how many weeks, weeks in treatment, priority, phase
_ROWS = (
    ("c01", "AB", 0, "09:00", 50, 1, 120, None, None),
    ("c02", "CD", 0, "10:00", 50, 1, 9, None, Phase.EARLY),
    ("c03", "EF", 0, "11:00", 90, 2, 60, None, None),
    ("c04", "GH", 0, "14:00", 50, 1, 30, None, Phase.CRUCIAL),
    ("c05", "IJ", 0, "15:00", 50, 1, 200, Priority.MAINTENANCE, None),
    ("c06", "KL", 0, "16:00", 50, 2, 45, None, None),
    ("c07", "MN", 1, "09:00", 50, 1, 80, None, None),
    ("c08", "OP", 1, "10:00", 50, 1, 22, Priority.CRISIS, None),
    ("c09", "QR", 1, "11:00", 30, 1, 15, None, None),
    ("c10", "ST", 1, "14:00", 50, 2, 90, None, None),
    ("c11", "UV", 1, "16:00", 50, 1, 5, None, Phase.EARLY),
    ("c12", "WX", 2, "09:00", 50, 1, 260, None, None),
    ("c13", "YZ", 2, "10:00", 50, 1, 40, None, Phase.ENDING),
    ("c14", "BD", 2, "11:00", 50, 2, 70, None, None),
    ("c15", "FA", 2, "14:00", 90, 1, 52, None, None),
    ("c16", "HC", 2, "16:00", 50, 1, 33, Priority.PROTECTED, None),
    ("c17", "JE", 3, "09:00", 50, 1, 110, None, None),
    ("c18", "LG", 3, "10:00", 50, 2, 25, None, None),
    ("c19", "NI", 3, "11:00", 50, 1, 12, None, None),
    ("c20", "PK", 3, "14:00", 50, 1, 66, None, Phase.CRUCIAL),
    ("c21", "RM", 3, "15:00", 50, 4, 180, Priority.MAINTENANCE, None),
    ("c22", "TO", 4, "09:00", 50, 1, 75, None, None),
    ("c23", "VQ", 4, "10:00", 50, 1, 18, None, None),
    ("c24", "XS", 4, "11:00", 50, 2, 140, None, None),
)
NAMES = tuple(f"Given{row[1][0]} Family{row[1][1]}" for row in _ROWS)


def therapist() -> Therapist:
    """The one therapist."""
    return Therapist(
        id="dana",
        name="Dana Okafor",
        email="dana@example.org",
        zone=BERLIN,
        hours=HOURS,
        calendar=CALENDAR,
        addresses=("dana@example.org",),
    )


def clients() -> tuple[Client, ...]:
    """All 24; XS has no e-mail address."""
    return tuple(
        Client(
            id=row[0],
            name=name,
            email="" if row[0] == "c24" else f"{row[0]}@example.com",
            phone=f"+49 30 555 01{row[0][1:]}",
            initials=row[1],
            therapists=("dana",),
            contact=Contact.MAIL,
            priority=row[7],
            phase=row[8],
        )
        for row, name in zip(_ROWS, NAMES, strict=True)
    )


def facts() -> tuple[ClientFacts, ...]:
    """What the calendar's past says."""
    return tuple(
        ClientFacts(
            "dana",
            row[0],
            first=LEAVE.first - timedelta(weeks=row[6]),
            interval=7.0 * row[5],
            disruptions=(date(2026, 7, 13),) if number % 5 == 2 else (),
        )
        for number, row in enumerate(_ROWS)
    )


def sessions() -> tuple[Event, ...]:
    """Ten weeks of the calendar."""
    return tuple(_event(row, week) for week in range(10) for row in _ROWS if _held(row, week))


def _held(row: tuple[object, ...], week: int) -> bool:
    every = int(str(row[5]))
    return week % every == (6 % every if row[0] != "c14" else 1)


def _event(row: tuple[object, ...], week: int) -> Event:
    day = MONDAY + timedelta(weeks=week, days=int(str(row[2])))
    hour, minute = (int(part) for part in str(row[3]).split(":"))
    start = local(day, time(hour, minute), BERLIN)
    return Event(
        calendar=CALENDAR,
        uid=f"series-{row[0]}",
        when=Span(start, start + timedelta(minutes=int(str(row[4])))),
        recurrence_id=f"{start:%Y%m%dT%H%M%SZ}",
        title=str(row[1]),
        recurring=True,
        href=f"series-{row[0]}.ics",
        etag='"1"',
    )


def leave(when: AllDay = LEAVE) -> Event:
    """The week of leave."""
    return Event(
        calendar=CALENDAR, uid="leave-1", when=when, title="Vacation", href="leave-1.ics", etag='"1"'
    )


def supervision() -> tuple[Event, ...]:
    """Something else that takes time every Wednesday afternoon."""
    days = (MONDAY + timedelta(weeks=week, days=2) for week in range(10))
    return tuple(
        Event(
            calendar=CALENDAR,
            uid="busy-1",
            when=Span(local(day, time(17), BERLIN), local(day, time(18), BERLIN)),
            recurrence_id=f"{day:%Y%m%d}",
            title="",
            recurring=True,
            href="busy-1.ics",
        )
        for day in days
    )


def snapshot() -> Snapshot:
    """The practice with its leave, seen for the first time while the daemon runs."""
    return Snapshot(
        now=NOW,
        instance="test",
        practice=Practice(name="Maple Street", zone=BERLIN, phone="+49 30 1234", email="office@example.org"),
        therapists=(therapist(),),
        clients=clients(),
        events=(*sessions(), *supervision(), leave()),
        fresh=frozenset({CALENDAR}),
        facts=facts(),
    )
