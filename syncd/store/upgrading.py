"""A store of an earlier version: what bringing it to this version's form means, and doing it while nobody acts."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syncd.store import lock
from syncd.store.database import Database, connect
from syncd.store.migrations import HEAD, migrate, upgrade_of
from syncd.store.presence import presence_of


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a start of this version does to the store first: its form now, the one that follows, and by which steps.

    `kept`: where it stands afterwards as it is now; None where it is no file. `room`: bytes that this takes.
    """

    form: str
    becomes: str
    steps: tuple[str, ...]
    kept: Path | None
    room: int


def ahead(url: str) -> Ahead:
    """Nothing is changed. Raises StoreError for a store that a newer syncd wrote, or none."""
    with closing(connect(url)) as database:
        return _ahead(database)


def upgrade(url: str, now: datetime) -> Ahead:
    """Do it. Raises SafetyStop while an instance acts on the store, StoreError where no copy can be made."""
    with closing(connect(url)) as database:
        found = _ahead(database)
        if found.steps:
            _refuse_acting(database, now)
            migrate(database)
    return found


def _ahead(database: Database) -> Ahead:
    found, path = upgrade_of(database), database.path
    kept = path.with_name(f"{path.name}.before-{HEAD}") if path and found.steps and found.form else None
    return Ahead(found.form, HEAD, found.steps, kept, path.stat().st_size if path and kept else 0)


def _refuse_acting(database: Database, now: datetime) -> None:
    presence = presence_of(database)
    with database.reading() as connection:
        if lock.acting(connection, now, presence):
            raise lock.in_use(database.place)
