"""Effects are counted; the house knows how far, when it last recorded something, and why nothing is done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    op.add_column("house", _count("number"))
    op.add_column("house", _count("vouched"))
    op.add_column("house", sa.Column("newest", sa.Text))
    op.add_column("house", sa.Column("halted", sa.Text, nullable=False, server_default=""))
    op.add_column("effects", _count("number"))


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")
