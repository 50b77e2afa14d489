"""A store moves, whole, from one database to another: SQLite to PostgreSQL, back, or to another place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, insert, inspect, literal, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from syncd.core.model.errors import StoreError
from syncd.store.database import Database, connect
from syncd.store.erasure import Erased
from syncd.store.migrations import migrate
from syncd.store.opening import open_store
from syncd.store.tables import lease, metadata
from syncd.store.witness import Witness

_BATCH = 500
_SINGLE = frozenset({"house", "lease"})  # of these an empty store holds a row
_COUNTED = ("ledger", "audit")  # PostgreSQL gives out their ids
_LEASE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Place:
    """A database, and the state directory of whoever works on it; None: beside the file."""

    url: str
    state: Path | None = None


def copy_store(source: Place, target: Place, now: datetime) -> Mapping[str, int]:
    """Copy all that a store holds into an empty database; how many rows of each table stand there now.

    All or nothing: what was written is read back and compared before it counts. Raises SafetyStop while an instance
    acts on the source, StoreError where the source is none or the target holds anything already.
    """
    _must_stand(source)
    with open_store(source.url, state=source.state) as store:
        fence = store.acquire(f"store copy:{os.getpid()}", now, _LEASE)
        try:
            known = store.load()
            with _made(target) as made:
                counts = _copied(store.database, made)
                _beside(store.database, source, made, target, max(known.number, known.witnessed))
            return counts
        finally:
            store.release(fence)


def _must_stand(source: Place) -> None:
    path = _file(source.url)
    if path is not None and not path.is_file():
        raise StoreError(f"{path}: no such file")


def _file(url: str) -> Path | None:
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None  # what is wrong with it is said where it is opened
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


@contextmanager
def _made(target: Place) -> Iterator[Database]:
    """The target with this version's schema and nothing in it; a file that was made for it goes where copying fails."""
    path = _file(target.url)
    fresh = path if path is not None and not path.exists() else None
    database = connect(target.url)
    try:
        _refuse_filled(database)
        migrate(database)
        yield database
    except BaseException:
        database.close()
        if fresh is not None:
            for end in ("", "-wal", "-shm"):
                fresh.with_name(f"{fresh.name}{end}").unlink(missing_ok=True)
        raise
    database.close()


def _refuse_filled(database: Database) -> None:
    with database.reading() as connection:
        there = set(inspect(connection).get_table_names())
        for table in metadata.sorted_tables:
            if (
                table.name in there - _SINGLE
                and connection.execute(select(literal(1)).select_from(table)).first()
            ):
                raise StoreError(
                    f"{database.place}: holds a store already; name a new file, or an empty database"
                )


def _copied(source: Database, target: Database) -> Mapping[str, int]:
    with source.reading() as origin, target.writing() as connection:
        for name in _SINGLE:
            connection.execute(delete(metadata.tables[name]))
        for table in metadata.sorted_tables:
            for rows in _batches(_rows(origin, table)):
                connection.execute(insert(table), rows)
        for table in metadata.sorted_tables:
            _compare(table, _digest(_rows(origin, table)), _digest(_rows(connection, table)))
        connection.execute(update(lease).values(owner="", until=None))
        _go_on_counting(connection)
        return {one.name: _count(connection, one) for one in metadata.sorted_tables}


def _rows(connection: Connection, table: Table) -> Iterator[Mapping[str, object]]:
    found = connection.execute(select(table).execution_options(yield_per=_BATCH))
    yield from (dict(row) for row in found.mappings())


def _batches(rows: Iterator[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _digest(rows: Iterable[Mapping[str, object]]) -> tuple[int, int]:
    """How many, and what they are, in whatever order they come."""
    count, total = 0, 0
    for row in rows:
        count += 1
        total += int.from_bytes(sha256(repr(sorted(row.items())).encode()).digest()[:16])
    return count, total


def _compare(table: Table, before: tuple[int, int], after: tuple[int, int]) -> None:
    if before != after:
        raise StoreError(
            f"{table.name}: {before[0]} rows there and {after[0]} here, or not the same ones; nothing was copied, "
            "report this"
        )


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL's counters know nothing of ids that came with their rows."""
    if connection.dialect.name != "postgresql":
        return
    for name in _COUNTED:
        table = metadata.tables[name]
        highest = connection.execute(select(func.max(table.c.id))).scalar()
        if highest is not None:
            sequence = func.pg_get_serial_sequence(name, "id")
            connection.execute(select(func.setval(sequence, highest)))


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _beside(old: Database, source: Place, new: Database, target: Place, number: int) -> None:
    """What stands beside a store: how far it had counted, and who was erased. Without a state directory the calendars
    tell alone.
    """
    before, after = _stem(old, source), _stem(new, target)
    if after is None:
        return
    Witness(after.with_name(f"{after.name}-number")).keep(number)
    marks = Erased(before.with_name(f"{before.name}-erased")).marks() if before is not None else {}
    for mark in Counter(marks).elements():
        Erased(after.with_name(f"{after.name}-erased")).add(mark)


def _stem(database: Database, place: Place) -> Path | None:
    """Where the store itself will look, but for the ending."""
    path = database.path
    folder = place.state or (path.parent if path else None)
    return folder / (path.name if path else "syncd") if folder is not None else None
