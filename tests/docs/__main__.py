"""`python -m tests.docs` checks the pages, a line for each mistake; `--write` writes what is read off the code."""

from __future__ import annotations

import argparse
import sys

from tests.docs.checks import findings
from tests.docs.findings import ROOT
from tests.docs.generated import write


def main() -> int:
    """1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.docs", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="write the parts of pages that are read off the code"
    )
    if parser.parse_args().write:
        write(ROOT)
    found = findings(ROOT)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
