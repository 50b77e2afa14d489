"""Houses for scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from syncd.core.model import Client, Contact
from syncd.store import open_store
from tests.core.people import BERLIN, NOW
from tests.scenario.house import House, SetClock, sessions

ADA = Client(id="c1", name="Ada Brandt", email="ada@example.net", initials="AB", therapists=("dana",))
BEN = Client(id="c2", name="Ben Castillo", email="ben@example.net", initials="BC", therapists=("dana",))
CLEO = Client(
    id="c3",
    name="Cleo Dietz",
    initials="CD",
    phone="030 5550103",
    contact=Contact.PHONE,
    therapists=("dana",),
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Dana with three weekly clients, two by mail and one by phone; syncd has looked once and is trusted."""
    with open_store(f"sqlite:///{tmp_path}/syncd.db") as store:
        house = House(store, SetClock(NOW), (ADA, BEN, CLEO))
        house.approve()
        sessions(
            house,
            [
                ("c1", datetime(2026, 6, 1, 10, tzinfo=BERLIN)),
                ("c2", datetime(2026, 6, 1, 14, tzinfo=BERLIN)),
                ("c3", datetime(2026, 6, 1, 16, tzinfo=BERLIN)),
            ],
        )
        house.run()
        yield house
