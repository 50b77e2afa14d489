"""The answer in `sabre-tidied-changes.http`, given in a real server's place while its listing moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syncd.core.time.spans import Span
from tests.outside.conftest import CASES
from tests.servers.dav import DavServer
from tests.servers.entries import event_text
from tests.servers.proxy import Message
from tests.servers.quirks import Server
from tests.servers.worlds import dav_world

SUMMER = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))


def test_leave_that_was_deleted_is_gone_although_no_report_says_so(server: DavServer) -> None:
    """One listing, then one read of what is there; while nothing moves, neither."""
    text = (CASES / "sabre-tidied-changes.http").read_bytes()
    answer = text[text.index(b"<?xml") :]
    armed: list[bool] = []

    def tidied(request: Message) -> Message | None:
        if armed and request.method == "REPORT" and b"sync-collection" in request.body:
            kind = {"Content-Type": "application/xml; charset=utf-8"}
            return Message(request.method, request.path, kind, answer, 207)
        return None

    with dav_world(server, "sabre", Server("tidied", before=tidied)) as (world, proxy):
        world.owner.put_text(event_text("leave", "Vacation", MONDAY), "leave")
        for number in range(3):
            start = MONDAY.start + timedelta(days=number)
            world.owner.put_text(
                event_text(f"s{number}", "AB", Span(start, start + timedelta(hours=1))), f"s{number}"
            )
        first = world.calendar.changes("", SUMMER)
        armed.append(True)
        world.owner.remove("leave")
        assert world.account.stale({world.calendar.id: first.cursor})
        proxy.seen.clear()
        second = world.calendar.changes(first.cursor, SUMMER)
        assert [method for method, _ in proxy.seen] == ["REPORT", "PROPFIND", "REPORT"]
        assert (second.complete, sorted(one.uid for one in second.objects)) == (True, ["s0", "s1", "s2"])
        assert world.account.stale({world.calendar.id: second.cursor}) == frozenset()
