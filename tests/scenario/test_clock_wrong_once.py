"""The machine's clock is wrong for one look, as one is at a start before the network has set it: no harm is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from connectors.mail.replies import Ours
from syncd.core.model.errors import Transient
from syncd.ports import Halt, Incoming
from tests.scenario.house import House
from tests.scenario.household import SetClock
from tests.scenario.post import Post

WEEK = date(2026, 7, 6)
WRONG = timedelta(days=82)


@dataclass
class SetMeanwhile(Post):
    """A post office at whose door the network sets the clock."""

    machine: SetClock = field(kw_only=True)

    def fetch(self, seen: frozenset[str], since: datetime) -> Iterable[Incoming]:
        """As the other one."""
        self.machine.wrong = timedelta()
        return super().fetch(seen, since)


def halt_of(house: House) -> Halt | None:
    """Why nothing is done."""
    halted = house.store.load().halted
    return halted.kind if halted else None


def test_a_clock_that_is_set_while_calendars_are_read_leaves_nothing_behind(house: House) -> None:
    """What servers say once it is right says nothing of the moment that the look began with."""
    house.block(WEEK)
    house.run()
    before, entries = house.store.load(), sorted(house.texts())
    house.post = SetMeanwhile(house.clock, Ours(frozenset({"example.org"})), machine=house.clock)
    house.clock.wrong = WRONG
    house.run()
    assert halt_of(house) is Halt.CLOCK
    after = house.store.load()
    assert (after.newest, after.offers, after.grounds) == (before.newest, before.offers, before.grounds)
    house.later(minutes=5)
    assert halt_of(house) is None
    assert sorted(house.texts()) == entries


def test_far_past_what_was_done_a_server_has_to_say_so(house: House) -> None:
    """A start before the network is there: nothing is read, and nothing is recorded by a clock that nobody confirms."""
    house.block(WEEK)
    house.run()
    before = house.store.load()
    house.calendar.faults.reads.append(Transient("no network"))
    house.clock.wrong = WRONG
    house.run()
    assert halt_of(house) is Halt.CLOCK
    assert house.store.load().newest == before.newest
    house.clock.wrong = timedelta()
    house.later(minutes=5)
    assert halt_of(house) is None
    assert house.store.load().offers == before.offers
