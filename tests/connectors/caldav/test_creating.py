"""New entries cost one request each where the server keeps what stands there by itself, and are read back together."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syncd.core.model import EventDraft, EventStatus, Marker
from syncd.core.model.errors import VersionConflict
from syncd.core.time.spans import Span
from tests.servers.dav import DavServer
from tests.servers.proxy import Proxy
from tests.servers.quirks import QUIRKS
from tests.servers.worlds import dav_world

MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
WEEK = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))
UIDS = ("hold1", "hold2", "hold3")


def hold(uid: str) -> EventDraft:
    """One of ours."""
    return EventDraft(uid, MONDAY, f"Held: {uid}", "", EventStatus.TENTATIVE, Marker("i", uid))


def _since(proxy: Proxy, before: int) -> Counter[str]:
    return Counter(method for method, _ in proxy.seen[before:])


def test_after_the_first_nobody_looks_before_a_create(server: DavServer) -> None:
    """The first is read before, read back and written once more, which the server refuses."""
    with dav_world(server, "creating") as (world, proxy):
        calendar = world.calendar
        calendar.changes("", WEEK)
        before = len(proxy.seen)
        calendar.create(hold(UIDS[0]))
        assert _since(proxy, before) == {"GET": 2, "PUT": 2}
        before = len(proxy.seen)
        for uid in UIDS[1:]:
            calendar.create(hold(uid))
        assert _since(proxy, before) == {"PUT": 2}
        with pytest.raises(VersionConflict):
            calendar.create(replace(hold(UIDS[1]), title="Another"))
        before = len(proxy.seen)
        there = calendar.read_several((*UIDS[:2], "nowhere", UIDS[2]), WEEK)
        assert {uid: one.events[0].title for uid, one in there.items()} == {
            uid: hold(uid).title for uid in UIDS
        }
        assert there == {uid: calendar.read(uid, WEEK) for uid in UIDS}


def test_several_are_read_with_one_request(server: DavServer) -> None:
    """However many are new."""
    with dav_world(server, "several") as (world, proxy):
        for uid in UIDS:
            world.calendar.create(hold(uid))
        before = len(proxy.seen)
        assert set(world.calendar.read_several(UIDS, WEEK)) == set(UIDS)
        assert _since(proxy, before) == {"REPORT": 1}


def test_a_server_that_overwrites_is_asked_each_time(server: DavServer) -> None:
    """Written twice the first one stands as it was meant; the next are looked for, and never overwritten."""
    with dav_world(server, "overwriting", QUIRKS["ignores If-None-Match"]) as (world, proxy):
        written = world.calendar.create(hold(UIDS[0]))
        found = world.calendar.read(UIDS[0], WEEK)
        assert found is not None
        assert written.etag in {"", found.etag}
        before = len(proxy.seen)
        world.calendar.create(hold(UIDS[1]))
        assert _since(proxy, before) == {"GET": 1, "PUT": 1}
        with pytest.raises(VersionConflict):
            world.calendar.create(replace(hold(UIDS[1]), title="Another"))
        assert "Another" not in world.owner.text(UIDS[1])
