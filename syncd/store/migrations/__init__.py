"""The schema's history, run by Alembic when a store is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from syncd.core.model.errors import StoreError
from syncd.store.database import Database

HERE = Path(__file__).resolve().parent
HEAD = "r0006"
# Any number will do, as long as all syncds take the same: two that open one new database migrate in turn.
_ADVISORY_LOCK = 0x73796E6364


def migrate(database: Database, scripts: Path = HERE, head: str = HEAD) -> None:
    """Bring the schema to `head`, in one transaction. Raises StoreError for one that a newer syncd wrote."""
    with database.reading() as connection:
        if _revision(connection) == head:
            return
    with database.writing() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        if _revision(connection) != head:
            _upgrade(connection, database.place, scripts, head)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(connection: Connection, place: str, scripts: Path, head: str) -> None:
    # Only a start that finds work to do pays for loading Alembic.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    revision = _revision(connection)
    known = () if revision is None else ScriptDirectory.from_config(config).walk_revisions()
    if revision is not None and revision not in {each.revision for each in known}:
        raise StoreError(
            f"{place}: written by a newer syncd (schema {revision}, this one knows {head}); "
            "install that version again, or restore a backup from before"
        )
    if revision is None and inspect(connection).has_table("offers"):
        raise StoreError(
            f"{place}: holds tables but no schema version; restore a backup, or name an empty database"
        )
    command.upgrade(config, head)
