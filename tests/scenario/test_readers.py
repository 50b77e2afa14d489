"""Accounts side by side: nobody waits for one that hangs, and nothing that was read is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

from syncd.readers import HANGS, LANE, SideBySide
from syncd.rests import FIRST, MOST

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONG = 60  # seconds until a test gives up


@dataclass(frozen=True)
class Part:
    """A calendar that was read, well or in vain."""

    name: str
    fresh: bool = True


@dataclass
class Slow:
    """An account whose second calendar comes once it may. `asked`: how often it was read."""

    name: str
    may: Event = field(default_factory=Event)
    half: Event = field(default_factory=Event)
    asked: int = 0

    def read(self) -> Iterator[Part]:
        """The first at once, the second when it may."""
        self.asked += 1
        yield Part(f"{self.name}/first")
        self.half.set()
        assert self.may.wait(LONG)
        yield Part(f"{self.name}/second")


def names(parts: tuple[Part, ...]) -> list[str]:
    """What they are called."""
    return [one.name for one in parts]


def taken_until(readers: SideBySide[Part], left: set[str]) -> list[str]:
    """What is taken until nobody else is under way."""
    names = []
    while True:
        names += [one.name for one in readers.taken()]
        if set(readers.under_way) <= left:
            return sorted(names)
        time.sleep(0)


def test_what_one_account_has_not_read_yet_is_taken_later_and_the_others_do_not_wait() -> None:
    """Each calendar is taken once, as it was read; whoever was late says when it is through."""
    through, slow = Event(), Slow("slow")
    readers = SideBySide[Part](timedelta(0), wake=through.set)
    readers.begin("slow", NOW, slow.read)
    assert slow.half.wait(LONG)
    readers.begin("quick", NOW, quick)
    assert taken_until(readers, {"slow"}) == ["quick/only", "slow/first"]
    assert readers.under_way == {"slow": NOW}
    readers.begin("slow", NOW + timedelta(minutes=2), slow.read)
    readers.begin("quick", NOW, quick)
    assert taken_until(readers, {"slow"}) == ["quick/only"]
    through.clear()
    slow.may.set()
    assert through.wait(LONG)
    assert readers.unanswered == {"slow"}, "what came in since is not taken yet"
    assert (names(readers.taken()), readers.unanswered) == (["slow/second"], frozenset())
    assert slow.asked == 1


def test_what_was_begun_before_another_instance_acted_is_not_taken() -> None:
    """It is older than what that one has recorded; the account is under way until then, and read anew."""
    readers, slow = SideBySide[Part](timedelta(0)), Slow("slow")
    readers.begin("slow", NOW, slow.read)
    assert slow.half.wait(LONG)
    readers.forget()
    assert (names(readers.taken()), readers.unanswered) == ([], frozenset({"slow"}))
    slow.may.set()
    assert taken_until(readers, set()) == []
    readers.begin("slow", NOW, slow.read)
    assert taken_until(readers, set()) == ["slow/first", "slow/second"]


def quick() -> Iterator[Part]:
    """An account that answers at once."""
    yield Part("quick/only")


def test_where_there_is_no_haste_every_account_is_waited_for() -> None:
    """As a command does, which looks once; nor does it leave out who failed a moment ago."""
    readers, slow = SideBySide[Part](), Slow("slow")
    readers.begin("quick", NOW, lambda: iter([Part("quick/only", fresh=False)]))
    assert (names(readers.taken()), readers.unanswered) == (["quick/only"], frozenset())
    readers.begin("slow", NOW, slow.read)
    readers.begin("quick", NOW, lambda: _opening(slow.may))
    assert names(readers.taken()) == ["quick/only", "slow/first", "slow/second"]


def _opening(gate: Event) -> Iterator[Part]:
    yield Part("quick/only")
    gate.set()


def test_an_account_that_fails_is_asked_again_after_a_while_that_doubles() -> None:
    """Nor is anything written there meanwhile; once it answers, all is as before."""
    clock, asked = [0.0], 0
    readers = SideBySide[Part](timedelta(hours=1), clock=lambda: clock[0])

    def read() -> Iterator[Part]:
        nonlocal asked
        asked += 1
        yield Part("one/calendar", fresh=asked > 9)

    waits = []
    while asked < 10:
        before, since = asked, clock[0]
        while asked == before:
            readers.begin("one", NOW, read)
            readers.taken()
            clock[0] += 0.25 if asked == before else 0.0
        waits.append(clock[0] - since)
        assert (readers.unanswered == {"one"}) == (asked < 10)
    assert waits[0] == 0
    for number, wait in enumerate(waits[1:]):
        most = min(FIRST * 2**number, MOST)
        assert most / 2 <= wait <= most + 0.25
    readers.begin("one", NOW, read)
    assert len(readers.taken()) == 1


def test_of_fifty_accounts_one_hangs_and_the_look_has_all_others_when_its_patience_is_over() -> None:
    """Three times as many as are read at once: what is not taken is what hangs, and nothing else is waited for."""
    over: list[str] = []

    def reading(name: str) -> Iterator[Part]:
        yield Part(name)
        over.append(name)

    others = {f"quick{number:02}" for number in range(49)}
    readers = SideBySide[Part](timedelta(seconds=2), clock=lambda: 0.0 if len(over) < len(others) else 2.0)
    slow = Slow("slow")
    readers.begin(slow.name, NOW, slow.read)
    assert slow.half.wait(LONG)
    for name in sorted(others):
        readers.begin(name, NOW, partial(reading, name))
    assert set(names(readers.taken())) == {"slow/first", *others}
    assert "slow" in readers.under_way
    slow.may.set()
    assert taken_until(readers, set()) == ["slow/second"]


def test_servers_that_hang_take_no_place_of_those_that_answer() -> None:
    """However many they are: from the second time on they stand in a lane of their own."""
    readers = SideBySide[Part](timedelta(0))
    hanging = [Slow(f"slow{number:02}") for number in range(LANE)]
    for one in hanging:
        readers.begin(one.name, NOW, one.read)
        assert one.half.wait(LONG)
    readers.taken()
    for one in hanging:
        one.may.set()
    taken_until(readers, set())
    again = [Slow(one.name) for one in hanging]
    for one in again:
        readers.begin(one.name, NOW, one.read)
        assert one.half.wait(LONG)
    readers.begin("quick", NOW, quick)
    assert "quick/only" in taken_until(readers, {one.name for one in again})
    for one in again:
        one.may.set()


def test_an_account_whose_reading_breaks_is_over_and_keeps_no_place() -> None:
    """However often: what was read before it broke is taken, and whoever comes then is read."""
    readers = SideBySide[Part]()

    def breaking() -> Iterator[Part]:
        yield Part("one/first")
        raise ValueError

    for _ in range(2 * LANE):
        readers.begin("one", NOW, breaking)
        assert (names(readers.taken()), readers.under_way) == (["one/first"], {})
    readers.begin("quick", NOW, quick)
    assert names(readers.taken()) == ["quick/only"]


def test_several_that_were_late_wake_once_when_the_last_is_through() -> None:
    """But for one that hangs, for which nobody waits any longer."""
    clock, woken, told = [0.0], [], Event()

    def wake() -> None:
        woken.append(clock[0])
        told.set()

    readers = SideBySide[Part](timedelta(0), wake=wake, clock=lambda: clock[0])
    slow = {name: Slow(name) for name in ("hanging", "one", "two")}
    for name, one in slow.items():
        readers.begin(name, NOW, one.read)
        assert one.half.wait(LONG)
        clock[0] = HANGS
    readers.taken()
    slow["one"].may.set()
    taken_until(readers, {"hanging", "two"})
    assert woken == []
    slow["two"].may.set()
    assert told.wait(LONG)
    assert (taken_until(readers, {"hanging"}), woken) == (["two/second"], [HANGS])
    slow["hanging"].may.set()
