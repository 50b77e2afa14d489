"""Conflicts, offers, and what goes with them: approvals, leave first seen, costs, client facts, replies taken in."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NoReturn

from sqlalchemy import Connection, delete, func, select

from syncd.core.model import LIVE, Approval, ClientFacts, Conflict, KnownLeave, Offer, Reply, SeenLeave
from syncd.core.model.errors import SafetyStop
from syncd.core.model.leave import Cost
from syncd.store import codec, tables
from syncd.store.recall import Recall
from syncd.store.rows import add, upsert

_CONFLICTS = select(tables.conflicts).order_by(tables.conflicts.c.id)
_OFFERS = select(tables.offers).order_by(tables.offers.c.uid)
_APPROVALS = select(tables.approvals).order_by(tables.approvals.c.given_at, tables.approvals.c.digest)
_LEAVE = select(tables.leave).order_by(tables.leave.c.therapist)
_COSTS = select(tables.costs).order_by(tables.costs.c.question)
_SEEN = select(tables.seen).order_by(tables.seen.c.fingerprint)
_FACTS = select(tables.facts).order_by(tables.facts.c.therapist, tables.facts.c.client)
_REPLIES = select(tables.replies.c.id, tables.replies.c.body).order_by(
    tables.replies.c.received, tables.replies.c.id
)
_SEVERAL = (
    select(tables.offers.c.conflict)
    .where(tables.offers.c.state.in_(sorted(LIVE)))
    .group_by(tables.offers.c.conflict)
    .having(func.count() > 1)
)
_BESIDE = (
    select(tables.offers.c.conflict, tables.offers.c.body)
    .where(tables.offers.c.state.in_(sorted(LIVE)), tables.offers.c.conflict.in_(_SEVERAL))
    .order_by(tables.offers.c.conflict)
)


def put_conflicts(connection: Connection, conflicts: Sequence[Conflict]) -> None:
    """Insert or replace by id."""
    upsert(
        connection,
        tables.conflicts,
        (
            {"id": each.id, "state": each.state, "ends": each.span.end, "body": codec.CONFLICT.encode(each)}
            for each in conflicts
        ),
    )


def put_offers(connection: Connection, offers: Sequence[Offer]) -> None:
    """Insert or replace by UID. Raises SafetyStop where a conflict would then have two live offers that were not
    suggested together (I2).
    """
    upsert(
        connection,
        tables.offers,
        (
            {
                "uid": each.uid,
                "conflict": each.conflict,
                "state": each.state,
                "ends": each.span.end,
                "body": codec.OFFER.encode(each),
            }
            for each in offers
        ),
    )
    if any(each.live for each in offers):
        _refuse_doubles(connection)


def _refuse_doubles(connection: Connection) -> None:
    suggested: dict[str, int] = {}
    for row in connection.execute(_BESIDE):
        number = codec.OFFER.decode(row.body, row.conflict).suggestion
        if suggested.setdefault(row.conflict, number) != number:
            _refuse(row.conflict)


def _refuse(double: str) -> NoReturn:
    raise SafetyStop(
        f"conflict {double} would have two live offers at once; nothing was recorded, report this"
    )


def put_seen(connection: Connection, seen: Sequence[SeenLeave]) -> None:
    """Insert or replace by fingerprint."""
    upsert(
        connection,
        tables.seen,
        ({"fingerprint": each.fingerprint, "body": codec.SEEN.encode(each)} for each in seen),
    )


def put_leave(connection: Connection, leave: Sequence[KnownLeave]) -> None:
    """Insert or replace by therapist."""
    upsert(
        connection,
        tables.leave,
        ({"therapist": each.therapist, "body": codec.LEAVE.encode(each)} for each in leave),
    )


def put_costs(connection: Connection, costs: Sequence[Cost]) -> None:
    """In place of all that were there."""
    connection.execute(delete(tables.costs))
    rows = ({"question": each.question, "body": codec.COST.encode(each)} for each in costs)
    upsert(connection, tables.costs, rows)


def put_facts(connection: Connection, facts: Sequence[ClientFacts]) -> None:
    """Insert or replace by therapist and client."""
    upsert(
        connection,
        tables.facts,
        (
            {"therapist": each.therapist, "client": each.client, "body": codec.FACTS.encode(each)}
            for each in facts
        ),
    )


def put_replies(connection: Connection, replies: Sequence[Reply]) -> None:
    """Insert or replace by id."""
    upsert(
        connection,
        tables.replies,
        ({"id": each.id, "received": each.received, "body": codec.REPLY.encode(each)} for each in replies),
    )


def put_approval(connection: Connection, approval: Approval) -> bool:
    """Remember an approval, beside all others; False where one that covers the same was there."""
    covered = (approval.therapist, approval.code, *sorted(approval.conflicts), *sorted(approval.kinds))
    day = approval.given_at.date()
    covered += tuple(f"{one.title} {one.seconds} {day}" for one in approval.refused)  # once more after a year
    covered += tuple(sorted(approval.sentences))
    digest = sha256("\x1f".join(covered).encode()).hexdigest()
    row = {"digest": digest, "given_at": approval.given_at, "body": codec.APPROVAL.encode(approval)}
    return add(connection, tables.approvals, [row]) == 1


def conflicts(connection: Connection, recall: Recall) -> tuple[Conflict, ...]:
    """Every conflict, by id."""
    rows = connection.execute(_CONFLICTS)
    return tuple(recall.decode(codec.CONFLICT, row.body, f"conflicts/{row.id}") for row in rows)


def offers(connection: Connection, recall: Recall) -> tuple[Offer, ...]:
    """Every offer, by UID."""
    rows = connection.execute(_OFFERS)
    return tuple(recall.decode(codec.OFFER, row.body, f"offers/{row.uid}") for row in rows)


def approvals(connection: Connection, recall: Recall) -> tuple[Approval, ...]:
    """Every approval, in the order given."""
    rows = connection.execute(_APPROVALS)
    return tuple(recall.decode(codec.APPROVAL, row.body, f"approvals/{row.digest}") for row in rows)


def seen(connection: Connection, recall: Recall) -> tuple[SeenLeave, ...]:
    """Every leave block's first sight."""
    rows = connection.execute(_SEEN)
    return tuple(recall.decode(codec.SEEN, row.body, f"seen/{row.fingerprint}") for row in rows)


def leave(connection: Connection, recall: Recall) -> tuple[KnownLeave, ...]:
    """Each therapist's leave as the last pass knew it."""
    rows = connection.execute(_LEAVE)
    return tuple(recall.decode(codec.LEAVE, row.body, f"leave/{row.therapist}") for row in rows)


def costs(connection: Connection, recall: Recall) -> tuple[Cost, ...]:
    """What each question's leave would cost."""
    rows = connection.execute(_COSTS)
    return tuple(recall.decode(codec.COST, row.body, f"costs/{row.question}") for row in rows)


def facts(connection: Connection, recall: Recall) -> tuple[ClientFacts, ...]:
    """The facts of every client with every therapist."""
    rows = connection.execute(_FACTS)
    return tuple(recall.decode(codec.FACTS, row.body, f"facts/{row.therapist}/{row.client}") for row in rows)


def replies(connection: Connection, recall: Recall) -> tuple[Reply, ...]:
    """All replies that were taken in, as they arrived."""
    rows = connection.execute(_REPLIES)
    return tuple(recall.decode(codec.REPLY, row.body, f"replies/{row.id}") for row in rows)
