"""`python -m syncd.solver`: a Problem as JSON on each line of stdin, its Solution as JSON on each line of stdout."""

from __future__ import annotations

import json
import sys

from syncd.core.planning.solving.problem import from_json
from syncd.solver import solve_here


def main() -> None:
    """Answer every line until the input ends."""
    for line in sys.stdin:
        found = solve_here(from_json(json.loads(line)))
        answer = {"chosen": found.chosen, "proven": found.proven, "note": found.note}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
