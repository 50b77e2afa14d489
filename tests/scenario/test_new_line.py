"""A new line in the roster: all is read anew, and no server is asked again what it can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.account_reading import FULL_EVERY
from syncd.carriage import Paths
from syncd.core.model import Client
from syncd.cycle import run_until_quiet
from syncd.ports import MAILED, Carriage
from tests.core.people import CALENDAR
from tests.scenario.house import House

NEW = Client(id="c9", name="Nora Neu", email="nora@example.org", initials="NN", therapists=("dana",))


def _asked(house: House, clients: tuple[Client, ...], asked: list[str]) -> None:
    """A look of a process that was started with these clients."""

    def ask(calendar: str) -> Carriage:
        asked.append(calendar)
        return MAILED

    world = house.world()
    sources = replace(world.sources, clients=clients, paths=Paths(ask=ask))
    run_until_quiet(replace(world, sources=sources), house.fence)


def test_a_new_line_asks_no_server_what_it_can_do(house: House) -> None:
    """It is asked with the weekly full read."""
    asked: list[str] = []
    house.clock.moment += timedelta(hours=1)
    before = house.store.load().calendars[0]
    _asked(house, (*house.clients, NEW), asked)
    after = house.store.load().calendars[0]
    assert after.lens != before.lens
    assert after.full_read > before.full_read
    assert not asked
    house.clock.moment += FULL_EVERY
    _asked(house, (*house.clients, NEW), asked)
    assert asked == [CALENDAR]
