"""What is older than the store's history is deleted; the audit stays, without the salts of what is as old."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from syncd.core.model.effects import EffectState
from syncd.store.tables import conflicts, effects, ledger, offers, replies, salts, traces


def prune(connection: Connection, before: datetime) -> None:
    """Delete conflicts and offers that ended before this, and finished effects, messages, replies as old."""
    old = select(conflicts.c.id).where(conflicts.c.ends < before)
    kept = select(offers.c.conflict).where(offers.c.ends >= before)
    gone = old.where(conflicts.c.id.not_in(kept)).scalar_subquery()
    over = effects.c.state.in_((EffectState.DONE, EffectState.DROPPED))
    for statement in (
        delete(offers).where(offers.c.conflict.in_(gone)),
        delete(conflicts).where(conflicts.c.ends < before, conflicts.c.id.not_in(kept)),
        delete(effects).where(over, effects.c.changed_at < before),
        delete(ledger).where(ledger.c.at < before),
        delete(replies).where(replies.c.received < before),
        delete(traces).where(traces.c.at < before),
        delete(salts).where(salts.c.used < before),
    ):
        connection.execute(statement)
