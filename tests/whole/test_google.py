"""What is Google's own on the way from hold to settled session: who is told by whom, and what each write carries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from syncd.core.model import Conflict, Offer, OfferState, OriginalState
from syncd.core.time.spans import Span
from syncd.standin.google import Call, Fault, Phase
from tests.core.people import BERLIN
from tests.whole.google import GoogleHouse
from tests.whole.holding import wait_until

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
LATE = datetime(2026, 6, 16, 21, 30, tzinfo=BERLIN)
OFF = "This appointment does not take place."
WRITES = {"events.insert", "events.patch", "events.delete"}


def invited(house: GoogleHouse) -> Offer:
    """Leave is blocked, and a day later the clients have their invitations; c1's offer."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    return house.offers("c1")[-1]


def state(house: GoogleHouse) -> OfferState:
    """Where c1's newest offer stands."""
    return house.offers("c1")[-1].state


def original(house: GoogleHouse) -> Conflict:
    """c1's displaced session."""
    return next(row for row in house.conflicts() if row.client == "c1")


def writes(house: GoogleHouse, since: int = 0) -> list[Call]:
    """What syncd wrote, from a number of calls on."""
    return [call for call in house.server.calls[since:] if call.method in WRITES and call.user]


def drag(house: GoogleHouse, offer: Offer, send: str = "all", **later: float) -> Span:
    """Dana moves an event; where it stands then. What changed minutes after our own write would need a second look."""
    house.later(minutes=12)
    start, end = (at + timedelta(**later) for at in (offer.span.start, offer.span.end))
    house.dana.drag(offer.uid, start.isoformat(), end.isoformat(), "Practice", send=send)
    return Span(start, end)


def test_a_client_hears_once_and_the_entry_says_what_it_replaces(house: GoogleHouse) -> None:
    """Hold and neutral wording are silent; the invitation is private, names the original, and is the client's alone."""
    offer = invited(house)
    (mail,) = house.server.mails("ada@example.net")
    assert (mail.method, mail.event, mail.fresh) == ("REQUEST", offer.uid, True)
    mine = house.person("c1").event(offer.uid)
    assert mine is not None
    assert mine["summary"] == "Appointment with Dana Okafor"
    assert "Monday 6 July 2026, 10:00" in mine["description"]
    assert mine["visibility"] == "private"
    assert [one["email"] for one in mine["attendees"]] == ["ada@example.net"]
    assert [call.given["sendUpdates"] for call in writes(house)].count("all") == 2  # Ada's and Ben's


def test_a_yes_is_confirmed_without_disturbing_anybody(house: GoogleHouse) -> None:
    """CONFIRMED carries no attendees and sends nothing; of the original only guests outside Google are told."""
    house.dana.change("c1-series", {"attendees": [{"email": "ada@example.net"}]}, "Practice")
    offer = invited(house)
    before = len(house.server.calls)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    assert state(house) is OfferState.ACCEPTED
    assert original(house).original is OriginalState.CANCELLED
    sent = writes(house, before)
    assert [call.given["sendUpdates"] for call in sent] == ["none", "none", "externalOnly", "none"]
    # the number in the plan event, make-up, original, plan event
    assert not any("attendees" in (call.body or {}) for call in sent)
    mine = house.person("c1").event(offer.uid)
    assert mine is not None
    assert (mine["status"], mine["attendees"][0]["responseStatus"]) == ("confirmed", "accepted")
    assert house.kinds("c1") == ["REQUEST"]


def test_an_original_with_its_client_comes_back_as_silently_as_it_went(house: GoogleHouse) -> None:
    """Released with a notice in words, restored with one that says so; Google writes nothing about the series."""
    house.dana.change("c1-series", {"attendees": [{"email": "ada@example.net"}]}, "Practice")
    invited(house)
    house.at(datetime(2026, 6, 30, 12, 0, tzinfo=BERLIN))
    assert original(house).original is OriginalState.CANCELLED
    house.dana.delete("leave", "Practice")
    house.stays_away()
    assert original(house).original is OriginalState.IN_PLACE
    assert {mail.event for mail in house.server.mails("ada@example.net")} == {house.offers("c1")[-1].uid}
    occurrence = house.person("c1").event("c1-series_20260706T080000Z")
    assert occurrence is not None
    assert occurrence["status"] == "confirmed"


def test_who_says_no_is_not_told_again(house: GoogleHouse) -> None:
    """A declined invitation disappears without a CANCEL; the next one comes."""
    first = invited(house)
    house.answer("c1", "DECLINED")
    house.later(minutes=2)
    assert house.kinds("c1") == ["REQUEST", "REQUEST"]
    assert house.person("c1").event(first.uid) is None


@pytest.mark.parametrize("resets", [True, False])
def test_a_drag_asks_again_without_us(house: GoogleHouse, resets: bool) -> None:
    """The yes to the earlier time is void whether or not Google keeps it; nothing is written; a no counts."""
    house.server.world.resets_answers = resets
    offer = invited(house)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    before = len(house.server.calls)
    span = drag(house, offer, days=1)
    house.later(minutes=2)
    moved = house.offers("c1")[-1]
    assert (moved.state, moved.span, moved.pinned) == (OfferState.INVITED, span, True)
    assert [call.body for call in writes(house, before) if call.given["eventId"] == offer.uid] == []
    assert house.kinds("c1") == ["REQUEST", "REQUEST"]  # ours, and Google's for the drag
    house.answer("c1", "DECLINED")
    house.later(minutes=2)
    assert house.offers("c1")[0].state is OfferState.DECLINED


def test_a_second_yes_counts_where_google_took_the_first_back(house: GoogleHouse) -> None:
    """Accepted, dragged, asked anew by Google itself, accepted again: confirmed at the new time."""
    offer = invited(house)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    span = drag(house, offer, days=1)
    house.later(minutes=2)
    assert state(house) is OfferState.INVITED
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    now = house.offers("c1")[-1]
    assert (now.state, now.span) == (OfferState.ACCEPTED, span)
    assert house.entry(offer.uid).status == "CONFIRMED"
    assert house.kinds("c1") == ["REQUEST", "REQUEST"]


def test_a_yes_to_the_new_time_counts_once_google_asked(house: GoogleHouse) -> None:
    """Dragged before anybody answered: NEEDS-ACTION is seen at the new start, and the yes after it is to that."""
    offer = invited(house)
    span = drag(house, offer, days=1)
    house.later(minutes=2)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    now = house.offers("c1")[-1]
    assert (now.state, now.span) == (OfferState.ACCEPTED, span)


@pytest.mark.parametrize("resets", [True, False])
def test_moved_without_sending_then_sent_after_all(house: GoogleHouse, resets: bool) -> None:
    """ "Don't send" at the drag; `#send` in the title tells the client once, and the tag is gone."""
    house.server.world.resets_answers = resets
    offer = invited(house)
    drag(house, offer, send="none", days=1)
    house.later(minutes=2)
    assert house.kinds("c1") == ["REQUEST"]
    house.dana.change(offer.uid, {"summary": "Appointment with Dana Okafor #send"}, "Practice")
    house.later(minutes=2)
    house.later(minutes=2)
    assert house.kinds("c1") == ["REQUEST", "REQUEST"]
    assert house.entry(offer.uid).title == "Appointment with Dana Okafor"
    assert state(house) is OfferState.INVITED


@pytest.mark.parametrize("phase", [Phase.DROP_AFTER, Phase.ERROR_AFTER, Phase.DROP_BEFORE, Phase.HTML])
def test_an_unclear_invitation_is_read_back(house: GoogleHouse, phase: Phase) -> None:
    """Whether or not it was applied: one invitation per client."""
    house.block(MONDAY)
    house.run()
    house.server.fail(Fault(phase, "events.patch", skip=1))
    house.at(INVITED_BY)
    house.later(minutes=2)
    house.later(minutes=2)
    assert [house.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    assert state(house) is OfferState.ACCEPTED


@pytest.mark.parametrize("status", [403, 429])
def test_google_asks_for_patience_with_invitations(house: GoogleHouse, status: int) -> None:
    """403 quotaExceeded and 429 on the write that invites: it goes out later, once; answers are read meanwhile."""
    house.block(MONDAY)
    house.run()
    house.server.fail(
        Fault(Phase.REFUSED, "events.patch", status, "quotaExceeded", retry_after=0, skip=1, times=50)
    )
    house.at(INVITED_BY)
    assert [house.kinds(one) for one in ("c1", "c2")] == [[], []]
    assert house.run()[-1].problems == ()
    house.server.fail()

    def invited() -> bool:  # the wait that was asked for is one of the machine's own seconds
        house.later(minutes=2)
        return [house.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]

    wait_until(invited)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    assert state(house) is OfferState.ACCEPTED


def test_withdrawals_wait_for_the_morning(house: GoogleHouse) -> None:
    """Leave goes at half past nine in the evening: Google's CANCEL comes after eight the next day, once."""
    invited(house)
    house.clock.moment = LATE
    house.dana.delete("leave", "Practice")
    house.run()
    house.at(LATE + timedelta(hours=11))
    assert house.kinds("c1") == ["REQUEST"]
    house.later(hours=1)
    assert state(house) is OfferState.WITHDRAWN
    assert house.kinds("c1") == ["REQUEST", "CANCEL", ""]  # "": our words about it


@pytest.mark.parametrize("broken_off", [False, True])
def test_what_google_mails_of_a_time_taken_back_is_true(house: GoogleHouse, broken_off: bool) -> None:
    """Its mail repeats the event's text: no offer, no "Accept", beside our own words that the session takes place.

    Also where syncd came only as far as the text: that reads as nobody's hand, and the next look goes on.
    """
    offer = invited(house)
    house.dana.delete("leave", "Practice")
    house.run()
    if broken_off:
        house.server.fail(Fault(Phase.DROP_BEFORE, "events.delete", times=50))
    house.later(hours=20)
    if broken_off:
        standing = house.dana.event(offer.uid, "Practice")
        assert standing is not None
        assert (standing["description"], house.kinds("c1")) == (OFF, ["REQUEST"])
        house.server.fail()
        house.later(minutes=12)
        house.later(minutes=12)
    asked, taken = house.server.mails("ada@example.net")
    assert "choose Accept" in asked.description
    assert (taken.method, taken.event, taken.title) == ("CANCEL", offer.uid, asked.title)
    assert taken.description == OFF
    assert sorted(house.kinds("c1")) == ["", "CANCEL", "REQUEST"]  # "": our words about it
    assert state(house) is OfferState.WITHDRAWN
    *_, lifted, call = (str(letter["Subject"]) for letter in house.letters())
    assert lifted.endswith("gone from your calendar")
    assert call == "Please get in touch with CD"  # whom the plan letter had asked to call


def test_words_beside_an_answer_reach_dana_and_stop_the_clock(house: GoogleHouse) -> None:
    """A comment is quoted to nobody else, comes as one letter, and no reminder follows."""
    offer = invited(house)
    letters = len(house.letters())
    house.person("c1").answer(offer.uid, "tentative", "Could it be an hour later?")
    house.later(minutes=2)
    house.later(minutes=2)
    assert len(house.letters()) == letters + 1
    now = house.offers("c1")[-1]
    assert (now.frozen, now.tentative, now.state) == (True, True, OfferState.INVITED)
    assert offer.due is not None
    house.at(offer.due - timedelta(hours=3))
    assert house.kinds("c1") == ["REQUEST"]


@pytest.mark.parametrize(
    ("tag", "ends", "kinds"),
    [
        ("#yes", OfferState.SETTLED, ["REQUEST"]),
        ("#no", OfferState.DECLINED, ["REQUEST", "CANCEL", "REQUEST"]),
        ("#no #told", OfferState.DECLINED, ["REQUEST"]),
        ("#yes #told", OfferState.SETTLED, ["REQUEST"]),
    ],
)
def test_settled_by_hand(house: GoogleHouse, tag: str, ends: OfferState, kinds: list[str]) -> None:
    """What the client said in person is shown; a no takes the entry out of their calendar, silently after `#told`."""
    offer = invited(house)
    house.later(minutes=12)
    house.dana.change(offer.uid, {"summary": f"Appointment with Dana Okafor {tag}"}, "Practice")
    house.later(minutes=2)
    assert house.offers("c1")[0].state is ends
    assert house.kinds("c1") == kinds
    if ends is OfferState.SETTLED:
        assert house.entry(offer.uid).status == "CONFIRMED"
        assert house.entry(offer.uid).title == "Appointment with Dana Okafor"


def test_a_hold_settled_by_hand_stays_hers(house: GoogleHouse) -> None:
    """`#yes` before anybody was invited: confirmed, without a guest and without a mail."""
    house.block(MONDAY)
    house.run()
    hold = house.offers("c1")[-1]
    house.dana.change(hold.uid, {"summary": "AB #yes"}, "Practice")
    house.at(INVITED_BY)
    assert state(house) is OfferState.SETTLED
    assert (house.entry(hold.uid).status, house.entry(hold.uid).attendees) == ("CONFIRMED", ())
    assert house.kinds("c1") == []


@pytest.mark.parametrize(("send", "kinds"), [("all", ["REQUEST", "CANCEL"]), ("none", ["REQUEST"])])
def test_deleting_an_invitation_counts_as_told(house: GoogleHouse, send: str, kinds: list[str]) -> None:
    """Google asked Dana whether to tell; we add nothing, and nothing further is offered."""
    offer = invited(house)
    house.dana.delete(offer.uid, "Practice", send=send)
    house.later(minutes=2)
    house.later(days=1)
    assert state(house) is OfferState.WITHDRAWN
    assert house.kinds("c1") == kinds
    assert len(house.offers("c1")) == 1


def test_a_later_leave_over_the_make_up(house: GoogleHouse) -> None:
    """The accepted make-up is displaced: the client is asked once more, and hears that the first does not hold."""
    offer = invited(house)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    day = offer.span.start.astimezone(BERLIN).date()
    house.block(day, 1, "Vacation #send", "second")
    house.later(minutes=2)
    assert house.offers("c1")[0].state is OfferState.DISPLACED
    assert house.kinds("c1")[:2] == ["REQUEST", "REQUEST"]
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    assert house.kinds("c1") == ["REQUEST", "REQUEST", "CANCEL"]
    assert house.server.mails("ada@example.net")[-1].event == offer.uid


def test_an_idle_look_is_one_request(house: GoogleHouse) -> None:
    """Nothing changed: one request for the one calendar, and nothing is recorded."""
    invited(house)
    for _ in range(3):
        before, audit = len(house.server.calls), house.store.audit()
        house.later(minutes=2)
        assert [call.method for call in house.server.calls[before:]] == ["events.list"]
        assert house.store.audit() == audit


def test_a_hidden_invitation_is_not_unseen(house: GoogleHouse) -> None:
    """A client whose calendar adds no invitations of strangers still got the mail, and answers from there."""
    house.server.world.users["ada@example.net"].adds_invitations = False
    invited(house)
    assert house.person("c1").events() == []
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    assert state(house) is OfferState.ACCEPTED
