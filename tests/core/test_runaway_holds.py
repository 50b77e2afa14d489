"""Holds that multiply are stopped: five for one session within an hour, and nothing new for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.core.model import Offer
from syncd.core.policy.runaway_holds import multiplied
from tests.core.people import CALENDAR, NOW, at

MINUTE = timedelta(minutes=1)


def offers(count: int, apart: timedelta, *, invited: bool = False) -> list[Offer]:
    """So many entries for one session, one after the other, the last of them now."""
    return [
        Offer(
            uid=str(number),
            conflict="a",
            number=number,
            therapist="dana",
            client="c1",
            calendar=CALENDAR,
            span=at(14, 10),
            planned_at=NOW - number * apart,
            invited_at=NOW if invited else None,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(("count", "apart", "stopped"), [(4, 1, False), (5, 15, True), (5, 16, False)])
def test_five_within_an_hour_are_too_many(count: int, apart: int, stopped: bool) -> None:
    """Whatever made them vanish: a server that rewrites, a program that removes."""
    assert multiplied(offers(count, apart * MINUTE), NOW) == ({"dana": NOW} if stopped else {})


def test_what_clients_were_asked_does_not_count() -> None:
    """Declines bring the next time; that is how it is meant."""
    assert multiplied(offers(9, MINUTE, invited=True), NOW) == {}


def test_the_stop_lasts_a_day() -> None:
    """Then it is tried once more."""
    some = offers(5, MINUTE)
    assert multiplied(some, NOW + timedelta(hours=23)) == {"dana": NOW}
    assert multiplied(some, NOW + timedelta(hours=24)) == {}
