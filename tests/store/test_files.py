"""The database file: who may read it, and what a person reads when it fails."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from syncd.core.model.errors import StoreError
from syncd.ports import PassRecord
from syncd.store import open_store
from tests.store.values import LEASE, NOW, conflict, delete, offer, read, stored

NOBODY = 65534


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


@contextmanager
def _unprivileged() -> Iterator[Path]:
    """A folder of somebody who is not root, acting as that somebody: root may do anything."""
    folder = Path(tempfile.mkdtemp())
    me = os.geteuid()
    try:
        if me == 0:
            os.chown(folder, NOBODY, -1)
            os.seteuid(NOBODY)
            if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
                pytest.skip(f"other users cannot enter {folder.parent}: name one that they can in TMPDIR")
        yield folder
    finally:
        if me == 0:
            os.seteuid(me)
        shutil.rmtree(folder)


def _pragma(engine: Engine, pragma: str) -> None:
    """Set this on every connection that is used from now on."""

    def apply(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "checkout", apply)


class TestPrivacy:
    def test_only_the_owner_reads(self, tmp_path: Path) -> None:
        """The file, its -wal, -shm and lock have mode 0600, under a permissive umask too."""
        before = os.umask(0)
        try:
            with open_store(_url(tmp_path / "syncd.db")) as store:
                store.acquire("first", NOW, LEASE)
                modes = {each.name: _mode(each) for each in tmp_path.iterdir()}
        finally:
            os.umask(before)
        assert modes == dict.fromkeys(("syncd.db", "syncd.db-wal", "syncd.db-shm", "syncd.db-lock"), 0o600)

    def test_an_open_file_is_closed_to_others(self, tmp_path: Path) -> None:
        """A file that others could read is theirs no longer once it was opened."""
        path = tmp_path / "syncd.db"
        open_store(_url(path)).close()
        path.chmod(0o644)
        open_store(_url(path)).close()
        assert _mode(path) == 0o600

    def test_a_missing_folder_is_made(self, tmp_path: Path) -> None:
        """The last folder of the path is created, for the owner alone."""
        with open_store(_url(tmp_path / "state" / "syncd.db")):
            assert _mode(tmp_path / "state") == 0o700

    def test_a_folder_open_to_all_is_refused(self, tmp_path: Path) -> None:
        """Where anybody may replace the file it is not opened, and the line says the command that helps."""
        tmp_path.chmod(0o777)
        with pytest.raises(StoreError, match=f"chmod o-w {tmp_path}"):
            open_store(_url(tmp_path / "syncd.db"))


class TestRefusals:
    def test_no_way_to_the_folder(self, tmp_path: Path) -> None:
        """A path whose folder's folder is missing too names it and [store] url."""
        with pytest.raises(StoreError, match=r"nowhere.*No such file.*\[store\] url"):
            open_store(_url(tmp_path / "nowhere" / "at all" / "syncd.db"))

    def test_a_folder_that_may_not_be_written(self) -> None:
        """Without the right to write the line names the file and who should own it."""
        with _unprivileged() as folder:
            folder.chmod(0o500)
            with pytest.raises(
                StoreError, match=r"syncd\.db: Permission denied; give the file and its folder to"
            ):
                open_store(_url(folder / "syncd.db"))

    def test_a_file_that_may_not_be_written(self, tmp_path: Path) -> None:
        """A read-only database is refused at the start, not at the first promise."""
        open_store(_url(tmp_path / "made.db")).close()
        made = (tmp_path / "made.db").read_bytes()
        with _unprivileged() as folder:
            path = folder / "syncd.db"
            path.write_bytes(made)
            path.chmod(0o400)
            with pytest.raises(StoreError, match="cannot be read and written; give the file"):
                open_store(_url(path))

    @pytest.mark.parametrize(
        "url",
        [
            "mysql://user:pa55word@localhost/x",
            "not a url",
            "sqlite:///x.db?mode=ro",
            "postgresql+asyncpg://x",
        ],
    )
    def test_an_unknown_url(self, url: str) -> None:
        """Another database is refused with what would be right, never with the password."""
        with pytest.raises(StoreError, match=r"\[store\] url must be sqlite:") as caught:
            open_store(url)
        assert "pa55word" not in str(caught.value)

    def test_no_postgres_there(self) -> None:
        """A server that does not answer is named without the password."""
        with pytest.raises(StoreError, match=r"127.0.0.1:1/syncd: .*check that it runs") as caught:
            open_store("postgresql://user:pa55word@127.0.0.1:1/syncd")
        assert "pa55word" not in str(caught.value)


class TestDamage:
    def test_no_database_at_all(self, tmp_path: Path) -> None:
        """A file that is something else is refused and left as it is."""
        path = tmp_path / "syncd.db"
        path.write_bytes(b"Dear diary, " * 1000)
        with pytest.raises(StoreError, match=f"{path}: the file is damaged or no database.*restore a backup"):
            open_store(_url(path))
        assert path.read_bytes() == b"Dear diary, " * 1000

    def test_damaged_pages(self, tmp_path: Path) -> None:
        """Overwritten pages are found at the start, before anything is decided with them."""
        path = tmp_path / "syncd.db"
        with open_store(_url(path)) as store:
            fence = store.acquire("first", NOW, LEASE)
            objects = tuple(stored(each) for each in range(500))
            store.record(fence, PassRecord(NOW, mirror=(read(*objects),)))
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(b"\xde\xad\xbe\xef" * 8192)
        with pytest.raises(StoreError, match=f"{path}: the file is damaged.*restore a backup"):
            open_store(_url(path))

    def test_a_row_nobody_understands(self, tmp_path: Path) -> None:
        """A row with an unknown value names table and row and the field, but not what stands in it."""
        with open_store(_url(tmp_path / "syncd.db")) as store:
            fence = store.acquire("first", NOW, LEASE)
            store.record(fence, PassRecord(NOW, conflicts=(conflict(),), offers=(offer(),)))
            with store.database.writing() as connection:
                connection.exec_driver_sql("UPDATE offers SET body = replace(body, 'planned', 'Ada')")
            with pytest.raises(StoreError, match=r"store row offers/offer1: 1?\.?state: ") as caught:
                store.load()
        assert "Ada" not in str(caught.value)


class TestFullAndLocked:
    def test_a_full_disk(self, tmp_path: Path) -> None:
        """On a full disk a pass fails as a whole, what stood before stands, and with space it goes on."""
        url = _url(tmp_path / "syncd.db")
        big = PassRecord(
            NOW,
            mirror=(read(*(stored(each, occurrences=50) for each in range(200))),),
            conflicts=(conflict(),),
            offers=(offer(),),
            actions=(delete(),),
        )
        with open_store(url) as store:
            fence = store.acquire("first", NOW, LEASE)
            store.record(fence, PassRecord(NOW, mirror=(read(stored(1)),)))
            before = store.load(), store.audit()
            with store.database.reading() as connection:
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            # SQLite then answers as it does on a full disk.
            _pragma(store.database.engine, f"max_page_count={pages + 5}")
            with pytest.raises(StoreError, match=r"syncd.db: the disk is full; free some space"):
                store.record(fence, big)
            assert (store.load(), store.audit()) == before
        with open_store(url) as store:
            store.record(store.acquire("second", NOW, LEASE), big)
            assert len(store.load().mirror["home/Practice"]) == 200

    def test_somebody_else_holds_the_file(self, tmp_path: Path) -> None:
        """A file locked by another program beyond the time-out is named, and what stood before stands."""
        path = tmp_path / "syncd.db"
        with open_store(_url(path)) as store:
            fence = store.acquire("first", NOW, LEASE)
            _pragma(store.database.engine, "busy_timeout=50")
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="another program keeps it locked"):
                store.record(fence, PassRecord(NOW, actions=(delete(),)))
            other.execute("ROLLBACK")
            other.close()
            assert not store.load().keys
            store.record(fence, PassRecord(NOW, actions=(delete(),)))
