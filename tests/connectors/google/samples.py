"""Made-up events, drafts and times of the Google tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from syncd.core.model import Attendee, EventDraft, EventStatus, Marker
from syncd.core.time.spans import Span
from tests.servers.google import Person

THERAPIST = "dana@example.org"
CLIENT = "ada@example.com"
BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
UID = "0abcdefghijklmnopqrstuv123"
SECOND = "20260615T070000Z"  # an occurrence of what begins weekly on a Monday in June 2026, 9:00 in Berlin
INSTANCE = "instance-1"

Json = dict[str, Any]

# What people and Google add to an event, and syncd has nothing to do with.
DECORATED: Json = {
    "colorId": "3",
    "conferenceData": {
        "conferenceId": "abc",
        "entryPoints": [{"entryPointType": "video", "uri": "https://meet.example.org/a"}],
    },
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 30}]},
    "attachments": [{"fileUrl": "https://files.example.org/1", "title": "Form"}],
    "source": {"url": "https://notes.example.org/1", "title": "Notes"},
}


class Standing:
    """A clock that stands until it is set."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.moment

    def booted(self) -> timedelta:
        """No time goes by."""
        return timedelta()

    def ahead_of(self, date: datetime) -> timedelta:
        """Against a server's own time."""
        return self.now() - date


class Clock:
    """Seconds that pass only when slept."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.seconds += seconds


def timed(at: str, /, **more: object) -> Json:
    """50 minutes from a wall time in Berlin (`2026-07-06T09:00`)."""
    first = datetime.fromisoformat(at).replace(tzinfo=BERLIN)
    last = (first.astimezone(UTC) + timedelta(minutes=50)).astimezone(BERLIN)
    points = {
        name: {"dateTime": moment.isoformat(), "timeZone": "Europe/Berlin"}
        for name, moment in (("start", first), ("end", last))
    }
    return {"summary": "AB", **points, **more}


def all_day(first: str, until: str, **more: object) -> Json:
    """A body of whole days [first, until)."""
    return {"summary": "Vacation", "start": {"date": first}, "end": {"date": until}, **more}


def weekly(at: str, /, **more: object) -> Json:
    """A weekly series without end."""
    return timed(at, recurrence=["RRULE:FREQ=WEEKLY"], **more)


def hold(start: datetime = datetime(2026, 7, 8, 9, tzinfo=UTC), uid: str = UID) -> EventDraft:
    """A hold, as only the therapist sees it."""
    return EventDraft(
        uid=uid,
        when=Span(start, start + timedelta(minutes=50)),
        title="Hold: AB",
        description="For Thursday. #yes #no",
        status=EventStatus.TENTATIVE,
        marker=Marker(INSTANCE, uid),
    )


TODAY = Standing(datetime(2026, 6, 15, 8, tzinfo=UTC))
ADA = Attendee(CLIENT, name="Ada Example")


def shown_in(dana: Person, key: str = UID) -> Json:
    """What Dana's calendar "Practice" holds under the key: it must be there."""
    found = dana.event(key, "Practice")
    assert found is not None
    return found
