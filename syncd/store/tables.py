"""The schema. Whole values stand as JSON in `body`; a column beside it is there to be searched or guarded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from syncd.store.codec import utc

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An instant as UTC text of fixed width, the same in every database; refuses naive ones."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else utc(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _moment(name: str) -> Column[datetime]:
    return Column(name, Moment, nullable=False)


# One row each: who this store belongs to, and who may write.
house = Table(
    "house",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("instance"),
    _text("paused"),
    Column("number", Integer, nullable=False),  # the highest that an effect ever had
    Column("vouched", Integer, nullable=False),  # what has a number up to this one need not be known here
    Column("newest", Moment),  # when a pass last recorded something
    _text("halted"),
    Column("audited", Integer, nullable=False),  # how many rows the audit had, when the last one was written
    _text("head"),  # the link of that one
)
lease = Table(
    "lease",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("owner"),
    Column("token", Integer, nullable=False),
    Column("until", Moment),
)

calendars = Table("calendars", metadata, _key("calendar"), _text("body"))
mirror = Table("mirror", metadata, _key("calendar"), _key("href"), _text("etag"), _text("body"))
grounds = Table("grounds", metadata, _key("place"), _text("body"))

conflicts = Table("conflicts", metadata, _key("id"), _text("state"), _moment("ends"), _text("body"))
offers = Table(
    "offers",
    metadata,
    _key("uid"),
    Column(
        "conflict",
        Text,
        ForeignKey("conflicts.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        index=True,
    ),
    _text("state"),
    _moment("ends"),
    _text("body"),
)
approvals = Table("approvals", metadata, _key("digest"), _moment("given_at"), _text("body"))
seen = Table("seen", metadata, _key("fingerprint"), _text("body"))
leave = Table("leave", metadata, _key("therapist"), _text("body"))
costs = Table("costs", metadata, _key("question"), _text("body"))
traces = Table("traces", metadata, _key("calendar"), _key("uid"), _moment("at"), _text("body"))
facts = Table("facts", metadata, _key("therapist"), _key("client"), _text("body"))
replies = Table("replies", metadata, _key("id"), _moment("received"), _text("body"))

effects = Table(
    "effects",
    metadata,
    _key("subject"),
    _key("version"),
    _key("kind"),
    _text("state"),
    _text("payload"),
    Column("after_subject", Text),
    Column("after_version", Text),
    Column("after_kind", Text),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment),
    _text("detail"),
    Column("token", Integer, nullable=False),  # the fence that claimed it last
    Column("number", Integer, nullable=False),  # of one counter for all effects; 0 before there was one
    _moment("recorded_at"),
    _moment("changed_at"),
)
Index("ix_effects_state", effects.c.state)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    _moment("at"),
    _text("subject"),
    _text("version"),
    _text("kind"),
    _text("message_id"),
    _text("client"),
    _text("body"),
    UniqueConstraint("subject", "version", "kind", "message_id", "client"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    _moment("at"),
    Column("subject", Text, nullable=False, index=True),
    _text("event"),
    _text("detail"),
    _text("link"),
)

salts = Table("salts", metadata, _key("owner"), _text("salt"), _moment("used"))
