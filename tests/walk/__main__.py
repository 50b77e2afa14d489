"""Soak: any number of lives. `python -m tests.walk --walks N --seed S` prints each broken promise's diary."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.walk.shrinking import shrunk
from tests.walk.walking import STEPS, walk


def main() -> int:
    """Live the lives; 1 when a promise broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("--walks", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the first life; the next ones count up")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--all", action="store_true", help="go on after a broken promise")
    parser.add_argument(
        "--shrink", action="store_true", help="make what broke a promise as short as it still does"
    )
    chosen = parser.parse_args()
    broken: Counter[str] = Counter()
    for seed in range(chosen.seed, chosen.seed + chosen.walks):
        lived = walk(seed, chosen.steps)
        if lived.broken is None:
            continue
        broken[lived.broken.promise] += 1
        print(f"seed {seed}: {shrunk(lived) if chosen.shrink else lived}", flush=True)
        if not chosen.all:
            break
    print(f"{chosen.walks} lives, broken: {dict(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
