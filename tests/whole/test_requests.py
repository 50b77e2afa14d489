"""What a look costs when nothing has changed, counted at a proxy before the server."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from syncd.core.time.spans import Span
from tests.servers.dav import DavCalendar
from tests.servers.entries import event_text
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.office import Desk, Office
from tests.whole.passes import look
from tests.whole.weeks import monday

EVENTS = 500


def test_one_request_where_nothing_changed(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> None:
    """`syncd once` in a process of its own asks once about an account with 500 events; an edit costs a few more."""
    first = datetime.combine(monday(-20), time(9), ZoneInfo("Europe/Berlin"))
    starts = [first + timedelta(hours=7 * number) for number in range(EVENTS)]
    calendar.put_all(
        [event_text(f"e{n}", "AB", Span(one, one + timedelta(minutes=50))) for n, one in enumerate(starts)]
    )
    with proxied(calendar.server.url) as proxy:
        office = Office(tmp_path, [Desk("dana", "Dana Okafor", calendar, proxy.url)], post)
        look(office)
        first_read = len(proxy.seen)
        ended = syncd(office.config, "once")
        assert (ended.status, ended.said) == (0, ())
        unchanged = [method for method, _ in proxy.seen[first_read:]]
        calendar.edit("e7", lambda text: text.replace("SUMMARY:AB", "SUMMARY:Dentist"))
        look(office)
        edited = len(proxy.seen) - first_read - len(unchanged)
    assert unchanged == ["PROPFIND"]
    assert first_read < 40
    assert edited < 8
