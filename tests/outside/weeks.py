"""A calendar for one test, and its clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tests.servers.dav import DavCalendar, DavServer

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
