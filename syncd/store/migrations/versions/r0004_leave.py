"""Each therapist's leave as it was last known, so that what vanishes of it is noticed; and what we wrote last."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    op.create_table(
        "leave",
        sa.Column("therapist", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("therapist", name="pk_leave"),
    )
    op.create_table(
        "traces",
        sa.Column("calendar", sa.Text, nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("calendar", "uid", name="pk_traces"),
    )
    _forget("lifted_at")


def _forget(name: str) -> None:
    """Conflicts no longer hold this."""
    conflicts = sa.table("conflicts", sa.column("id", sa.Text), sa.column("body", sa.Text))
    connection = op.get_bind()
    for row in connection.execute(sa.select(conflicts)).all():
        version, values = json.loads(row.body)
        if values.pop(name, None) is None and f'"{name}"' not in row.body:
            continue
        body = json.dumps([version, values], ensure_ascii=False, separators=(",", ":"))
        connection.execute(sa.update(conflicts).where(conflicts.c.id == row.id).values(body=body))
