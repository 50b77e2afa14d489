"""`python -m tests.bench [small | large] [--out FOLDER]`: the tables, and with a folder all of it as JSON.

Small (the default, under two minutes) or large (5,600 displaced sessions); the environment's SIZE does as well.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from rich.console import Console

from syncd.core.planning.plan import plan
from syncd.core.planning.solving.as_json import to_json
from syncd.solver import solve_here
from tests.bench.asked import line
from tests.bench.hidden import CLIENTS, hidden_outcomes
from tests.bench.idle import ONE, measured
from tests.bench.idle import line as idle
from tests.bench.instances import (
    LARGE,
    LOAD,
    PRACTICE_10,
    PRACTICE_50,
    PRACTICE_200,
    SOLO_FORTNIGHT,
    SOLO_MIXED,
    SOLO_WEEK,
    Kind,
    instance,
)
from tests.bench.market import LEAVES
from tests.bench.measure import Run, as_json, lines, measure, peak_megabytes, tasks_of
from tests.bench.methods import FALLBACK, METHODS
from tests.bench.reasons import line as reasons
from tests.bench.table import availability, comparison, uncertainty
from tests.bench.uncertain import Outcome, outcomes

SMALL: tuple[tuple[Kind, tuple[str, ...], range], ...] = (
    (SOLO_WEEK, tuple(LOAD), range(20)),
    (SOLO_MIXED, ("base", "loose"), range(12)),
    (SOLO_FORTNIGHT, tuple(LOAD), range(10)),
    (PRACTICE_10, tuple(LOAD), range(2)),
    (PRACTICE_50, ("base",), range(1)),
    (PRACTICE_200, ("base",), range(1)),
)
_QUICK = tuple(method for method in METHODS if method.name != FALLBACK)
_SEARCHED = 200  # therapists from which on the fallback's local search would take longer than all the rest


def main() -> int:
    """Print the tables; write JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument(
        "size", nargs="?", choices=("small", "large"), default=os.environ.get("SIZE") or "small"
    )
    parser.add_argument("--out", type=Path, help="folder for instances and results (see FORMAT.md)")
    asked = parser.parse_args()
    console = Console(width=170)
    return _large(console, asked.out) if asked.size == "large" else _small(console, asked.out)


def _small(console: Console, out: Path | None) -> int:
    solve_here(tasks_of(instance(SOLO_WEEK, "base", 10_000).request)[0].problem)  # load the solver first
    begun = perf_counter()
    every: list[Run] = []
    for kind, tightness, seeds in SMALL:
        methods = _QUICK if kind.therapists >= _SEARCHED else METHODS
        every += measure(kind, tightness, seeds, methods)
        console.print(f"{kind.name}: done after {perf_counter() - begun:.0f} s", style="dim")
    unsure = [one for shape in LEAVES for one in outcomes(shape, 1)]
    hidden = [one for clients in CLIENTS for one in hidden_outcomes(clients, 1)]
    console.print(f"uncertain answers: done after {perf_counter() - begun:.0f} s", style="dim")
    console.print(comparison(lines(every)))
    for table in uncertainty(unsure):
        console.print(table)
    for table in availability(hidden):
        console.print(table)
    console.print(line())
    console.print(reasons())
    console.print(idle(measured(ONE)))
    console.print(f"{perf_counter() - begun:.0f} s in all, {peak_megabytes()} MB at most")
    if out is not None:
        _write(out, every, [*unsure, *hidden])
    return 0


def _large(console: Console, out: Path | None) -> int:
    one = instance(LARGE, "base", 0)
    begun = perf_counter()
    made = plan(one.request, solve_here)
    spent = perf_counter() - begun
    console.print(
        f"{one.name}: {len(one.request.ask_of)} displaced, {len(made.placements)} placed, "
        f"{'proven best' if made.proven else made.note}, {spent:.0f} s, {peak_megabytes()} MB, plan {made.digest}"
    )
    every = measure(LARGE, ("base",), range(1), _QUICK)
    console.print(comparison(lines(every)))
    if out is not None:
        _write(out, every, [])
    return 0


def _write(out: Path, every: list[Run], unsure: list[Outcome]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    results = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "runs": as_json(every),
        "uncertain": [asdict(one) for one in unsure],
    }
    (out / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    folder = out / "instances"
    folder.mkdir(exist_ok=True)
    for kind, tightness, seeds in SMALL[:3]:
        for load in tightness:
            for seed in seeds:
                one = instance(kind, load, seed)
                tasks = tasks_of(one.request)
                problems = [to_json(task.problem) | {"dates": list(task.dates)} for task in tasks]
                name = one.name.replace("/", "-").replace(" ", "-")
                data = {
                    "name": one.name,
                    "displaced": sum(task.displaced for task in tasks),
                    "problems": problems,
                }
                (folder / f"{name}.json").write_text(json.dumps(data) + "\n", encoding="utf-8")


sys.exit(main())
