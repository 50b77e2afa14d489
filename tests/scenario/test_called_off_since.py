"""What was called off since the copy that is put back: it stays displaced, and whom no mail told is called."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from syncd.adopting import adopt
from syncd.core.model import OfferState, OriginalState
from tests.core.people import BERLIN, NOW
from tests.scenario import ics
from tests.scenario.house import House
from tests.scenario.test_by_hand import INVITED_BY, MONDAY
from tests.scenario.test_older import Restored, told

TODAY = NOW.astimezone(BERLIN).date()


def text(message: EmailMessage) -> str:
    """The words of a mail."""
    body = message.get_body(("plain",))
    return body.get_content().replace("\r\n", "\n") if body is not None else ""


def sick(restored: Restored) -> House:
    """Dana is sick: Ben (14:00) is told by mail, Cleo (16:00) has only a phone. Then the copy from before is back."""
    house = restored.house
    restored.copy()
    house.block(TODAY, days=1, title="Sick #none")
    house.run()
    house.later(minutes=20)
    assert [ics.method(one) for one in house.mails("c2")][:1] == [""]
    restored.put_back(whole=False)
    house.later(minutes=20)
    return house


@pytest.mark.parametrize("copies", [True, False], ids=["copies", "no copies"])
def test_whom_no_mail_told_is_on_the_call_list_again(tmp_path: Path, copies: bool) -> None:
    """Nobody knows whether Dana has called Cleo already: her letter names her; Ben hears nothing twice."""
    restored = Restored(tmp_path)
    restored.house.post.evidence = copies
    house = sick(restored)
    before, letters = told(house), len(house.letters())
    adopt(house.world(), house.fence)
    house.later(minutes=5)
    rows = {row.client: row for row in house.conflicts()}
    assert {client: row.original for client, row in rows.items()} == {
        "c2": OriginalState.CANCELLED,
        "c3": OriginalState.CANCELLED,
    }
    (letter,) = house.letters()[letters:]
    assert "Cleo Dietz (CD), 030 5550103\nMon 15 Jun, 16:00: please call" in text(letter)
    assert ("Mon 15 Jun, 14:00: perhaps not told; please call" in text(letter)) is not copies
    house.edit("leave", lambda one: one.replace("SUMMARY:Sick #none", "SUMMARY:Sick #none #ok"))
    house.later(minutes=20)
    house.later(days=1)
    asked = any("perhaps not told; please call" in text(one) for one in house.letters()[letters:])
    assert asked is not copies
    assert not any("not told yet" in text(one) for one in house.letters()[letters:])
    assert told(house) == before


def test_what_the_therapist_cancelled_herself_is_not_taken_for_called_off(tmp_path: Path) -> None:
    """Cleo's session of today Dana had cancelled in her program, before she fell ill: nobody is to call Cleo."""
    restored = Restored(tmp_path)
    override = (
        "BEGIN:VEVENT",
        "DTSTAMP:20260101T000000Z",
        "UID:c3-series",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260615T160000",
        "SUMMARY:CD",
        "STATUS:CANCELLED",
        "DTSTART;TZID=Europe/Berlin:20260615T160000",
        "DTEND;TZID=Europe/Berlin:20260615T165000",
        "END:VEVENT",
        "END:VCALENDAR\r\n",
    )
    restored.house.edit("c3-series", lambda one: re.sub(r"END:VCALENDAR\s*", "\r\n".join(override), one))
    house = sick(restored)
    adopt(house.world(), house.fence)
    house.later(minutes=5)
    assert [row.client for row in house.conflicts()] == ["c2"]


def notice_of(house: House, least: timedelta) -> None:
    """Dana offers times so near as this."""
    slots = replace(house.therapist.policy.slots, min_notice=least)
    house.therapist = replace(house.therapist, policy=replace(house.therapist.policy, slots=slots))


def test_a_time_offered_for_a_make_up_that_was_called_off_is_offered_for_it_again(tmp_path: Path) -> None:
    """Ada's make-up fell to a sick day since the copy, and she was asked about another time: she still is."""
    restored = Restored(tmp_path)
    house = restored.house
    house.post.evidence = True
    notice_of(house, timedelta(hours=12))
    for number in (2, 3):  # so her make-up is on Wednesday; later these days are free
        house.put(
            ics.timed(f"away{number}", "Course", datetime(2026, 7, number, 8, tzinfo=BERLIN), 600),
            f"away{number}",
        )
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    house.answer("c1", "ACCEPTED")
    house.run()
    (makeup,) = house.offers("c1")
    day = makeup.span.start.astimezone(BERLIN).date()
    house.at(datetime.combine(day - timedelta(days=1), time(12), BERLIN))
    house.remove("away2")
    house.remove("away3")
    house.run()
    restored.copy()
    house.block(day, days=1, title="Sick", uid="sick")
    house.run()
    house.later(hours=1)
    second = house.offers("c1")[-1]
    assert second.state is OfferState.INVITED
    before = told(house)
    restored.put_back(whole=False)
    house.later(minutes=20)
    letters = len(house.letters())
    adopt(house.world(), house.fence)
    house.later(minutes=5)
    rows = {row.id: row for row in house.conflicts()}
    offers = {one.uid: one for one in house.offers("c1")}
    assert offers[second.uid].state is OfferState.INVITED
    assert rows[offers[second.uid].conflict].ref.uid == makeup.uid
    assert offers[makeup.uid].state is OfferState.DISPLACED
    assert not any("settled by you" in text(one) for one in house.letters()[letters:])
    house.later(days=1)
    assert told(house) == before
    house.answer("c1", "ACCEPTED")
    house.later(minutes=5)
    assert house.offers("c1")[-1].state is OfferState.ACCEPTED


def test_an_answer_to_what_was_sent_before_the_copy_says_which_time_it_means(tmp_path: Path) -> None:
    """Ada was invited since the copy: her yes to that time counts. Ben's names none: a letter says why he is asked."""
    restored = Restored(tmp_path)
    house = restored.house
    house.block(MONDAY)
    house.run()
    restored.copy()
    house.at(INVITED_BY)
    restored.put_back(whole=False)
    house.later(minutes=20)
    adopt(house.world(), house.fence)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=5)
    assert house.offers("c1")[-1].state is OfferState.ACCEPTED
    letters = len(house.letters())
    asked = re.sub(r"DTSTART[^\n]*\n", "", house.invitations("c2")[-1])
    house.arrive(ics.reply(asked, house.client("c2").email, "ACCEPTED", house.clock.now()))
    house.later(minutes=5)
    assert not house.letters()[letters:]  # it waits for the day's letter
    house.later(minutes=24 * 60)
    (letter,) = house.letters()[letters:]
    assert "an answer that does not say which time it means, so it does not count" in text(letter)
