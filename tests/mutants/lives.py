"""`python -m tests.mutants --lives`: which planted bugs random lives find by themselves, no test told about them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.catalog import Mutant
from tests.mutants.planting import copies, planted

BROKEN = re.compile(r"^seed (\d+): (\w+):", re.MULTILINE)
OVER = re.compile(r"^(\d+) lives of .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lives:
    """Which lives are lived: from this seed on so many, of so many steps each."""

    walks: int
    seed: int
    steps: int

    def broken(self, tree: Path) -> str:
        """The first of them that broke a promise in this tree, and which promise; "" where all of them kept all.

        Raises RuntimeError where they could not be lived.
        """
        numbers = (("--walks", self.walks), ("--seed", self.seed), ("--steps", self.steps))
        command = [sys.executable, "-m", "tests.walk", *(str(one) for pair in numbers for one in pair)]
        around = {**os.environ, "PYTHONPATH": str(tree)}
        ended = subprocess.run(command, cwd=tree, env=around, capture_output=True, text=True, check=False)
        found = BROKEN.search(ended.stdout)
        if found is not None:
            return f"seed {found[1]} breaks {found[2]}"
        if OVER.search(ended.stdout) is None:
            raise RuntimeError(ended.stderr)
        return ""


def find(mutants: Sequence[Mutant], lives: Lives, jobs: int) -> int:
    """Say of each bug whether a life found it; 1 where lives break without any bug, and so tell nothing."""
    with copies(jobs) as free, ThreadPoolExecutor(jobs) as pool:
        tree = free.get()
        if broken := lives.broken(tree):
            print(f"without any bug {broken}", file=sys.stderr)
            return 1
        free.put(tree)

        def said(one: Mutant) -> str:
            with planted(one, free) as bad:
                return lives.broken(bad)

        count = 0
        for one, found in zip(mutants, pool.map(said, mutants), strict=True):
            count += bool(found)
            print(f"{one.name}: {found or 'not found'}", flush=True)
    print(f"{lives.walks} lives of {lives.steps} steps find {count} of {len(mutants)} planted bugs")
    return 0
