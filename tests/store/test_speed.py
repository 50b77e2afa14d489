"""What a pass pays for its memory."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from syncd.core.model import Ground
from syncd.core.model.errors import SafetyStop
from syncd.ports import PassRecord
from syncd.store import open_store
from tests.effort import counted
from tests.store.values import LEASE, NOW, read, stored


def test_two_thousand_objects_load_in_a_few_calls_each(url: str) -> None:
    """A mirror of 2,000 objects, each fifth a weekly series, is loaded in less than 20 calls for each of them."""
    objects = tuple(stored(each, occurrences=20 if each % 5 == 0 else 1) for each in range(2000))
    with open_store(url) as store:
        fence = store.acquire("first", NOW, LEASE)
        store.record(fence, PassRecord(NOW, mirror=(read(*objects),)))
        store.load()
        store.pause("", NOW)
        with counted() as effort:
            memory = store.load()
    assert len(memory.mirror["home/Practice"]) == 2000
    assert effort.calls < 40_000


def test_what_did_not_change_is_not_written(url: str) -> None:
    """Recording the same full read again changes no row of the mirror, so no page of the file."""
    objects = tuple(stored(each) for each in range(50))
    changed: list[int] = []
    with open_store(url) as store:
        fence = store.acquire("first", NOW, LEASE)
        store.record(fence, PassRecord(NOW, mirror=(read(*objects, replace=True),)))

        def total(connection: object) -> None:
            raw = connection.connection.dbapi_connection  # type: ignore[attr-defined]
            changed.append(raw.total_changes)

        event.listen(store.database.engine, "begin", total)
        event.listen(store.database.engine, "commit", total)
        store.record(fence, PassRecord(NOW, mirror=(read(*objects, replace=True),)))
    assert changed[0] == changed[1]


def test_what_nobody_wrote_to_is_not_read_again(url: str) -> None:
    """A second look finds out with one statement; what this store or another one writes is seen by the next."""
    said: list[str] = []
    with open_store(url) as store, open_store(url) as other:
        event.listen(
            store.database.engine, "before_cursor_execute", lambda *given: said.append(given[2].split()[0])
        )
        before = store.load()
        assert said.count("SELECT") > 10
        said.clear()
        assert store.load() == before
        assert said == ["BEGIN", "PRAGMA"]
        store.pause("by hand", NOW)
        assert store.load().paused == "by hand"
        other.pause("", NOW)
        assert store.load().paused == ""
        store.pause("again", NOW)
        assert (store.load().paused, other.load().paused) == ("again", "again")


def test_a_lease_that_runs_on_and_what_was_read_cost_no_reading(url: str) -> None:
    """Renewing, and noting how reading went, leave what was loaded as it is, but for that note; what another wrote in
    between is seen.
    """
    objects = tuple(stored(each) for each in range(300))
    grounds = (Ground("home/z", NOW), Ground("home/a", NOW, NOW, "refused"))
    with open_store(url) as store, open_store(url) as another:
        fence = store.acquire("first", NOW, LEASE)
        store.record(fence, PassRecord(NOW, mirror=(read(*objects),)))
        store.load()
        with counted() as effort:
            store.renew(fence, NOW + LEASE / 2, LEASE)
            store.keep(fence, grounds)
            memory = store.load()
        assert effort.calls < 3000
        assert memory == another.load()
        assert memory.grounds == grounds[::-1]
        another.pause("by hand", NOW)
        store.renew(fence, NOW + LEASE / 2, LEASE)
        assert store.load().paused == "by hand"
        another.acquire("second", NOW + 2 * LEASE, LEASE)
        with pytest.raises(SafetyStop):
            store.keep(fence, ())
        assert store.load() == another.load()
