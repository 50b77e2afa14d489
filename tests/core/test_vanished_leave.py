"""Leave that vanishes is believed gone at a later pass, after a while that depends on how near a session is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from syncd.core.model import Conflict, ConflictState, Event, KnownLeave
from syncd.core.model.practice import Therapist, Timing
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflict_state import undecided
from syncd.core.offers.conflicts import track
from syncd.core.reading.diary import Diary, read_diary
from syncd.core.reading.vanished_leave import lifted_over, settle_back
from syncd.core.time.spans import AllDay, Span
from tests.core.people import CALENDAR, NOW, ada, at, dana, practice

SESSION = at(21, 10)  # Monday 6 July, in three weeks
AWAY = "home/Away"
MINUTE = timedelta(minutes=1)


def leave(
    first: date = date(2026, 7, 6), days: int = 5, uid: str = "leave", calendar: str = CALENDAR
) -> Event:
    """A week of leave, all-day."""
    return Event(calendar, uid, AllDay(first, first + timedelta(days=days)), title="Vacation")


def session(span: Span = SESSION, uid: str = "s1") -> Event:
    """A session with Ada, known by her initials."""
    return Event(CALENDAR, uid, span, title="AB", etag='"1"')


class Passes:
    """One therapist's passes, each knowing what the one before knew."""

    def __init__(self, therapist: Therapist | None = None, fresh: tuple[str, ...] = (CALENDAR,)) -> None:
        self.therapist, self.fresh = therapist or dana(), fresh
        self.rows: tuple[Conflict, ...] = ()
        self.leave: tuple[KnownLeave, ...] = ()

    def look(self, *events: Event, after: timedelta = timedelta(), fresh: tuple[str, ...] = ()) -> Diary:
        """One pass over these events, so long after the first."""
        snapshot = Snapshot(
            now=NOW + after,
            instance="one",
            practice=practice(),
            therapists=(self.therapist,),
            clients=(ada(),),
            events=events,
            fresh=frozenset(fresh or self.fresh),
            conflicts=self.rows,
            leave=self.leave,
        )
        diary = read_diary(snapshot, self.therapist)
        self.rows = track(snapshot, diary)
        self.leave = (KnownLeave(self.therapist.id, diary.leave),)
        return diary

    @property
    def doubted(self) -> tuple[bool, ...]:
        """Of each session whether it is not clear what holds."""
        return tuple(undecided(row, (), self.leave[0].blocks) for row in self.rows)


@pytest.mark.parametrize(
    ("ahead", "wait"),
    [(timedelta(hours=24), 10), (timedelta(hours=25), 60), (timedelta(days=7), 60), (timedelta(days=8), 720)],
)
def test_how_long_it_must_stay_away(ahead: timedelta, wait: int) -> None:
    """Ten minutes within a day, an hour within a week, else twelve hours; or what the settings say."""
    assert settle_back(Timing(), NOW + ahead, NOW) == wait * MINUTE
    assert settle_back(Timing(settle_back=5 * MINUTE), NOW + ahead, NOW) == 5 * MINUTE


def test_deleted_leave_lies_over_its_sessions_until_it_is_believed_gone() -> None:
    """It still counts as away; nothing heals; at a later pass after twelve hours it is gone."""
    passes = Passes()
    passes.look(leave(), session())
    gone = passes.look(session(), after=MINUTE)
    assert (passes.doubted, [row.state for row in passes.rows]) == ((True,), [ConflictState.OPEN])
    assert any(span.overlaps(SESSION) for span in gone.away)
    assert gone.leave[0].back_at == NOW + MINUTE + timedelta(hours=12)
    passes.look(session(), after=timedelta(hours=12))
    assert passes.doubted == (True,)
    passes.look(session(), after=timedelta(hours=12, minutes=1))
    assert [row.state for row in passes.rows] == [ConflictState.HEALED]


def test_leave_put_back_is_the_leave_it_was() -> None:
    """Whatever its UID and calendar: same absence, nothing in doubt; a copy beside it is leave of its own."""
    passes = Passes(replace(dana(), leave_calendars=(AWAY,)), (CALENDAR, AWAY))
    (first,) = passes.look(leave(), session()).absences
    known = passes.rows
    passes.look(session(), after=MINUTE)
    (pasted,) = passes.look(leave(uid="pasted", calendar=AWAY), session(), after=2 * MINUTE).absences
    assert (pasted.id, passes.rows, passes.doubted) == (first.id, known, (False,))
    passes.look(leave(uid="pasted", calendar=AWAY), leave(uid="copy"), session(), after=3 * MINUTE)
    both = passes.leave[0].blocks
    assert sorted(one.origin.uid for one in both) == ["copy", "leave"]


def test_shorter_and_moved_leave_is_doubted_where_it_was() -> None:
    """What is left is certain; what was given up waits, under a name of its own where the leave stands elsewhere."""
    passes = Passes()
    tuesday = session(at(22, 10), "s2")
    (whole,) = passes.look(leave(), session(), tuesday).absences
    (shorter,) = passes.look(leave(date(2026, 7, 7), 4), session(), tuesday, after=MINUTE).absences
    assert (shorter.id, passes.doubted) == (whole.id, (True, False))
    moved = passes.look(leave(date(2026, 8, 3)), session(), tuesday, after=2 * MINUTE).absences
    assert [one.id == whole.id for one in moved] == [False, True]
    assert passes.doubted == (True, True)


def test_what_no_session_rests_on_is_believed_at_once() -> None:
    """An empty week given up frees its hours without waiting; `#send` on what is left says that it is meant."""
    passes = Passes()
    passes.look(leave(), session(at(28, 10)))
    assert passes.look(session(at(28, 10)), after=MINUTE).away == ()
    passes = Passes()
    passes.look(leave(), session())
    meant = replace(leave(date(2026, 7, 7), 4), title="Vacation #send")
    passes.look(meant, session(), after=MINUTE)
    assert [row.state for row in passes.rows] == [ConflictState.HEALED]


def test_leave_is_believed_gone_only_when_every_calendar_it_may_lie_in_was_read() -> None:
    """It may be on its way to the one that does not answer."""
    passes = Passes(replace(dana(), leave_calendars=(AWAY,)), (CALENDAR, AWAY))
    passes.look(leave(), session())
    for hours in (1, 24):
        passes.look(session(), after=timedelta(hours=hours), fresh=(CALENDAR,))
        assert passes.doubted == (True,)
    passes.look(session(), after=timedelta(hours=25))
    assert [row.state for row in passes.rows] == [ConflictState.HEALED]


def test_only_vanished_leave_puts_a_session_in_doubt() -> None:
    """Where other leave lies on it as well nothing is doubtful."""
    passes = Passes()
    passes.look(leave(), leave(uid="more"), session())
    blocks = passes.look(leave(uid="more"), session(), after=MINUTE).leave
    assert lifted_over(SESSION, blocks) is None


def test_the_present_moment_is_no_later_poll() -> None:
    """Even where nothing is to be waited for, one pass alone believes nothing."""
    policy = replace(dana().policy, timing=Timing(settle_back=timedelta()))
    passes = Passes(replace(dana(), policy=policy))
    passes.look(leave(), session())
    passes.look(session(), after=MINUTE)
    passes.look(session(), after=MINUTE)
    assert passes.doubted == (True,)
    passes.look(session(), after=2 * MINUTE)
    assert [row.state for row in passes.rows] == [ConflictState.HEALED]


def test_passes_keep_the_moment_at_which_it_went() -> None:
    """The clock does not start anew with each look."""
    passes = Passes()
    passes.look(leave(), session())
    moments: set[datetime | None] = set()
    for minutes in (1, 5, 60):
        moments |= {one.back_at for one in passes.look(session(), after=minutes * MINUTE).leave}
    assert len(moments) == 1
