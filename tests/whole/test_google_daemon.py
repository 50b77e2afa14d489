"""`syncd run` on Google's stand-in: what the log tells an admin of an account that lost its access."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.servers.google import GoogleServer
from tests.servers.google.owner import IcalOwner
from tests.servers.smtp import SmtpServer
from tests.whole.command import started
from tests.whole.google import DANA, google_desk
from tests.whole.office import ROSTER, Office
from tests.whole.systemd import notify_socket
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

LEE = "lee@example.org"


@pytest.mark.parametrize("gone", ["access", "busy calendar"])
def test_the_log_says_once_what_to_do_and_names_nobody(tmp_path: Path, post: SmtpServer, gone: str) -> None:
    """One line with the reason and the command, however many polls; nothing of it is an address; then it goes on."""
    with GoogleServer() as server:
        server.person(LEE)
        server.share(LEE, DANA, "freeBusyReader")
        desk = google_desk(server, tmp_path).replace("hours =", f'busy_calendars = ["{LEE}"]\nhours =', 1)
        weekly_sessions(IcalOwner(server), waking_zone(), ("AB", "BC", "CD"))
        office = Office(tmp_path, [], post, ROSTER, waking_zone(), dict(AT_ONCE), therapists=desk)
        with notify_socket() as said, started(office.write(), "run", NOTIFY_SOCKET=said.address) as process:
            said.await_state("READY=1")
            if gone == "access":
                server.oauth.revoke(DANA)
            else:
                server.share(LEE, DANA, "")
            for _ in range(3):
                said.await_look(lambda: process.signal(signal.SIGHUP))
            log = process.log.read_text()
            lines = [line for line in log.splitlines() if "could not be read in full" in line]
            expected = "run `syncd auth google work`" if gone == "access" else 'no calendar "shared-'
            assert len(lines) == (2 if gone == "access" else 1), log
            assert all(expected in line for line in lines)
            assert "@" not in log
            server.config("work", DANA, tmp_path)
            server.share(LEE, DANA, "freeBusyReader")
            block(IcalOwner(server))
            said.await_look(lambda: process.signal(signal.SIGHUP))
            assert "everything is read again" in process.log.read_text()
            assert len(server.mails("ada@example.net")) == 1
