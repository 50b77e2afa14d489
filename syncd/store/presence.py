"""A lock file beside a database file: held while its holder lives, free however the process ended."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from syncd.core.model.errors import StoreError


class Presence:
    """Tells a holder that was killed (its lease need not be waited for) from one that lives or hangs."""

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

    def lives(self) -> bool:
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

    def take_over(self) -> None:
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
