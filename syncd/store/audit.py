"""The append-only account of what was decided and done; the database itself refuses to change a row."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from syncd.core.model.actions import AuditEntry
from syncd.store.codec import DETAIL
from syncd.store.tables import audit

_WRITE = insert(audit)
_READ = select(audit).order_by(audit.c.id)


def write(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Append the entries, in order."""
    rows = [
        {
            "at": entry.at,
            "subject": entry.subject,
            "event": entry.event,
            "detail": DETAIL.encode(dict(entry.detail)),
        }
        for entry in entries
    ]
    if rows:
        connection.execute(_WRITE, rows)


def read(connection: Connection, subject: str | None) -> tuple[AuditEntry, ...]:
    """All entries, or those of one subject, oldest first."""
    query = _READ if subject is None else _READ.where(audit.c.subject == subject)
    return tuple(
        AuditEntry(row.at, row.subject, row.event, DETAIL.decode(row.detail, f"audit/{row.id}"))
        for row in connection.execute(query)
    )
