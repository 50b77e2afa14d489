"""Two servers that schedule, and a practice on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.scheduling.practice import Practice
from tests.servers.cyrus import cyrus
from tests.servers.scheduling import SchedulingServer
from tests.servers.smtp import SmtpServer
from tests.servers.xandikos import scheduling_xandikos

_numbers = count(1)


@pytest.fixture(scope="session")
def on_xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchedulingServer]:
    folder = tmp_path_factory.mktemp("xandikos")
    with SmtpServer(folder / "mail") as post, scheduling_xandikos(folder, post) as server:
        yield server


@pytest.fixture(scope="session")
def on_cyrus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchedulingServer]:
    with SmtpServer(tmp_path_factory.mktemp("cyrus")) as post, cyrus(post) as server:
        yield server


@pytest.fixture(params=["xandikos", pytest.param("cyrus", marks=pytest.mark.wider)])
def server(request: pytest.FixtureRequest) -> SchedulingServer:
    """A server that schedules."""
    found: SchedulingServer = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture
def practice(server: SchedulingServer) -> Iterator[Practice]:
    """An empty calendar of Dana's, and a client outside."""
    number = next(_numbers)
    calendar = server.users["dana"].make_calendar(f"practice{number}", f"Practice {number}")
    try:
        yield Practice(server, calendar, f"ada{number}@example.com", f"c5h7q0m2v4u6s8p1n3k9j1g{number}")
    finally:
        calendar.server.send("DELETE", calendar.path)
