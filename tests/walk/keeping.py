"""What a life is kept in: stores copied from one another, and a log that somebody reads."""

from __future__ import annotations

import logging
import sqlite3
from datetime import timedelta

from syncd.store import SqlStore, open_store
from syncd.store.database import connect

HISTORY = timedelta(days=730)
EMPTY = open_store("sqlite://")
LOGGERS = ("syncd", "connectors")


def copy_of(store: SqlStore) -> SqlStore:
    """A new store in memory that holds the same, lease and all; of EMPTY it spares making the schema again."""
    database = connect("sqlite://")
    with store.database.reading() as first, database.reading() as second:
        source, target = (one.connection.driver_connection for one in (first, second))
    assert isinstance(source, sqlite3.Connection)
    assert isinstance(target, sqlite3.Connection)
    source.backup(target)
    return SqlStore(database, HISTORY)


class Log(logging.Handler):
    """Everything that is logged from INFO on, as an admin would read it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self._levels = {name: logging.getLogger(name).level for name in LOGGERS}
        for name in LOGGERS:
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).setLevel(logging.INFO)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line, with what an exception adds to it."""
        self.lines.append(self.format(record))

    def close(self) -> None:
        """Listen no more."""
        for name, level in self._levels.items():
            logging.getLogger(name).removeHandler(self)
            logging.getLogger(name).setLevel(level)
        super().close()
