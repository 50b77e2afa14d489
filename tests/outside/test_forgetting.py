"""Servers that do not give back what is created on them: few entries, a stop, one letter, in three runs."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from syncd.cycle import run_until_quiet
from syncd.wiring import SystemClock
from syncd.wiring.world import acting, world_of
from tests.outside.weeks import CLIENTS, calendar_on
from tests.scenario.household import SetClock
from tests.servers.dav import DavServer
from tests.servers.proxy import Message, Quirk, proxied, unchanged
from tests.servers.smtp import SmtpServer
from tests.whole.office import Desk, Office
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

DANA = "dana@example.org"


def _creates(message: Message) -> bool:
    return message.method == "PUT" and message.header("If-None-Match") == "*"


def forgets(message: Message) -> Message | None:
    """Says that it has stored the object, and has not."""
    if not _creates(message):
        return None
    return Message(message.method, message.path, {"ETag": f'"{uuid4().hex}"'}, b"", 201)


def renames(message: Message) -> None:
    """Stores it under a name and a UID of its own."""
    if _creates(message):
        other = uuid4().hex
        message.path = f"{message.path.rpartition('/')[0]}/{other}.ics"
        message.body = re.sub(rb"\r\nUID:[^\r]*", b"\r\nUID:" + other.encode(), message.body)


def look(office: Office, hours: int) -> None:
    """What `syncd once` does, so much later."""
    clock = SetClock(SystemClock().now() + timedelta(hours=hours))
    with world_of(office.config, os.environ, clock=clock, rings=True) as world, acting(world) as fence:
        run_until_quiet(world, fence)


@pytest.mark.parametrize("quirk", [forgets, renames])
def test_holds_do_not_multiply(tmp_path: Path, server: DavServer, quirk: Quirk) -> None:
    """One entry for each session, then none for a day; she hears of it once; it is not taken for her refusal."""
    with calendar_on(server) as calendar, SmtpServer(tmp_path / "mail") as post, proxied(server.url) as proxy:
        weekly_sessions(calendar, waking_zone(), ("AB", "BC", "CD"))
        desks = [Desk("dana", "Dana Okafor", calendar, url=proxy.url)]
        office = Office(tmp_path, desks, post, zone=waking_zone(), policy=AT_ONCE)
        office.write()
        look(office, 0)
        block(calendar)
        proxy.before = quirk
        before = len(proxy.seen)
        for hours in (0, 1, 13):
            look(office, hours)
        written = [path for method, path in proxy.seen[before:] if method == "PUT"]
        assert len(written) == 4  # and the plan event
        subjects = [str(mail["Subject"]) for mail in office.received(DANA)]
        assert subjects.count("syncd needs your attention") == 1
        assert b"do not stay there" in office.received(DANA)[-1].as_bytes()
        assert [office.received(one) for one in CLIENTS] == [[], []]
        proxy.before = unchanged
        look(office, 25)
        assert len(office.received(CLIENTS[0])) == 1
