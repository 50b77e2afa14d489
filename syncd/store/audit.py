"""The append-only account of what was decided and done; the database itself refuses to change a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from syncd.core.model import MAILBOX
from syncd.core.model.actions import AuditEntry, SendMail
from syncd.core.model.effects import EffectKey, EffectState
from syncd.store.chain import append
from syncd.store.codec import DETAIL, decode_action, utc
from syncd.store.salts import digest_of
from syncd.store.tables import audit, effects

HOUSE = "house"  # subject of rows that concern no offer, conflict or absence
GROUNDS = "read"
PAUSED, RESUMED = "paused", "resumed"
ERASED = "erased"
UPGRADED, AS_BEFORE = "upgraded", "as before"
COPIED = "copied"  # by `syncd backup`, to a file
_WRITE = insert(audit)
_READ = select(audit).order_by(audit.c.id)
_KEPT = select(effects).where(effects.c.state == EffectState.DONE, effects.c.payload.contains('"SendMail"'))


def write(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Append the entries, in order, each linked to the one before."""
    given = [(entry, DETAIL.encode(dict(entry.detail))) for entry in entries]
    if not given:
        return
    links = append(
        connection, [(utc(entry.at), entry.subject, entry.event, detail) for entry, detail in given]
    )
    rows = [
        {"at": entry.at, "subject": entry.subject, "event": entry.event, "detail": detail, "link": link}
        for (entry, detail), link in zip(given, links, strict=True)
    ]
    connection.execute(_WRITE, rows)


def read(connection: Connection, subject: str | None) -> tuple[AuditEntry, ...]:
    """All entries, or those of one subject, oldest first."""
    query = _READ if subject is None else _READ.where(audit.c.subject == subject)
    return tuple(
        AuditEntry(row.at, row.subject, row.event, DETAIL.decode(row.detail, f"audit/{row.id}"))
        for row in connection.execute(query)
    )


def paused_since(connection: Connection) -> datetime | None:
    """When the pause began that lasts; another reason given meanwhile begins no other one."""
    since: datetime | None = None
    asked = audit.c.event.in_((PAUSED, RESUMED))
    for row in connection.execute(_READ.where(audit.c.subject == HOUSE, asked)):
        since = (since or row.at) if row.event == PAUSED else None
    return since


def upgraded(connection: Connection) -> bool:
    """True until it is known what of the earlier version's sayings this one would say in another form."""
    last = _last(connection, UPGRADED, AS_BEFORE)
    return last is not None and last.event == UPGRADED


def copied(connection: Connection) -> datetime | None:
    """When `syncd backup` last made a copy."""
    last = _last(connection, COPIED)
    return last.at if last is not None else None


def _last(connection: Connection, *events: str) -> Row[Any] | None:
    """The newest row of one of these events, none of which is about an offer or session."""
    asked = _READ.order_by(None).where(audit.c.subject == HOUSE, audit.c.event.in_(events))
    return connection.execute(asked.order_by(audit.c.id.desc()).limit(1)).first()


def erasures(connection: Connection) -> Counter[str]:
    """How often each client was erased from this store, by the mark that stands in the audit."""
    rows = connection.execute(_READ.where(audit.c.subject == HOUSE, audit.c.event == ERASED))
    return Counter(DETAIL.decode(row.detail, f"audit/{row.id}").get("mark", "") for row in rows)


def grounds(read: Iterable[str], now: datetime) -> tuple[AuditEntry, ...]:
    """What had been read to the end when that which is recorded next was decided."""
    places = " ".join(sorted(map(place_mark, read)))
    return (AuditEntry(now, HOUSE, GROUNDS, {"read": places}),) if places else ()


def place_mark(place: str) -> str:
    """By which the audit names a place: what calendars are called may name people."""
    return place if place == MAILBOX else sha256(place.encode()).hexdigest()[:8]


def contradicted(connection: Connection) -> str:
    """The first mail kept among the effects that is not the one of which the audit says that it left; "" for none."""
    left = {
        detail["effect"]: detail["digest"]
        for row in connection.execute(_READ)
        for detail in (DETAIL.decode(row.detail, f"audit/{row.id}"),)
        if "digest" in detail
    }
    for row in connection.execute(_KEPT):
        name = str(EffectKey(row.subject, row.version, row.kind))
        action = decode_action(row.payload) if name in left else None
        if isinstance(action, SendMail) and digest_of(connection, action) not in {left[name], ""}:
            return f"effect {name}: the mail that the store keeps is not the one that left"
    return ""
