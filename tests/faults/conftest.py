"""Two calendars of a real server for each story."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.faults.practice import BY_MAIL, Practice, practice
from tests.servers.dav import DavServer
from tests.servers.radicale import radicale

_slugs = count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


@pytest.fixture
def two(server: DavServer, tmp_path: Path) -> Iterator[Practice]:
    calendars = {id_: server.make_calendar(f"faults{next(_slugs)}", id_.title()) for id_ in BY_MAIL}
    with practice(tmp_path, calendars) as opened:
        yield opened
    for one in calendars.values():  # the next practice has calendars of these names, too
        server.send("DELETE", one.path)
