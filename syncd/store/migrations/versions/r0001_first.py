"""The first schema."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None

_REFUSAL = "the audit is append-only"


def upgrade() -> None:
    _create_singletons()
    _create_mirror()
    _create_offers()
    _create_effects()
    _create_ledger()
    _create_audit()


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _create_singletons() -> None:
    house = op.create_table(
        "house",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        _key("instance"),
        _key("paused"),
        sa.PrimaryKeyConstraint("id", name="pk_house"),
    )
    lease = op.create_table(
        "lease",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        _key("owner"),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("until", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_lease"),
    )
    op.bulk_insert(house, [{"id": 1, "instance": secrets.token_hex(8), "paused": ""}])
    op.bulk_insert(lease, [{"id": 1, "owner": "", "token": 0, "until": None}])


def _create_mirror() -> None:
    op.create_table(
        "calendars", _key("calendar"), _key("body"), sa.PrimaryKeyConstraint("calendar", name="pk_calendars")
    )
    op.create_table(
        "mirror",
        _key("calendar"),
        _key("href"),
        _key("etag"),
        _key("body"),
        sa.PrimaryKeyConstraint("calendar", "href", name="pk_mirror"),
    )


def _create_offers() -> None:
    op.create_table(
        "conflicts",
        _key("id"),
        _key("state"),
        _key("ends"),
        _key("body"),
        sa.PrimaryKeyConstraint("id", name="pk_conflicts"),
    )
    op.create_table(
        "offers",
        _key("uid"),
        _key("conflict"),
        _key("state"),
        _key("ends"),
        _key("body"),
        sa.PrimaryKeyConstraint("uid", name="pk_offers"),
        sa.ForeignKeyConstraint(
            ["conflict"], ["conflicts.id"], name="fk_offers_conflict", deferrable=True, initially="DEFERRED"
        ),
    )
    op.create_index("ix_offers_conflict", "offers", ["conflict"])
    for name, keys in (
        ("approvals", ("digest", "given_at")),
        ("seen", ("fingerprint",)),
        ("replies", ("id", "received")),
    ):
        columns = [_key(key) for key in keys]
        op.create_table(name, *columns, _key("body"), sa.PrimaryKeyConstraint(keys[0], name=f"pk_{name}"))
    op.create_table(
        "facts",
        _key("therapist"),
        _key("client"),
        _key("body"),
        sa.PrimaryKeyConstraint("therapist", "client", name="pk_facts"),
    )


def _create_effects() -> None:
    op.create_table(
        "effects",
        _key("subject"),
        _key("version"),
        _key("kind"),
        _key("state"),
        _key("payload"),
        sa.Column("after_subject", sa.Text),
        sa.Column("after_version", sa.Text),
        sa.Column("after_kind", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Text),
        _key("detail"),
        sa.Column("token", sa.Integer, nullable=False),
        _key("recorded_at"),
        _key("changed_at"),
        sa.PrimaryKeyConstraint("subject", "version", "kind", name="pk_effects"),
    )
    op.create_index("ix_effects_state", "effects", ["state"])


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer, nullable=False),
        _key("at"),
        _key("subject"),
        _key("version"),
        _key("kind"),
        _key("message_id"),
        _key("client"),
        _key("body"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint(
            "subject",
            "version",
            "kind",
            "message_id",
            "client",
            name="uq_ledger_subject_version_kind_message_id_client",
        ),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        _key("at"),
        _key("subject"),
        _key("event"),
        _key("detail"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
