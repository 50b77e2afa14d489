"""Nobody is left untold: nights before the leave, refused writes, mails that cannot be delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from syncd.core.model import Contact, OfferState
from syncd.core.model.errors import Forbidden, Rejected, Unclear
from tests.core.people import BERLIN
from tests.scenario.house import House
from tests.scenario.test_by_hand import INVITED_BY, MONDAY, invited, original, quiet


def test_the_second_week_is_let_go_before_the_night_in_which_the_leave_begins(house: House) -> None:
    """I9 and I23: no session inside is still confirmed when the leave begins, and no client is woken for it."""
    house.therapist = replace(
        house.therapist,
        policy=replace(
            house.therapist.policy,
            eligibility=replace(house.therapist.policy.eligibility, budget=1),
        ),
    )
    house.block(MONDAY, days=12)
    house.run()
    for day in range(16, 31, 2):
        house.at(datetime(2026, 6, day, 12, tzinfo=BERLIN))
    for day in (3, 4):  # a Friday and a Saturday
        house.at(datetime(2026, 7, day, 19, 30, tzinfo=BERLIN))
    before = {one.id: house.kinds(one.id) for one in house.clients}
    house.at(datetime(2026, 7, 6, 0, 0, tzinfo=BERLIN))
    assert {one.id: house.kinds(one.id) for one in house.clients} == before
    inside = [one for one in house.entries() if one.title in {"AB", "BC"} and one.begins.day in {6, 13}]
    assert {one.status for one in inside if one.begins.month == 7} == {"CANCELLED"}
    assert all(house.kinds(one) for one in ("c1", "c2"))


def test_leave_blocked_in_the_night_before_it_begins_cancels_in_silence(house: House) -> None:
    """Saturday night, for Monday: the originals go at midnight; the word not to come in the morning, then a time.

    One for both weeks: none that is left would make the wait shorter.
    """
    house.at(datetime(2026, 7, 4, 21, tzinfo=BERLIN))
    house.block(date(2026, 7, 6), days=8)
    house.run()
    house.at(datetime(2026, 7, 6, 0, 0, tzinfo=BERLIN))
    assert original(house) == "CANCELLED"
    assert house.kinds("c2") == []
    house.at(datetime(2026, 7, 6, 8, 0, tzinfo=BERLIN))
    assert house.kinds("c2") == ["", "REQUEST"]
    quiet(house)


def test_a_refused_calendar_write_is_tried_again(house: House) -> None:
    """The calendar was shared read-only for a while; six hours later the hold appears, and is invited to."""
    house.calendar.faults.before_writes.extend([Forbidden("read-only")] * 3)
    house.block(MONDAY)
    house.run()
    assert [one for one in house.entries() if one.status == "TENTATIVE"] == []
    house.later(hours=7)
    assert [one.state for one in house.offers()] == [OfferState.HELD] * 3
    house.at(INVITED_BY)
    assert house.kinds("c1") == ["REQUEST"]
    quiet(house)


def test_an_invitation_of_which_nobody_knows_counts_as_received(house: House) -> None:
    """The connection broke after DATA and no copy is found: her yes counts, and a withdrawal tells her."""
    house.block(MONDAY)
    house.run()
    house.post.vanish.append(Unclear("connection lost after DATA"))
    house.at(INVITED_BY)
    house.later(minutes=20)
    assert sorted(house.offers(one)[-1].state for one in ("c1", "c2")) == [OfferState.INVITED] * 2
    house.remove("leave")
    house.stays_away()
    assert sorted(house.kinds("c1") + house.kinds("c2")) == ["CANCEL", "CANCEL", "REQUEST"]
    quiet(house)


def test_a_cancel_that_is_refused_for_good_asks_the_therapist_to_call(house: House) -> None:
    """The entry stays and says so; deleting it says that she was told, and the next message may go."""
    invited(house)
    offer = house.offers("c1")[-1]
    house.remove("c1-series")
    house.run()  # Dana gets a letter first
    house.post.refuse.append(Rejected("no such mailbox"))
    house.stays_away()
    assert "please call" in house.entry(offer.uid).title
    house.remove(offer.uid)
    house.run()
    assert house.kinds("c1") == ["REQUEST"]
    quiet(house)


def test_a_client_who_lost_the_address_is_to_be_called(house: House) -> None:
    """Invited by mail, by phone since: no mail can take the invitation back, so a person does."""
    invited(house)
    offer = house.offers("c1")[-1]
    ada, *others = house.clients
    house.clients = (replace(ada, email="", contact=Contact.PHONE, phone="030 1"), *others)
    house.remove("leave")
    house.stays_away()
    assert "please call" in house.entry(offer.uid).title
    house.remove(offer.uid)
    quiet(house)
