"""What a question mark costs is worked out beside a daemon's looks, and remembered between two of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from threading import Event

from syncd.asked import Beside, due
from syncd.ports import Fence, Store
from syncd.solver.costs import Costing
from tests.scenario.house import House
from tests.scenario.ics import all_day

MONDAY = date(2026, 7, 6)
PATIENCE = 600.0


def test_a_job_is_begun_once_and_remembered_between_two_looks(house: House) -> None:
    """While it runs nothing else is begun; what came of it is shown by the next look, and nothing is due any more."""
    house.put(all_day("leave", "Vacation?", MONDAY, 5), "leave")
    beside, came = Beside(), Event()

    def between(keep: Callable[[Store, Fence], None]) -> None:
        keep(house.store, house.fence)
        came.set()

    *_, last = house.run()
    beside.after(last, between)
    assert beside.busy
    beside.after(last, between)
    assert came.wait(PATIENCE)
    *_, last = house.run()
    assert due(last) == ()
    assert "Worked out on" in "".join(house.texts()).replace("\r\n ", "")


def test_a_process_that_dies_is_told_in_the_calendar(house: House) -> None:
    """And tried again after an hour, not before."""
    house.put(all_day("leave", "Vacation?", MONDAY, 5), "leave")
    beside, came = Beside(Costing((sys.executable, "-c", "raise SystemExit(3)"))), Event()

    def between(keep: Callable[[Store, Fence], None]) -> None:
        keep(house.store, house.fence)
        came.set()

    *_, last = house.run()
    beside.after(last, between)
    assert came.wait(PATIENCE)
    *_, last = house.run()
    assert due(last) == ()
    assert "could not be worked out" in "".join(house.texts()).replace("\r\n ", "")
