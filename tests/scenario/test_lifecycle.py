"""Leave from the first hold to the settled session, on the memory connector with the real cycle, store and planner."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from syncd.core.errors import Transient, Unclear
from syncd.core.model import ConflictState, EventStatus, OfferState, OriginalState
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked


def state(house: House, client: str) -> OfferState:
    """Where a client's newest offer stands."""
    return house.offers(client)[-1].state


def original(house: House, client: str) -> EventStatus:
    """STATUS of a client's session in the leave, in the calendar itself."""
    wanted = next(row.ref for row in house.conflicts() if row.client == client)
    return next(event.status for event in house.events() if event.ref == wanted)


def invited(house: House) -> None:
    """Leave is blocked, and a day later the clients have their invitations."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)


def test_holds_at_once_and_messages_after_the_leave_has_settled(house: House) -> None:
    """Everybody is held with the next pass; nobody hears anything for 24 hours."""
    house.block(MONDAY)
    house.run()
    assert [state(house, one.id) for one in house.clients] == [OfferState.HELD] * 3
    assert all(house.entry(offer.uid).status is EventStatus.TENTATIVE for offer in house.offers())
    house.later(hours=23)
    assert [house.mails(one.id) for one in house.clients] == [[], [], []]
    house.at(INVITED_BY)
    assert [house.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]


def test_an_entry_names_nobody_and_invites_nobody_itself(house: House) -> None:
    """On the imip path the calendar's own object carries neither organizer nor attendee, and initials only."""
    invited(house)
    for offer in house.offers():
        entry = house.entry(offer.uid)
        assert (entry.organizer, entry.attendees) == ("", ())
        assert house.client(offer.client).name not in entry.title + entry.description


def test_accepted(house: House) -> None:
    """The make-up is confirmed, the original occurrence is cancelled, the rest of the series stands."""
    invited(house)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    assert state(house, "c1") is OfferState.ACCEPTED
    assert house.entry(house.offers("c1")[-1].uid).status is EventStatus.CONFIRMED
    assert original(house, "c1") is EventStatus.CANCELLED
    others = [event.status for event in house.events() if event.uid == "c1-series"]
    assert others.count(EventStatus.CANCELLED) == 1
    assert house.kinds("c1") == ["REQUEST"]


def test_declined_the_next_best_slot_up_to_max_offers(house: House) -> None:
    """Two offers at most, never the same time twice; then one closing message and the original goes."""
    invited(house)
    house.answer("c1", "DECLINED")
    house.later(minutes=2)
    assert house.kinds("c1") == ["REQUEST", "REQUEST"]
    first, second = house.offers("c1")
    assert not first.span.overlaps(second.span)
    assert first.uid not in {event.uid for event in house.events()}
    house.answer("c1", "DECLINED")
    house.later(minutes=2)
    assert len(house.offers("c1")) == 2
    assert house.kinds("c1") == ["REQUEST", "REQUEST", ""]
    assert original(house, "c1") is EventStatus.CANCELLED


def test_silence_one_reminder_then_the_therapist(house: House) -> None:
    """At half time one reminder; when the answer is overdue a letter, no second offer, the hold stays."""
    invited(house)
    offer = house.offers("c1")[-1]
    assert offer.due is not None
    assert offer.invited_at is not None
    before = len(house.letters())
    house.at(offer.invited_at + (offer.due - offer.invited_at) / 2 + timedelta(hours=14))
    assert house.kinds("c1") == ["REQUEST", ""]
    house.at(offer.due + timedelta(hours=1))
    assert state(house, "c1") is OfferState.UNANSWERED
    assert len(house.offers("c1")) == 1
    assert house.kinds("c1") == ["REQUEST", ""]
    assert len(house.letters()) > before
    assert house.entry(offer.uid).status is EventStatus.TENTATIVE


def test_leave_deleted(house: House) -> None:
    """Unanswered offers are withdrawn with one CANCEL each; what was accepted stays, its original stays cancelled."""
    invited(house)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    house.calendar.remove("leave")
    house.later(minutes=2)
    assert (state(house, "c1"), state(house, "c2"), state(house, "c3")) == (
        OfferState.ACCEPTED,
        OfferState.WITHDRAWN,
        OfferState.WITHDRAWN,
    )
    assert house.kinds("c2") == ["REQUEST", "CANCEL"]
    assert house.kinds("c1") == ["REQUEST"]
    assert [event.uid for event in house.events() if event.ours] == [house.offers("c1")[-1].uid]
    assert original(house, "c1") is EventStatus.CANCELLED
    assert original(house, "c2") is EventStatus.CONFIRMED


def test_sequence_rises_and_the_uid_stays(house: House) -> None:
    """RFC 5546: the CANCEL is about the same UID with a higher SEQUENCE."""
    invited(house)
    house.calendar.remove("leave")
    house.later(minutes=2)
    request, cancel = (ics.part(message) for message in house.mails("c2"))
    assert ics.value(request, "UID") == ics.value(cancel, "UID")
    assert int(ics.value(cancel, "SEQUENCE")) > int(ics.value(request, "SEQUENCE"))


def test_released_originals_go_with_a_notice(house: House) -> None:
    """A week before its start an original that nobody settled is cancelled; the phone client stands on the list."""
    invited(house)
    house.at(datetime(2026, 6, 30, 12, 0, tzinfo=BERLIN))
    assert {original(house, one.id) for one in house.clients} == {EventStatus.CANCELLED}
    assert not house.mails("c3") if house.client("c3").email else True
    assert any("CD" in str(letter.get_body(("plain",))) for letter in house.letters())


def test_deleting_the_leave_after_release_brings_the_originals_back(house: House) -> None:
    """The pre-image is restored where nothing was accepted."""
    invited(house)
    house.at(datetime(2026, 6, 30, 12, 0, tzinfo=BERLIN))
    house.calendar.remove("leave")
    house.later(minutes=2)
    assert {original(house, one.id) for one in house.clients} == {EventStatus.CONFIRMED}
    assert {row.original for row in house.conflicts()} == {OriginalState.STANDING}
    assert {row.state for row in house.conflicts()} == {ConflictState.HEALED}


def test_a_second_pass_over_an_unchanged_world_does_nothing(house: House) -> None:
    """I15: a hundred passes later calendar and mailbox are what they were."""
    invited(house)
    texts, mails = dict(house.calendar.texts()), len(house.post.delivered)
    for _ in range(100):
        assert [report.actions for report in house.run()] == [()]
    assert dict(house.calendar.texts()) == texts
    assert len(house.post.delivered) == mails


def test_first_start_on_a_calendar_with_leave_in_it_sends_nothing(house: House) -> None:
    """What stood there first waits for `#ok`, which then covers exactly what was shown."""
    house.block(MONDAY, uid="old")
    house.store.load()
    fresh = house.another_store()
    fresh.run()
    fresh.later(days=2)
    assert fresh.post.to("ada@example.net") == []
    assert fresh.letters()
    fresh.calendar.edit("old", lambda text: text.replace("SUMMARY:Vacation", "SUMMARY:Vacation #ok"))
    fresh.later(minutes=2)
    assert fresh.kinds("c1") == ["REQUEST"]


def test_a_refused_mail_is_sent_later_and_once(house: House) -> None:
    """Refused before DATA: the outbox tries again; the client gets one invitation."""
    house.post.refuse.extend([Transient("busy"), Transient("busy")])
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    house.later(hours=1)
    assert [house.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]


def test_an_unclear_mail_is_looked_up_and_never_sent_twice(house: House) -> None:
    """The answer after DATA was lost: the evidence copy tells that it went out."""
    house.block(MONDAY)
    house.run()
    house.post.lose_answer.append(Unclear("connection lost after DATA"))
    house.at(INVITED_BY)
    house.later(minutes=2)
    assert [house.kinds(one) for one in ("c1", "c2")] == [["REQUEST"], ["REQUEST"]]
    assert {state(house, one) for one in ("c1", "c2")} == {OfferState.INVITED}


def test_an_unclear_write_is_read_back(house: House) -> None:
    """A calendar write that timed out after it was applied: one entry, not two."""
    house.calendar.faults.after_writes.append(Unclear("timed out"))
    house.block(MONDAY)
    house.run()
    house.later(minutes=2)
    assert {state(house, one.id) for one in house.clients} == {OfferState.HELD}
    assert len([event for event in house.events() if event.ours]) == 3


def test_a_deleted_hold_is_a_veto(house: House) -> None:
    """Not this time: the hour stays free, another one is held; a second deletion means no make-up."""
    house.block(MONDAY)
    house.run()
    first = house.offers("c1")[-1]
    house.calendar.remove(first.uid)
    house.later(minutes=2)
    second = house.offers("c1")[-1]
    assert state(house, "c1") is OfferState.HELD
    assert not any(offer.span.overlaps(first.span) for offer in house.offers() if offer.live)
    house.calendar.remove(second.uid)
    house.later(minutes=2)
    assert len(house.offers("c1")) == 2


def test_an_empty_read_withdraws_nothing(house: House) -> None:
    """I18: a server that suddenly shows next to nothing is not believed."""
    invited(house)
    for number in range(8):
        house.calendar.put_text(ics.timed(f"busy{number}", "", INVITED_BY + timedelta(days=30 + number), 30))
    house.run()
    house.calendar.expire_cursors()
    house.calendar.faults.keep_only = 1
    mails = len(house.post.delivered)
    (report,) = house.later(minutes=2)
    assert {state(house, one) for one in ("c1", "c2")} == {OfferState.INVITED}
    assert len(house.post.delivered) == mails
    assert any("gone at once" in problem.reason for problem in report.problems)
