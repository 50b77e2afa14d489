"""A store is opened: created or migrated first, where it has to be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from syncd.store.database import connect
from syncd.store.migrations import migrate
from syncd.store.store import SqlStore


def open_store(
    url: str, history: timedelta = timedelta(days=730), state: Path | None = None, *, keeps: bool = True
) -> SqlStore:
    """The store at `url`, created or migrated as needed; what is older than `history` is deleted in time.

    A file is copied before it is migrated, unless `keeps` is False.

    `state` is the folder that remembers how far the store had counted; the default is that of the database file.
    Raises StoreError with a line that says what to do: bad URL, no access, damaged file, newer schema.
    """
    database = connect(url)
    try:
        migrate(database, keeps=keeps)
    except BaseException:
        database.close()
        raise
    return SqlStore(database, history, state)
