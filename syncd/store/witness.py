"""The highest number of an effect, on disk beside the store: it tells that a store is older than what it did (I22)."""

from __future__ import annotations

import os
from pathlib import Path

from syncd.core.model.errors import StoreError

_LONGEST = 15  # digits


class Witness:
    """A file of one number. It only ever rises, whatever store stands beside it."""

    def __init__(self, path: Path) -> None:
        """The file need not exist; its folder has to when something is kept."""
        self._path = path
        self._known = 0

    def highest(self) -> int:
        """What was kept last; 0 where nothing was. Raises StoreError for a file that cannot be read as a number."""
        try:
            text = self._path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return 0
        except (OSError, ValueError) as error:
            raise StoreError(f"{self._path}: {_why(error)}; give it to the user that runs syncd") from None
        if not text.isdecimal() or len(text) > _LONGEST:
            raise StoreError(f"{self._path}: holds no number; delete it, then run `syncd adopt`")
        return int(text)

    def keep(self, number: int) -> None:
        """On disk, by fsync, before this returns; a lower number changes nothing. Raises StoreError."""
        if number <= self._known:
            return
        if number > self.highest():
            self._write(number)
        self._known = number

    def _write(self, number: int) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
                out.write(b"%d\n" % number)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise StoreError(
                f"{self._path}: {_why(error)}; nothing leaves before this can be written"
            ) from None


def _why(error: Exception) -> str:
    return error.strerror or "unreadable" if isinstance(error, OSError) else "unreadable"
