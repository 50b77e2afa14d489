"""Sessions outside the leave that are gone: since when, until when they stand on, and how long they are noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import KnownLeave, Lost, OccurrenceRef, Session
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading.vanished_leave import sessions_lost
from tests.core.people import CALENDAR, NOW, ada, at, conflict, dana, practice

HALF_A_DAY = timedelta(hours=12)


def session(days: int, hour: int = 10, uid: str = "s1") -> Session:
    """One of Ada's, of a series."""
    span = at(days, hour)
    return Session("dana", "c1", OccurrenceRef(CALENDAR, uid, f"{at(days, 10).start:%Y%m%dT%H%M%SZ}"), span)


def world(now: datetime = NOW, lost: tuple[Lost, ...] = ()) -> Snapshot:
    """What the last pass knew to be lost."""
    return Snapshot(
        now,
        "i1",
        practice(),
        (dana(),),
        (ada(),),
        fresh=frozenset({CALENDAR}),
        leave=(KnownLeave("dana", (), (), lost),),
    )


def test_what_stood_there_and_is_gone_is_believed_after_a_while() -> None:
    """Not in the look that misses it; what still stands, and what is over, is not missed."""
    before = (session(-7), session(7), session(14))
    (lost,) = sessions_lost((session(7),), before, dana(), world())
    assert lost == Lost(session(14), NOW, NOW + HALF_A_DAY)
    assert not lost.believed(NOW)
    assert not lost.believed(NOW + HALF_A_DAY - timedelta(minutes=1))
    assert lost.believed(NOW + HALF_A_DAY)


def test_what_comes_back_is_lost_no_more() -> None:
    """By whatever event it stands at its hour again."""
    known = Lost(session(14), NOW, NOW + HALF_A_DAY)
    later = world(NOW + timedelta(hours=1), (known,))
    assert sessions_lost((session(7),), (), dana(), later) == (known,)
    assert sessions_lost((session(7), session(14, uid="s2")), (), dana(), later) == ()


def test_what_was_moved_is_believed_within_minutes() -> None:
    """Its old hour is nobody's until then, and it counts once, where it stands now."""
    (lost,) = sessions_lost((session(14, 16),), (session(14),), dana(), world())
    assert lost == Lost(session(14), NOW, NOW + timedelta(minutes=10), moved=True)


def test_what_another_session_of_those_days_stands_for_counts_once() -> None:
    """A series that goes on in another one, on another day of the week; a second session of each week does not."""
    tuesday = session(15, uid="s2")
    (lost,) = sessions_lost((tuesday,), (session(14),), dana(), world())
    assert not lost.moved
    both = replace(world(), changed=frozenset({(CALENDAR, "s1"), (CALENDAR, "s2")}))
    (lost,) = sessions_lost((tuesday,), (session(14),), dana(), both)
    assert lost == Lost(session(14), NOW, NOW + HALF_A_DAY, moved=True)
    after = replace(world(NOW + timedelta(hours=1), (replace(lost, moved=False),)), changed=both.changed)
    assert sessions_lost((tuesday,), (), dana(), after) == (lost,)


def test_what_leave_displaces_has_a_row_of_its_own() -> None:
    """Its row says since when it is missing."""
    row = replace(conflict(session(14).span), ref=session(14).ref)
    assert sessions_lost((), (session(14),), dana(), replace(world(), conflicts=(row,))) == ()


def test_it_is_noted_for_a_month() -> None:
    """Then it is forgotten, however far ahead it would be."""
    known = Lost(session(100), NOW, NOW + HALF_A_DAY)
    soon, late = (NOW + HALF_A_DAY + timedelta(days=days) for days in (29, 30))
    assert sessions_lost((), (), dana(), world(soon, (known,))) == (known,)
    assert sessions_lost((), (), dana(), world(late, (known,))) == ()
