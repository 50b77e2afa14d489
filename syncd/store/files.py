"""The database file, what is kept beside it, and their folder: for the owner's eyes only."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syncd.core.model.errors import StoreError

_PRIVATE = 0o600


def prepare(path: Path) -> None:
    """Make sure that `path` is an ordinary file of mode 0600 in a folder that strangers cannot write.

    Creates the file, and its folder (0700) if only that is missing. SQLite gives `-wal` and `-shm` the same
    mode. Raises StoreError saying what to change.
    """
    try:
        _check_folder(path.parent)
        _create(path)
        for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            _close_to_others(each)
    except OSError as error:
        raise StoreError(f"{error.filename or path}: {error.strerror}; {_REMEDY}") from None


def prepare_folder(folder: Path) -> None:
    """Make sure that it is a folder that strangers cannot write; only the last one is made. Raises StoreError."""
    try:
        _check_folder(folder)
    except OSError as error:
        raise StoreError(f"{error.filename or folder}: {error.strerror}; {_REMEDY}") from None


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Wait until no other process is in here with the same folder. Raises StoreError where it cannot be locked."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(held, fcntl.LOCK_EX)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}; {_REMEDY}") from None
    try:
        yield
    finally:
        os.close(held)


def write_whole(path: Path, text: str, *, lasting: bool = True) -> None:
    """As a whole or not at all; `lasting`: on the disk before anybody relies on it. Raises OSError."""
    fresh = path.with_name(f"{path.name}.new")
    opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text)
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    fresh.replace(path)


_REMEDY = "give the file and its folder to the user that runs syncd, or change [store] url"


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700)
    mode = folder.stat().st_mode
    if not stat.S_ISDIR(mode):
        raise StoreError(f"{folder}: not a folder; change [store] url")
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        raise StoreError(f"{folder}: anybody may replace the database in it; run: chmod o-w {folder}")


def _create(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, _PRIVATE))
    except FileExistsError:
        return


def _close_to_others(path: Path) -> None:
    try:
        held = path.stat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(held.st_mode):
        raise StoreError(f"{path}: not an ordinary file; change [store] url")
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise StoreError(f"{path}: cannot be read and written; {_REMEDY}")
    if stat.S_IMODE(held.st_mode) & 0o077:
        path.chmod(_PRIVATE)
