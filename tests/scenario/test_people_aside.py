"""A therapist, or a client, on whom a rule of ours breaks is set aside alone, told of, and tried again at each look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from connectors.memory import MemoryCalendar
from syncd.alarms import Alarms
from syncd.core.model import Client, OfferState
from syncd.core.model.practice import Therapist
from syncd.core.planning.pass_request import plannable
from syncd.core.planning.plan import Plan
from syncd.core.state import PassState
from syncd.core.time.hours import WeeklyHours
from syncd.cycle import Practicing
from syncd.outcome import EffectPorts
from syncd.store import AlarmFile, open_store
from syncd.wiring.post import alarm_writer
from syncd.wording import load_templates
from tests.core.people import BERLIN, CALENDAR, HOURS, NOW, dana
from tests.scenario import ics
from tests.scenario.house import House, SetClock, planner
from tests.scenario.household import FRACTION, OFFICE, sessions
from tests.scenario.people import MONDAYS, PEOPLE

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
THERAPISTS = ("dana@example.org", "erin@example.org")
NO_WEEK = WeeklyHours(week=())  # no rule of ours can ask it for the hours of a day
EVA = Client(id="c4", name="Eva Fuchs", email="eva@example.net", initials="EF", therapists=("erin",))


@dataclass(slots=True)
class Shared(House):
    """Dana's practice with Erin in it, who has a calendar and a client of her own."""

    erin: Therapist = field(
        default_factory=lambda: replace(
            dana(),
            id="erin",
            name="Erin Vogel",
            email="erin@example.org",
            addresses=("erin@example.org",),
            calendar="home/Erin",
        )
    )
    hers: MemoryCalendar = field(init=False)
    book: AlarmFile = field(default_factory=lambda: AlarmFile(None))
    broken: frozenset[str] = frozenset()  # clients whose sessions break the planner
    hopeless: bool = False  # it breaks whatever it is asked

    def __post_init__(self) -> None:
        """Open the house."""
        House.__post_init__(self)
        self.hers = self.account.add("Erin")

    def world(self) -> Practicing:
        """With both therapists, and somebody to hear of what is wrong."""
        alone = House.world(self)
        both = (self.therapist, replace(self.erin, policy=self.therapist.policy))
        calendars = {CALENDAR: self.account.open("Practice"), "home/Erin": self.account.open("Erin")}
        hands = partial(EffectPorts, calendars, self.post, self.post)
        words = alarm_writer(load_templates(), self.store.load().instance, OFFICE)
        return replace(
            alone,
            sources=replace(alone.sources, therapists=both, calendars=calendars),
            hands=hands,
            planner=self.planned,
            alarms=Alarms(self.practice, both, hands, words, self.book),
        )

    def planned(self, pass_state: PassState) -> Plan | None:
        """The real planner, which some clients break."""
        if self.hopeless:
            raise MemoryError
        if any(row.client in self.broken and plannable(pass_state, row) for row in pass_state.conflicts):
            raise ArithmeticError
        return planner(pass_state)

    def shown(self, client: str) -> list[OfferState]:
        """The states of a client's offers, oldest first."""
        return [one.state for one in self.offers(client)]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    """Dana with three clients and Erin with one; syncd has looked once and is trusted."""
    with open_store(f"sqlite:///{tmp_path}/syncd.db") as store:
        house = Shared(store, SetClock(NOW), (*PEOPLE, EVA))
        house.approve()
        sessions(house, MONDAYS)
        start = datetime(2026, 6, 1, 10, tzinfo=BERLIN)
        house.hers.put_text(ics.weekly("erins", "EF", start, 50))
        house.run()
        yield house


def away(house: Shared, blocks: int) -> None:
    """Both are away; Erin's leave, in one block or in two, meets hours that break a rule."""
    house.erin = replace(house.erin, hours=NO_WEEK)
    house.block(MONDAY)
    for number in range(blocks):
        day = MONDAY + timedelta(days=4 * number)
        house.hers.put_text(ics.all_day(f"off{number}", "Vacation", day, 1))


@pytest.mark.parametrize("blocks", [1, 2], ids=["planning", "reading"])
def test_one_broken_therapist_costs_nobody_else_a_plan(shared: Shared, blocks: int) -> None:
    """Dana's clients are held and invited; in Erin's calendar nothing is written, and she is told, once a day."""
    away(shared, blocks)
    before = dict(shared.hers.texts())
    (first, *_) = shared.run()
    shared.at(INVITED_BY)
    assert shared.shown("c1") == shared.shown("c2") == [OfferState.INVITED]
    assert len(shared.mails("c1")) == len(shared.mails("c2")) == 1
    assert (shared.shown("c4"), shared.mails("c4"), dict(shared.hers.texts())) == ([], [], before)
    assert [one.calendar for one in first.problems] == ["home/Erin"]
    told = [str(one["Subject"]) for one in shared.received("erin@example.org")]
    assert told == ["syncd needs help: it cannot work on somebody's calendar"] * 2
    assert len(shared.received(OFFICE)) == 2
    (ground,) = (one for one in shared.store.load().grounds if one.place == "home/Erin")
    assert (ground.silent_since, "erin" in ground.reason) == (NOW + FRACTION, True)


def test_it_is_tried_again_at_each_look(shared: Shared) -> None:
    """As soon as nothing breaks any more her client is held as well, and the store knows of no trouble."""
    away(shared, 2)
    shared.run()
    shared.erin = replace(shared.erin, hours=HOURS)
    (report, *_) = shared.later(minutes=2)
    assert (shared.shown("c4"), report.problems) == ([OfferState.HELD], ())
    assert all(one.whole for one in shared.store.load().grounds)


def test_what_is_out_stays_as_it_is_and_answers_wait(shared: Shared) -> None:
    """Erin's client is invited, then her calendar breaks a rule: nothing is taken back, and the yes counts later."""
    shared.hers.put_text(ics.all_day("off", "Vacation", MONDAY, 1))
    shared.run()
    shared.at(INVITED_BY)
    shared.erin = replace(shared.erin, hours=NO_WEEK)
    shared.hers.put_text(ics.all_day("more", "Vacation", MONDAY + timedelta(days=7), 1))
    shared.block(MONDAY)
    before = dict(shared.hers.texts())
    shared.answer("c4", "ACCEPTED")
    shared.later(minutes=2)
    assert (shared.shown("c4"), dict(shared.hers.texts())) == ([OfferState.INVITED], before)
    assert shared.shown("c1") == [OfferState.HELD]
    shared.erin = replace(shared.erin, hours=HOURS)
    shared.later(minutes=2)
    assert shared.shown("c4")[0] is OfferState.ACCEPTED
    assert shared.kinds("c4")[:1] == ["REQUEST"]


def test_a_pause_holds_though_nothing_else_can_be_read(shared: Shared) -> None:
    """`#syncd pause` in the calendar that breaks a rule: nothing is done for anybody."""
    away(shared, 2)
    shared.hers.put_text(ics.timed("pause", "#syncd pause", NOW - timedelta(hours=1), 600))
    (report, *_) = shared.run()
    assert report.decision.paused
    assert [one for one in shared.entries() if one.title.endswith("held")] == []
    assert shared.mails("c1") == []


def test_one_broken_client_costs_nobody_else_a_plan(shared: Shared) -> None:
    """Whoever breaks the planner gets nothing, keeps what they have, and their therapist is told."""
    shared.broken = frozenset({"c1"})
    shared.block(MONDAY)
    (first, *_) = shared.run()
    assert (shared.shown("c1"), shared.shown("c2")) == ([], [OfferState.HELD])
    assert [(one.calendar, one.uid) for one in first.problems] == [("roster", "c1")]
    assert [str(one["Subject"]) for one in shared.received("dana@example.org")].count(
        "syncd needs help: it cannot work on somebody's calendar"
    ) == 1
    shared.broken = frozenset()
    shared.later(minutes=2)
    assert shared.shown("c1") == [OfferState.HELD]


def test_the_time_of_a_client_set_aside_is_given_to_nobody(shared: Shared) -> None:
    """A hold that stands while its client breaks the planner stays, and nobody else gets that hour."""
    shared.block(MONDAY, 1)
    shared.run()
    (held,) = shared.offers("c1")
    shared.broken = frozenset({"c1"})
    shared.block(MONDAY + timedelta(days=7), 1, uid="more")
    shared.later(minutes=2)
    assert shared.offers("c1") == [held]
    others = [one for client in ("c2", "c3") for one in shared.offers(client) if one.live]
    assert len(others) == 4
    assert not any(one.span.overlaps(held.span) for one in others)


def test_what_breaks_on_everybody_breaks_the_pass(shared: Shared) -> None:
    """A planner that is broken altogether is no matter of clients: nothing is done, and all are told, once a day."""
    shared.hopeless = True
    shared.block(MONDAY)
    heard = []
    for minutes in (0, 11, 60, 24 * 60):
        shared.clock.moment += timedelta(minutes=minutes)
        with pytest.raises(MemoryError):
            shared.run()
        heard.append([subjects(shared, one) for one in (*THERAPISTS, OFFICE)])
    assert heard == [[["syncd needs help: it cannot finish its work"] * times] * 3 for times in (0, 1, 1, 2)]
    assert shared.offers() == []


def subjects(shared: Shared, address: str) -> list[str]:
    """What somebody was told of what is wrong."""
    return [str(one["Subject"]) for one in shared.received(address) if "needs help" in str(one["Subject"])]
