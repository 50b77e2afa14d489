"""Moments that a store noted by a clock that was wrong: none of them lies ahead of the right one any more."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Table, select, update

from syncd.store.codec import moment_text
from syncd.store.tables import approvals, effects, house, ledger, metadata, salts, traces

# Fields of stored values: when something was seen, done or said, by the clock of this machine
NOTED = frozenset(
    {
        *("answered_at", "asked_at", "astray_at", "at", "bounced_at", "cancelled_at", "contested_at"),
        *("doubted_at", "extra_missing_at", "first_read", "full_read", "given_at", "invited_at", "late_at"),
        *("lifted_at", "missing_at", "noticed_at", "planned_at", "promised_at", "read_at", "reminded_at"),
        *("seen_at", "silent_since", "since", "waits_since", "wrote_at"),
    }
)
FOLLOWS = frozenset({"back_at"})  # so much later than one of them in the same value
# When things are to be, and what others' clocks said
NOT_OURS = frozenset({"due", "start", "end", "names", "answer_stamp", "other_stamp", "dtstamp", "received"})
_COLUMNS = (
    approvals.c.given_at,
    traces.c.at,
    effects.c.recorded_at,
    effects.c.changed_at,
    effects.c.not_before,
    ledger.c.at,
    salts.c.used,
    house.c.newest,
)


def none_ahead(connection: Connection, now: datetime) -> int:
    """Whatever was noted later than `now` was noted now; of how many values that was so. The audit stays as it is."""
    for column in _COLUMNS:
        connection.execute(update(column.table).where(column > now).values({column.name: now}))
    bodies = (table for table in metadata.sorted_tables if "body" in table.c)
    return sum(_rewritten(connection, table, now) for table in bodies)


def _rewritten(connection: Connection, table: Table, now: datetime) -> int:
    keys, changed = list(table.primary_key), 0
    for *key, text in connection.execute(select(*keys, table.c.body)).all():
        value = json.loads(text, object_hook=partial(_noted, now=now))
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if body != text:
            here = [one == known for one, known in zip(keys, key, strict=True)]
            connection.execute(update(table).where(*here).values(body=body))
            changed += 1
    return changed


def _noted(value: dict[str, object], now: datetime) -> dict[str, object]:
    """One value; what follows from a moment that is pulled back follows it."""
    ahead = {
        name: datetime.fromisoformat(said) - now
        for name, said in value.items()
        if name in NOTED and isinstance(said, str)
    }
    too_far = {name: length for name, length in ahead.items() if length > timedelta()}
    after = {
        name: moment_text(datetime.fromisoformat(said) - max(too_far.values()))
        for name, said in value.items()
        if name in FOLLOWS and isinstance(said, str) and too_far
    }
    return value | after | dict.fromkeys(too_far, moment_text(now))
