"""Python runs this at its start where this folder is on its path: it sets the wall clock of each process of tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

SHIFT = "SYNCD_TESTS_CLOCK"  # seconds from the machine's clock to that of the tests


def begin() -> None:
    """Go on from the day on which tests begin; no other clock than the wall's is touched."""
    with suppress(ImportError), _without_pytest():  # an environment that a test has just made has it not
        import time_machine  # noqa: PLC0415  each process of a test would wait for it

        shift = timedelta(seconds=float(os.environ[SHIFT]))
        time_machine.travel(datetime.now(UTC) + shift).start()  # noqa: TID251  the machine's own clock is meant


@contextmanager
def machine_clock() -> Iterator[None]:
    """The machine's own clock for a while: by that one TLS tells whether a certificate is over."""
    import time_machine  # noqa: PLC0415  each process of a test would wait for it

    shift = timedelta(seconds=float(os.environ[SHIFT]))
    with time_machine.travel(datetime.now(UTC) - shift):  # noqa: TID251  from the clock of tests back
        yield


@contextmanager
def _without_pytest() -> Iterator[None]:
    """Who has not loaded pytest does not load it for the sake of a fixture: a fifth of a second in each process."""
    if "pytest" in sys.modules:
        yield
        return
    sys.modules["pytest"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pytest"]


if __name__ == "sitecustomize" and SHIFT in os.environ:  # whoever imports it has their clock set already
    begin()
