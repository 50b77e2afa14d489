"""What a practice used of Google's quota: as `status` and metrics say it, held against what the stand-in was asked."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.google import GoogleServer
from tests.servers.google.owner import IcalOwner
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.google import google_desk
from tests.whole.office import ROSTER, Office
from tests.whole.test_monitored import daemon, served
from tests.whole.weeks import AT_ONCE, waking_zone, weekly_sessions

BOOK = "requests.json"


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    """The stand-in."""
    with GoogleServer() as server:
        yield server


@pytest.fixture
def office(google: GoogleServer, tmp_path: Path, post: SmtpServer) -> Office:
    """Dana with Google, of whom nothing was asked yet."""
    desk = google_desk(google, tmp_path)
    weekly_sessions(IcalOwner(google), waking_zone(), ("AB", "BC", "CD"))
    office = Office(tmp_path, [], post, ROSTER, waking_zone(), dict(AT_ONCE), therapists=desk)
    office.daemon = {**office.daemon, "metrics": f'"127.0.0.1:{free_port()}"'}
    office.write()
    return office


def asked(google: GoogleServer) -> int:
    """Requests to the API that reached the server; who signs in asks somebody else."""
    return sum(one.path.startswith("/calendar/v3/") for one in google.sent)


def used(office: Office) -> dict[str, Any]:
    """The account's line of `status --json`."""
    (found,) = json.loads(syncd(office.config, "status", "--json").out)["quota"]
    return dict(found)


def test_what_was_used_outlives_each_process(office: Office, google: GoogleServer) -> None:
    """A dry run is counted by nobody and leaves no file; the daemon goes on where a look by hand ended."""
    assert syncd(office.config, "once", "--dry-run").status == 0
    assert list(office.folder.rglob(BOOK)) == []
    before = asked(google)
    assert syncd(office.config, "once").status == 0
    found = used(office)
    assert found["account"] == "work"
    assert found["requests"] == asked(google) - before
    assert (found["refused"], found["last_refused"]) == (0, None)
    assert 0 < found["busiest_minute"] <= found["requests"]
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        said.await_look(lambda: process.signal(signal.SIGHUP))
        shown = served(office)
    assert shown['syncd_quota_requests{account="work"}'] == asked(google) - before
    assert shown['syncd_quota_refusals{account="work"}'] == 0


@pytest.mark.parametrize("status", [403, 429])
def test_a_burst_that_google_refuses_is_said(office: Office, google: GoogleServer, status: int) -> None:
    """With when it was; what was asked again counts again, as it does at Google."""
    quota = google.world.quota
    quota.per_minute, quota.status, quota.retry_after = 0, status, 0
    syncd(office.config, "once")
    found = used(office)
    assert found["refused"] == found["requests"] == asked(google) > 1
    assert found["last_refused"] is not None
