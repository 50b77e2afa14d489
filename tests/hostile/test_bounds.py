"""What an object of a calendar may cost, be it made to cost much: counted, and in `make soak` measured."""

from __future__ import annotations

import resource
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import pytest

from connectors.caldav.ics import try_object
from connectors.memory.calendar import MemoryCalendar
from syncd.core.model import CalendarObject, ReadProblem
from syncd.core.reading import Roster
from syncd.core.time.spans import Span
from syncd.mirror import projected
from tests.core.people import BERLIN
from tests.effort import counted
from tests.hostile.objects import DAYS, OBJECTS, written
from tests.portions import third
from tests.walk.life import Life
from tests.walk.steps import Opening

WINDOW = Span(datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 8, 1, tzinfo=UTC))
CALLS = 6_000_000  # of functions, to read one object: about a second
SECONDS, MEMORY = 1.0, 256  # of CPU, and MiB, for the look that meets it
PRACTICE = Opening("2026-06-15 11:00", ("c1", "c2", "c3", "c4", "c5", "c6"), "hours")


def read(text: str) -> CalendarObject | ReadProblem | None:
    """As a look at a calendar reads one object, and what it keeps of it."""
    found = try_object(text, calendar="home/Practice", href="h", etag="e", window=WINDOW, zone=BERLIN)
    if isinstance(found, CalendarObject):
        return projected(found, WINDOW, (), Roster.of(()))
    return found


@pytest.mark.parametrize("name", third(OBJECTS))
def test_reading_an_object_is_bounded(name: str) -> None:
    """Work grows with what is said at most, and not with what it would unfold to."""
    read(written("Vacation", DAYS))  # what is loaded once
    with counted() as effort:
        assert read(OBJECTS[name]) is not None
    assert effort.calls < CALLS


@pytest.mark.long
@pytest.mark.parametrize("name", OBJECTS)
def test_a_look_that_meets_an_object(name: str) -> None:
    """A second of CPU and 256 MiB at most, and the day after no more; whoever else is displaced is served."""
    seconds, memory = _apart(_cost_of, OBJECTS[name])
    idle, _ = _apart(_cost_of, written("Vacation", DAYS))
    assert seconds - idle < SECONDS
    assert memory < MEMORY


def _cost_of(text: str) -> tuple[float, int]:
    life = Life.open(PRACTICE)
    calendar: MemoryCalendar = life.house.calendar
    before = resource.getrusage(resource.RUSAGE_SELF)
    calendar.put_text(text)
    life.house.run()
    life.house.clock.moment += timedelta(days=1)
    life.house.run()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime, (after.ru_maxrss - before.ru_maxrss) // 1024


def _apart(work: Callable[[str], tuple[float, int]], text: str) -> tuple[float, int]:
    """In a process of its own, whose memory begins with nothing of it."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(work, (text,))
