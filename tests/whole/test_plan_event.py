"""The overview on the first day of an absence, from its first writing to its end, in every kind of calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.core.model import OfferState
from tests.scenario.entries import Entry
from tests.scenario.household import Household
from tests.whole.conftest import BY_MAIL
from tests.whole.test_lifecycle import INVITED_BY, MONDAY, RELEASED_BY, invited


def plan(household: Household) -> Entry | None:
    """The one overview that stands in the calendar, or None."""
    found = [one for one in household.entries() if one.title.startswith("Plan ·")]
    assert len(found) < 2
    return found[0] if found else None


def row(household: Household, initials: str) -> str:
    """The overview's line about somebody; "" where there is none."""
    found = plan(household)
    lines = found.description.split("\n") if found else ()
    return next((one for one in lines if one.startswith(initials)), "")


def test_on_the_first_day_private_free_and_without_a_name(household: Household) -> None:
    """Initials, times and states; nobody is invited by it."""
    household.block(MONDAY)
    household.run()
    found = plan(household)
    assert found is not None
    assert (found.begins.date(), found.days) == (MONDAY, 1)
    assert (found.organizer, found.attendees) == ("", ())
    assert (found.private, found.transparent) == (True, True)
    text = found.title + found.description
    people = [word for one in household.clients for word in (*one.name.split(), one.email, one.phone) if word]
    assert [word for word in people if word in text] == []
    assert found.title == "Plan · 3 appointments"
    assert row(household, "AB").endswith("held, not sent yet")
    assert row(household, "CD").endswith("please call")
    assert "Next: AB, BC hear from us on" in found.description


def test_it_follows_what_happens_and_is_left_alone_otherwise(household: Household) -> None:
    """Invited, accepted, declined, dragged: each shows with the passes in which it happens."""
    invited(household)
    assert row(household, "AB").endswith("invited, no answer yet")
    household.answer("c1", "ACCEPTED")
    household.answer("c2", "DECLINED")
    household.later(minutes=2)
    assert row(household, "AB").endswith("accepted")
    assert row(household, "BC").endswith("invited, no answer yet (declined the time before)")
    before = plan(household)
    household.later(minutes=2)
    assert plan(household) == before


def test_a_veto_is_said_in_words(household: Household) -> None:
    """A deleted hold: the next one's line says why it is another."""
    household.block(MONDAY)
    household.run()
    household.remove(household.offers("c1")[-1].uid)
    household.later(minutes=2)
    household.later(minutes=11)
    assert row(household, "AB").endswith("held, not sent yet (you removed the time before)")


def test_deleting_it_only_hides_it(household: Household) -> None:
    """It never comes back, whatever happens, and nothing else changes."""
    household.block(MONDAY)
    household.run()
    found = plan(household)
    assert found is not None
    household.remove(found.uid)
    household.at(INVITED_BY)
    assert plan(household) is None
    assert [household.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]
    household.answer("c1", "ACCEPTED")
    household.later(minutes=2)
    assert plan(household) is None


def test_it_moves_with_the_leave(household: Household) -> None:
    """The leave moves to the next week, and so does the one overview."""
    household.block(MONDAY)
    household.run()
    household.edit("leave", lambda text: text.replace("20260706", "20260713").replace("20260711", "20260718"))
    household.stays_away()
    found = plan(household)
    assert found is not None
    assert found.begins.date() == MONDAY + timedelta(days=7)
    assert row(household, "AB").startswith("AB · Mon 13 Jul")
    assert found.title == "Plan · 3 appointments"


@pytest.mark.parametrize("new_household", BY_MAIL, indirect=True)
def test_it_goes_with_the_leave_and_comes_back_with_it(household: Household) -> None:
    """Nothing is displaced any more: it is deleted, and written anew when the leave returns."""
    household.block(MONDAY)
    household.run()
    household.remove("leave")
    household.stays_away()
    assert plan(household) is None
    household.block(MONDAY)
    household.later(minutes=2)
    assert plan(household) is not None
    assert household.offers("c1")[-1].state is OfferState.HELD


def test_an_accepted_time_whose_leave_has_gone_stands_there_as_such(household: Household) -> None:
    """What was accepted stays, and the overview says so."""
    invited(household)
    household.answer("c1", "ACCEPTED")
    household.later(minutes=2)
    household.remove("leave")
    household.stays_away()
    assert row(household, "AB").endswith(
        "although the leave has gone; what it stands in for does not take place"
    )
    assert row(household, "BC").endswith("takes place as usual again")


def test_what_waits_shows_its_code(new_household: Household) -> None:
    """Leave that stood there first waits: the overview holds the code until it is approved."""
    new_household.block(MONDAY)
    new_household.run()
    found = plan(new_household)
    assert found is not None
    code = found.title.rpartition("#ok ")[2]
    assert len(code) == 2
    assert f"#ok {code}" in found.description
    new_household.edit("leave", lambda text: text.replace("SUMMARY:Vacation", f"SUMMARY:Vacation #ok {code}"))
    new_household.later(minutes=2)
    after = plan(new_household)
    assert after is not None
    assert after.title == "Plan · 3 appointments"


def test_days_gone_by_keep_theirs(household: Household) -> None:
    """When the leave is over the overview stays where it is."""
    invited(household)
    household.at(RELEASED_BY)
    household.later(days=25)
    found = plan(household)
    assert found is not None
    assert found.begins.date() == MONDAY
