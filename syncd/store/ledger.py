"""The ledger of messages that left."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from syncd.core.model.effects import Sent
from syncd.store.codec import SENT
from syncd.store.recall import Recall
from syncd.store.rows import add
from syncd.store.tables import ledger

_READ = select(ledger.c.id, ledger.c.body).order_by(ledger.c.id)


def write(connection: Connection, sent: Sequence[Sent]) -> None:
    """Add each message once, however often it is reported."""
    rows = [
        {
            "at": each.at,
            "subject": each.key.subject,
            "version": each.key.version,
            "kind": each.key.kind,
            "message_id": each.message_id,
            "client": each.client,
            "body": SENT.encode(each),
        }
        for each in sent
    ]
    add(connection, ledger, rows)


def read(connection: Connection, recall: Recall) -> tuple[Sent, ...]:
    """Every message, in the order it was entered."""
    return tuple(recall.decode(SENT, body, f"ledger/{number}") for number, body in connection.execute(_READ))
