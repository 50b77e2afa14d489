"""A day in a calendar of 2,000 events, as it was recorded: who changed what when, and what reading it may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncd.standin.google.answers import Json
from syncd.standin.google.person import Person
from tests.servers.google.server import GoogleServer

POLL = timedelta(minutes=2)
POLLS = timedelta(days=1) // POLL
CALENDAR = "Practice"
EVENTS = 2000
_ZONE = ZoneInfo("Europe/Berlin")
_SERIES = "series"


@dataclass(frozen=True, slots=True)
class Moment:
    """One change. `extra` is how many requests it costs beside the poll that finds it."""

    at: time
    what: str
    extra: int
    change: Callable[[GoogleServer, Person, str], None]  # the event's id on that day is the last argument

    def poll(self) -> int:
        """The number of the first poll of the day that sees it."""
        return -(-(self.at.hour * 60 + self.at.minute) // (POLL // timedelta(minutes=1)))


def fill(dana: Person, day: datetime) -> None:
    """2,000 events around `day`: single ones through two years, and a weekly series with an occurrence moved."""
    first = day.astimezone(_ZONE) - timedelta(days=400)
    for number in range(EVENTS - 1):
        start = (first + timedelta(days=number % 800)).replace(
            hour=7 + number // 800, minute=0, second=0, microsecond=0
        )
        dana.enter(_body(start, id=_key(number), summary=f"S{number}"), CALENDAR)
    weekly = (day.astimezone(_ZONE) - timedelta(days=70)).replace(hour=19, minute=0, second=0, microsecond=0)
    dana.enter(_body(weekly, id=_SERIES, recurrence=["RRULE:FREQ=WEEKLY"], summary="Supervision"), CALENDAR)


def _key(number: int) -> str:
    return f"event{number}"


def _body(start: datetime, **more: object) -> Json:
    ends = (start.astimezone(UTC) + timedelta(minutes=45)).astimezone(_ZONE)
    points = {
        name: {"dateTime": moment.isoformat(), "timeZone": _ZONE.key}
        for name, moment in (("start", start), ("end", ends))
    }
    return {**points, **more}


def _occurrence(server: GoogleServer, weeks: int) -> str:
    """The id of the series' occurrence some weeks from today."""
    today = server.world.clock().astimezone(_ZONE)
    start = datetime.combine(today.date() + timedelta(weeks=weeks), time(19), _ZONE).astimezone(UTC)
    return f"{_SERIES}_{start:%Y%m%dT%H%M%SZ}"


def _later(server: GoogleServer, dana: Person, key: str) -> None:
    event = dana.event(key, CALENDAR)
    assert event is not None
    start = datetime.fromisoformat(event["start"]["dateTime"]).astimezone(_ZONE) + timedelta(hours=5)
    dana.change(key, _body(start), CALENDAR)


def _expire(server: GoogleServer, dana: Person, key: str) -> None:
    server.world.token_era += 1


def _fill_a_morning(server: GoogleServer, dana: Person, key: str) -> None:
    start = server.world.clock().astimezone(_ZONE).replace(
        hour=6, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)
    for number in range(30):
        at = start + timedelta(days=number)
        dana.enter(_body(at, id=f"fresh{number}", summary="Reports"), CALENDAR)


RECORDED = (
    Moment(time(7, 41), "renamed", 0, lambda _, dana, key: dana.change(key, {"summary": "X"}, CALENDAR)),
    Moment(time(8, 3), "moved", 0, _later),
    Moment(time(8, 30), "coloured", 0, lambda _, dana, key: dana.change(key, {"colorId": "7"}, CALENDAR)),
    Moment(time(9, 50), "deleted", 0, lambda _, dana, key: dana.delete(key, CALENDAR, send="none")),
    Moment(time(11, 12), "thirty new ones", 0, _fill_a_morning),
    Moment(  # its master is not among what changed: that and the occurrences are asked for
        time(12, 30),
        "one occurrence renamed",
        2,
        lambda server, dana, _: dana.change(_occurrence(server, 3), {"summary": "Moved"}, CALENDAR),
    ),
    Moment(
        time(13, 5),
        "one occurrence deleted",
        2,
        lambda server, dana, _: dana.delete(_occurrence(server, 4), CALENDAR, send="none"),
    ),
    Moment(
        time(15, 20),
        "the series renamed",
        1,
        lambda _, dana, __: dana.change(_SERIES, {"summary": "Y"}, CALENDAR),
    ),
    Moment(time(18, 1), "the token forgotten", 1, _expire),  # 410, and one full read
    Moment(time(22, 47), "moved back", 0, _later),
)


def happen(moment: Moment, server: GoogleServer) -> None:
    """Let it happen, to an event of its own."""
    number = 900 + RECORDED.index(moment)
    moment.change(server, server.person("dana@example.org"), _key(number))
