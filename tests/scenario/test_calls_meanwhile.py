"""A call list that could not leave is out of date when its leave goes: nobody phones about leave that is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.model.errors import Transient
from tests.core.people import BERLIN
from tests.scenario.house import House
from tests.scenario.household import OFFICE
from tests.scenario.test_by_hand import MONDAY, quiet

EVE = datetime(2026, 7, 3, 9, 0, tzinfo=BERLIN)  # the last working day before the leave
CLEO = datetime(2026, 7, 5, 18, 0, tzinfo=BERLIN)  # within a day of her session


def calls(house: House) -> list[str]:
    """Subjects of letters that ask somebody to phone."""
    letters = (*house.letters(), *house.received(OFFICE))
    return [str(one["Subject"]) for one in letters if "lease call" in str(one["Subject"])]


def test_a_call_list_that_waits_goes_with_its_leave(house: House) -> None:
    """The mail server is away when it is due; the leave is deleted; what was held back is not sent afterwards."""
    house.block(MONDAY)
    house.run()
    house.at(EVE - timedelta(days=1, hours=1))
    house.post.refuse = [Transient("busy")] * 100
    house.at(EVE)
    house.at(CLEO)
    assert calls(house) == []
    house.remove("leave")
    house.later(minutes=5)
    house.post.refuse = []
    house.later(minutes=30)
    assert calls(house) == []
    for _ in range(3):
        house.later(hours=4)
    assert [one for one in calls(house) if "do not know yet" in one or "does not know yet" in one] == []
    quiet(house)


def test_leave_that_came_back_is_called_about(house: House) -> None:
    """Deleted and put back while the mail server is away: whom to call is told as soon as it can be."""
    house.block(MONDAY)
    house.run()
    house.at(EVE - timedelta(days=1, hours=1))
    house.post.refuse = [Transient("busy")] * 100
    house.at(EVE)
    house.remove("leave")
    house.later(minutes=5)
    house.block(MONDAY)
    house.later(minutes=2)
    house.post.refuse = []
    house.later(minutes=30)
    assert len(calls(house)) == 2  # to the therapist, and to the practice
