"""What a poll costs: requests counted at a proxy before a real server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.caldav.account import CalDavAccount
from syncd.core.model.errors import CursorInvalid, NotFound
from syncd.core.time.spans import Span
from tests.servers.dav import DavServer
from tests.servers.entries import event_text
from tests.servers.proxy import proxied
from tests.servers.radicale import USERS
from tests.servers.worlds import StoppedClock, config

WINDOW = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
FIRST = datetime(2026, 7, 6, 7, tzinfo=UTC)


def test_an_account_with_500_events_costs_one_request_while_nothing_changes(server: DavServer) -> None:
    """Also for a process that has just started, and for two calendars at once."""
    practice = server.make_calendar("practice", "Practice")
    family = server.make_calendar("family", "Family")
    texts = []
    for number in range(500):
        start = FIRST + timedelta(hours=number)
        uid = f"event-{number:03}"
        texts.append(event_text(uid, "AB", Span(start, start + timedelta(minutes=50))))
    practice.put_all(texts)
    with proxied(server.url) as proxy:
        account = CalDavAccount(config(server, proxy.url), StoppedClock())
        calendars = [account.open(name) for name in ("Practice", "Family")]
        reads = [calendar.changes("", WINDOW) for calendar in calendars]
        assert [len(read.objects) for read in reads] == [500, 0]
        cursors = {calendar.id: read.cursor for calendar, read in zip(calendars, reads, strict=True)}

        proxy.seen.clear()
        later = CalDavAccount(config(server, proxy.url), StoppedClock())
        assert [later.open(name).id for name in ("Practice", "Family")] == list(cursors)
        assert later.stale(cursors) == frozenset()
        assert len(proxy.seen) == 1

        practice.edit("event-250", lambda text: text.replace("SUMMARY:AB", "SUMMARY:CD"))
        proxy.seen.clear()
        assert later.stale(cursors) == {"home/Practice"}
        delta = later.open("Practice").changes(cursors["home/Practice"], WINDOW)
        assert [event.title for one in delta.objects for event in one.events] == ["CD"]
        assert [method for method, _ in proxy.seen] == ["PROPFIND", "REPORT", "REPORT"]
    server.send("DELETE", practice.path)
    server.send("DELETE", family.path)


def test_a_calendar_is_found_by_its_url_too(server: DavServer) -> None:
    """As the address bar of a web calendar shows it."""
    practice = server.make_calendar("by-url", "Some name")
    account = CalDavAccount(config(server), StoppedClock())
    found = account.open(f"{server.url}{practice.path}")
    assert found.changes("", WINDOW).complete
    direct = CalDavAccount(config(server, f"{server.url}{practice.path}".rstrip("/")), StoppedClock())
    assert direct.open("Some name").changes("", WINDOW).complete
    server.send("DELETE", practice.path)


def test_a_calendar_that_went_is_missing_and_one_that_moved_is_read_anew(server: DavServer) -> None:
    """Neither looks like an empty calendar: nothing in it is taken for deleted."""
    other = server.make_calendar("other", "Other")
    practice = server.make_calendar("before", "Practice")
    practice.put_text(event_text("s1", "AB", Span(FIRST, FIRST + timedelta(hours=1))), "s1")
    account = CalDavAccount(config(server), StoppedClock())
    calendar = account.open("Practice")
    cursor = calendar.changes("", WINDOW).cursor
    server.send("DELETE", practice.path)
    assert account.stale({calendar.id: cursor}) == {calendar.id}
    with pytest.raises(NotFound, match='there is: "Other"'):
        calendar.changes(cursor, WINDOW)
    moved = server.make_calendar("after", "Practice")
    with pytest.raises(CursorInvalid, match="elsewhere"):
        calendar.changes(cursor, WINDOW)
    assert calendar.changes("", WINDOW).complete
    server.send("DELETE", moved.path)
    server.send("DELETE", other.path)


def test_a_cursor_counts_for_its_account_only(server: DavServer) -> None:
    """Another address or another user in the settings: everything is read once, nothing is wedged."""
    practice = server.make_calendar("tied", "Practice")
    practice.put_text(event_text("s1", "AB", Span(FIRST, FIRST + timedelta(hours=1))), "s1")
    first = CalDavAccount(config(server), StoppedClock())
    cursor = first.open("Practice").changes("", WINDOW).cursor
    assert "dana:" not in cursor
    assert first.stale({"home/Practice": cursor}) == frozenset()
    moved = replace(config(server), url=f"{server.url}{server.home}")
    for other in (moved, replace(moved, username="admin", password=USERS["admin"])):
        account = CalDavAccount(other, StoppedClock())
        assert account.stale({"home/Practice": cursor}) == {"home/Practice"}
        with pytest.raises(CursorInvalid):
            account.open("Practice").changes(cursor, WINDOW)
    fresh = CalDavAccount(moved, StoppedClock()).open("Practice").changes("", WINDOW)
    assert [one.uid for one in fresh.objects] == ["s1"]
    server.send("DELETE", practice.path)


def test_two_calendars_of_one_name_are_told_apart_by_url(server: DavServer) -> None:
    """Neither is guessed; the message names both addresses."""
    twins = [server.make_calendar(slug, "Twin") for slug in ("one", "two")]
    account = CalDavAccount(config(server), StoppedClock())
    with pytest.raises(NotFound, match=r"name one by URL: .*/dana/one/.*/dana/two/"):
        account.open("Twin").changes("", WINDOW)
    assert account.open(f"{server.url}/dana/two/").changes("", WINDOW).complete
    for twin in twins:
        server.send("DELETE", twin.path)
