"""Two calendars of a real server for each story."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.practice import BY_MAIL, Practice, practice
from tests.servers.dav import DavServer
from tests.servers.radicale import radicale
from tests.whole.conftest import calendar_on


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


@pytest.fixture
def two(server: DavServer, tmp_path: Path) -> Iterator[Practice]:
    with ExitStack() as opened:
        calendars = {id_: opened.enter_context(calendar_on(server, id_.title())) for id_ in BY_MAIL}
        yield opened.enter_context(practice(tmp_path, calendars))
