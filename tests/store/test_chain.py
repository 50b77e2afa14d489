"""The audit is a chain: whatever is changed afterwards is found, whatever is erased breaks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Executable, func, table, text, update
from sqlalchemy import column as sql_column
from sqlalchemy import delete as delete_rows
from sqlalchemy.exc import DBAPIError

from syncd.core.model import MAILBOX
from syncd.core.model.actions import SendMail
from syncd.core.model.effects import EffectState
from syncd.ports import Fence, PassRecord, Settlement
from syncd.store import Place, SqlStore, copy_store, open_store
from syncd.store.migrations import migrate
from syncd.store.tables import audit
from tests.store.postgres import postgres_url
from tests.store.values import CALENDAR, LEASE, NOW, conflict, delete, key, offer, send, sent

MAIL = key(kind="request")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.wider)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of either kind."""
    with ExitStack() as stack:
        postgres = request.param == "postgres"
        yield stack.enter_context(postgres_url()) if postgres else f"sqlite:///{tmp_path}/syncd.db"


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """A store in which one client was mailed, and one entry taken away."""
    with open_store(url, state=tmp_path) as opened:
        fence = opened.acquire("here", NOW, LEASE)
        _told(opened, fence)
        yield opened


def _told(store: SqlStore, fence: Fence) -> None:
    actions = (send(), delete(key("offer1", "2", "delete")))
    store.record(
        fence,
        PassRecord(
            NOW,
            conflicts=(conflict(),),
            offers=(offer(),),
            actions=actions,
            read=frozenset({CALENDAR, MAILBOX}),
        ),
    )
    for one in actions:
        assert store.claim(fence, one.key, NOW)
        left = (sent(),) if isinstance(one, SendMail) else ()
        store.settle(fence, Settlement(one.key, EffectState.DONE, NOW, sent=left))


def _by_hand(store: SqlStore, *statements: Executable) -> None:
    """What somebody with the database's own password can do."""
    with store.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def _unguarded(store: SqlStore) -> None:
    """The first thing that they would do."""
    if store.database.engine.dialect.name == "postgresql":
        _by_hand(store, text("ALTER TABLE audit DISABLE TRIGGER ALL"))
    else:
        _by_hand(store, text("DROP TRIGGER audit_no_update"), text("DROP TRIGGER audit_no_delete"))


def _rows(store: SqlStore) -> list[int]:
    with store.database.reading() as connection:
        return list(connection.execute(text("SELECT id FROM audit ORDER BY id")).scalars())


def test_it_is_whole_as_it_is_written(store: SqlStore) -> None:
    """Every row that was ever written is followed; the last link is what each pass knows."""
    found, memory = store.verified(), store.load()
    assert (found.fault, found.rows, found.head) == ("", len(store.audit()), memory.head)
    assert memory.audited == found.rows >= 5
    assert memory.head in found.links


@pytest.mark.parametrize("column", ["at", "subject", "event", "detail", "link"])
def test_any_row_that_was_changed_is_named(store: SqlStore, column: str) -> None:
    """Whichever row, whichever column."""
    _unguarded(store)
    held = table("audit", sql_column("id"), sql_column(column))
    for place, number in enumerate(_rows(store), start=1):
        row = update(held).where(held.c.id == number)
        _by_hand(store, row.values({column: held.c[column].concat(" ")}))
        assert f"row {place} (id {number}, " in store.verified().fault
        _by_hand(store, row.values({column: func.rtrim(held.c[column])}))
    assert store.verified().fault == ""


def test_rows_that_are_gone_or_were_put_in_are_noticed(store: SqlStore) -> None:
    """In the middle the next one does not follow; at the end, the house knows of more."""
    first, *_, last = _rows(store)
    _unguarded(store)
    _by_hand(store, delete_rows(audit).where(audit.c.id == last))
    assert "the last ones are others, or gone" in store.verified().fault
    _by_hand(store, delete_rows(audit).where(audit.c.id == first))
    assert "row 1 " in store.verified().fault


def test_a_mail_that_is_not_the_one_that_left_is_noticed(store: SqlStore) -> None:
    """The audit has a digest of what left; what the store keeps of it must be that."""
    change = 'UPDATE effects SET payload = replace(payload, \'"content":"U\', \'"content":"V\')'
    _by_hand(store, text(change.replace(":", "\\:")))
    assert store.verified().fault == f"effect {MAIL}: the mail that the store keeps is not the one that left"


def test_who_was_told_what_on_which_grounds(store: SqlStore) -> None:
    """By marks alone: neither the client's id nor a calendar's name stands in any row."""
    who = store.audited_as("AB")
    (settled,) = [one for one in store.audit() if one.detail.get("client") == who]
    assert (settled.detail["effect"], settled.detail["to"]) == (str(MAIL), "done")
    assert len(settled.detail["digest"]) == 64
    (grounds,) = [one for one in store.audit() if one.event == "read"]
    assert MAILBOX in grounds.detail["read"].split()
    assert len(grounds.detail["read"].split()) == 2
    said = repr(store.audit())
    assert CALENDAR not in said
    assert "AB" not in said
    assert store.audited_as("CD") == ""


def test_it_stays_whole_when_a_client_is_erased(store: SqlStore) -> None:
    """Their salt goes: the audit can be followed still, and its mark and digest lead to nobody."""
    fence, who = store.acquire("here", NOW, LEASE), store.audited_as("AB")
    store.erase(fence, "AB", {CALENDAR}, NOW)
    assert store.verified().fault == ""
    assert store.audited_as("AB") == ""
    assert who in repr(store.audit())
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM salts WHERE owner = 'client/AB'")).scalar() == 0


def test_it_stays_whole_when_what_is_old_goes(store: SqlStore) -> None:
    """Retention takes salts along, not rows."""
    fence, rows = store.acquire("here", NOW, LEASE), len(store.audit())
    later = NOW + timedelta(days=3000)
    store.record(fence, PassRecord(later))
    store.record(fence, PassRecord(later + timedelta(days=2)))
    assert store.audited_as("AB") == ""
    found = store.verified()
    assert (found.fault, found.rows) == ("", rows)


def test_it_moves_with_the_store(store: SqlStore, url: str, tmp_path: Path) -> None:
    """Another database of either kind holds the same chain, and goes on with it."""
    before = store.verified()
    store.release(store.acquire("here", NOW, LEASE))
    store.close()
    target = f"sqlite:///{tmp_path}/moved.db"
    copy_store(Place(url, tmp_path), Place(target), NOW)
    with open_store(target) as moved:
        assert moved.verified() == before
        moved.pause("why", NOW)
        found = moved.verified()
        assert (found.fault, found.rows) == ("", before.rows + 1)
        assert before.head in found.links


def test_what_was_written_before_there_was_a_chain_is_its_beginning(store: SqlStore, url: str) -> None:
    """A store of the version before is linked from its first row on, and refuses changes as before."""
    before = store.audit()
    for change in (
        "ALTER TABLE audit DROP COLUMN link",
        "ALTER TABLE house DROP COLUMN audited",
        "ALTER TABLE house DROP COLUMN head",
        "DROP TABLE salts",
        "UPDATE alembic_version SET version_num = 'r0005'",
    ):
        _by_hand(store, text(change))
    migrate(store.database)
    found = store.verified()
    assert (found.fault, found.rows) == ("", len(before) + 1)  # that it happened
    store.pause("why", NOW)
    assert store.verified().rows == found.rows + 1
    with pytest.raises(DBAPIError, match="append-only"):
        _by_hand(store, text("UPDATE audit SET event = 'forged'"))
