"""The machine's clock is wrong for one look, as one is at a start before the network has set it: no harm is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from connectors.mail.replies import Ours
from syncd.core.model.errors import Transient
from syncd.ports import Halt, Incoming
from syncd.setting_clock import clock
from tests.scenario.house import House
from tests.scenario.household import SetClock
from tests.scenario.post import Post
from tests.scenario.test_by_hand import INVITED_BY

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


@pytest.mark.parametrize(("days", "looks"), [(9, 1), (30, 1), (30, 2), (82, 1), (82, 2)])
def test_what_was_noted_by_a_wrong_clock_is_accepted_and_life_goes_on(
    house: House, days: int, looks: int
) -> None:
    """Server and machine were wrong together. Nobody is told twice, an invitation that had ended waits again, and what
    comes after is as if nothing had been.
    """
    house.block(WEEK)
    house.run()
    house.at(INVITED_BY)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=20)
    before, told, entries = house.store.load(), told_to(house), len(house.texts())
    house.later(days=days)
    for _ in range(1, looks):
        house.later(hours=4)
    house.later(days=-days, hours=4 - 4 * looks, minutes=10)
    assert halt_of(house) is Halt.CLOCK
    shown = clock(house.world(), None)
    assert "syncd clock --accept" in shown[-1]
    assert any("BC: invited again" in line for line in shown)
    assert halt_of(house) is Halt.CLOCK
    assert clock(house.world(), house.fence)[-1].startswith("Accepted: ")
    house.later(minutes=10)
    house.later(minutes=10)
    assert halt_of(house) is None
    assert told_to(house) == told
    assert len(house.texts()) == entries
    assert states(house) == {"c1": "accepted", "c2": "invited", "c3": "held"}
    assert {one.id: (one.state, one.original) for one in house.store.load().conflicts} == {
        one.id: (one.state, one.original) for one in before.conflicts
    }
    assert clock(house.world(), None)[-1].startswith("What was done last lies before it")
    house.answer("c2", "DECLINED")
    house.later(minutes=20)
    house.later(days=1)
    assert house.kinds("c2") == ["REQUEST", "REQUEST"]
    assert house.kinds("c1") == ["REQUEST", ""]


def told_to(house: House) -> dict[str, list[str]]:
    """What each client got."""
    return {client: house.kinds(client) for client in ("c1", "c2")}


def states(house: House) -> dict[str, str]:
    """Where each client's newest offer stands."""
    return {one.client: one.state.value for one in sorted(house.offers(), key=lambda one: one.number)}


def test_what_is_long_over_was_deleted_by_nobody(house: House) -> None:
    """Two months on, its entry lies before all that is read: what was agreed on stays agreed on."""
    house.block(WEEK)
    house.run()
    house.at(INVITED_BY)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=20)
    for _ in range(18):
        house.later(days=5)
    house.later(hours=4)
    assert states(house)["c1"] == "accepted"


def test_days_without_a_server_are_no_wrong_clock(house: House) -> None:
    """Looks by the hour, each a process of its own, as a timer starts them: nobody is told of a clock."""
    house.block(WEEK)
    house.run()
    for _ in range(8 * 3):
        house.calendar.faults.reads.append(Transient("no network"))
        house.later(hours=8)
        assert halt_of(house) is None
