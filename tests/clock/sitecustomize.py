"""Python runs this at its start where this folder is on its path: it sets the wall clock of each process of tests."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta

SHIFT = "SYNCD_TESTS_CLOCK"  # seconds from the machine's clock to that of the tests


def begin() -> None:
    """Go on from the day on which tests begin; no other clock than the wall's is touched."""
    with suppress(ImportError):  # an environment that a test has just made has it not
        import time_machine  # noqa: PLC0415  each process of a test would wait for it

        shift = timedelta(seconds=float(os.environ[SHIFT]))
        time_machine.travel(datetime.now(UTC) + shift).start()  # noqa: TID251  the machine's own clock is meant


if SHIFT in os.environ:
    begin()
