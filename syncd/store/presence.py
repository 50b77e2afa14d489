"""Who acts shows that it lives: by a lock file beside a database file, or by a session of the database server."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from syncd.core.model.errors import StoreError
from syncd.store.database import Database
from syncd.store.session import Session


class Presence(Protocol):
    """Tells a holder that was killed (its lease need not be waited for) from one that lives or hangs."""

    def free(self, connection: Connection, token: int) -> bool:
        """True where nobody who lives holds the lease with this token, or where we do."""

    def lives(self, connection: Connection, token: int) -> bool:
        """True while somebody does, be it ourselves."""

    def take_over(self, connection: Connection, token: int) -> None:
        """Show that we hold it from now on, whoever hangs."""

    def leave(self) -> None:
        """Show that we are gone."""


def presence_of(database: Database) -> Presence | None:
    """How it shows on this database; None in memory, where nobody else is."""
    if database.path is not None:
        return LockFile(lock_of(database.path))
    if database.engine.dialect.name == "postgresql":
        return Session(database.engine, database.place)
    return None


def lock_of(path: Path) -> Path:
    """The lock file of a database file."""
    return path.with_name(f"{path.name}-lock")


class LockFile:
    """Held while its holder lives, free however the process ended; of no token, as only one is ever held."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: int | None = None

    def take(self) -> bool:
        """Show that we live; False while another living process does."""
        if self._stands():
            return True
        self.leave()
        fresh = self._open()
        try:
            fcntl.flock(fresh, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fresh)
            return False
        self._held = fresh
        return True

    def free(self, _connection: Connection, _token: int) -> bool:
        """True where no living process holds it, which is then ours."""
        return self.take()

    def lives(self, _connection: Connection, _token: int) -> bool:
        """True while some process shows that it lives; looking leaves no file."""
        try:
            seen = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}; give it to the user that runs syncd") from None
        try:
            fcntl.flock(seen, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(seen)
        return False

    def take_over(self, _connection: Connection, _token: int) -> None:
        """Show that we live in place of one that hangs: it keeps its lock, on a file nobody finds any more.

        Only inside a transaction that holds the database's write lock, so that no two do it at once.
        """
        if not self.take():
            self._path.unlink(missing_ok=True)
            self.take()

    def leave(self) -> None:
        """Show that we are gone."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _stands(self) -> bool:
        """True unless another took over from us and put its own file in the place of ours."""
        try:
            return self._held is not None and os.path.samestat(os.fstat(self._held), self._path.stat())
        except FileNotFoundError:
            return False

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}; give it to the user that runs syncd") from None
