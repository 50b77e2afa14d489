"""`syncd run` on lines that break at any byte: in the end each entry and each mail is there once."""

from __future__ import annotations

import signal
from asyncio import WriteTransport
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.dav import DavCalendar, DavServer
from tests.servers.line import Breaks, Line, line
from tests.servers.smtp import SmtpServer
from tests.whole.command import started
from tests.whole.conftest import calendar_on
from tests.whole.holding import CLIENTS, wait_until
from tests.whole.office import Desk, Office
from tests.whole.passes import look
from tests.whole.test_killed import everything_once, opened

LATER = (
    16,
    20,
    60,
    120,
)  # minutes after which a look is had: what is retried, read back or doubted is through


@pytest.fixture(params=["radicale", pytest.param("xandikos", marks=pytest.mark.long)])
def calendar(request: pytest.FixtureRequest) -> Iterator[DavCalendar]:
    """One of its own on each of these servers."""
    server: DavServer = request.getfixturevalue(f"on_{request.param}")
    with calendar_on(server) as found:
        yield found


def struck_while_it_runs(office: Office, broken: Line) -> None:
    """The real daemon meets the break, goes on, and is ended as by systemd."""
    desk: Desk = office.desks[0]
    desk.timeout = "3s" if broken.how in {Breaks.HALF_OPEN, Breaks.DELAYED} else "2m"
    with started(office.write(), "run") as process:
        wait_until(broken.struck.is_set)
        process.signal(signal.SIGTERM)
        assert process.ends() == 0


def _cells() -> Iterator[object]:
    """Each break at the first write; at later ones and at what reads in the long run."""
    for how, (method, passing) in product(Breaks, (("PUT", 0), ("PUT", 2), ("REPORT", 0), ("PROPFIND", 1))):
        name = f"{how} at {method} {passing}"
        first = (method, passing) == ("PUT", 0)
        yield pytest.param(how, method, passing, id=name, marks=() if first else pytest.mark.long)


@pytest.mark.parametrize(("how", "method", "passing"), list(_cells()))
def test_a_line_to_the_calendar_breaks(
    tmp_path: Path, calendar: DavCalendar, post: SmtpServer, how: Breaks, method: str, passing: int
) -> None:
    """Nothing is written twice, nobody is written to twice, nothing is lost."""
    with line(urlsplit(calendar.server.url).port or 0) as between:
        office = opened(tmp_path, calendar, post, between.url)
        between.strike(how, method, passing)
        struck_while_it_runs(office, between)
    office.desks[0].url = ""  # the line is mended
    for minutes in LATER:
        look(office, timedelta(minutes=minutes))
    everything_once(office, calendar)


class TornPost(SmtpServer):
    """A post office whose line breaks once at the end of a message to a client: before or after it took it."""

    def __init__(self, root: Path, *, taken: bool) -> None:
        super().__init__(root)
        self._taken, self.torn = taken, False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Called when the final dot has come."""
        tears = not self.torn and any(CLIENTS in recipient for recipient in envelope.rcpt_tos)
        if not tears or self._taken:
            await super().handle_DATA(server, session, envelope)
        if tears:
            self.torn = True
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return "250 OK"


def test_a_line_to_the_post_breaks_after_it_took_the_mail(tmp_path: Path, calendar: DavCalendar) -> None:
    """The copy in our own mailbox shows that it left: it leaves once."""
    with TornPost(tmp_path / "mail", taken=True) as post:
        office = opened(tmp_path, calendar, post)
        with started(office.write(), "run") as process:
            wait_until(lambda: post.torn)
            process.signal(signal.SIGTERM)
            assert process.ends() == 0
        for minutes in LATER:
            look(office, timedelta(minutes=minutes))
        everything_once(office, calendar)
