"""Copies of the tree in which one bug after the other stands."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.catalog import ROOT, Mutant

COPIED = ("syncd", "connectors", "config", "systemd", "tests", "docs")
LOOSE = ("pyproject.toml", "README.md", "constraints.txt", "Makefile")
_later = count(1)


@contextmanager
def copies(jobs: int) -> Iterator[SimpleQueue[Path]]:
    """A tree for each worker, without what runs have left in it."""
    waste = shutil.ignore_patterns("__pycache__", "*.pyc", ".hypothesis")
    free: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for number in range(jobs):
            tree = Path(folder) / str(number)
            for name in COPIED:
                shutil.copytree(ROOT / name, tree / name, ignore=waste)
            for name in LOOSE:
                shutil.copy2(ROOT / name, tree / name)
            free.put(tree)
        yield free


@contextmanager
def planted(mutant: Mutant, free: SimpleQueue[Path]) -> Iterator[Path]:
    """A tree with this bug in it, until it is given back."""
    tree = free.get()
    path = tree / mutant.file
    sound = path.read_text(encoding="utf-8")
    try:
        _write(path, mutant.planted(sound))
        yield tree
    finally:
        _write(path, sound)
        free.put(tree)


def _write(path: Path, text: str) -> None:
    """With a time of its own: bytecode is known by a file's time in seconds and its size."""
    path.write_text(text, encoding="utf-8")
    moment = path.stat().st_mtime + next(_later)
    os.utime(path, (moment, moment))
