"""`python -m syncd.solver`: a Problem as JSON on each line of stdin, its Solution as JSON on each line of stdout."""

from __future__ import annotations

import gc
import json
import sys

from syncd.core.planning.solving.as_json import from_json
from syncd.solver import solve_here

SELDOM = 20_000  # new objects between two looks for cycles: a Problem has many, and none of them in one


def main() -> None:
    """Answer every line until the input ends."""
    gc.set_threshold(SELDOM)
    problem = None
    for line in sys.stdin:
        problem = from_json(json.loads(line), problem)
        found = solve_here(problem)
        answer = {"chosen": found.chosen, "proven": found.proven, "note": found.note}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
