"""The schema: made, carried on, and refused when it is newer."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from syncd.core.model.errors import StoreError
from syncd.ports import PassRecord
from syncd.store import open_store
from syncd.store.database import connect
from syncd.store.migrations import HEAD, HERE, migrate
from syncd.store.tables import metadata
from tests.store.postgres import postgres_url
from tests.store.values import LEASE, NOW, conflict, delete, offer

SECOND = '''
"""A revision that some later version brings."""
import sqlalchemy as sa
from alembic import op

revision = "{later}"
down_revision = "{head}"


def upgrade():
    op.add_column("offers", sa.Column("later", sa.Text, nullable=False, server_default="x"))
    {more}
'''
LATER = "r9999"
KEPT = Path(__file__).with_name("kept")


def _later(folder: Path, more: str = "") -> Path:
    scripts = folder / "migrations"
    shutil.copytree(HERE, scripts, dirs_exist_ok=True)
    (scripts / "versions" / f"{LATER}_later.py").write_text(SECOND.format(later=LATER, head=HEAD, more=more))
    return scripts


def _old_store(url: str) -> None:
    with open_store(url) as store:
        fence = store.acquire("first", NOW, LEASE)
        store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),), actions=(delete(),)))


def test_the_head_is_the_newest_revision() -> None:
    """The revision that a store is brought to is the last of those that ship."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def _differences(url: str) -> list[object]:
    with open_store(url) as store, store.database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_the_revisions_make_the_tables(url: str) -> None:
    """All revisions together give exactly the tables that the code reads and writes."""
    assert _differences(url) == []


@pytest.mark.wider
def test_the_revisions_make_the_tables_on_postgres() -> None:
    """The same on PostgreSQL."""
    with postgres_url() as server:
        assert _differences(server) == []


def test_an_existing_file_is_carried_on(url: str, tmp_path: Path) -> None:
    """A database of this revision is brought to a later revision with every row it holds."""
    _old_store(url)
    with open_store(url) as store:
        before = store.load(), store.audit()
    scripts = _later(tmp_path)
    database = connect(url)
    migrate(database, scripts, LATER)
    with database.writing() as connection:
        assert connection.exec_driver_sql("SELECT later FROM offers").scalar_one() == "x"
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    database.close()
    with open_store(url) as store:
        *audit, upgraded = store.audit()
        assert (
            replace(store.load(), audited=len(audit), head=before[0].head, upgraded=False),
            tuple(audit),
        ) == before
        assert (upgraded.event, upgraded.detail) == ("upgraded", {"from": HEAD, "to": LATER})


def test_a_revision_that_fails_leaves_the_old_schema(url: str, tmp_path: Path) -> None:
    """A migration is one transaction: if its last step fails none of it has happened."""
    _old_store(url)
    database = connect(url)
    with pytest.raises(StoreError):
        migrate(database, _later(tmp_path, more='op.execute("DROP TABLE nowhere")'), LATER)
    database.close()
    with open_store(url) as store:
        assert store.load().offers == (offer(),)
    assert _differences(url) == []


def test_a_newer_database_is_refused(url: str, tmp_path: Path) -> None:
    """A database that a newer syncd wrote is not touched; the line says which way out there is."""
    _old_store(url)
    database = connect(url)
    migrate(database, _later(tmp_path), LATER)
    database.close()
    with pytest.raises(
        StoreError, match=rf"newer syncd \(schema {LATER}, this one knows {HEAD}\); install that"
    ):
        open_store(url)


def test_tables_without_a_version_are_refused(url: str) -> None:
    """Somebody else's database with tables of our names is not built upon."""
    database = connect(url)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE offers (id INTEGER)")
    database.close()
    with pytest.raises(StoreError, match="holds tables but no schema version"):
        open_store(url)


@pytest.mark.parametrize("form", ["", *sorted(one.name for one in KEPT.iterdir())])
def test_many_stores_of_one_process_begin_at_once(tmp_path: Path, form: str) -> None:
    """New ones, and those of an earlier form: each gets its own tables, and every row that it held."""
    paths = [tmp_path / f"{number}" / "syncd.db" for number in range(12)]
    for path in paths:
        path.parent.mkdir()
        if form:
            with closing(sqlite3.connect(path)) as old:
                old.execute("PRAGMA journal_mode=WAL")
                old.executescript((KEPT / form / "store.sql").read_text(encoding="utf-8"))
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda path: _differences(f"sqlite:///{path}"), paths))
    assert found == [[]] * len(paths)
    for path in paths:
        with open_store(f"sqlite:///{path}") as store:
            assert len(store.load().offers) == (2 if form else 0)
