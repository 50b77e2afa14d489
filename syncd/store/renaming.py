"""A calendar is called otherwise, or stands in another account: all that the store knows of it follows."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from syncd.core.model.errors import StoreError
from syncd.core.policy.unnamed import AHEAD
from syncd.store.tables import calendars, grounds, metadata, mirror, offers, traces

_KEYED = (mirror.c.calendar, calendars.c.calendar, traces.c.calendar, grounds.c.place)
_WRITTEN = frozenset({"body", "payload"})  # columns in which values stand as JSON


def rename_calendar(connection: Connection, old: str, new: str) -> int:
    """Call it `new` wherever it is named; what was read under that name already goes. How many rows changed.

    Raises StoreError where nothing is known of `old`, or offers stand in `new`.
    """
    if not (_named(connection, calendars, old) or _named(connection, offers, old)):
        raise StoreError(f"the store knows no calendar {old!r}: `syncd status` lists those that it has read")
    ahead = select(offers).where(offers.c.state.in_(sorted(AHEAD)), _says(offers, new)).limit(1)
    if connection.execute(ahead).first() is not None:
        raise StoreError(f"times stand in {new} already: two calendars do not become one")
    for column in _KEYED:
        connection.execute(delete(column.table).where(column == new))
        connection.execute(update(column.table).where(column == old).values({column.name: new}))
    return sum(_rewritten(connection, table, old, new) for table in metadata.sorted_tables)


def _named(connection: Connection, table: Table, calendar: str) -> bool:
    return connection.execute(select(table).where(_says(table, calendar)).limit(1)).first() is not None


def _says(table: Table, calendar: str) -> ColumnElement[bool]:
    return table.c.body.contains(_json(calendar), autoescape=True)


def _rewritten(connection: Connection, table: Table, old: str, new: str) -> int:
    count = 0
    for column in (one for one in table.columns if one.name in _WRITTEN):
        keys = list(table.primary_key)
        said = select(*keys, column).where(column.contains(_json(old), autoescape=True))
        for *key, text in connection.execute(said).all():
            here = [one == value for one, value in zip(keys, key, strict=True)]
            connection.execute(
                update(table).where(*here).values({column.name: text.replace(_json(old), _json(new))})
            )
            count += 1
    return count


def _json(name: str) -> str:
    """As a whole string, so that no other name that begins alike is meant."""
    return json.dumps(name, ensure_ascii=False)
