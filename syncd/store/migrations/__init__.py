"""The schema's history, run by Alembic when a store is opened."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select, text

from syncd.core.model.actions import AuditEntry
from syncd.core.model.errors import StoreError
from syncd.store import audit
from syncd.store.database import Database
from syncd.store.snapshots import kept_before
from syncd.store.tables import house

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

log = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
HEAD = "r0006"
# Any number will do, as long as all syncds take the same: two that open one new database migrate in turn.
_ADVISORY_LOCK = 0x73796E6364
# Alembic keeps what it works on in globals of its process: threads take turns, or one's steps befall another's store.
_ALEMBIC = RLock()
_FORM = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What bringing a store to this version's form means: from which form, and by which steps, in order."""

    form: str
    steps: tuple[str, ...]


def upgrade_of(database: Database) -> Upgrade:
    """What a start would do to the store, without doing it. Raises StoreError for one that a newer syncd wrote."""
    with database.reading() as connection:
        revision = _revision(connection)
        _refuse(connection, database.place, revision, HERE, HEAD)
    if revision == HEAD:
        return Upgrade(HEAD, ())
    with _ALEMBIC:
        steps = [one.doc for one in _scripts(HERE).iterate_revisions(HEAD, revision)]
    return Upgrade(revision or "", tuple(reversed(steps)))


def migrate(database: Database, scripts: Path = HERE, head: str = HEAD, *, keeps: bool = True) -> None:
    """Bring the schema to `head`, in one transaction; a file is copied first, where it `keeps` what was.

    Raises StoreError for one that a newer syncd wrote.
    """
    with database.reading() as connection:
        revision = _revision(connection)
        if revision == head:
            return
        _refuse(connection, database.place, revision, scripts, head)
    if revision is not None and database.path is not None and keeps:
        log.warning(
            "the store is brought to a new form; as it was it stands in %s", kept_before(database.path, head)
        )
    with _ALEMBIC, database.writing() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        if _revision(connection) != head:
            _upgrade(connection, database.place, scripts, head)


def check(connection: Connection, place: str) -> None:
    """Raise StoreError where the store has another form by now: a newer syncd has opened it meanwhile."""
    revision = connection.execute(_FORM).scalar()
    if revision != HEAD:
        raise StoreError(
            f"{place}: a newer syncd has brought it to its own form (schema {revision}, this one knows {HEAD}); "
            "stop this one, and start the new version in its place"
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(_FORM).scalar()
    return revision


def _scripts(folder: Path) -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return ScriptDirectory.from_config(_config(folder))


def _config(folder: Path) -> Config:
    # Only a start that finds work to do pays for loading Alembic.
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _known(scripts: Path) -> set[str]:
    with _ALEMBIC:
        return {each.revision for each in _scripts(scripts).walk_revisions()}


def _refuse(connection: Connection, place: str, revision: str | None, scripts: Path, head: str) -> None:
    if revision is not None and revision not in _known(scripts):
        raise StoreError(
            f"{place}: written by a newer syncd (schema {revision}, this one knows {head}); "
            "install that version again, or restore a backup from before"
        )
    if revision is None and inspect(connection).has_table("offers"):
        raise StoreError(
            f"{place}: holds tables but no schema version; restore a backup, or name an empty database"
        )


def _upgrade(connection: Connection, place: str, scripts: Path, head: str) -> None:
    from alembic import command  # noqa: PLC0415

    before = _revision(connection)
    _refuse(connection, place, before, scripts, head)
    config = _config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, head)
    last = connection.execute(select(house.c.newest)).scalar_one()
    if before is not None and last is not None:
        told = {"from": before, "to": head}
        audit.write(connection, [AuditEntry(last, audit.HOUSE, audit.UPGRADED, told)])
