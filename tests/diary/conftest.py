"""Servers that run for all diaries, and worlds on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.core.people import BERLIN
from tests.diary.playing import BEFORE
from tests.diary.reading import Diary
from tests.diary.worlds.google import google_world, mixed_world
from tests.diary.worlds.memory import memory
from tests.diary.worlds.served import radicale_world, scheduled_world
from tests.diary.worlds.world import World
from tests.scenario.household import SetClock
from tests.servers.cyrus import cyrus
from tests.servers.dav import DavServer
from tests.servers.davical import davical
from tests.servers.radicale import radicale
from tests.servers.scheduling import SchedulingServer
from tests.servers.smtp import SmtpServer
from tests.servers.sogo import sogo
from tests.servers.xandikos import scheduling_xandikos

USERS = {"dana": "correct horse", "omar": "battery staple", "lee": "stone boat", "noor": "paper kite"}


@pytest.fixture(scope="session")
def on_radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """Radicale: it does not schedule."""
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="session")
def on_xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchedulingServer]:
    """Xandikos with users: it schedules."""
    folder = tmp_path_factory.mktemp("xandikos")
    with SmtpServer(folder / "mail") as post, scheduling_xandikos(folder, post, USERS) as server:
        yield server


@pytest.fixture(scope="session")
def on_cyrus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchedulingServer]:
    """Cyrus: it schedules."""
    with SmtpServer(tmp_path_factory.mktemp("cyrus")) as post, cyrus(post, USERS) as server:
        yield server


@pytest.fixture(scope="session")
def on_davical(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchedulingServer]:
    """DAViCal: it schedules between its own users, and says so to everybody."""
    with SmtpServer(tmp_path_factory.mktemp("davical")) as post, davical(post, USERS) as server:
        yield server


@pytest.fixture(scope="session")
def on_sogo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchedulingServer]:
    """SOGo: it schedules, and mails from its users' own addresses."""
    with SmtpServer(tmp_path_factory.mktemp("sogo")) as post, sogo(post, USERS) as server:
        yield server


@pytest.fixture
def open_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str, Diary], World]]:
    """Opens the world of this name for a diary; it is closed with the test."""
    with ExitStack() as opened:

        def opening(name: str, diary: Diary) -> World:
            clock = SetClock((diary.start - BEFORE).astimezone(BERLIN))
            match name:
                case "memory":
                    return memory(diary, tmp_path, clock, opened)
                case "radicale":
                    server: DavServer = request.getfixturevalue("on_radicale")
                    return radicale_world(diary, tmp_path, clock, opened, server)
                case "mixed":
                    dav: DavServer = request.getfixturevalue("on_radicale")
                    return mixed_world(diary, tmp_path, clock, opened, dav)
                case "google":
                    return google_world(diary, tmp_path, clock, opened)
                case _:
                    server_name, _, auto = name.partition("-")
                    scheduling: SchedulingServer = request.getfixturevalue(f"on_{server_name}")
                    return scheduled_world(diary, tmp_path, clock, opened, scheduling, auto=bool(auto))

        yield opening
