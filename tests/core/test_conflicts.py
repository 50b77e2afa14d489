"""Conflicts are rows that live on while the calendar changes around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from syncd.core.model import Client, Conflict, ConflictState, Contact, Event, EventStatus, OriginalState
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflicts import track
from syncd.core.reading.diary import read_diary
from syncd.core.time.spans import AllDay, Span
from tests.core.people import CALENDAR, NOW, ada, at, dana, practice

SESSION = at(21, 10)  # Monday in three weeks


def leave(first: date = date(2026, 7, 6), days: int = 5) -> Event:
    """A week of leave, all-day."""
    return Event(CALENDAR, "leave", AllDay(first, first + timedelta(days=days)), title="Vacation")


def session(span: Span = SESSION, uid: str = "s1") -> Event:
    """A session with Ada, known by her initials."""
    return Event(CALENDAR, uid, span, title="AB", etag='"1"')


def see(
    *events: Event,
    known: tuple[Conflict, ...] = (),
    fresh: bool = True,
    now: datetime = NOW,
    therapist: Therapist | None = None,
    client: Client | None = None,
) -> tuple[Conflict, ...]:
    """Dana's conflicts when her calendar shows these events."""
    therapist = therapist or dana()
    snapshot = Snapshot(
        now=now,
        instance="one",
        practice=practice(),
        therapists=(therapist,),
        clients=(client or ada(),),
        events=events,
        fresh=frozenset({CALENDAR} if fresh else ()),
        conflicts=known,
    )
    return track(snapshot, read_diary(snapshot, therapist))


def test_a_session_in_leave_is_a_conflict() -> None:
    """One row, open, with the original's place in time."""
    (row,) = see(leave(), session())
    assert (row.client, row.span, row.state) == ("c1", SESSION, ConflictState.OPEN)


def test_editing_the_leave_keeps_the_conflict() -> None:
    """Identity comes from the session, so a longer leave is no new conflict."""
    known = see(leave(), session())
    assert see(leave(days=12), session(), known=known) == known


def test_deleting_the_leave_heals() -> None:
    """The row stays, healed; bringing the leave back opens it again."""
    known = see(leave(), session())
    (healed,) = see(session(), known=known)
    assert healed.state is ConflictState.HEALED
    (again,) = see(leave(), session(), known=(healed,))
    assert (again.id, again.state) == (known[0].id, ConflictState.OPEN)


def test_leave_that_is_over_heals_nothing() -> None:
    """What was displaced stays so when its time has come: nobody hears that it takes place after all."""
    known = see(leave(), session())
    later = SESSION.end + timedelta(days=30)
    assert see(session(), known=known, now=later) == known
    cancelled = (replace(known[0], original=OriginalState.CANCELLED),)
    assert see(known=cancelled, now=later) == cancelled


def test_a_deleted_session_is_gone() -> None:
    """Once it has stayed away nothing is displaced any more; undone in time, all is as it was."""
    known = see(leave(), session())
    (missing,) = see(leave(), known=known)
    assert (missing.state, missing.missing_at) == (ConflictState.OPEN, NOW)
    assert see(leave(), session(), known=(missing,), now=NOW + timedelta(hours=11)) == known
    (early,) = see(leave(), known=(missing,), now=NOW + timedelta(hours=11))
    assert early.state is ConflictState.OPEN
    (row,) = see(leave(), known=(missing,), now=NOW + timedelta(hours=12))
    assert (row.state, row.missing_at) == (ConflictState.GONE, None)


def test_absence_of_data_is_not_deletion() -> None:
    """I18: without a read to the end nothing heals and nothing is gone."""
    known = see(leave(), session())
    assert see(known=known, fresh=False) == known


def test_our_own_cancellation_is_not_the_therapists() -> None:
    """An original that we cancelled stays displaced although no session stands there."""
    (row,) = see(leave(), session())
    ours = replace(row, original=OriginalState.CANCELLED)
    cancelled = replace(session(), status=EventStatus.CANCELLED)
    assert see(leave(), cancelled, known=(ours,)) == (ours,)


def test_a_session_brought_back_by_hand_is_left_alone() -> None:
    """The therapist's judgment is final: it is settled, not cancelled again."""
    (row,) = see(leave(), session())
    ours = replace(row, original=OriginalState.CANCELLED)
    (after,) = see(leave(), session(), known=(ours,))
    assert (after.state, after.original) == (ConflictState.SETTLED, OriginalState.IN_PLACE)


def test_a_split_series_is_rebound() -> None:
    """ "This and following" gives new ids: the row keeps its own and follows the session."""
    (row,) = see(leave(), session())
    (after,) = see(leave(), session(uid="s2"), known=(row,))
    assert (after.id, after.ref.uid, after.state) == (row.id, "s2", ConflictState.OPEN)


def test_kept_sessions_and_begun_sessions_are_no_conflicts() -> None:
    """`#keep` takes place despite the leave; what has begun is ignored."""
    assert see(leave(), replace(session(), title="AB #keep")) == ()
    begun = Span(NOW - timedelta(minutes=10), NOW + timedelta(minutes=40))
    assert see(leave(date(2026, 6, 15)), session(begun)) == ()


def test_told_in_the_title_counts_where_no_mail_reaches_the_client() -> None:
    """In a session's own title, also of one that we cancelled; somebody who gets mail is told by mail."""
    marked = replace(session(), title="AB #told")
    by_phone = replace(ada(), email="", contact=Contact.PHONE)
    assert see(leave(), marked)[0].noticed_at is None
    (row,) = see(leave(), session(), client=by_phone)
    assert row.noticed_at is None
    (told,) = see(leave(), marked, known=(row,), client=by_phone)
    assert (told.noticed_at, told.state) == (NOW, ConflictState.OPEN)
    cancelled = replace(row, original=OriginalState.CANCELLED)
    gone = replace(marked, status=EventStatus.CANCELLED)
    (told,) = see(leave(), gone, known=(cancelled,), client=by_phone)
    assert (told.noticed_at, told.original) == (NOW, OriginalState.CANCELLED)
    (told,) = see(leave(), marked, known=(cancelled,), client=by_phone)
    assert (told.noticed_at, told.original, told.kept) == (NOW, OriginalState.IN_PLACE, False)
