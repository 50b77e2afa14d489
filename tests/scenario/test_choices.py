"""Further times beside those of a plan: they cost nobody anything, and each can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from itertools import combinations
from pathlib import Path

import pytest

from syncd.core.model import Offer, OfferState
from syncd.core.model.offer_facts import Ending
from syncd.store import open_store
from tests.core.people import BERLIN, NOW
from tests.scenario import ics
from tests.scenario.house import House
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS, PEOPLE

Live = dict[str, list[Offer]]


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[[], House]]:
    """Dana's practice with its three weekly clients, as often as it is asked for."""
    with ExitStack() as stack:

        def opened() -> House:
            store = stack.enter_context(
                open_store(f"sqlite:///{tmp_path}/{len(list(tmp_path.iterdir()))}.db")
            )
            house = House(store, SetClock(NOW), PEOPLE)
            house.approve()
            sessions(house, MONDAYS)
            house.run()
            return house

        yield opened


def choosing(house: House, choices: int) -> House:
    """Where clients take one of so many times."""
    rules = replace(house.therapist.policy.eligibility, choices=choices)
    house.therapist = replace(house.therapist, policy=replace(house.therapist.policy, eligibility=rules))
    return house


def held(house: House) -> Live:
    """The live offers of each displaced session, the first of each suggestion first."""
    found: Live = {}
    for one in sorted(house.store.load().offers, key=lambda one: one.number):
        if one.live:
            found.setdefault(one.conflict, []).append(one)
    return found


@pytest.mark.parametrize("days", [5, 12])
def test_the_plan_is_the_same_with_and_without(open_house: Callable[[], House], days: int) -> None:
    """Whoever has a time has the same one first; no further one overlaps anything, and each is of one suggestion."""
    alone, several = choosing(open_house(), 1), choosing(open_house(), 3)
    for house in (alone, several):
        house.block(date(2026, 7, 6), days)
        house.run()
    plan = {conflict: [one.span for one in offers] for conflict, offers in held(alone).items()}
    choices = held(several)
    assert {conflict: [offers[0].span] for conflict, offers in choices.items()} == plan
    assert any(len(offers) > 1 for offers in choices.values())
    assert all(len({one.suggestion for one in offers}) == 1 for offers in choices.values())
    every = [one for offers in choices.values() for one in offers]
    assert not any(one.span.overlaps(other.span) for one, other in combinations(every, 2))


def test_a_further_time_gives_way_without_a_word(open_house: Callable[[], House]) -> None:
    """While nobody was asked, what stands on it takes it, and the first time stays as it was."""
    house = choosing(open_house(), 2)
    house.block(date(2026, 7, 6))
    house.run()
    first, second = next(offers for offers in held(house).values() if len(offers) == 2)
    house.put(ics.timed("dentist", "Dentist", second.span.start, 50), "dentist")
    house.run()
    house.later(minutes=20)
    known = {one.uid: one for one in house.store.load().offers}
    assert known[first.uid].state is OfferState.HELD
    assert (known[second.uid].state, known[second.uid].reason) == (OfferState.WITHDRAWN, Ending.SLOT)


def test_one_yes_ends_the_others_in_the_look_that_reads_it(open_house: Callable[[], House]) -> None:
    """No pass leaves two live offers of which one is agreed."""
    house = choosing(open_house(), 3)
    house.block(date(2026, 7, 6))
    house.run()
    house.at(datetime(2026, 6, 16, 12, tzinfo=BERLIN))
    asked = [one for one in house.offers("c1") if one.state is OfferState.INVITED]
    assert len(asked) == 3
    house.answer("c1", "ACCEPTED")
    house.run()
    states = sorted(one.state for one in house.offers("c1"))
    assert states == [OfferState.ACCEPTED, OfferState.WITHDRAWN, OfferState.WITHDRAWN]
