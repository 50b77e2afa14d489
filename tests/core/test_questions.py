"""A question mark behind what would be leave: a question, no leave, unless a client knows of that leave already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import Conflict, Event, KnownLeave, Transparency
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflict_state import undecided
from syncd.core.offers.conflicts import track
from syncd.core.reading.diary import Diary, read_diary
from tests.core.people import CALENDAR, NOW, ada, dana, practice
from tests.core.test_vanished_leave import leave, session

MINUTE = timedelta(minutes=1)


def read(
    *events: Event,
    known: KnownLeave | None = None,
    rows: tuple[Conflict, ...] = (),
    later: timedelta = 0 * MINUTE,
) -> Diary:
    """Dana's calendar, beside what the pass before knew."""
    return read_diary(_snapshot(*events, known=known, rows=rows, later=later), dana())


def _snapshot(
    *events: Event, known: KnownLeave | None, rows: tuple[Conflict, ...], later: timedelta = 0 * MINUTE
) -> Snapshot:
    return Snapshot(
        now=NOW + later,
        instance="one",
        practice=practice(),
        therapists=(dana(),),
        clients=(ada(),),
        events=events,
        fresh=frozenset((CALENDAR,)),
        conflicts=rows,
        leave=(known,) if known else (),
    )


def asked(title: str = "Vacation?", **fields: object) -> Event:
    """The leave with a question mark behind its title."""
    return replace(leave(), title=title, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title",
    ["Vacation?", "Urlaub ?", "Urlaub\uff1f", "Kroatien-Urlaub?", "Vacation? #none", "Congress? #leave"],
)
def test_a_question_mark_makes_it_a_question(title: str) -> None:
    """Whatever would be leave, sure or not, in any script; tags behind the mark change nothing."""
    diary = read(asked(title), session())
    assert (diary.leave, diary.absences, diary.away) == ((), (), ())
    assert [one.asked_at for one in diary.questions] == [NOW]


@pytest.mark.parametrize("title", ["Vacation", "Vacation? no: yes", "#ok Vacation", "?Vacation"])
def test_a_question_mark_elsewhere_says_nothing(title: str) -> None:
    """It has to be the end of the title."""
    diary = read(asked(title), session())
    assert (len(diary.leave), diary.questions) == (1, ())


@pytest.mark.parametrize("title", ["Ada?", "Holiday Ada Brandt?", "Dinner?"])
def test_what_would_be_no_leave_is_no_question(title: str) -> None:
    """A client's own leave, a session, anything else."""
    assert read(asked(title), session()).questions == ()


def test_a_question_takes_no_time() -> None:
    """Marked busy it still puts nobody's time in doubt: what is held inside stays."""
    assert read(asked(transparency=Transparency.OPAQUE)).busy == ()


def test_since_when_it_is_asked_is_remembered() -> None:
    """Wherever it is moved to."""
    first = read(asked())
    later = read(asked(), known=KnownLeave("dana", (), first.questions), later=MINUTE)
    assert [one.asked_at for one in later.questions] == [NOW]


def _told(diary: Diary, *events: Event, noticed: bool) -> tuple[Conflict, ...]:
    rows = track(_snapshot(*events, known=None, rows=()), diary)
    return tuple(replace(row, noticed_at=NOW if noticed else None) for row in rows)


def test_leave_that_a_client_knows_of_stays_leave_and_waits() -> None:
    """Nothing heals, and nothing may leave; without the question mark it is certain again, by its own name."""
    before = read(leave(), session())
    rows = _told(before, leave(), session(), noticed=True)
    known = KnownLeave("dana", before.leave)
    diary = read(asked(), session(), known=known, rows=rows, later=MINUTE)
    assert (diary.questions, [one.id for one in diary.absences]) == ((), [one.id for one in before.absences])
    assert undecided(rows[0], (), diary.leave)
    again = read(leave(), session(), known=KnownLeave("dana", diary.leave), rows=rows, later=2 * MINUTE)
    assert not undecided(rows[0], (), again.leave)
    assert again.leave == before.leave


def test_leave_that_nobody_knows_of_becomes_a_question() -> None:
    """As if it had been deleted: it stands until that is believed."""
    before = read(leave(), session())
    rows = _told(before, leave(), session(), noticed=False)
    diary = read(asked(), session(), known=KnownLeave("dana", before.leave), rows=rows, later=MINUTE)
    assert len(diary.questions) == 1
    assert [one.lifted_at for one in diary.leave] == [NOW + MINUTE]


def test_a_question_over_told_leave_is_a_question() -> None:
    """Another entry beside the leave that the client knows of."""
    before = read(leave(), session())
    rows = _told(before, leave(), session(), noticed=True)
    other = replace(asked(), uid="other")
    diary = read(leave(), other, session(), known=KnownLeave("dana", before.leave), rows=rows, later=MINUTE)
    assert [one.ref.uid for one in diary.questions] == ["other"]
    assert not undecided(rows[0], (), diary.leave)
