"""Why a pass settles conflicts both before and after time and the world have had their turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import combinations

from syncd.core.model import OfferState
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import Aim
from tests.core.people import BERLIN
from tests.scenario.house import House


def test_the_hour_of_a_third_hold_goes_in_the_pass_that_believes_two_vetoes(house: House) -> None:
    """Its client gets no make-up any more: no pass leaves their hold standing beside what takes its hour."""
    rules = replace(house.therapist.policy.slots, aim=Aim.SESSIONS)
    house.therapist = replace(house.therapist, policy=replace(house.therapist.policy, slots=rules))
    house.block(date(2026, 7, 6), 19)
    house.run()
    holds = [offer for offer in house.offers("c1") if offer.live]
    assert len(holds) == 3
    for offer in holds[:2]:
        house.remove(offer.uid)
    house.run()
    reports = house.later(minutes=20)
    believed = next(one for one in reports if any(o.state is OfferState.VETOED for o in one.decision.offers))
    offers = believed.decision.pass_state.offer
    assert [offers[one.uid].state for one in holds] == [*[OfferState.VETOED] * 2, OfferState.WITHDRAWN]
    live = [one for one in offers.values() if one.live]
    assert not any(one.span.overlaps(other.span) for one, other in combinations(live, 2))


def test_whom_silence_closes_no_pass_plans_for_again(house: House) -> None:
    """The pass that ends an unanswered invitation makes no other offer, to be taken down by the next one."""
    house.block(date(2026, 7, 6))
    house.run()
    house.at(datetime(2026, 6, 16, 12, tzinfo=BERLIN))
    (invited,) = house.offers("c1")
    for day in range(17, 31):
        house.at(datetime(2026, 6, day, 12, tzinfo=BERLIN))
    for day in range(1, 6):
        house.at(datetime(2026, 7, day, 12, tzinfo=BERLIN))
    assert [one.uid for one in house.offers("c1")] == [invited.uid]
    assert house.offers("c1")[0].reason == Ending.SILENCE
