"""A look at a world in which nothing has changed detects, decides and plans nothing; whatever changes it wakes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from syncd.alarms import Alarms
from syncd.core.model import Approval
from syncd.core.model.errors import Transient
from syncd.core.telling.alarms.wrong import Alarm, AlarmKind
from syncd.cycle import PassReport, Practicing, run_until_quiet
from syncd.unchanged import LONGEST
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
POLL = timedelta(minutes=2)


@dataclass
class Daemon:
    """One process over a house: its parts are wired once."""

    house: House
    world: Practicing

    def look(self, ahead: timedelta = POLL) -> tuple[PassReport, ...]:
        """A look, after that time."""
        self.house.clock.moment += ahead
        return run_until_quiet(self.world, self.house.fence)

    def rests(self, ahead: timedelta = POLL) -> bool:
        """True where a look after that time decides nothing."""
        return all(report.rested for report in self.look(ahead))


@pytest.fixture
def daemon(house: House) -> Daemon:
    """Leave was blocked days ago, its clients are asked, and all that was due has been done: on a Wednesday at noon."""
    house.block(MONDAY)
    for hours in (0, 24, 24, 3):
        house.later(hours=hours)
    house.clock.moment = datetime(2026, 6, 17, 12, 5, tzinfo=BERLIN)
    found = Daemon(house, house.world())
    found.look()
    found.look()
    assert found.rests()
    return found


def test_nothing_is_decided_while_nothing_changes(daemon: Daemon) -> None:
    """For hours; what was read is noted all the same, and rows are those of the last decision."""
    before = daemon.house.store.load()
    for _ in range(10):
        (report,) = daemon.look(LONGEST / 20)
        assert report.rested
        assert report.decision.empty
        assert report.decision.pass_state.now == report.now == daemon.house.clock.now()
        assert report.decision.pass_state.offers == before.offers
    after = daemon.house.store.load()
    assert replace(after, grounds=before.grounds) == before
    assert max(one.read_at for one in after.grounds if one.read_at) > daemon.house.clock.now() - timedelta(
        minutes=6
    )


def _entered(house: House) -> None:
    house.put(ics.timed("dentist", "Dentist", datetime(2026, 7, 1, 9, tzinfo=BERLIN), 30), "dentist")


def _edited(house: House) -> None:
    house.edit("leave", lambda text: text.replace("Vacation", "Vacation #none"))


def _removed(house: House) -> None:
    house.remove("leave")


def _answered(house: House) -> None:
    house.answer("c1", "ACCEPTED")


def _approved(house: House) -> None:
    house.store.approve(Approval("dana", "code", frozenset({"some"}), frozenset(), house.clock.now()))


def _paused(house: House) -> None:
    house.store.pause("a flood", house.clock.now())


def _unread(house: House) -> None:
    _entered(house)
    house.calendar.faults.reads.append(Transient("nobody answers"))


def _set_back(house: House) -> None:
    house.clock.moment -= timedelta(minutes=30)


def _for_long(house: House) -> None:
    house.clock.moment += LONGEST


@pytest.mark.parametrize(
    "happens", [_entered, _edited, _removed, _answered, _approved, _paused, _unread, _set_back, _for_long]
)
def test_whatever_happens_is_decided_about(daemon: Daemon, happens: Callable[[House], None]) -> None:
    """By whoever's hand, in calendar, mailbox and store; and so is what cannot be read, or a clock that was set."""
    happens(daemon.house)
    assert daemon.look()[0].rested is None


def _due_after(daemon: Daemon, hour: int) -> datetime | None:
    """When something falls due, as looks in the night to Thursday name it."""
    daemon.house.clock.moment = datetime(2026, 6, 18, hour, 1, tzinfo=BERLIN)
    for _ in range(3):  # nobody looked for hours: what they bring is believed when it was read twice
        daemon.look()
    assert daemon.world.unchanged.last is not None
    return daemon.world.unchanged.last.due


def test_nobody_looks_at_dusk_or_dawn_where_no_client_is_to_read_anything(daemon: Daemon) -> None:
    """All were asked, and none has answered: next the day turns."""
    assert daemon.world.unchanged.last is not None
    assert daemon.world.unchanged.last.due == datetime(2026, 6, 18, tzinfo=BERLIN)
    assert _due_after(daemon, 3) == datetime(2026, 6, 19, tzinfo=BERLIN)


def test_who_is_to_read_something_is_thought_of_when_they_wake(daemon: Daemon) -> None:
    """The leave was taken out, which is believed in the night: in the morning its clients read that they meet."""
    daemon.house.remove("leave")
    daemon.look()
    assert _due_after(daemon, 3) == datetime(2026, 6, 18, 8, tzinfo=BERLIN)


def test_what_falls_due_unnamed_is_found_all_the_same_and_told_of(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Some hours late; a look that only proves that there was nothing says nothing."""
    daemon.look(LONGEST)
    assert "no look was named" not in caplog.text
    monkeypatch.setattr("syncd.unchanged.next_due", lambda *_: None)
    daemon.house.remove("leave")
    daemon.look()
    for _ in range(20):
        daemon.look(timedelta(hours=1))
    assert "something fell due that no look was named for" in caplog.text
    assert not any(one.live for one in daemon.house.store.load().offers)


def test_a_place_that_fails_makes_nobody_decide_at_every_look(daemon: Daemon) -> None:
    """That it fails is decided about once, and so is that it is read again; what was entered meanwhile is seen then."""
    faults = daemon.house.calendar.faults
    faults.reads.extend(Transient("nobody answers") for _ in range(50))
    _entered(daemon.house)
    assert not daemon.rests()
    for _ in range(3):
        (report,) = daemon.look()
        assert report.rested
        assert report.problems
    faults.reads.clear()
    assert not daemon.rests()
    daemon.look()
    assert daemon.rests()


def test_a_place_that_fails_for_hours_is_told_of_by_a_look_at_rest(daemon: Daemon) -> None:
    """At rest or not: whoever has to hear of it hears of it, and of its end."""
    rung: list[tuple[Alarm, ...]] = []
    ring = SimpleNamespace(ring=lambda told, _: rung.append(tuple(told)))
    daemon.world = replace(daemon.world, alarms=cast("Alarms", ring))
    faults = daemon.house.calendar.faults
    faults.reads.extend(Transient("nobody answers") for _ in range(500))
    _entered(daemon.house)
    daemon.look()
    daemon.look(timedelta(hours=7))
    daemon.look()
    (report,) = daemon.look()
    assert report.rested
    assert [one.kind for one in rung[-1]] == [AlarmKind.UNREAD]
    faults.reads.clear()
    daemon.look()
    assert not rung[-1]


def test_a_paused_practice_rests(daemon: Daemon) -> None:
    """Until somebody resumes it."""
    _paused(daemon.house)
    assert not daemon.rests()
    assert daemon.rests()
    daemon.house.store.pause("", daemon.house.clock.now())
    assert not daemon.rests()


def test_a_process_that_starts_decides(daemon: Daemon) -> None:
    """What was kept is gone with it, and it comes to the same end."""
    (kept,) = daemon.look()
    (fresh,) = Daemon(daemon.house, daemon.house.world()).look()
    assert kept.rested
    assert fresh.rested is None
    assert fresh.decision.empty
    assert fresh.decision.pass_state.conflicts == kept.decision.pass_state.conflicts
    assert fresh.decision.pass_state.offers == kept.decision.pass_state.offers
