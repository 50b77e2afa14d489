"""The lease on a real PostgreSQL: it ends with the session of its holder, and with nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, make_url, text

from syncd.core.model.effects import EffectState
from syncd.core.model.errors import SafetyStop, StoreError
from syncd.ports import PassRecord
from syncd.store import SqlStore, open_store
from tests.store.pooler import pooled
from tests.store.postgres import postgres_url
from tests.store.values import LEASE, NOW, delete, key

pytestmark = pytest.mark.wider
SOON = NOW + timedelta(seconds=1)
_END = text("SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory' AND granted")


@pytest.fixture
def server() -> Iterator[str]:
    """An empty database."""
    with postgres_url() as url:
        yield url


def lose_session(store: SqlStore) -> None:
    """The server, or what lies between, ends the connection that holds the lock."""
    with store.database.writing() as connection:
        connection.execute(_END)


def test_a_holder_that_lost_its_session_goes_on_while_nobody_else_came(server: str) -> None:
    """Its next renewal shows it anew; others are refused as before."""
    with open_store(server) as first, open_store(server) as second:
        fence = first.acquire("first", NOW, LEASE)
        lose_session(second)
        assert not second.acting(SOON)
        first.renew(fence, SOON, LEASE)
        assert second.acting(SOON)
        with pytest.raises(SafetyStop, match=r"\(first\)"):
            second.acquire("second", SOON, LEASE)


def test_a_holder_that_lost_its_session_and_its_lease_calls_nobody(server: str) -> None:
    """Another came meanwhile: what was in flight is UNKNOWN to it, and the first has no further effect."""
    with open_store(server) as first, open_store(server) as second:
        fence = first.acquire("first", NOW, LEASE)
        flying, waiting = delete(key("a")), delete(key("b"))
        first.record(fence, PassRecord(NOW, actions=(flying, waiting)))
        assert first.claim(fence, flying.key, NOW)
        lose_session(second)
        assert second.acquire("second", SOON, LEASE).token == fence.token + 1
        assert second.load().keys == {flying.key: EffectState.UNKNOWN, waiting.key: EffectState.READY}
        with pytest.raises(SafetyStop, match=r"\(second\) has taken over"):
            first.claim(fence, waiting.key, SOON)
        with pytest.raises(SafetyStop, match=r"\(second\) has taken over"):
            first.renew(fence, SOON, LEASE)


def test_who_gives_up_leaves_no_lock(server: str) -> None:
    """Released, or closed without a word: the next one acts at once."""
    with open_store(server) as second:
        with open_store(server) as first:
            first.release(first.acquire("first", NOW, LEASE))
            second.release(second.acquire("second", SOON, LEASE))
            first.acquire("first", SOON, LEASE)
        second.acquire("second", SOON, LEASE)


def test_through_a_pooler_nobody_acts(server: str) -> None:
    """There a session is nobody's own: a lock would be held by whoever is served next, or by nobody."""
    with pooled(server) as url, open_store(url) as store:
        assert not store.load().offers
        with pytest.raises(StoreError, match="a pooler stands between"):
            store.acquire("first", NOW, LEASE)
    with open_store(server) as direct:
        direct.acquire("second", NOW, LEASE)


def test_stores_in_one_database_do_not_know_each_other(server: str) -> None:
    """Each stands in a schema of its own: who acts on the one is nobody to the other."""
    with create_engine(server).begin() as connection:
        connection.execute(text("CREATE SCHEMA maple"))
    elsewhere = make_url(server).update_query_dict({"options": "-csearch_path=maple"})
    with open_store(server) as first, open_store(elsewhere.render_as_string(hide_password=False)) as maple:
        first.acquire("first", NOW, LEASE)
        assert maple.acquire("maple", NOW, LEASE).token == 1
        first.close()
        assert maple.acting(SOON)
        with open_store(server) as second:
            assert not second.acting(SOON)
            assert second.acquire("second", SOON, LEASE).token == 2
