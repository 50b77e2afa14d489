"""A SQLite store copied whole, one moment of it, into a file of its own."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from syncd.core.model.errors import StoreError


def copy_file(source: Path, target: Path) -> None:
    """By SQLite's backup API, write-ahead log included; whoever writes meanwhile is not held up. `target` is new, and
    its owner's alone.
    """
    if not source.is_file():
        raise StoreError(f"{source}: no such file")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")


def kept_before(path: Path, revision: str) -> Path:
    """A copy of the store as it is, beside it, before it is brought to that form. Raises StoreError where none can be
    made: then the store stays as it is.
    """
    kept = path.with_name(f"{path.name}.before-{revision}")
    fresh = path.with_name(f".{kept.name}.{os.getpid()}")
    try:
        fresh.unlink(missing_ok=True)
        copy_file(path, fresh)
        fresh.replace(kept)
    except (OSError, sqlite3.Error) as error:
        fresh.unlink(missing_ok=True)
        said = getattr(error, "strerror", None) or getattr(error, "sqlite_errorname", type(error).__name__)
        raise StoreError(
            f"{kept}: no copy can be made before the store is brought to this version's form ({said}); make room, or "
            "give the folder to the user that runs syncd"
        ) from None
    return kept
