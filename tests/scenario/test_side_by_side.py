"""Effects of different accounts are had side by side, one after the other within one; mails come after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Event
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from connectors.memory import MemoryAccount
from syncd.core.model import EventDraft, EventStatus, Marker
from syncd.core.model.actions import Action, Mail, PutEvent, SendMail
from syncd.core.model.effects import STAMP, EffectKey, EffectState
from syncd.core.model.errors import Transient, Unclear
from syncd.core.time.spans import Span
from syncd.effecting import have_effects
from syncd.effecting.workbench import Done, Workbench
from syncd.gather import Sources
from syncd.lanes import Lanes, OneByOne, SideBySide
from syncd.outcome import EffectPorts
from syncd.ports import Calendar, Fence, Mailer, PassRecord, Written
from syncd.rests import Rests
from syncd.store import SqlStore, decode_action, open_store
from syncd.subjects import Subjects
from tests.scenario.household import SetClock

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 15, 9, tzinfo=ZONE)
PATIENCE = 60  # seconds, until a test that would hang fails
HERE, THERE = "here/Practice", "there/Practice"
Before = Callable[[], object]


@dataclass
class Watched:
    """A calendar of which it is noted what is begun and over; `before` is called inside each write."""

    id: str
    noted: list[str]
    before: Before = lambda: None
    port: Calendar = field(init=False)

    def __post_init__(self) -> None:
        """On a calendar in memory."""
        account, _, name = self.id.partition("/")
        self.port = MemoryAccount(account, ZONE, calendars=[name]).open(name)

    def create(self, draft: EventDraft) -> Written:
        """Noted."""
        self.noted.append(f"{draft.uid} begins")
        self.before()
        done = self.port.create(draft)
        self.noted.append(f"{draft.uid} is over")
        return done

    def __getattr__(self, name: str) -> object:
        """All else as it is."""
        return getattr(self.port, name)


@dataclass
class Post:
    """A mailer of which it is noted what it sends."""

    noted: list[str]
    before: Before = lambda: None

    def send(self, mail: Mail, *, partly: bool = False) -> tuple[str, ...]:
        """Noted."""
        self.before()
        self.noted.append(f"{mail.message_id} is sent")
        return ()


@dataclass
class House:
    """A store, and what effects are had with."""

    store: SqlStore
    noted: list[str] = field(default_factory=list)
    lanes: Lanes[Done] = field(default_factory=SideBySide)
    before: Mapping[str, Before] = field(default_factory=dict)
    sending: Before = lambda: None  # called as each mail is sent
    patience: float = 5.0
    seconds: float = 0.0  # since the machine started
    rests: Rests = field(init=False)

    def __post_init__(self) -> None:
        """By its own clock."""
        self.rests = Rests(lambda: self.seconds)

    def had(self, *actions: Action, stop: Callable[[], bool] = lambda: False) -> dict[str, EffectState]:
        """Record them, have their effects; what became of each, by its subject."""
        clock, fence = SetClock(self.now), self.store.acquire("test", NOW, timedelta(days=1))
        self.store.record(fence, PassRecord(NOW, actions=actions))
        bench = self._bench(clock, fence)
        rows = Subjects.of((), (), {})
        new = {one.key for one in actions}
        rows_left = (row for row in self.store.load().effects if row.key not in new)
        ready = [row for row in rows_left if row.state is EffectState.READY]
        return {key.subject: state for key, state in have_effects(bench, ready, actions, rows, stop)}

    @property
    def now(self) -> datetime:
        """The same, as a wall clock has it."""
        return NOW + timedelta(seconds=self.seconds)

    def hang(self) -> None:
        """Nobody answers, until nobody waits any longer."""
        self.seconds += 30
        raise Unclear("no answer")

    def _bench(self, clock: SetClock, fence: Fence) -> Workbench:
        calendars = {
            one: cast("Calendar", Watched(one, self.noted, self.before.get(one, lambda: None)))
            for one in (HERE, THERE)
        }
        hands = partial(EffectPorts, calendars, cast("Mailer", Post(self.noted, self.sending)), None)
        sources = Sources({}, calendars, None, (), (), timedelta(days=1))
        bench = Workbench(self.store, clock, fence, sources, hands, decode_action, self.lanes, self.rests)
        return replace(bench, patience=self.patience)


@dataclass
class LastFirst:
    """Lanes in which what was begun last is over first."""

    most: int = 16
    begun: list[tuple[str, Callable[[], Done]]] = field(default_factory=list)

    def begin(self, lane: str, work: Callable[[], Done]) -> None:
        """Not now."""
        self.begun.append((lane, work))

    def over(self, _patience: float | None = None) -> tuple[str, Callable[[], Done]]:
        """Now."""
        lane, work = self.begun.pop()
        done = work()
        return lane, lambda: done


@pytest.fixture
def house() -> Iterator[House]:
    """An empty store."""
    with open_store("sqlite://") as opened:
        yield House(opened)


def shown(calendar: str, uid: str, *, after: EffectKey | None = None, kind: str = "show") -> PutEvent:
    """An entry of ours, to be written."""
    when = Span(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))
    draft = EventDraft(uid, when, "Held", "", EventStatus.TENTATIVE, Marker("instance", uid))
    return PutEvent(EffectKey(uid, "", kind), calendar, draft, after=after)


def mailed(id: str, *, after: EffectKey | None = None) -> SendMail:
    """A mail to somebody."""
    mail = Mail(id, "office@example.org", "ada@example.org", b"Hello")
    return SendMail(EffectKey(id, "", "mail"), mail, after=after)


def test_two_accounts_are_written_at_the_same_time(house: House) -> None:
    """Each write waits inside until the other has begun, too."""
    both = Barrier(2)
    house.before = dict.fromkeys((HERE, THERE), partial(both.wait, PATIENCE))
    assert set(house.had(shown(HERE, "a"), shown(THERE, "b")).values()) == {EffectState.DONE}


@pytest.mark.parametrize("lanes", [OneByOne, SideBySide, LastFirst])
def test_within_one_account_one_is_over_before_the_next_begins(
    house: House, lanes: Callable[[], Lanes[Done]]
) -> None:
    """In recorded order, however many there are."""
    house.lanes = lanes()
    house.had(*(shown(HERE, uid) for uid in "cab"))
    assert house.noted == [f"{uid} {what}" for uid in "cab" for what in ("begins", "is over")]


@pytest.mark.parametrize("lanes", [OneByOne, SideBySide, LastFirst])
def test_mails_leave_when_calendars_show_what_they_tell_of(
    house: House, lanes: Callable[[], Lanes[Done]]
) -> None:
    """In recorded order, one that waits for an entry no later than if it did not; what numbers the pass is first."""
    house.lanes = lanes()
    entry = shown(THERE, "b")
    had = house.had(
        mailed("m1", after=entry.key), shown(HERE, "a"), mailed("m2"), entry, shown(HERE, "n", kind=STAMP)
    )
    assert set(had.values()) == {EffectState.DONE}
    assert house.noted[:2] == ["n begins", "n is over"]
    assert house.noted[-2:] == ["m1 is sent", "m2 is sent"]


def test_what_waits_for_a_mail_is_shown_after_it(house: House) -> None:
    """A predecessor of a later turn is no dead end."""
    first = mailed("m")
    assert house.had(shown(HERE, "a", after=first.key), first) == dict.fromkeys("am", EffectState.DONE)
    assert house.noted == ["m is sent", "a begins", "a is over"]


def test_stopped_nothing_further_begins_and_what_is_in_hand_is_settled(house: House) -> None:
    """Of each account one was in hand."""
    both = Barrier(2)
    house.before = dict.fromkeys((HERE, THERE), partial(both.wait, PATIENCE))
    had = house.had(
        *(shown(one, f"{one}{number}") for number in range(3) for one in (HERE, THERE)),
        stop=lambda: len(house.noted) >= 2,
    )
    assert had == dict.fromkeys((f"{HERE}0", f"{THERE}0"), EffectState.DONE)
    waiting = [row.state for row in house.store.load().effects]
    assert waiting == [EffectState.READY] * 4


def test_what_breaks_in_one_account_is_raised_when_the_others_are_through(house: House) -> None:
    """Nothing of it is left for the next pass to take for its own; what was in hand is unclear, and looked up."""

    def broken() -> None:
        raise ZeroDivisionError

    house.before = {HERE: broken}
    with pytest.raises(ZeroDivisionError):
        house.had(shown(HERE, "a"), shown(THERE, "b"))
    assert "b is over" in house.noted
    house.before = {}
    assert house.had(shown(HERE, "c")) == {"c": EffectState.DONE}


def _order(noted: Sequence[str]) -> list[str]:
    return [one.partition(" ")[0] for one in noted if one.endswith("begins")]


def test_one_by_one_it_is_the_order_in_which_it_was_recorded(house: House) -> None:
    """Whatever account it is for."""
    house.lanes = OneByOne()
    house.had(*(shown(one, uid) for one, uid in zip((HERE, THERE) * 2, "bcad", strict=True)))
    assert _order(house.noted) == list("bcad")


def test_a_server_that_hangs_when_it_is_written_to_is_waited_for_once(house: House) -> None:
    """Not once for each entry: others' entries and mails leave in the same pass, and its own when it takes them."""
    house.lanes, house.before = OneByOne(), {HERE: house.hang}
    had = house.had(*(shown(HERE, uid) for uid in "abc"), shown(THERE, "d"), mailed("m"))
    assert had == {"a": EffectState.UNKNOWN, "d": EffectState.DONE, "m": EffectState.DONE}
    assert house.had() == {}
    house.before = {}
    house.seconds += 10
    assert house.had() == dict.fromkeys("bc", EffectState.DONE)


def test_the_longer_it_hangs_the_more_rarely_it_is_written_to(house: House) -> None:
    """Looks every two minutes: soon no more than one in three waits for it, and once each."""
    house.lanes, house.before = OneByOne(), {HERE: house.hang}
    waited = [len(house.had(*(shown(HERE, f"{number:03}") for number in range(30))))]
    for _ in range(25):
        house.seconds += 120
        waited.append(len(house.had()))
    assert waited[:3] == [1, 1, 1]
    assert sum(waited[-15:]) <= 5


def test_a_mail_server_that_hangs_is_waited_for_once_as_well(house: House) -> None:
    """Entries do not wait for it at all."""
    house.lanes, house.sending = OneByOne(), house.hang
    had = house.had(mailed("m1"), mailed("m2"), shown(HERE, "a"))
    assert had == {"a": EffectState.DONE, "m1": EffectState.UNKNOWN}


def test_mails_do_not_wait_long_for_a_calendar_that_is_written_slowly(house: House) -> None:
    """Its one write is over only when the mail has left; what that mail would tell of it waits all the same."""
    left = Event()
    house.patience, house.sending = 0, left.set
    house.before = {HERE: lambda: left.wait(PATIENCE)}
    entry = shown(HERE, "a")
    had = house.had(mailed("m1", after=entry.key), mailed("m2"), entry)
    assert had == dict.fromkeys(("a", "m1", "m2"), EffectState.DONE)
    assert house.noted == ["a begins", "m2 is sent", "a is over", "m1 is sent"]


def test_who_refuses_at_once_keeps_nobody_waiting_and_is_asked_for_each(house: House) -> None:
    """What is the matter may lie with one entry."""

    def refuse() -> None:
        raise Unclear("cut off")

    house.lanes, house.before = OneByOne(), {HERE: refuse}
    assert house.had(shown(HERE, "a"), shown(HERE, "b")) == dict.fromkeys("ab", EffectState.UNKNOWN)


def test_a_mail_that_is_refused_slowly_comes_after_those_that_nobody_has_tried(house: House) -> None:
    """Else it would hold them back at each look, until its own waits are longer than the time between two."""

    def refuse() -> None:
        house.seconds += 30
        raise Transient("come back later")

    house.lanes, house.sending = OneByOne(), refuse
    assert house.had(mailed("m1"), mailed("m2"), mailed("m3")) == {"m1": EffectState.READY}
    house.sending = lambda: None
    house.seconds += 120
    assert list(house.had()) == ["m2", "m3", "m1"]
