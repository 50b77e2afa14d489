"""Houses for scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.store import open_store
from tests.core.people import NOW
from tests.scenario.house import House
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS, PEOPLE


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Dana with three weekly clients, two by mail and one by phone; syncd has looked once and is trusted."""
    with open_store(f"sqlite:///{tmp_path}/syncd.db") as store:
        house = House(store, SetClock(NOW), PEOPLE)
        house.approve()
        sessions(house, MONDAYS)
        house.run()
        yield house
