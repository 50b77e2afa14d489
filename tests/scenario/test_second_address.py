"""A client with two addresses of which one takes no mail for now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.scenario.house import House
from tests.scenario.test_by_hand import INVITED_BY, MONDAY, quiet

DAD = "dad@example.net"
PATIENCE = timedelta(minutes=30)


def test_the_other_one_waits_a_quarter_of_an_hour_for_it_and_no_longer(house: House) -> None:
    """What may be reached by trying again is; then the one who can be reached is told, once, and a letter names it."""
    house.clients = tuple(replace(one, second_email=DAD) if one.id == "c1" else one for one in house.clients)
    house.post.shy.add(DAD)
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    assert house.kinds("c1") == []
    since = house.clock.moment
    while not house.kinds("c1") and house.clock.moment < since + PATIENCE:
        house.later(minutes=1)
    assert house.kinds("c1") == ["REQUEST"]
    house.later(hours=3)
    assert house.kinds("c1") == ["REQUEST"]
    assert sum("The second address" in one.as_string() for one in house.letters()) == 1
    quiet(house)
