"""How files stand, so that an edit is noticed without a signal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

Stamps = tuple[tuple[int, int, int], ...]
_GONE = (0, 0, 0)


def stamps_of(files: Iterable[Path]) -> Stamps:
    """Time of change in ns, size and inode of each; zeros for one that is not there."""
    return tuple(map(_stamp, files))


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return _GONE
    return found.st_mtime_ns, found.st_size, found.st_ino
