"""Writing rows by their primary key, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Insert, Table, or_
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Row = Mapping[str, Any]


def upsert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert each row, or replace the one with the same primary key; an equal one is not written again."""
    fresh = list(rows)
    if fresh:
        connection.execute(_upsert(connection.dialect.name, table), fresh)


def add(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Insert each row unless one with the same unique key stands there already; how many were new."""
    statement = _add(connection.dialect.name, table)
    return sum(connection.execute(statement, dict(row)).rowcount for row in rows)


# Built once: putting a statement together takes longer than running it.
@cache
def _upsert(dialect: str, table: Table) -> Insert:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={name: new[name] for name in others},
        where=or_(*(table.c[name].is_distinct_from(new[name]) for name in others)),
    )


@cache
def _add(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - large, and few stores are there

        return insert(table)
    return sqlite.insert(table)
