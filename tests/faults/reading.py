"""Faults that strike what we read: of calendars, and answers in the mailbox."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.model import OfferState
from tests.faults.ends import asked_once, held_once, nothing_more
from tests.faults.practice import Practice
from tests.faults.strikes import (
    READS,
    Stale,
    answering,
    cutting,
    doubled,
    emptied,
    forgetting,
    leaving_out,
    truncated,
)
from tests.faults.table import Fault, Place, cell, shown
from tests.scenario import ics
from tests.scenario.household import OFFICE
from tests.servers.proxy import unchanged

READ, REPLIES = Place.READ, Place.REPLIES
ADA = "ada"
ACCEPTED, INVITED = OfferState.ACCEPTED, OfferState.INVITED


def _leave_seen_after(practice: Practice) -> None:
    """Leave is entered while nothing can be read: the other therapist's times stand; healed, hers too."""
    practice.block()
    practice.looks(2)
    assert practice.written("dana") == []
    held_once(practice, "emil")
    practice.heal()
    practice.looks(2)
    held_once(practice, "dana")


def _looks_at_changes(practice: Practice, hours: int) -> None:
    """Something of hers is new each hour: a server whose calendars are as they were is not asked for a list."""
    for _ in range(hours):
        at = practice.clock.moment + timedelta(days=90)
        practice.calendar("dana").put_text(ics.timed(f"own{at:%d%H}", "Errand", at, 30), f"own{at:%d%H}")
        practice.looks(1)


@cell(Fault.REFUSED, READ)
def refused(practice: Practice) -> None:
    """Asked again; what was read before stands, and nobody hears anything."""
    practice.dav["dana"].before = answering(READS, 503)
    _leave_seen_after(practice)


@cell(Fault.UNCLEAR, READ)
def broken(practice: Practice) -> None:
    """A line that breaks in the middle changes nothing."""
    practice.dav["dana"].cut = cutting(READS)
    _leave_seen_after(practice)


@cell(Fault.AUTH, READ)
def unauthorized(practice: Practice) -> None:
    """That account waits and is named, the others go on."""
    practice.dav["dana"].before = answering(READS, 401)
    practice.look()
    assert {one.calendar for one in practice.looks(1)[-1].problems} == {"danas/Dana"}
    _leave_seen_after(practice)


@cell(Fault.QUOTA, READ)
def quota(practice: Practice) -> None:
    """Left alone until Retry-After is over."""
    practice.dav["dana"].before = answering(READS, 429, Retry_After="600")
    _leave_seen_after(practice)


@cell(Fault.GONE, READ)
def cursor_forgotten(practice: Practice) -> None:
    """A cursor that the server forgot is a full read, which ends no offer."""
    practice.invited()
    practice.dav["dana"].before = forgetting
    _looks_at_changes(practice, 3)
    asked_once(practice, "dana")
    nothing_more(practice)


@cell(Fault.UNTRUE, READ)
def untrue(practice: Practice) -> None:
    """A list that suddenly names nothing, half, or what was, takes nothing back."""
    mirror = Stale()
    practice.dav["dana"].after = mirror.learn
    practice.look()
    practice.dav["dana"].after = unchanged
    practice.invited()
    for untruth, hours in ((emptied, 5), (truncated, 5), (leaving_out(practice.offer(ADA).uid), 24)):
        practice.dav["dana"].before = forgetting
        practice.dav["dana"].after = untruth
        _looks_at_changes(practice, hours)
        asked_once(practice, "dana")
    practice.dav["dana"].after, practice.dav["dana"].before = unchanged, mirror.repeat
    practice.looks(2)
    practice.heal()
    practice.looks(2)
    asked_once(practice, "dana")
    nothing_more(practice)


@cell(Fault.TWICE, READ)
def listed_twice(practice: Practice) -> None:
    """What a server lists twice is read once."""
    practice.dav["dana"].after = doubled
    practice.block()
    practice.looks(2)
    held_once(practice, "dana")


@cell(Fault.CLOCK, READ)
def wrong_clock(practice: Practice) -> None:
    """What is read under a wrong clock decides nothing."""
    practice.invited()
    practice.clock.wrong = timedelta(days=60)  # every session is over
    practice.looks(2)
    practice.clock.wrong = timedelta(0)
    practice.looks(1)
    asked_once(practice, "dana")
    nothing_more(practice)


@cell(Fault.REFUSED, REPLIES)
def mailbox_away(practice: Practice) -> None:
    """Read when the mailbox is there again."""
    practice.invited()
    practice.answer(ADA, "ACCEPTED")
    practice.tap.cut_after = 0
    _unread_then_counted(practice)


@cell(Fault.UNCLEAR, REPLIES)
def mail_cut(practice: Practice) -> None:
    """A line that breaks while a mail is read loses no mail."""
    practice.invited()
    practice.answer(ADA, "ACCEPTED")
    practice.tap.cut_after = 700
    _unread_then_counted(practice)


@cell(Fault.AUTH, REPLIES)
def mailbox_refused(practice: Practice) -> None:
    """The mailbox is named, nothing is concluded from silence, then every answer counts."""
    practice.invited()
    practice.answer(ADA, "ACCEPTED")
    practice.box.set_password(OFFICE, "another")
    for _ in range(8):  # until long after an answer was due
        practice.look(days=1)
    _unread_then_counted(practice)


def _unread_then_counted(practice: Practice) -> None:
    reports = practice.looks(3)
    assert reports[-1].problems
    assert practice.offer(ADA).state is INVITED
    practice.heal()
    practice.looks(2)
    assert practice.offer(ADA).state is ACCEPTED
    assert practice.kinds(ADA) == ["REQUEST"]
    nothing_more(practice)


@cell(Fault.GONE, REPLIES)
def renumbered(practice: Practice) -> None:
    """A renumbered mailbox (UIDVALIDITY) is read anew, and nothing counts twice."""
    practice.invited()
    practice.answer(ADA, "ACCEPTED")
    practice.looks(1)
    practice.box.renumber(OFFICE)
    practice.answer("ben", "DECLINED")
    practice.looks(1)
    assert practice.offer(ADA).state is ACCEPTED
    assert "CANCEL" not in practice.kinds(ADA)
    assert practice.offer("ben").state is not INVITED or practice.offer("ben").number > 1


@cell(Fault.TWICE, REPLIES)
def reordered(practice: Practice) -> None:
    """The newest answer counts, in whatever order and however often they come."""
    practice.invited()
    first = practice.answer(ADA, "DECLINED")
    (practice.box.maildir(OFFICE) / "new").joinpath(_newest(practice)).unlink()
    practice.clock.moment += timedelta(minutes=5)
    practice.answer(ADA, "ACCEPTED")
    practice.looks(1)
    for _ in range(2):
        practice.box.deliver(OFFICE, first, practice.clock.now())
    practice.looks(2)
    assert practice.offer(ADA).state is ACCEPTED
    assert practice.kinds(ADA) == ["REQUEST"]


def _newest(practice: Practice) -> str:
    folder = practice.box.maildir(OFFICE) / "new"
    return max(folder.iterdir(), key=lambda path: path.stat().st_ctime_ns).name


shown(
    Fault.KILLED,
    READ,
    "what was read and not recorded is read again",
    "tests/whole/test_killed.py::test_between_the_record_and_the_first_effect",
)
