"""The audit's chain: each row is linked to the one before, the house knows the last; a change breaks it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, Row, Text, select, type_coerce, update

from syncd.store.tables import audit, house

Written = tuple[str, str, str, str]  # at, subject, event, detail, as their columns hold them

_HEAD = select(house.c.instance, house.c.audited, house.c.head).with_for_update()
_ROWS = select(
    audit.c.id,
    type_coerce(audit.c.at, Text).label("at"),
    audit.c.subject,
    audit.c.event,
    audit.c.detail,
    audit.c.link,
).order_by(audit.c.id)


@dataclass(frozen=True, slots=True)
class Chain:
    """How the audit was found: how many rows stand in it, the last link, each link, and the first fault ("" none)."""

    rows: int
    head: str
    links: frozenset[str]
    fault: str = ""


def link(before: str, row: Written) -> str:
    """What a row is followed by: a digest of it and of what it follows (the first one: the store's instance)."""
    return sha256(json.dumps([before, *row], ensure_ascii=False).encode()).hexdigest()


def links(before: str, rows: Iterable[Written]) -> Iterator[str]:
    """The link of each row, in order."""
    for row in rows:
        before = link(before, row)
        yield before


def append(connection: Connection, rows: Iterable[Written]) -> Iterator[str]:
    """The links of rows that are added now. Whoever else adds some waits until this transaction is over."""
    written = list(rows)
    stands = connection.execute(_HEAD).one()
    made = list(links(stands.head or stands.instance, written))
    connection.execute(update(house).values(audited=stands.audited + len(made), head=made[-1]))
    yield from made


def verified(connection: Connection) -> Chain:
    """Follow the chain from its beginning to what the house knows of its end."""
    stands = connection.execute(select(house.c.instance, house.c.audited, house.c.head)).one()
    before, found = stands.instance, set[str]()
    for count, row in enumerate(connection.execute(_ROWS).all()):
        if row.link != link(before, (row.at, row.subject, row.event, row.detail)):
            return Chain(count, before, frozenset(found), _broken(count + 1, row))
        before = row.link
        found.add(before)
    if (len(found), before) != (stands.audited, stands.head or stands.instance):
        gone = f"{stands.audited} rows were written and {len(found)} stand there: the last ones are others, or gone"
        return Chain(len(found), before, frozenset(found), gone)
    return Chain(len(found), stands.head, frozenset(found))


def _broken(place: int, row: Row[tuple[int, str, str, str, str, str]]) -> str:
    return (
        f"row {place} (id {row.id}, {row.at[:19]}Z, {row.event}, about {row.subject}) does not follow from what stands "
        "before it: it was changed, or rows before it are gone or were put in"
    )
