"""A text that our own reader would not read back as meant never reaches a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from connectors.caldav import draft as drafts
from connectors.caldav import overrides
from connectors.caldav.account import CalDavAccount
from connectors.series import Occurrence
from syncd.core.model import EventDraft, EventStatus, Marker, OccurrenceRef
from syncd.core.model.errors import Malformed
from syncd.core.time.spans import Span
from tests.servers.dav import DavServer
from tests.servers.entries import event_text
from tests.servers.proxy import Proxy, proxied
from tests.servers.worlds import StoppedClock, config

MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
HOLD = EventDraft("hold", MONDAY, "Held", "", EventStatus.TENTATIVE, Marker("i", "hold"))
REF = OccurrenceRef("home/Practice", "s1", "20260713T070000Z")
HOUR = timedelta(hours=1)


edges = overrides._edges
set_when = drafts._set_when


def late(occurrence: Occurrence[icalendar.Event]) -> tuple[date, ...]:
    """What a writer with a bug makes of an occurrence: it is an hour off."""
    return tuple(edge + HOUR for edge in edges(occurrence))


def test_a_cancellation_that_would_move_the_session_is_not_written(
    server: DavServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No PUT at all: the series stays as its owner stored it."""
    practice = server.make_calendar("proof", "Practice")
    practice.put_text(event_text("s1", "AB", MONDAY, tzid="Europe/Berlin", lines=["RRULE:FREQ=WEEKLY"]), "s1")
    stored = practice.text("s1")
    with proxied(server.url) as proxy:
        calendar = CalDavAccount(config(server, proxy.url), StoppedClock()).open("Practice")
        monkeypatch.setattr(overrides, "_edges", late)
        with pytest.raises(Malformed, match="s1: cannot be cancelled so that it is read back"):
            calendar.cancel(REF, "")
        monkeypatch.undo()
        cancelled = calendar.cancel(REF, "")
        assert [method for method, _ in proxy.seen].count("PUT") == 1
        monkeypatch.setattr(overrides, "_status", lambda event: "CANCELLED")
        monkeypatch.setattr(overrides, "_mark", lambda event, status, now: None)
        monkeypatch.setattr(overrides, "_print", lambda event, parsed: "edited")
        with pytest.raises(Malformed, match="s1: cannot be restored so that it is read back"):
            calendar.restore(REF, cancelled.pre_image)
        monkeypatch.undo()
        calendar.restore(REF, cancelled.pre_image)
        assert [method for method, _ in proxy.seen].count("PUT") == 2
    assert practice.text("s1") == stored
    server.send("DELETE", practice.path)


def _written(proxy: Proxy) -> int:
    return [method for method, _ in proxy.seen].count("PUT")


def test_an_entry_that_would_say_something_else_is_not_written(
    server: DavServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as a new object nor in the place of what stands there."""
    practice = server.make_calendar("drafted", "Practice")
    with proxied(server.url) as proxy:
        calendar = CalDavAccount(config(server, proxy.url), StoppedClock()).open("Practice")
        monkeypatch.setattr(drafts, "_set_when", lambda event, when: set_when(event, shifted(when)))
        with pytest.raises(Malformed, match="hold"):
            calendar.create(HOLD)
        assert not _written(proxy)
        monkeypatch.undo()
        written = calendar.create(HOLD)
        once = _written(proxy)
        monkeypatch.setattr(drafts, "_set_when", lambda event, when: set_when(event, shifted(when)))
        with pytest.raises(Malformed, match="hold"):
            calendar.replace(replace(HOLD, when=shifted(MONDAY)), written.etag)
        assert _written(proxy) == once
    server.send("DELETE", practice.path)


def shifted(when: Span) -> Span:
    """An hour later."""
    return Span(when.start + HOUR, when.end + HOUR)
