"""One database behind one URL: SQLite (a file, or in memory) or PostgreSQL, and transactions on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from syncd.core.model.errors import StoreError
from syncd.store.faults import translated
from syncd.store.files import prepare, turn

BUSY_TIMEOUT_MS = 5000
_READING = "syncd_reading"
_UNDONE = "; nothing of this step was written"
_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


class Database:
    """Transactions on one database; every error leaves as StoreError with a line that says what to do."""

    def __init__(self, engine: Engine, place: str, path: Path | None = None) -> None:
        self.engine = engine
        self.place = place
        self.path = path
        # In memory there is one connection: threads take turns.
        shared = isinstance(engine.pool, StaticPool)
        self._turn: AbstractContextManager[object] = RLock() if shared else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its first statement; commits, or leaves no trace."""
        with self._turn, translated(self.place, _UNDONE), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that sees a single moment and writes nothing."""
        options: dict[str, bool | str] = {_READING: True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._turn, translated(self.place), self.engine.connect() as connection:
            snapshot = connection.execution_options(**options)
            with snapshot.begin():
                yield snapshot

    def stamp(self, connection: Connection) -> object:
        """What another reading has equal to this one's, if nobody wrote in between; None where that cannot be told."""
        mine = connection.connection.driver_connection
        if not isinstance(mine, sqlite3.Connection):
            return None
        # The one counts what others commit, the other what this connection does.
        return (mine, connection.exec_driver_sql("PRAGMA data_version").scalar_one(), mine.total_changes)

    def shrink(self) -> None:
        """Write a file anew, so that nothing that was deleted stands in it any more; a server sees to that itself."""
        if self.path is None:
            return
        with translated(self.place), closing(sqlite3.connect(self.path)) as alone:
            alone.execute("VACUUM")
            alone.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rest(self) -> None:
        """Give back the connections to a server, of which it has few for many that ask now and then."""
        if self.engine.dialect.name == "postgresql":
            self.engine.dispose()

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def connect(url: str) -> Database:
    """The database behind `url`, its file private. Raises StoreError, without the password."""
    parsed = _parsed(url)
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        return _postgres(parsed.set(drivername="postgresql+psycopg"))
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and not parsed.query:
        return _sqlite(parsed)
    raise StoreError(f"{parsed.render_as_string()}: {_EXPECTED}")


_EXPECTED = "[store] url must be sqlite:////folder/syncd.db or postgresql+psycopg://user@host/database"


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        raise StoreError(_EXPECTED) from None
    return parsed


def _sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:":
        options = {"check_same_thread": False}
        return _listening(
            create_engine(url, poolclass=StaticPool, connect_args=options, hide_parameters=True)
        )
    path = Path(url.database)
    prepare(path)
    # The connection used last comes first: it knows that nobody wrote since.
    database = _listening(create_engine(url, hide_parameters=True, pool_use_lifo=True), path)
    # The first connection turns a new file to WAL; SQLite does not wait when two do that at once.
    with turn(path.parent), database.reading():
        pass
    _check(database)
    return database


def _listening(engine: Engine, path: Path | None = None) -> Database:
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return Database(engine, str(path or "the store in memory"), path)


def _configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN is too late for a read and too weak for a write: _begin has ours.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _check(database: Database) -> None:
    with database.reading() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if found != "ok":
        raise StoreError(f"{database.place}: the file is damaged; stop syncd and restore a backup")


def _postgres(url: URL) -> Database:
    place = url.render_as_string(hide_password=True)
    try:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise StoreError(f"{place}: needs psycopg; run: pip install 'psycopg[binary]'") from None
    return Database(engine, place)
