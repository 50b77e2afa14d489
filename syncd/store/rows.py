"""Writing rows by their primary key, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def upsert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert each row, or replace the one with the same primary key; an equal one is not written again."""
    fresh = list(rows)
    if not fresh:
        return
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={name: new[name] for name in others},
            where=or_(*(table.c[name].is_distinct_from(new[name]) for name in others)),
        ),
        fresh,
    )


def add(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Insert each row unless one with the same unique key stands there already; how many were new."""
    statement = _insert(connection, table).on_conflict_do_nothing()
    return sum(connection.execute(statement, dict(row)).rowcount for row in rows)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
