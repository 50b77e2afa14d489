"""Events, clients and a therapist for the tests of detection."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from syncd.core.model import Attendee, Client, Event, Marker, PartStat
from syncd.core.model.practice import Therapist
from syncd.core.reading import Roster
from syncd.core.time.spans import AllDay, Span, When
from tests.core.people import BERLIN, CALENDAR, dana

LEAVE_CALENDAR = "home/Away"
BUSY_CALENDAR = "home/Family"
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)

DANA = replace(
    dana(),
    leave_calendars=(LEAVE_CALENDAR,),
    busy_calendars=(BUSY_CALENDAR,),
    addresses=("dana@example.org", "d.okafor@example.org"),
)
CLIENTS = (
    Client(id="c1", name="Ada Brandt", email="ada@example.org", aliases=("a.b@example.com",), initials="AB"),
    Client(id="c2", name="Cem Demir", email="cem@example.org", initials="CD", therapists=("dana",)),
    Client(id="c3", name="Ida Marx", email="ida@example.org", initials="IM", therapists=("dana", "lee")),
    Client(id="c4", name="Xaver Yilmaz", initials="XY", therapists=("dana",)),
    Client(id="c5", name="Xenia Young", initials="X.Y.", therapists=("dana",)),
    Client(id="c6", name="Carl Dorn", email="carl@example.org", initials="CD", therapists=("lee",)),
    Client(id="17", name="Eva Falk", email="eva@example.org", initials="EF", therapists=("dana",)),
)
ROSTER = Roster.of(CLIENTS)


def days(first: int, last: int, month: int = 7) -> AllDay:
    """Whole days of July 2026 (the 6th is a Monday), the last one included."""
    return AllDay(date(2026, month, first), date(2026, month, last) + timedelta(days=1))


def timed(day: int, hour: int, minutes: int = 50, month: int = 7) -> Span:
    """A span on a day of July 2026 at an hour in Berlin."""
    start = datetime(2026, month, day, hour, tzinfo=BERLIN).astimezone(UTC)
    return Span(start, start + timedelta(minutes=minutes))


def event(title: str, when: When | None = None, uid: str = "e1", **fields: Any) -> Event:  # noqa: ANN401
    """An event of the practice calendar; by default a week of leave or a note."""
    return Event(
        calendar=fields.pop("calendar", CALENDAR), uid=uid, when=when or days(6, 10), title=title, **fields
    )


def attended(*emails: str, title: str = "", when: When | None = None, **fields: Any) -> Event:  # noqa: ANN401
    """A session-like event on Tuesday with these attendees."""
    people = tuple(Attendee(email) for email in emails)
    return event(title, when or timed(7, 10), attendees=people, **fields)


def ours(uid: str = "o1", **fields: Any) -> Event:  # noqa: ANN401
    """An object with our marker on its own UID."""
    return event(fields.pop("title", "Vacation"), uid=uid, marker=Marker("i1", uid), **fields)


def declined(therapist: Therapist) -> tuple[Attendee, ...]:
    """The therapist's own no."""
    return (Attendee(therapist.email, PartStat.DECLINED),)
