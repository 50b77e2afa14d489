"""`python -m tests.mutants`: plant each bug in a copy of the tree, run the tests that should notice, name survivors."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.table import Table

from tests.mutants.catalog import Mutant, read_catalog
from tests.mutants.lives import Lives, find
from tests.mutants.planting import copies, planted

SHORT = "not wider and not long"
FAILED = 1  # pytest's exit status where tests ran and some failed
LONGEST = 600  # seconds for the tests of one bug


def main() -> int:
    """1 when a bug survived, or its tests could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these; all by default")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--lives", action="store_true", help="in place of tests, random lives are to notice")
    parser.add_argument("--walks", type=int, default=40, help="lives for each bug")
    parser.add_argument("--seed", type=int, default=1, help="of the first life")
    parser.add_argument("--steps", type=int, default=12, help="of each life")
    chosen = parser.parse_args()
    if nowhere := sorted({*chosen.names} - {one.name for one in read_catalog()}):
        parser.error(f"the catalogue has no {', '.join(nowhere)}")
    mutants = [one for one in read_catalog() if not chosen.names or one.name in chosen.names]
    if chosen.lives:
        return find(mutants, Lives(chosen.walks, chosen.seed, chosen.steps), chosen.jobs)
    verdicts: list[str] = []
    with copies(chosen.jobs) as free, ThreadPoolExecutor(chosen.jobs) as pool:
        if status := _sound(mutants, free):
            print(f"without any bug these tests do not pass: pytest ended with {status}", file=sys.stderr)
            return 1
        for one, said in zip(mutants, pool.map(lambda one: _verdict(one, free), mutants), strict=True):
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


def _sound(mutants: Sequence[Mutant], free: SimpleQueue[Path]) -> int:
    """How pytest ends with all of them and no bug; 0 where they pass: else it is not the bug that they notice."""
    tree = free.get()
    try:
        return _run(tree, sorted({test for one in mutants for test in one.tests()}), LONGEST * len(mutants))
    finally:
        free.put(tree)


def _verdict(mutant: Mutant, free: SimpleQueue[Path]) -> str:
    """What is wrong with the check; "" for a bug that was caught."""
    with planted(mutant, free) as tree:
        status = _run(tree, tuple(mutant.tests()), LONGEST)
    return "" if status == FAILED else "survived" if status == 0 else f"pytest ended with {status}"


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
