"""Weeks around today, for processes that read the machine's own clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from syncd.core.time.spans import Span
from syncd.wiring import SystemClock
from tests.scenario import ics
from tests.servers.entries import event_text


class Writable(Protocol):
    """A calendar into which its owner puts iCalendar text."""

    def put_text(self, text: str, uid: str) -> object:
        """Store an object."""


_ZONES = (  # eight hours apart each; then those for Monday mornings there
    "Europe/Berlin",
    "Asia/Tokyo",
    "America/Phoenix",
    "Asia/Tashkent",
    "Pacific/Auckland",
    "America/Sao_Paulo",
)
_NOON, _MONDAY = 13, 0


def waking_zone() -> str:
    """A zone where it is day now, far from quiet hours, and nobody is in a session: those are on Monday mornings."""
    return next(name for name in _ZONES if _free(SystemClock().now().astimezone(ZoneInfo(name))))


def _free(here: datetime) -> bool:
    return 9 <= here.hour <= 18 and (here.weekday() != _MONDAY or here.hour >= _NOON)


def monday(weeks: int) -> date:
    """The Monday so many weeks after this week's."""
    today = SystemClock().now().date()
    return today + timedelta(days=7 * weeks - today.weekday())


# Nothing to wait for: everything is due at once.
AT_ONCE = {"review_first": "0", "settle": '"0s"', "tell_first": "false", "quiet_sundays": "false"}
LEAVE = 3  # weeks from now: two to three weeks of notice, near enough to invite at once


def weekly_sessions(calendar: Writable, zone: str, initials: tuple[str, ...]) -> None:
    """A weekly session on Mondays for each, known by initials, since a month ago."""
    for number, title in enumerate(initials):
        start = datetime.combine(monday(-4), time(9 + number), ZoneInfo(zone))
        when = Span(start, start + timedelta(minutes=50))
        uid = f"{title.lower()}-series"
        calendar.put_text(event_text(uid, title, when, tzid=zone, lines=["RRULE:FREQ=WEEKLY"]), uid)


def block(calendar: Writable, title: str = "Vacation", uid: str = "leave") -> None:
    """A week of leave."""
    calendar.put_text(ics.all_day(uid, title, monday(LEAVE), 5), uid)
