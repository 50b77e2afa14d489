"""`python -m tests.mutants`: plant each bug in a copy of the tree, run the tests that should notice, name survivors."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.table import Table

from tests.mutants.catalog import ROOT, Mutant, read_catalog

COPIED = ("syncd", "connectors", "config", "systemd", "tests", "docs")
LOOSE = ("pyproject.toml", "README.md", "constraints.txt", "Makefile")
SHORT = "not wider and not long"
FAILED = 1  # pytest's exit status where tests ran and some failed
LONGEST = 600  # seconds for the tests of one bug
_later = count(1)


def main() -> int:
    """1 when a bug survived, or its tests could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these; all by default")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    if nowhere := sorted({*chosen.names} - {one.name for one in read_catalog()}):
        parser.error(f"the catalogue has no {', '.join(nowhere)}")
    mutants = [one for one in read_catalog() if not chosen.names or one.name in chosen.names]
    verdicts: list[str] = []
    with _copies(chosen.jobs) as copies, ThreadPoolExecutor(chosen.jobs) as pool:
        if status := _sound(mutants, copies):
            print(f"without any bug these tests do not pass: pytest ended with {status}", file=sys.stderr)
            return 1
        for one, said in zip(mutants, pool.map(lambda one: _verdict(one, copies), mutants), strict=True):
            print(f"{len(verdicts) + 1:3} {one.name}: {said or 'caught'}", flush=True)
            verdicts.append(said)
    return _show(mutants, verdicts)


def _show(mutants: Sequence[Mutant], verdicts: Sequence[str]) -> int:
    console, left = Console(), [(one, said) for one, said in zip(mutants, verdicts, strict=True) if said]
    console.print(f"{len(mutants) - len(left)} of {len(mutants)} planted bugs were caught")
    if left:
        table = Table("Bug", "File", "So", "Verdict", title="Not caught")
        for one, said in left:
            table.add_row(one.name, one.file, one.so, said)
        console.print(table)
    return 1 if left else 0


@contextmanager
def _copies(jobs: int) -> Iterator[SimpleQueue[Path]]:
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


def _sound(mutants: Sequence[Mutant], copies: SimpleQueue[Path]) -> int:
    """How pytest ends with all of them and no bug; 0 where they pass: else it is not the bug that they notice."""
    tree = copies.get()
    try:
        return _run(tree, sorted({test for one in mutants for test in one.tests()}), LONGEST * len(mutants))
    finally:
        copies.put(tree)


def _verdict(mutant: Mutant, copies: SimpleQueue[Path]) -> str:
    """What is wrong with the check; "" for a bug that was caught."""
    tree = copies.get()
    path = tree / mutant.file
    sound = path.read_text(encoding="utf-8")
    try:
        _write(path, mutant.planted(sound))
        status = _run(tree, tuple(mutant.tests()), LONGEST)
    finally:
        _write(path, sound)
        copies.put(tree)
    return "" if status == FAILED else "survived" if status == 0 else f"pytest ended with {status}"


def _write(path: Path, text: str) -> None:
    """With a time of its own: bytecode is known by a file's time in seconds and its size."""
    path.write_text(text, encoding="utf-8")
    moment = path.stat().st_mtime + next(_later)
    os.utime(path, (moment, moment))


def _run(tree: Path, tests: Sequence[str], seconds: float) -> int:
    """How pytest ends: with the tests that are named one by one, then with what the short run has of whole files."""
    named = [one for one in tests if "::" in one]
    for marks, some in (("", named), (SHORT, sorted({*tests} - {*named}))):
        if some and (status := _pytest(tree, ("-m", marks, *some), seconds)):
            return status
    return 0


def _pytest(tree: Path, arguments: Sequence[str], seconds: float) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments]
    around = {**os.environ, "PYTHONPATH": str(tree)}
    try:
        return subprocess.run(
            command, cwd=tree, env=around, capture_output=True, timeout=seconds, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return FAILED  # a bug that makes it run for ever is noticed


if __name__ == "__main__":
    sys.exit(main())
