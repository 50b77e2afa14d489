"""Invitations go out in waves by tier, while the whole plan is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from syncd.core.model import Client, OfferState, Phase, Priority
from syncd.store import open_store
from tests.core.people import BERLIN, NOW
from tests.scenario.house import House
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS

LEAVE = date(2026, 7, 6)


def client(number: int, **more: object) -> Client:
    """A client with an address."""
    blank = Client(
        id=f"c{number}", name=f"Client {number}", email=f"c{number}@example.net", therapists=("dana",)
    )
    return replace(blank, initials=f"A{'ABC'[number - 1]}", **more)  # type: ignore[arg-type]


def practice(people: tuple[Client, ...]) -> House:
    """Weekly Mondays of these three; syncd has looked once and is trusted."""
    house = House(open_store("sqlite://"), SetClock(NOW), people)
    house.approve()
    sessions(house, MONDAYS)
    house.run()
    return house


@pytest.fixture
def house() -> House:
    """One in a crucial phase, one routine, one maintenance."""
    return practice(
        (
            replace(client(1), phase=Phase.CRUCIAL),
            client(2),
            replace(client(3), priority=Priority.MAINTENANCE),
        )
    )


def invited(house: House) -> list[str]:
    """Who has been asked."""
    return [one for one in ("c1", "c2", "c3") if house.invitations(one)]


def noon(day: int) -> datetime:
    """Noon in June."""
    return datetime(2026, 6, day, 12, tzinfo=BERLIN)


def test_the_next_tier_waits_for_the_answers_of_the_one_before(house: House) -> None:
    """Everybody is held at once; who needs it most is asked first, and a yes opens the next wave at once."""
    house.block(LEAVE)
    house.run()
    assert [offer.state for offer in house.offers()] == [OfferState.HELD] * 3
    house.at(noon(16))
    assert invited(house) == ["c1"]
    house.answer("c1", "ACCEPTED")
    house.later(minutes=5)
    assert invited(house) == ["c1", "c2"]
    house.answer("c2", "DECLINED")
    house.later(minutes=5)
    assert len(house.invitations("c2")) == 2
    assert invited(house) == ["c1", "c2"]


def test_silence_holds_a_wave_for_a_day(house: House) -> None:
    """`wave` after the first wave was asked, the second goes; then the third."""
    house.block(LEAVE)
    house.run()
    for day, asked in ((16, ["c1"]), (17, ["c1", "c2"]), (18, ["c1", "c2", "c3"])):
        house.at(noon(day))
        assert invited(house) == asked


def test_no_wave_delays_beyond_seven_days_before_the_session(house: House) -> None:
    """Leave in nine days: two waves begin together, each client a week before their own session."""
    house.at(noon(20))
    house.block(date(2026, 6, 23), days=7)
    house.run()
    for hour, asked in ((9, ["c1"]), (14, ["c1", "c2"]), (16, ["c1", "c2", "c3"])):
        house.at(datetime(2026, 6, 22, hour, tzinfo=BERLIN))
        assert invited(house) == asked


def test_no_waves_where_policy_says_none(house: House) -> None:
    """`wave` 0 asks everybody at once."""
    timing = replace(house.therapist.policy.timing, wave=timedelta(0))
    house.therapist = replace(house.therapist, policy=replace(house.therapist.policy, timing=timing))
    house.block(LEAVE)
    house.run()
    house.at(noon(16))
    assert invited(house) == ["c1", "c2", "c3"]


def test_who_is_called_holds_nobody_up() -> None:
    """A crisis client without mail is on the call list; the others do not wait for an answer that no mail brings."""
    house = practice((replace(client(1), email="", priority=Priority.CRISIS), client(2), client(3)))
    house.block(LEAVE)
    house.run()
    house.at(noon(16))
    assert invited(house) == ["c2", "c3"]
