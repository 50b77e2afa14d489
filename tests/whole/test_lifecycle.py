"""Leave from the first hold to the settled session: alike in memory, on Radicale, on Xandikos and with Google.

Read back by a plain calendar program and from the mailboxes; afterwards further passes change nothing (`rests`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from syncd.core.model import ConflictState, OfferState, OriginalState
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.entries import Entry
from tests.scenario.household import Household
from tests.whole.conftest import BY_MAIL

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
RELEASED_BY = datetime(2026, 6, 30, 12, 0, tzinfo=BERLIN)


def state(household: Household, client: str) -> OfferState:
    """Where a client's newest offer stands."""
    return household.offers(client)[-1].state


def original(household: Household, client: str) -> str:
    """STATUS of a client's session in the leave, in the calendar itself."""
    (found,) = (
        one.status
        for one in household.entries()
        if one.uid == f"{client}-series" and one.begins.date() == MONDAY
    )
    return found


def written(household: Household) -> list[Entry]:
    """What stands in the calendar and is not Dana's own."""
    dana = {"leave", *(f"{one.id}-series" for one in household.clients)}
    return [one for one in household.entries() if one.uid not in dana]


def invited(household: Household) -> None:
    """Leave is blocked, and a day later the clients have their invitations."""
    household.block(MONDAY)
    household.run()
    household.at(INVITED_BY)


def test_holds_at_once_and_messages_after_the_leave_has_settled(household: Household) -> None:
    """Everybody is held with the next pass; nobody hears anything for 24 hours."""
    household.block(MONDAY)
    household.run()
    assert [state(household, one.id) for one in household.clients] == [OfferState.HELD] * 3
    assert {household.entry(offer.uid).status for offer in household.offers()} == {"TENTATIVE"}
    household.later(hours=23)
    assert [household.kinds(one) for one in ("c1", "c2")] == [[], []]
    household.at(INVITED_BY)
    assert [household.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]


@pytest.mark.parametrize("new_household", BY_MAIL, indirect=True)
def test_an_entry_names_nobody_and_invites_nobody_itself(household: Household) -> None:
    """On the imip path the calendar's own object carries neither organizer nor attendee, and initials only."""
    invited(household)
    for offer in household.offers():
        entry = household.entry(offer.uid)
        assert (entry.organizer, entry.attendees) == ("", ())
        assert household.client(offer.client).name not in entry.title + entry.description


def test_accepted(household: Household) -> None:
    """The make-up is confirmed, the original occurrence is cancelled, the rest of the series stands."""
    invited(household)
    household.answer("c1", "ACCEPTED")
    household.later(minutes=2)
    assert state(household, "c1") is OfferState.ACCEPTED
    assert household.entry(household.offers("c1")[-1].uid).status == "CONFIRMED"
    assert original(household, "c1") == "CANCELLED"
    series = [one.status for one in household.entries() if one.uid == "c1-series"]
    assert (series.count("CANCELLED"), len(series) > 10) == (1, True)
    assert household.kinds("c1") == ["REQUEST"]


def test_declined_the_next_best_slot_up_to_max_offers(household: Household) -> None:
    """Two offers at most, never the same time twice; then one closing message and the original goes."""
    invited(household)
    household.later(minutes=10)  # what is answered within moments may be a machine's
    household.answer("c1", "DECLINED")
    household.later(minutes=2)
    assert household.kinds("c1") == ["REQUEST", "REQUEST"]
    first, second = household.offers("c1")
    assert not first.span.overlaps(second.span)
    assert first.uid not in {one.uid for one in household.entries()}
    household.later(minutes=10)
    household.answer("c1", "DECLINED")
    household.later(minutes=2)
    assert len(household.offers("c1")) == 2
    assert household.kinds("c1") == ["REQUEST", "REQUEST", ""]
    assert original(household, "c1") == "CANCELLED"


def test_silence_one_reminder_then_the_therapist(household: Household) -> None:
    """At half time one reminder; when the answer is overdue a letter, no second offer, the hold stays."""
    invited(household)
    offer = household.offers("c1")[-1]
    assert offer.due is not None
    assert offer.invited_at is not None
    before = len(household.letters())
    household.at(offer.invited_at + (offer.due - offer.invited_at) / 2 + timedelta(hours=14))
    assert household.kinds("c1") == ["REQUEST", ""]
    household.at(offer.due + timedelta(hours=1))
    assert state(household, "c1") is OfferState.UNANSWERED
    assert len(household.offers("c1")) == 1
    assert household.kinds("c1") == ["REQUEST", ""]
    household.later(hours=24)  # the letter comes on the next working day
    assert len(household.letters()) > before
    assert household.entry(offer.uid).status == "TENTATIVE"


def test_leave_deleted(household: Household) -> None:
    """Unanswered offers are withdrawn with one CANCEL each; what was accepted stays, its original stays cancelled."""
    invited(household)
    household.answer("c1", "ACCEPTED")
    household.later(minutes=2)
    household.remove("leave")
    household.stays_away()
    assert [state(household, one.id) for one in household.clients] == [
        OfferState.ACCEPTED,
        OfferState.WITHDRAWN,
        OfferState.WITHDRAWN,
    ]
    assert household.kinds("c2") == ["REQUEST", "CANCEL", *household.beside]
    thanked = ["Thank you, this time is kept for you"] * (len(household.kinds("c1")) - 1)
    assert (household.kinds("c1")[0], [str(one["Subject"]) for one in household.mails("c1")[1:]]) == (
        "REQUEST",
        thanked,
    )
    overview, makeup = sorted(written(household), key=lambda one: one.title.startswith("Plan"), reverse=True)
    assert overview.title == "Plan · nothing is displaced any more"
    assert makeup.uid == household.offers("c1")[-1].uid
    assert (original(household, "c1"), original(household, "c2")) == ("CANCELLED", "")


@pytest.mark.parametrize("new_household", BY_MAIL, indirect=True)
def test_sequence_rises_and_the_uid_stays(household: Household) -> None:
    """RFC 5546: the CANCEL is about the same UID with a higher SEQUENCE."""
    invited(household)
    household.remove("leave")
    household.stays_away()
    request, cancel = (ics.part(message) for message in household.mails("c2"))
    assert ics.value(request, "UID") == ics.value(cancel, "UID")
    assert int(ics.value(cancel, "SEQUENCE")) > int(ics.value(request, "SEQUENCE"))


def test_released_originals_go_with_a_notice(household: Household) -> None:
    """A week before its start an original that nobody settled is cancelled; the phone client stands on the list."""
    invited(household)
    household.at(RELEASED_BY)
    assert {original(household, one.id) for one in household.clients} == {"CANCELLED"}
    assert not household.client("c3").email
    assert any("CD" in str(letter.get_body(("plain",))) for letter in household.letters())


def test_deleting_the_leave_after_release_brings_the_originals_back(household: Household) -> None:
    """The pre-image is restored where nothing was accepted."""
    invited(household)
    household.at(RELEASED_BY)
    household.remove("leave")
    household.stays_away()
    assert {original(household, one.id) for one in household.clients} == {""}
    assert {row.original for row in household.conflicts()} == {OriginalState.IN_PLACE}
    assert {row.state for row in household.conflicts()} == {ConflictState.HEALED}
    assert written(household) == []


def test_a_deleted_hold_is_a_veto(household: Household) -> None:
    """Not this time: the hour stays free, another one is held; a second deletion means no make-up."""
    household.block(MONDAY)
    household.run()
    first = household.offers("c1")[-1]
    household.remove(first.uid)
    household.later(minutes=2)
    household.later(minutes=11)
    second = household.offers("c1")[-1]
    assert state(household, "c1") is OfferState.HELD
    assert not any(offer.span.overlaps(first.span) for offer in household.offers() if offer.live)
    household.remove(second.uid)
    household.later(minutes=2)
    household.later(minutes=11)
    assert len(household.offers("c1")) == 2


def test_first_start_on_a_calendar_with_leave_in_it_sends_nothing(new_household: Household) -> None:
    """What stood there first waits for `#ok`, whatever else is trusted; the yes covers exactly what was shown."""
    new_household.block(MONDAY)
    new_household.run()
    new_household.later(days=2)
    assert [new_household.mails(one) for one in ("c1", "c2")] == [[], []]
    assert new_household.letters()
    new_household.edit("leave", lambda text: text.replace("SUMMARY:Vacation", "SUMMARY:Vacation #ok"))
    new_household.later(minutes=2)
    assert [new_household.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]


def test_when_the_leave_is_over_nobody_hears_anything_more(household: Household) -> None:
    """Silence, acceptance and a phone client: weeks later no message, and the originals stay cancelled."""
    invited(household)
    household.answer("c1", "ACCEPTED")
    household.later(minutes=2)
    household.at(datetime(2026, 7, 6, 8, 30, tzinfo=BERLIN))
    before = [household.kinds(one) for one in ("c1", "c2")]
    household.at(datetime(2026, 8, 3, 12, 0, tzinfo=BERLIN))
    assert [household.kinds(one) for one in ("c1", "c2")] == before
    assert not any(row.state is ConflictState.HEALED for row in household.conflicts())
