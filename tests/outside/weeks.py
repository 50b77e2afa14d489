"""A calendar for one test, and answers as a mail program sends them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from syncd.wiring import SystemClock
from tests.scenario import ics
from tests.servers.dav import DavCalendar, DavServer
from tests.whole.office import Office

CLIENTS = ("ada@example.net", "ben@example.net")
_slugs = count(1)


@contextmanager
def calendar_on(server: DavServer) -> Iterator[DavCalendar]:
    """A calendar of its own."""
    calendar = server.make_calendar(f"eight{next(_slugs)}", "Practice")
    try:
        yield calendar
    finally:
        server.send("DELETE", calendar.path)


def answered(office: Office, sender: str, how: str) -> bytes:
    """The reply to the newest invitation of somebody."""
    invitation = next(part for mail in reversed(office.received(sender)) if (part := ics.part(mail)))
    return ics.reply(invitation, sender, how, SystemClock().now())
