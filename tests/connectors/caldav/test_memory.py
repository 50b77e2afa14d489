"""The switches of the memory calendar: each does to a reader or writer what it says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.memory import MemoryCalendar
from syncd.core.model import EventDraft, EventStatus, Marker
from syncd.core.model.errors import CursorInvalid, Forbidden, Transient, Unclear
from syncd.core.time.spans import Span
from tests.servers.entries import event_text
from tests.servers.worlds import ZONE, StoppedClock

WINDOW = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
HOLD = EventDraft("hold", MONDAY, "Held", "", EventStatus.TENTATIVE, Marker("i", "hold"))


@pytest.fixture
def calendar() -> MemoryCalendar:
    """A calendar with two sessions."""
    made = MemoryCalendar("home/Practice", ZONE, StoppedClock(), writable=True, schedules=False)
    for uid in ("a", "b"):
        made.put_text(event_text(uid, uid, MONDAY))
    return made


def uids(calendar: MemoryCalendar) -> list[str]:
    """What a full read shows."""
    return [one.uid for one in calendar.changes("", WINDOW).objects]


def test_a_failing_read_fails_once(calendar: MemoryCalendar) -> None:
    """The next one works."""
    calendar.faults.reads.append(Transient("busy"))
    with pytest.raises(Transient):
        calendar.read("a", WINDOW)
    assert uids(calendar) == ["a", "b"]


def test_a_write_that_fails_before_leaves_nothing_and_one_that_fails_after_is_there(
    calendar: MemoryCalendar,
) -> None:
    """Both look alike to the writer; only reading back tells."""
    calendar.faults.before_writes.append(Unclear("lost"))
    with pytest.raises(Unclear):
        calendar.create(HOLD)
    assert uids(calendar) == ["a", "b"]
    calendar.faults.after_writes.append(Unclear("lost"))
    with pytest.raises(Unclear):
        calendar.create(HOLD)
    assert uids(calendar) == ["a", "b", "hold"]


def test_expired_cursors_are_refused(calendar: MemoryCalendar) -> None:
    """A full read gives a good one again."""
    cursor = calendar.changes("", WINDOW).cursor
    calendar.expire_cursors()
    with pytest.raises(CursorInvalid):
        calendar.changes(cursor, WINDOW)
    assert calendar.changes(calendar.changes("", WINDOW).cursor, WINDOW).objects == ()


def test_a_short_read_calls_itself_complete(calendar: MemoryCalendar) -> None:
    """That is what the core's own stop is for."""
    calendar.faults.keep_only = 1
    changes = calendar.changes("", WINDOW)
    assert ([one.uid for one in changes.objects], changes.complete) == (["a"], True)


def test_etags_can_be_withheld_and_can_flicker(calendar: MemoryCalendar) -> None:
    """A write without an etag, and a read that shows a new one for the same content."""
    calendar.faults.null_etags = True
    assert calendar.create(HOLD).etag == ""
    calendar.faults.flaky_etags = True
    reads = [calendar.read("a", WINDOW) for _ in range(2)]
    assert len({one.etag for one in reads if one}) == 2


def test_a_read_only_calendar_takes_nothing(calendar: MemoryCalendar) -> None:
    """It says so, and stays as it is."""
    calendar.writable = False
    with pytest.raises(Forbidden, match="read-only"):
        calendar.create(HOLD)
    assert uids(calendar) == ["a", "b"]
