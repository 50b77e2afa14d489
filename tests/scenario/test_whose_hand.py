"""Our own writes, seen late or in part, are nobody's hand; what the therapist does is hers once it was seen twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import SupportsIndex

import pytest

from syncd.core.model import ConflictState, OfferState, OriginalState
from syncd.core.model.effects import EffectState
from syncd.core.model.errors import ConnectorError, Transient, VersionConflict
from syncd.core.time.spans import Span
from syncd.traces import shown
from tests.core.people import BERLIN, CALENDAR
from tests.diary.worlds.texts import spanned
from tests.scenario import ics
from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
NEXT_DAY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
BY_MAIL = ("c1", "c2")


def body(message: EmailMessage) -> str:
    """What a reader sees."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def kept_in_title(text: str) -> str:
    """The occurrence that was brought back, with `#keep` in its title."""
    events = text.split("BEGIN:VEVENT")
    back = next(one for one in events if "STATUS:CONFIRMED" in one and "RECURRENCE-ID" in one)
    return text.replace(back, back.replace("SUMMARY:AB", "SUMMARY:AB #keep"))


@pytest.fixture
def told(house: House) -> House:
    """Two weeks of leave without make-ups, both sessions of each series displaced; everybody was told."""
    house.block(MONDAY, 12, "Vacation #none")
    house.run()
    house.calendar.faults.late_lists = True
    house.at(NEXT_DAY)
    return house


def test_several_occurrences_of_one_series_are_one_write(told: House) -> None:
    """Not one that spoils the other's condition."""
    cancels = [one for report in told.reports for one in report.outcomes if one[0].kind == "cancel_original"]
    assert [state for _, state in cancels] == [EffectState.DONE] * 4
    assert sum(row.original is OriginalState.CANCELLED for row in told.conflicts()) == 4


def test_a_list_that_shows_what_stood_before_our_write_moves_nobody(told: House) -> None:
    """The object itself is asked; nobody reads that a session inside the leave takes place."""
    for minutes in (0, 2, 6, 20):
        told.later(minutes=minutes)
    assert [told.kinds(one) for one in BY_MAIL] == [[""], [""]]
    assert not any(row.kept or row.revived for row in told.conflicts())
    told.calendar.faults.late_lists = False
    assert [report.actions for report in told.later(hours=1)] == [()]


def test_a_server_that_shows_our_write_minutes_later_moves_nobody(house: House) -> None:
    """Every read is as old as that, of the object itself too: what we have not seen ourselves is nobody's hand."""
    house.block(MONDAY, 12, "Vacation #none")
    house.run()
    house.calendar.faults.lags = timedelta(minutes=3)
    house.at(NEXT_DAY)
    for minutes in (0, 2, 6, 20):
        house.later(minutes=minutes)
    assert [house.kinds(one) for one in BY_MAIL] == [[""], [""]]
    assert [row.original for row in house.conflicts()].count(OriginalState.CANCELLED) == 4
    assert not any(row.kept or row.revived for row in house.conflicts())
    assert [report.actions for report in house.later(hours=1)] == [()]


def test_a_session_brought_back_inside_the_leave_is_asked_about(told: House) -> None:
    """Seen twice, five minutes apart; then one letter; its client hears nothing until `#keep` says what holds."""
    told.calendar.faults.late_lists = False
    told.run()
    first = told.conflicts()[0]
    told.edit(first.ref.uid, lambda text: text.replace("STATUS:CANCELLED", "STATUS:CONFIRMED", 1))
    told.later(minutes=30)
    assert not any(row.kept for row in told.conflicts())
    letters = len(told.letters())
    told.later(minutes=5)
    (kept,) = (row for row in told.conflicts() if row.kept)
    assert len(told.letters()) == letters + 1
    assert "#keep" in body(told.letters()[-1])
    told.later(hours=3)
    assert [told.kinds(one) for one in BY_MAIL] == [[""], [""]]
    told.edit(kept.ref.uid, kept_in_title)
    told.later(minutes=30)
    told.later(minutes=5)
    assert told.conflicts()[0].state is ConflictState.HEALED


def test_a_drag_right_after_our_write_is_believed_when_it_was_seen_twice(house: House) -> None:
    """Meanwhile nothing is written over it, and nobody is invited to the old time."""
    house.block(MONDAY)
    house.run()
    offer = house.offers("c1")[0]
    to = offer.span.start + timedelta(days=1, hours=1)
    house.calendar.edit(offer.uid, lambda text: spanned(text, to, to + timedelta(minutes=50)))
    house.later(minutes=1)
    assert house.offers("c1")[0].span == offer.span
    house.later(minutes=4)
    assert house.offers("c1")[0].span == offer.span
    house.later(minutes=1)
    assert (house.offers("c1")[0].span.start, house.offers("c1")[0].pinned) == (to, True)
    assert house.entry(offer.uid).start == to


def test_an_entry_that_vanished_and_returns_was_never_gone(house: House) -> None:
    """Deleted and put back within the hour: it stands for what it stood for; gone for good it is taken back."""
    house.block(MONDAY)
    house.run()
    house.at(NEXT_DAY)
    offer = house.offers("c1")[0]
    text = house.calendar.texts()[f"{offer.uid}.ics"]
    house.calendar.remove(offer.uid)
    house.later(minutes=1)
    house.calendar.put_text(text)
    house.later(minutes=1)
    assert (house.offers("c1")[0].state, house.kinds("c1")) == (OfferState.INVITED, ["REQUEST"])
    house.calendar.remove(offer.uid)
    house.later(minutes=1)
    house.later(hours=11)
    assert house.kinds("c1") == ["REQUEST"]
    house.at(datetime(2026, 6, 17, 9, 0, tzinfo=BERLIN))
    assert house.kinds("c1") == ["REQUEST", "CANCEL"]


class Meanwhile(list[ConnectorError]):
    """A fault during which something else happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__([VersionConflict("somebody was faster")])
        self.happens = happens

    def pop(self, index: SupportsIndex = -1) -> ConnectorError:
        """The write fails after what happened."""
        self.happens()
        return super().pop(index)


def test_a_hold_dragged_while_it_is_being_invited_is_invited_to_its_new_time(house: House) -> None:
    """The title says what is: invited once the mail is out; one mail, to the time that the therapist chose."""
    house.block(MONDAY)
    house.run()
    offer = house.offers("c1")[0]
    to = offer.span.start + timedelta(days=1, hours=1)

    def drag() -> None:
        house.calendar.edit(offer.uid, lambda text: spanned(text, to, to + timedelta(minutes=50)))

    house.calendar.faults.before_writes = Meanwhile(drag)
    house.at(NEXT_DAY)
    assert house.kinds("c1") == ["REQUEST"]
    assert ics.value(house.invitations("c1")[0], "DTSTART") == f"{to:%Y%m%dT%H%M%SZ}"
    assert (house.entry(offer.uid).start, "invited" in house.entry(offer.uid).title) == (to, True)
    assert house.kinds("c2") == ["REQUEST"]


def test_a_mail_that_waits_for_a_time_that_was_dragged_since_never_leaves(house: House) -> None:
    """It was refused at first; then the hold was moved: the mail that leaves names the new time."""
    house.block(MONDAY)
    house.run()
    offer = house.offers("c1")[0]
    to = offer.span.start + timedelta(days=1, hours=1)
    house.post.refuse.extend([Transient("busy"), Transient("busy")])
    house.at(NEXT_DAY)
    assert house.kinds("c1") == []
    house.calendar.edit(offer.uid, lambda text: spanned(text, to, to + timedelta(minutes=50)))
    for _ in range(4):
        house.later(minutes=20)
    assert [ics.value(one, "DTSTART") for one in house.invitations("c1")] == [f"{to:%Y%m%dT%H%M%SZ}"]


def test_an_etag_that_changed_alone_keeps_no_entry_of_ours(house: House) -> None:
    """Some servers name a version anew, and no list says so: a refused write reads the object, and is made then."""
    house.block(MONDAY)
    house.run()
    (offer,) = house.offers("c1")
    house.calendar.faults.flaky_etags = True
    house.calendar.read(offer.uid, Span(offer.span.start, offer.span.end))
    house.calendar.faults.flaky_etags = False
    house.at(NEXT_DAY)
    assert house.entry(offer.uid).title == "AB · invited"
    assert [report.actions for report in house.later(hours=1)] == [()]


def test_a_write_on_a_server_that_lags_is_followed_by_no_refused_one(house: House) -> None:
    """What is read after it shows what stood before it: that is no version to write on."""
    house.block(MONDAY)
    house.run()
    house.calendar.faults.lags = timedelta(minutes=3)
    house.at(NEXT_DAY)
    for minutes in (1, 1, 2, 2, 5):
        house.later(minutes=minutes)
    outcomes = [state for report in house.reports for _, state in report.outcomes]
    assert EffectState.DROPPED not in outcomes
    assert house.later(hours=1)[-1].actions == ()


def test_a_marker_that_says_more_is_no_change_by_anybodys_hand(house: House) -> None:
    """What an older syncd wrote names no kind: a trace of its writes holds as it was, and nothing is written anew."""
    house.block(date(2026, 7, 6))
    house.run()
    calendar = house.account.calendar(CALENDAR.partition("/")[2])
    (stored,) = (one for one in house.store.load().mirror[CALENDAR] if one.uid == house.offers("c1")[-1].uid)
    (event,) = stored.events
    assert event.marker is not None
    assert event.marker.kind == "move"
    older = replace(stored, events=(replace(event, marker=replace(event.marker, kind="")),))
    assert shown(older, house.clock.now()) == shown(stored, house.clock.now())
    house.edit(
        stored.uid, lambda text: "".join(one for one in text.splitlines(True) if "SYNCD-KIND" not in one)
    )
    before = sorted(calendar.texts().values())
    assert not any("SYNCD-KIND:move" in text for text in before if stored.uid in text)
    house.later(minutes=20)
    assert sorted(calendar.texts().values()) == before
