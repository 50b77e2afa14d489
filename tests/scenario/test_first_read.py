"""A first read of hundreds of calendars is kept as it goes: whoever ends in the middle does not begin again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import cast

import pytest

from connectors.memory import MemoryAccount, MemoryCalendar
from syncd.core.model import Changes
from syncd.core.time.spans import Span
from syncd.cycle import Practicing, run_pass
from syncd.ports import Calendar
from syncd.readers import SideBySide
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House

MANY, HALF = 300, 200
NAMES = tuple(f"c{number:03d}" for number in range(MANY))
LONG = 60  # seconds until the test gives up


@dataclass
class Way:
    """The way to all calendars: after so many whole reads it hangs, until it may go on."""

    until: int = MANY
    whole: int = 0
    hangs: Flag = field(default_factory=Flag)
    on: Flag = field(default_factory=Flag)

    def open(self, calendar: MemoryCalendar) -> Calendar:
        """A calendar, by this way."""
        return cast("Calendar", _Port(self, calendar))

    def asked(self) -> None:
        """For all that one calendar holds."""
        if self.whole == self.until:
            self.hangs.set()
            assert self.on.wait(LONG)
        self.whole += 1


@dataclass
class _Port:
    way: Way
    calendar: MemoryCalendar

    def __getattr__(self, name: str) -> object:
        return getattr(self.calendar, name)

    def changes(self, cursor: str, window: Span) -> Changes:
        if not cursor:
            self.way.asked()
        return self.calendar.changes(cursor, window)


@pytest.fixture
def account(house: House) -> MemoryAccount:
    """One account, an appointment in each of its calendars."""
    found = MemoryAccount("many", BERLIN, calendars=list(NAMES), clock=house.clock)
    for name in NAMES:
        text = ics.timed(f"{name}-e", "Dentist", datetime(2026, 7, 1, 9, tzinfo=BERLIN), 30)
        found.calendar(name).put_text(text)
    return found


def _process(house: House, account: MemoryAccount, way: Way, patience: int = 0) -> Practicing:
    """A daemon that has just started, and waits for an account so many seconds."""
    world = house.world()
    ports = {f"many/{name}": way.open(account.calendar(name)) for name in NAMES}
    first, *others = sorted(ports)
    dana = replace(house.therapist, calendar=first, leave_calendars=tuple(others))
    sources = replace(
        world.sources,
        accounts={"many": account},
        calendars=ports,
        therapists=(dana,),
        readers=SideBySide(timedelta(seconds=patience)),
    )
    return replace(world, sources=sources)


def _kept(house: House) -> int:
    return sum(one.calendar.startswith("many/") for one in house.store.load().calendars)


@pytest.fixture
def broken_off(house: House, account: MemoryAccount) -> Iterator[None]:
    """A process that hung after two thirds, looked a last time, and is gone."""
    way = Way(HALF)
    world = _process(house, account, way)
    run_pass(world, house.fence)
    assert way.hangs.wait(LONG)
    run_pass(world, house.fence)
    yield
    way.on.set()


@pytest.mark.usefixtures("broken_off")
def test_what_was_read_before_a_process_ended_is_not_read_again(house: House, account: MemoryAccount) -> None:
    """Of three hundred calendars two hundred are kept; the next process reads the others."""
    assert _kept(house) == HALF
    way = Way()
    run_pass(_process(house, account, way, LONG), house.fence)
    assert _kept(house) == MANY
    assert way.whole == MANY - HALF
