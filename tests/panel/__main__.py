"""`python -m tests.panel [--seed N] [--only SHAPE] [--lifted] [--json FILE]`: plan practices, count what is wrong.

Seed 1 is the one to develop with; others judge. `--record COMMIT` puts the figures down as the baseline.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from time import perf_counter

from rich.console import Console

from tests.panel.baseline import KEPT, record, recorded
from tests.panel.judged import Figures
from tests.panel.run import figures
from tests.panel.shapes import SHAPES
from tests.panel.table import tables


def main() -> int:
    """Print the tables; write JSON or the baseline where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.panel", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which practices of each shape (1)")
    parser.add_argument("--only", default="", help="shapes whose name holds this")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument(
        "--lifted", action="store_true", help="without limits that the earlier planner did not know"
    )
    parser.add_argument("--json", type=Path, help="what was broken where, as JSON")
    parser.add_argument("--record", default="", metavar="COMMIT", help="write the baseline of this planner")
    asked = parser.parse_args()
    shapes = [name for name in SHAPES if asked.only in name]
    begun = perf_counter()
    every = _all(shapes, asked.seed, asked.jobs, lifted=asked.lifted)
    console = Console(width=170)
    for table in tables(every, asked.seed, recorded()):
        console.print(table)
    console.print(f"{len(every)} practices of seed {asked.seed}, {perf_counter() - begun:.0f} s")
    if asked.json is not None:
        _write(asked.json, asked.seed, every)
    if asked.record:
        record(KEPT, asked.record, asked.seed, every)
    return 0


def _all(shapes: Sequence[str], seed: int, jobs: int, *, lifted: bool) -> list[Figures]:
    one = partial(figures, seed=seed, lifted=lifted)
    if jobs <= 1:
        return [one(shape) for shape in shapes]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(one, shapes))


def _write(path: Path, seed: int, every: Sequence[Figures]) -> None:
    broken = [
        {"practice": verdict.practice, "client": verdict.client, "tier": verdict.tier,
         "interval": verdict.interval, "original": verdict.original, "start": verdict.start,
         "days_off": verdict.gain, "broken": verdict.broken}
        for one in every for verdict in one.verdicts if verdict.broken
    ]  # fmt: skip
    practices = [{key: value for key, value in one.as_json().items() if key != "verdicts"} for one in every]
    data = {"seed": seed, "practices": practices, "broken": broken}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
