"""Erasing a client, and calling a calendar otherwise, on every kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from syncd.core.model.errors import StoreError
from syncd.ports import PassRecord
from syncd.store import SqlStore, open_store
from tests.store.postgres import postgres_url
from tests.store.values import LEASE, NOW, conflict, offer


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.wider)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """A store with one offer in it."""
    with ExitStack() as stack:
        postgres = request.param == "postgres"
        url = stack.enter_context(postgres_url()) if postgres else f"sqlite:///{tmp_path}/syncd.db"
        opened = stack.enter_context(open_store(url, state=tmp_path))
        fence = opened.acquire("here", NOW, LEASE)
        opened.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),)))
        yield opened


def test_an_erased_client_s_offer_is_a_tombstone(store: SqlStore, tmp_path: Path) -> None:
    """UID, number and times stay; the id is nowhere, and the mark of it beside the store."""
    fence, before = store.acquire("here", NOW, LEASE), offer()
    erased = store.erase(fence, before.client, {before.calendar}, NOW)
    assert erased.left == ()
    (row,), (kept,) = store.load().conflicts, store.load().offers
    assert kept == replace(before, client=kept.client, location="", link="", news=(), heeded=())
    assert kept.client == row.client != before.client
    (file,) = tmp_path.glob("*-erased")
    assert before.client not in file.read_text()


def test_a_calendar_is_called_otherwise_wherever_it_is_named(store: SqlStore) -> None:
    """In offers and sessions; not one that begins alike; one with times in it takes in no other."""
    fence, old = store.acquire("here", NOW, LEASE), offer().calendar
    with pytest.raises(StoreError, match="knows no calendar"):
        store.rename_calendar(fence, old[:-1], "elsewhere/x", NOW)
    assert store.rename_calendar(fence, old, "elsewhere/x", NOW) >= 1
    (kept,) = store.load().offers
    assert kept == replace(offer(), calendar="elsewhere/x")
    with pytest.raises(StoreError, match="two calendars do not become one"):
        store.rename_calendar(fence, "elsewhere/x", "elsewhere/x", NOW)
