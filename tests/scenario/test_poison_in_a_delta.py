"""An event on which the reading of sessions breaks, entered between two full reads: it alone is set aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from syncd.core.model import Event
from syncd.core.model.practice import Therapist
from syncd.core.reading import find_sessions
from syncd.core.reading.roster import Roster
from syncd.core.reading.sessions import Sessions
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House

THURSDAY = datetime(2026, 7, 16, 9, 0, tzinfo=BERLIN)


def breaking(events: Iterable[Event], therapist: Therapist, roster: Roster) -> Sessions:
    """As `find_sessions`, with a fault of ours that one event brings out."""
    known = tuple(events)
    if any(event.uid == "poison" for event in known):
        raise ZeroDivisionError
    return find_sessions(known, therapist, roster)


def test_what_breaks_reading_between_two_full_reads_stops_nobody_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leave that comes with it is planned, and the event is told of."""
    monkeypatch.setattr("syncd.past.find_sessions", breaking)
    house.put(ics.timed("poison", "Somebody", THURSDAY, 50), "poison")
    house.block(date(2026, 7, 6))
    house.run()
    (ground,) = (one for one in house.store.load().grounds if one.place == "home/Practice")
    assert [one.uid for one in ground.unread] == ["poison"]
    assert house.offers("c1")
