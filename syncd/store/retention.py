"""What is older than the store's history is deleted; the audit stays, without the salts of what is as old."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from syncd.core.model import Conflict
from syncd.core.model.effects import EffectState
from syncd.core.reading.titles.refused import REMEMBERED
from syncd.store import codec
from syncd.store.tables import approvals, conflicts, effects, facts, ledger, offers, replies, salts, traces

TEXTS = timedelta(days=90)  # what left, word by word; that it left is known for the whole history
_OVER = (EffectState.DONE, EffectState.DROPPED)
_WAITED = (*_OVER, EffectState.ESCALATED)


def prune(
    connection: Connection, now: datetime, history: timedelta, clients: Collection[str] | None = None
) -> None:
    """Delete conflicts and offers that ended before the history, and what is as old of effects, messages, replies;
    the texts of what is over after 90 days; what was learned of people who are none of the `clients` and of
    whom nothing else is left (None: nobody knows who is). Approvals stay, without whom they named besides.
    """
    before = now - history
    _sessions(connection, before)
    texts = max(before, now - TEXTS)
    for statement in (
        delete(effects).where(effects.c.state.in_(_WAITED), effects.c.changed_at < before),
        update(effects)
        .where(effects.c.state.in_(_OVER), effects.c.changed_at < texts, effects.c.payload != "")
        .values(payload=""),
        delete(ledger).where(ledger.c.at < before),
        delete(replies).where(replies.c.received < before),
        delete(traces).where(traces.c.at < before),
        delete(salts).where(salts.c.used < before),
    ):
        connection.execute(statement)
    left = _left(connection)
    _approvals(connection, before, {one.id for one in left})
    _refused(connection, now - REMEMBERED)
    if clients is not None:
        _learned(connection, {*clients, *(one.client for one in left)})


def _sessions(connection: Connection, before: datetime) -> None:
    old = select(conflicts.c.id).where(conflicts.c.ends < before)
    kept = select(offers.c.conflict).where(offers.c.ends >= before)
    gone = old.where(conflicts.c.id.not_in(kept)).scalar_subquery()
    connection.execute(delete(offers).where(offers.c.conflict.in_(gone)))
    connection.execute(delete(conflicts).where(conflicts.c.ends < before, conflicts.c.id.not_in(kept)))


def _left(connection: Connection) -> list[Conflict]:
    rows = connection.execute(select(conflicts.c.id, conflicts.c.body)).all()
    return [codec.CONFLICT.decode(row.body, f"conflicts/{row.id}") for row in rows]


def _approvals(connection: Connection, before: datetime, standing: set[str]) -> None:
    """However old, they count for how many of a therapist's absences are shown first; whom else they named does not."""
    for row in connection.execute(select(approvals).where(approvals.c.given_at < before)).all():
        given = codec.APPROVAL.decode(row.body, f"approvals/{row.digest}")
        if given.others and standing.isdisjoint(given.conflicts):
            body = codec.APPROVAL.encode(replace(given, others=frozenset()))
            connection.execute(update(approvals).where(approvals.c.digest == row.digest).values(body=body))


def _refused(connection: Connection, before: datetime) -> None:
    """A no to a title counts for a year; by then that title is not known by its hash either."""
    for row in connection.execute(select(approvals).where(approvals.c.given_at < before)).all():
        given = codec.APPROVAL.decode(row.body, f"approvals/{row.digest}")
        if given.refused:
            body = codec.APPROVAL.encode(replace(given, refused=()))
            connection.execute(update(approvals).where(approvals.c.digest == row.digest).values(body=body))


def _learned(connection: Connection, known: set[str]) -> None:
    """It would be learned anew, from the calendar, of whoever comes back."""
    written_to = select(ledger.c.client)
    strangers = (
        set(connection.scalars(select(facts.c.client).where(facts.c.client.not_in(written_to)))) - known
    )
    if strangers:
        connection.execute(delete(facts).where(facts.c.client.in_(strangers)))
