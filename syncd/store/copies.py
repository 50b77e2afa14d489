"""A copy of the store as a file, made while it is in use, and put back (docs/admin/backup.md)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from syncd.core.model.actions import AuditEntry
from syncd.core.model.errors import StoreError
from syncd.store import audit
from syncd.store.database import connect
from syncd.store.erasure import Erased, again
from syncd.store.files import prepare_folder
from syncd.store.lock import in_use
from syncd.store.migrations import upgrade_of
from syncd.store.opening import open_store
from syncd.store.presence import LockFile, lock_of
from syncd.store.snapshots import copy_file

_BESIDE = ("-wal", "-shm")
KEPT = ".before-restore"
_ANY, _USED = "SELECT instance FROM house", "SELECT instance FROM house WHERE newest IS NOT NULL"


def back_up(url: str, target: Path) -> None:
    """Write a checked copy of a SQLite store to a new file of mode 0600; whoever writes meanwhile is not held up.

    Raises StoreError with what to do: for PostgreSQL, for a file that exists, for a damaged store.
    """
    path = _file(url, "pg_dump --format=custom --file=FILE, with the database of [store] url")
    if target.exists():
        raise StoreError(f"{target}: exists already; name a new file")
    fresh = _beside(target)
    with _translated(target), _removed(fresh):
        copy_file(path, fresh)
        _check(fresh)
        fresh.replace(target)
        _synced(target.parent)


def note_copy(url: str, now: datetime) -> None:
    """Let the store remember that a copy of it was made. Raises StoreError where it cannot: the copy is good all the
    same.
    """
    with closing(connect(url)) as database:
        if upgrade_of(database).steps:
            raise StoreError(f"{database.place}: has an earlier version's form until this one is started")
        with database.writing() as connection:
            audit.write(connection, [AuditEntry(now, audit.HOUSE, audit.COPIED)])


def put_back(url: str, source: Path, now: datetime, state: Path | None = None) -> Path | None:
    """Put a copy in the place of a SQLite store, brought to this version's schema; the file that the old one is now.

    Whoever was erased since the copy was made is erased in it (`state`: the state directory; else beside the file).

    None where there was none. Raises SafetyStop while a syncd acts on it, StoreError for a copy that is damaged,
    no store, another store's, or of a newer syncd; then nothing has changed.
    """
    path = _file(url, "stop syncd, then pg_restore --clean --if-exists --dbname=DATABASE FILE")
    if not source.is_file():
        raise StoreError(f"{source}: no such file")
    prepare_folder(path.parent)
    presence = LockFile(lock_of(path))
    if not presence.take():
        raise in_use(path)
    fresh = _beside(path)
    try:
        with _translated(source), _removed(fresh):
            _check(source)
            _refuse_another(path, source)
            copy_file(source, fresh)
            open_store(
                f"sqlite:///{fresh}", keeps=False
            ).close()  # migrates, refuses what is newer or none of ours
            _forgotten(fresh, Erased((state or path.parent) / f"{path.name}-erased").marks(), now)
            old = _set_aside(path)
            _settled(fresh)
            fresh.replace(path)
            _synced(path.parent)
            return old
    finally:
        presence.leave()


def _file(url: str, otherwise: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise StoreError(f"the store is no file: {otherwise}")
    return Path(parsed.database)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _check(path: Path) -> None:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        found = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
        ours = opened.execute(
            "SELECT count(*) FROM sqlite_master WHERE name IN ('house', 'offers')"
        ).fetchone()[0]
    if found != "ok":
        raise StoreError(f"{path}: the file is damaged; take another copy")
    if ours != 2:
        raise StoreError(f"{path}: holds no store of syncd")


def _refuse_another(path: Path, source: Path) -> None:
    """Another practice's copy would act in this one's name. What stands here and has done nothing is no reason."""
    here, there = _instance(path, used=True), _instance(source)
    if here and there and here != there:
        raise StoreError(
            f"{source}: a copy of another store (instance {there}; here it is {here}), of another practice or from "
            f"before this one was begun anew; if it is meant, move {path} away first"
        )


def _instance(path: Path, *, used: bool = False) -> str:
    """Of a store that can be read, and was `used`; else "", as where there is none."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            found = opened.execute(_USED if used else _ANY).fetchone()
    except sqlite3.DatabaseError:
        return ""
    return str(found[0]) if found else ""


def _forgotten(fresh: Path, marks: Mapping[str, int], now: datetime) -> None:
    if marks:
        with closing(connect(f"sqlite:///{fresh}")) as database:
            with database.writing() as connection:
                again(connection, marks, now)
            database.shrink()


def _set_aside(path: Path) -> Path | None:
    """The old store, whole, in one file; what belonged to it is gone from beside `path`."""
    old = None
    if path.exists():
        old = path.with_name(f"{path.name}{KEPT}")
        old.unlink(missing_ok=True)
        try:
            copy_file(path, old)
        except sqlite3.DatabaseError:  # it is damaged: that is why a copy is put back
            old.unlink(missing_ok=True)
            path.replace(old)
    for end in _BESIDE:
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
    return old


def _settled(path: Path) -> None:
    """All of it in one file, which is on disk."""
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        opened.execute("PRAGMA journal_mode=DELETE")
    _synced(path)


def _synced(path: Path) -> None:
    held = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(held)
    finally:
        os.close(held)


@contextmanager
def _removed(path: Path) -> Iterator[None]:
    """A file that is only there in between leaves nothing behind."""
    try:
        yield
    finally:
        for end in ("", *_BESIDE, "-journal"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        said = getattr(error, "sqlite_errorname", type(error).__name__)
        raise StoreError(f"{path}: the file is damaged, or cannot be read or written ({said})") from None
    except OSError as error:
        raise StoreError(f"{error.filename or path}: {error.strerror}") from None
