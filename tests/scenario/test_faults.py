"""What goes wrong between the house and the world, on the memory connector with the real cycle, store and planner."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from connectors.caldav import overrides
from syncd.core.model import OfferState
from syncd.core.model.errors import Transient, Unclear
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
BY_MAIL = ("c1", "c2")


def states(house: House) -> list[OfferState]:
    """Where each client's newest offer stands."""
    return [house.offers(one.id)[-1].state for one in house.clients]


def test_a_refused_mail_is_sent_later_and_once(house: House) -> None:
    """Refused before DATA: the outbox tries again; the client gets one invitation."""
    house.post.refuse.extend([Transient("busy"), Transient("busy")])
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    house.later(hours=1)
    assert [house.kinds(one) for one in BY_MAIL] == [["REQUEST"], ["REQUEST"]]


def test_an_unclear_mail_is_looked_up_and_never_sent_twice(house: House) -> None:
    """The answer after DATA was lost: the evidence copy tells that it went out."""
    house.block(MONDAY)
    house.run()
    house.post.lose_answer.append(Unclear("connection lost after DATA"))
    house.at(INVITED_BY)
    house.later(minutes=2)
    assert [house.kinds(one) for one in BY_MAIL] == [["REQUEST"], ["REQUEST"]]
    assert states(house)[:2] == [OfferState.INVITED] * 2


def test_an_unclear_write_is_read_back(house: House) -> None:
    """A calendar write that timed out after it was applied: one entry, not two."""
    house.calendar.faults.after_writes.append(Unclear("timed out"))
    house.block(MONDAY)
    house.run()
    house.later(minutes=2)
    assert states(house) == [OfferState.HELD] * 3
    assert sorted(one.uid for one in house.entries() if one.status == "TENTATIVE") == sorted(
        offer.uid for offer in house.offers()
    )


def test_an_original_that_we_would_break_is_left_alone_and_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our writer has a bug for this series: nothing is written, Dana hears of it once, everybody else is served."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    before = house.calendar.texts()
    edges = overrides._edges
    hour = timedelta(hours=1)
    monkeypatch.setattr(overrides, "_edges", lambda one: tuple(edge + hour for edge in edges(one)))
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    house.later(hours=1)
    assert states(house)[:2] == [OfferState.ACCEPTED, OfferState.INVITED]
    series = [text for text in before.values() if "RRULE" in text]
    assert [text for text in house.calendar.texts().values() if "RRULE" in text] == series
    assert [one["Subject"] for one in house.letters() if "attention" in one["Subject"]] == [
        "syncd needs your attention"
    ]


def test_an_empty_read_withdraws_nothing(house: House) -> None:
    """I18: a server that suddenly shows next to nothing is not believed."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    for number in range(8):
        house.calendar.put_text(ics.timed(f"busy{number}", "", INVITED_BY + timedelta(days=30 + number), 30))
    house.run()
    house.calendar.expire_cursors()
    house.calendar.faults.keep_only = 1
    mails = len(house.post.delivered)
    (report,) = house.later(minutes=2)
    assert states(house)[:2] == [OfferState.INVITED] * 2
    assert len(house.post.delivered) == mails
    assert any("gone at once" in problem.reason for problem in report.problems)


def test_what_a_list_leaves_out_is_asked_for_by_name(house: House) -> None:
    """I18: two invited entries are missing from lists for a day, too few to alarm; they are there, and nobody hears."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    ours = [f"{house.offers(one)[-1].uid}.ics" for one in BY_MAIL]
    texts = house.calendar.texts()
    for href in ours:  # last in the list
        house.calendar.remove(href.removesuffix(".ics"))
        house.calendar.put_text(texts[href])
    house.run()
    house.calendar.faults.keep_only = len(texts) - len(ours)
    for _ in range(24):
        house.calendar.expire_cursors()
        house.later(hours=1)
    assert [house.kinds(one) for one in BY_MAIL] == [["REQUEST"], ["REQUEST"]]
    assert states(house)[:2] == [OfferState.INVITED] * 2
    assert any("leaves out" in problem.reason for problem in house.reports[-1].problems)


def test_a_hundred_passes_over_an_unchanged_world_do_nothing(house: House) -> None:
    """I15: calendar and mailboxes are what they were."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    texts, mails = house.texts(), len(house.post.delivered)
    for _ in range(100):
        assert [report.actions for report in house.run()] == [()]
    assert (house.texts(), len(house.post.delivered)) == (texts, mails)


def test_a_whole_list_in_answer_to_a_cursor_says_nothing_of_the_past(house: House) -> None:
    """It shows the window that is kept, sixty days back: how long clients have come stays known."""
    begun = datetime(2025, 9, 2, 8, 0, tzinfo=BERLIN)
    house.put(ics.weekly("of-old", house.clients[0].initials, begun, 50), "of-old")
    house.calendar.expire_cursors()
    house.run()
    known = house.store.load().facts
    assert begun.date() in {one.first for one in known}
    house.calendar.faults.lists_whole = True
    house.put(ics.weekly("more", "Supervision", begun, 50), "more")
    house.later(hours=1)
    assert house.store.load().facts == known
