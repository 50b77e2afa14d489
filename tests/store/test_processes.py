"""Several processes on one store: killed at every stage, and racing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.core.model.effects import EffectState
from syncd.core.model.errors import SafetyStop
from syncd.ports import PassRecord
from syncd.store import open_store
from tests.store.child import RACED
from tests.store.conftest import Process
from tests.store.postgres import postgres_url
from tests.store.values import LEASE, NOW, delete, key

Start = Callable[[str, str], Process]
SOON = NOW + timedelta(seconds=1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.wider)])
def shared(request: pytest.FixtureRequest, url: str) -> Iterator[str]:
    """The URL of a database that processes can share."""
    if request.param == "sqlite":
        yield url
    else:
        with postgres_url() as server:
            yield server


@pytest.mark.parametrize(
    ("commands", "left"),
    [
        pytest.param(["acquire", "record"], EffectState.READY, id="between record and claim"),
        pytest.param(["acquire", "record", "claim"], EffectState.UNKNOWN, id="in flight"),
    ],
)
def test_killed(shared: str, process: Start, commands: list[str], left: EffectState) -> None:
    """What was recorded survives kill -9; what was in flight is UNKNOWN to whoever acts next."""
    child = process(shared, "first")
    for command in commands:
        assert not child.ask(command).startswith(("stop", "error"))
    child.kill()
    with open_store(shared) as store:
        store.acquire("second", NOW + LEASE, LEASE)
        memory = store.load()
    assert memory.keys == {key(): left}
    assert [each.uid for each in memory.offers] == ["offer1"]


def test_killed_inside_a_transaction(shared: str, process: Start) -> None:
    """A process killed before its commit leaves nothing of that transaction, and no lock."""
    child = process(shared, "first")
    assert child.ask("half") == "half"
    child.kill()
    with open_store(shared) as store:
        fence = store.acquire("second", NOW, LEASE)
        assert not store.load().conflicts
        store.record(fence, PassRecord(NOW, actions=(delete(),)))


def test_a_killed_holder_is_not_waited_for(shared: str, process: Start) -> None:
    """After kill -9 the next instance acts at once, be it on a server; while the holder lives it is refused."""
    child = process(shared, "first")
    assert child.ask("acquire") == "token 1"
    with open_store(shared) as store:
        with pytest.raises(SafetyStop, match=r"\(first\)"):
            store.acquire("second", SOON, LEASE)
        child.kill()
        while store.acting(SOON):
            """The server is about to notice."""
        assert store.acquire("second", SOON, LEASE).token == 2


def test_an_equal_name_proves_nothing(shared: str, process: Start) -> None:
    """A second process that calls itself as the holder does is refused like any other."""
    child = process(shared, "first")
    assert child.ask("acquire") == "token 1"
    with open_store(shared) as store, pytest.raises(SafetyStop, match=r"\(first\)"):
        store.acquire("first", SOON, LEASE)


def test_threads_share_a_store(shared: str) -> None:
    """Threads that claim through one store get each effect exactly once."""
    with open_store(shared) as store, ThreadPoolExecutor(4) as pool:
        fence = store.acquire("first", NOW, LEASE)
        store.record(fence, PassRecord(NOW, actions=tuple(delete(each) for each in RACED)))
        claimed = list(pool.map(lambda each: store.claim(fence, each, NOW), RACED * 3))
        assert sorted(each.key for each in claimed if each) == sorted(RACED)


def test_a_hung_holder_is_fenced(shared: str, process: Start) -> None:
    """A holder that lives on after its lease ran out cannot write once another has taken over."""
    child = process(shared, "first")
    child.ask("acquire")
    with open_store(shared) as store:
        store.acquire("second", NOW + LEASE, LEASE)
        assert child.ask("record") == "stop: another instance (second) has taken over; this one (first) stops"
        child.kill()
        with open_store(shared) as third, pytest.raises(SafetyStop, match=r"\(second\)"):
            third.acquire("third", NOW + LEASE, LEASE)


def test_two_race_for_the_lease(shared: str, process: Start) -> None:
    """Of two processes that start on a new database at once, exactly one acts; both find one schema."""
    children = [process(shared, name) for name in ("first", "second")]
    for child in children:
        child.tell("acquire")
    answers = sorted(child.hear() for child in children)
    assert answers[0].startswith("stop: another instance")
    assert answers[1] == "token 1"


def test_two_race_for_claims(shared: str, process: Start) -> None:
    """Two workers of the acting instance that claim the same effects get each of them exactly once."""
    with open_store(shared) as store:
        fence = store.acquire("first", NOW, LEASE)
        store.record(fence, PassRecord(NOW, actions=tuple(delete(each) for each in RACED)))
        children = [process(shared, "first") for _ in range(2)]
        for child in children:
            child.tell("claim-all")
        claimed = [subject for child in children for subject in child.hear().split()]
        assert sorted(claimed) == sorted(each.subject for each in RACED)
        assert {each.attempts for each in store.load().effects} == {1}


def test_files_that_may_not_grow(url: str, process: Start, tmp_path: Path) -> None:
    """When the file system refuses to grow the file, what was promised before is all there, and intact."""
    child = process(url, "first")
    child.ask("acquire")
    number, _, line = child.ask("grow").partition(" ")
    assert line.startswith(f"{tmp_path}/syncd.db: the disk ")
    child.kill()
    with open_store(url) as store:
        assert len(store.load().mirror["home/Practice"]) == 20 * int(number)
