"""Servers for the whole module, an office of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.cli.office import MAIL_PASSWORD, Office
from tests.servers.dav import DavServer
from tests.servers.google import GoogleServer
from tests.servers.radicale import radicale
from tests.servers.smtp import SmtpServer

_numbers = count()


@pytest.fixture(scope="session")
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path / "mail", users={"office": MAIL_PASSWORD}) as server:
        yield server


@pytest.fixture
def office(dav: DavServer, smtp: SmtpServer, tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "office"
    folder.mkdir(mode=0o700)
    slug = f"practice{next(_numbers)}"
    calendar = dav.make_calendar(slug, f"Practice {slug}")
    try:
        yield Office(folder, dav, calendar, smtp)
    finally:
        dav.send("DELETE", calendar.path)
