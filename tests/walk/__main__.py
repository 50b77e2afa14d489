"""Soak: any number of lives. `python -m tests.walk --walks N --seed S` prints each broken promise's diary."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import timedelta
from time import process_time

from tests.walk.dwelling import RULES
from tests.walk.shrinking import shrunk
from tests.walk.walking import STEPS, walk

EVERY = 100  # lives, after which it is said how many were lived


def main() -> int:
    """Live the lives; 1 when a promise broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("--walks", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the first life; the next ones count up")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--rules", default="", choices=("", *RULES), help="by these, not as the dice fall")
    parser.add_argument("--all", action="store_true", help="go on after a broken promise")
    parser.add_argument(
        "--shrink", action="store_true", help="make what broke a promise as short as it still does"
    )
    chosen = parser.parse_args()
    broken: Counter[str] = Counter()
    lives, weeks = 0, 0.0
    for seed in range(chosen.seed, chosen.seed + chosen.walks):
        lived = walk(seed, chosen.steps, chosen.rules)
        lives, weeks = lives + 1, weeks + lived.lasted / timedelta(weeks=1)
        if not lives % EVERY:
            print(_so_far(lives, weeks, broken), flush=True)
        if lived.broken is None:
            continue
        broken[lived.broken.promise] += 1
        print(f"seed {seed}: {shrunk(lived) if chosen.shrink else lived}", flush=True)
        if not chosen.all:
            break
    print(_so_far(lives, weeks, broken))
    return 1 if broken else 0


def _so_far(lives: int, weeks: float, broken: Counter[str]) -> str:
    cpu = process_time()
    return f"{lives} lives of {weeks:.0f} weeks in {cpu:.0f} s of CPU ({weeks / cpu:.1f}/s), broken: {dict(broken)}"


if __name__ == "__main__":
    sys.exit(main())
