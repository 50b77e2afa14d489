"""An event on which a rule of ours breaks is set aside alone: told, remembered, tried again when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from syncd import mirror
from syncd.core.model import Event, MarkerRole, OfferState, Unread
from syncd.core.model.practice import Therapist
from syncd.core.reading import Roster, redact_shared
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House

POISON = "poison"
MONDAY = date(2026, 7, 6)


def _breaking(event: Event, readers: Iterable[Therapist], roster: Roster) -> Event:
    if event.title == POISON:
        raise OverflowError
    return redact_shared(event, tuple(readers), roster)


def _breaking_on_ours(event: Event, readers: Iterable[Therapist], roster: Roster) -> Event:
    if event.marker is not None and event.marker.role is MarkerRole.OFFER:
        raise OverflowError
    return redact_shared(event, tuple(readers), roster)


def _unread(house: House) -> list[Unread]:
    return [each for one in house.store.load().grounds for each in one.unread]


def test_one_broken_event_costs_nobody_a_plan(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave beside it is planned in the same pass; it stays known as unread until somebody changes it."""
    monkeypatch.setattr(mirror, "redact_shared", _breaking)
    house.put(ics.timed("odd", POISON, datetime(2026, 7, 1, 12, tzinfo=BERLIN), 60), "odd")
    house.block(MONDAY)
    house.run()
    assert house.store.load().offers
    assert [one.uid for one in _unread(house)] == ["odd"]
    house.run()
    assert [one.uid for one in _unread(house)] == ["odd"]
    house.edit("odd", lambda text: text.replace(POISON, "lunch"))
    house.run()
    assert _unread(house) == []


def test_what_we_wrote_and_cannot_keep_breaks_no_pass(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule breaks on each hold once it stands: all are written and settled, and unread until it is mended."""
    monkeypatch.setattr(mirror, "redact_shared", _breaking_on_ours)
    house.block(MONDAY)
    house.run()
    offers = house.store.load().offers
    assert len(offers) > 1
    assert {one.state for one in offers} == {OfferState.HELD}
    assert {one.uid for one in _unread(house)} == {one.uid for one in offers}
    monkeypatch.undo()
    house.run()
    assert {one.uid for one in house.store.load().offers} == {one.uid for one in offers}
