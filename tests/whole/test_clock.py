"""`syncd once` on a machine whose clock is not that of its calendar server, as the server's Date header tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest

from connectors.caldav.account import CalDavAccount
from syncd.wiring import SystemClock
from tests.scenario import ics
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.proxy import Message, proxied
from tests.servers.smtp import SmtpServer
from tests.servers.worlds import config
from tests.whole.command import syncd
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.reader import texts
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

ADA, BEN = "ada@example.net", "ben@example.net"


def behind(length: timedelta) -> Callable[[Message], None]:
    """The server says that it is so much earlier than this machine thinks."""

    def dated(answer: Message) -> None:
        said = answer.header("Date")
        shown = parsedate_to_datetime(said) if said else datetime.now(UTC)  # noqa: TID251  as a server does
        answer.drop("Date")
        answer.headers["Date"] = format_datetime(shown - length, usegmt=True)

    return dated


@pytest.mark.parametrize("minutes", [0, 30, -30])
def test_an_account_says_how_far_our_clock_is_ahead(on_radicale: DavServer, minutes: int) -> None:
    """By the Date of its newest answer, once; nothing is asked for it."""
    with proxied(on_radicale.url, after=behind(timedelta(minutes=minutes))) as proxy:
        account = CalDavAccount(config(on_radicale, proxy.url), SystemClock())
        assert account.ahead() is None
        account.discover()
        ahead = account.ahead()
        assert ahead is not None
        assert abs(ahead - timedelta(minutes=minutes)) < timedelta(minutes=1)
        assert account.ahead() is None


def test_a_clock_that_is_wrong_for_a_while_tells_nobody_anything(
    tmp_path: Path, calendar: DavCalendar, post: SmtpServer
) -> None:
    """Seventeen days ahead of the server: read, but nothing done and nothing believed; then all goes on, once."""
    zone = waking_zone()
    weekly_sessions(calendar, zone, ("AB", "BC"))
    desk = Desk("dana", "Dana Okafor", calendar)
    office = Office(tmp_path, [desk], post, ROSTER, zone, dict(AT_ONCE))
    assert syncd(office.write(), "once").status == 0
    block(calendar)
    with proxied(calendar.server.url) as proxy:
        desk.url = proxy.url
        proxy.after = behind(timedelta(days=17))
        ended = syncd(office.write(), "once")
        assert ended.status == 1
        assert "nothing is done: the clock of this machine is 17 days ahead" in ended.said[-1]
        assert "nothing is done: the clock" in syncd(office.config, "status").out
        assert office.received(ADA) == office.received(BEN) == []
        proxy.after = lambda message: None
        assert syncd(office.config, "once").status == 0
        assert [ics.method(one) for one in office.received(ADA)] == ["REQUEST"]
        assert [ics.method(one) for one in office.received(BEN)] == ["REQUEST"]
        before = sorted(texts(calendar))
        proxy.after = behind(timedelta(days=17))
        assert syncd(office.config, "once").status == 1
        calendar.remove("leave")
        assert syncd(office.config, "once").status == 1
        assert sorted(texts(calendar)) == [one for one in before if "UID:leave" not in one]
        assert len(office.received(ADA)) == len(office.received(BEN)) == 1
