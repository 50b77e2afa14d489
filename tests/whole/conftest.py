"""Servers that run for all of these tests, and a practice on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from syncd.store import open_store
from tests.core.people import NOW
from tests.portions import in_turn
from tests.scenario.house import House
from tests.scenario.household import OFFICE, Household, SetClock, sessions
from tests.scenario.people import MONDAYS, PEOPLE
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.radicale import radicale
from tests.servers.smtp import SmtpServer
from tests.servers.xandikos import xandikos
from tests.whole.google import GoogleHouse
from tests.whole.office import Desk, Office
from tests.whole.served import ServedHouse

BY_MAIL = ("memory", "radicale", "xandikos")  # where invitations are mails of ours
_slugs = count(1)


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_turn(items, "new_household")


@pytest.fixture(scope="session")
def on_radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="session")
def on_xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with xandikos(tmp_path_factory.mktemp("xandikos")) as server:
        yield server


@contextmanager
def calendar_on(server: DavServer, name: str = "Practice") -> Iterator[DavCalendar]:
    """A calendar of its own for one test."""
    calendar = server.make_calendar(f"whole{next(_slugs)}", name)
    try:
        yield calendar
    finally:
        server.send("DELETE", calendar.path)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path / "mail") as server:
        yield server


@pytest.fixture
def calendar(on_radicale: DavServer) -> Iterator[DavCalendar]:
    with calendar_on(on_radicale) as found:
        yield found


@pytest.fixture(params=[*BY_MAIL, "google"])
def new_household(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Household]:
    """Dana with three weekly clients, two by mail and one by phone. In the end further passes must change nothing."""
    with ExitStack() as opened:
        found = _household(request, tmp_path, opened)
        sessions(found, MONDAYS)
        yield found
        rests(found)


@pytest.fixture
def house(tmp_path: Path, post: SmtpServer) -> Iterator[GoogleHouse]:
    """Dana with Google; syncd has looked once. In the end further passes must change nothing."""
    with ExitStack() as opened:
        found = GoogleHouse(tmp_path, post, SetClock(NOW), opened)
        sessions(found, MONDAYS)
        found.run()
        yield found
        rests(found)


@pytest.fixture
def household(new_household: Household) -> Household:
    """The same; syncd has looked once before anything happens."""
    new_household.run()
    return new_household


def rests(household: Household) -> None:
    """Two more passes: nothing to do, and calendar, mailboxes and store as before."""
    before = _everything(household)
    assert [report.actions for _ in range(2) for report in household.run()] == [(), ()]
    assert _everything(household) == before


def _everything(household: Household) -> tuple[object, ...]:
    mails = [
        [message.as_bytes() for message in household.received(address)]
        for address in (household.therapist.email, OFFICE, *(one.email for one in household.clients))
        if address
    ]
    return sorted(household.texts()), mails, household.store.load(), household.store.audit()


def _household(request: pytest.FixtureRequest, folder: Path, opened: ExitStack) -> Household:
    clock = SetClock(NOW)
    if request.param == "memory":
        store = opened.enter_context(open_store(f"sqlite:///{folder}/syncd.db"))
        house = House(store, clock, PEOPLE)
        house.approve()
        return house
    if request.param == "google":
        return GoogleHouse(folder, request.getfixturevalue("post"), clock, opened)
    server: DavServer = request.getfixturevalue(f"on_{request.param}")
    calendar = opened.enter_context(calendar_on(server))
    desk = Desk("dana", "Dana Okafor", calendar, delivery="imip")  # Xandikos would schedule
    office = Office(folder, [desk], request.getfixturevalue("post"))
    return ServedHouse(office, clock, opened)
