"""The audit is a chain, from its first row on; salts of its digests."""

from __future__ import annotations

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"

_REFUSAL = "the audit is append-only"


def upgrade() -> None:
    op.add_column("house", sa.Column("audited", sa.Integer, nullable=False, server_default="0"))
    op.add_column("house", sa.Column("head", sa.Text, nullable=False, server_default=""))
    op.add_column("audit", sa.Column("link", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "salts",
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("used", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_salts"),
    )
    _let_change()
    _link()
    _refuse_change()


def _link() -> None:
    """What was written before there was a chain is its beginning."""
    connection = op.get_bind()
    head = connection.execute(sa.text("SELECT instance FROM house")).scalar_one()
    rows = connection.execute(sa.text("SELECT id, at, subject, event, detail FROM audit ORDER BY id")).all()
    for number, *row in rows:
        head = sha256(json.dumps([head, *row], ensure_ascii=False).encode()).hexdigest()
        connection.execute(
            sa.text("UPDATE audit SET link = :link WHERE id = :id"), {"link": head, "id": number}
        )
    if rows:
        connection.execute(
            sa.text("UPDATE house SET audited = :count, head = :head"), {"count": len(rows), "head": head}
        )


def _let_change() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
    else:
        op.execute("DROP TRIGGER audit_no_update")


def _refuse_change() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE audit ENABLE TRIGGER audit_append_only")
    else:
        op.execute(
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
