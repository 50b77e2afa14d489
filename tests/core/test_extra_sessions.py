"""A session that the therapist enters for a displaced client is the make-up; what only looks like one is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from syncd.core.model import Conflict, ConflictState, Event, EventStatus, OriginalState
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflicts import track
from syncd.core.reading.diary import read_diary
from syncd.core.time.spans import Span
from tests.core.people import BERLIN, CALENDAR, NOW, ada, at, dana, practice
from tests.core.test_conflicts import leave

WEEKS = (7, 14, 21, 28)  # Mondays at ten; the third lies in the leave
THURSDAY = at(17, 15)


def monday(days: int, span: Span | None = None) -> Event:
    """One session of Ada's series."""
    planned = at(days, 10)
    named = f"{planned.start.astimezone(NOW.tzinfo):%Y%m%dT%H%M%SZ}"
    return Event(CALENDAR, "ada", span or planned, recurrence_id=named, title="AB", recurring=True)


SERIES = tuple(monday(days) for days in WEEKS)


def extra(span: Span = THURSDAY, uid: str = "extra", title: str = "AB") -> Event:
    """A single session with Ada."""
    return Event(CALENDAR, uid, span, title=title)


def see(*events: Event, known: tuple[Conflict, ...] = (), away: int = 5) -> tuple[Conflict, ...]:
    """Dana's conflicts when these events stand beside her leave."""
    snapshot = Snapshot(
        now=NOW,
        instance="one",
        practice=practice(),
        therapists=(dana(),),
        clients=(ada(),),
        events=(leave(days=away), *events),
        fresh=frozenset({CALENDAR}),
        conflicts=known,
    )
    return track(snapshot, read_diary(snapshot, dana()))


def entered(before: tuple[Event, ...], after: tuple[Event, ...]) -> list[str]:
    """The sessions that stand for conflicts when the calendar changes from one to the other."""
    return [row.extra for row in see(*after, known=see(*before)) if row.extra]


def test_a_session_entered_by_hand_is_the_make_up() -> None:
    """A single event with her initials that came after the leave was seen."""
    assert entered(SERIES, (*SERIES, extra())) == ["extra"]


def test_it_stays_the_make_up_and_opens_the_conflict_again_when_deleted() -> None:
    """Moved, it stays bound; gone, the session wants a time again."""
    bound = see(*SERIES, extra(), known=see(*SERIES))
    assert [row.extra for row in see(*SERIES, extra(at(18, 9)), known=bound)] == ["extra"]
    assert [row.extra for row in see(*SERIES, known=bound)] == [""]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((*SERIES, extra()), (*SERIES, extra()), id="stood there before the leave"),
        pytest.param((*SERIES, extra()), (*SERIES, extra(uid="again")), id="imported again under a new id"),
        pytest.param((*SERIES, extra()), (*SERIES, extra(at(18, 9))), id="an extra of old, moved"),
        pytest.param(
            SERIES,
            (*SERIES[:1], *SERIES[2:], extra(at(15, 9))),
            id="a usual session, deleted and put elsewhere",
        ),
        pytest.param(
            SERIES, (SERIES[0], monday(14, at(15, 9)), *SERIES[2:]), id="a usual session, moved in its series"
        ),
        pytest.param(SERIES, (*SERIES, replace(extra(), recurring=True)), id="part of a series"),
        pytest.param(SERIES, (*SERIES, extra(at(60, 15))), id="beyond the horizon"),
        pytest.param(SERIES, (*SERIES, extra(at(-1, 15))), id="over already"),
        pytest.param(SERIES, (*SERIES, extra(at(22, 15))), id="in the leave, so displaced itself"),
        pytest.param(SERIES, (*SERIES, extra(title="AB · held")), id="a copied hold by its title"),
        pytest.param(SERIES, (*SERIES, replace(extra(), status=EventStatus.CANCELLED)), id="cancelled"),
        pytest.param(
            (extra(at(21, 10), "s1"),),
            (extra(at(21, 10), "s1"), extra(at(28, 10), "s2")),
            id="entered singly at her usual hour",
        ),
    ],
)
def test_what_only_looks_like_one_is_none(before: tuple[Event, ...], after: tuple[Event, ...]) -> None:
    """Wrong is worse than late: in doubt the offer stays."""
    assert entered(before, after) == []


def test_it_stands_for_the_nearest_session_and_for_one_only() -> None:
    """Two weeks of leave displace two sessions; one extra session settles one."""
    rows = see(*SERIES, extra(at(35, 15)), known=see(*SERIES, away=12), away=12)
    assert [(row.span.start.day, row.extra) for row in rows] == [(6, ""), (13, "extra")]


def test_off_weeks_of_a_fortnightly_client_are_free_for_extra_sessions() -> None:
    """Her own weekday and hour in the week between is no regular session."""
    fortnightly = (monday(7), monday(21), monday(35))
    assert entered(fortnightly, (*fortnightly, extra(at(28, 10)))) == ["extra"]


def test_a_session_moved_out_of_the_leave_is_no_conflict_any_more() -> None:
    """An occurrence put on another day by hand; the row remembers when it was."""
    known = see(*SERIES)
    moved = (*SERIES[:2], monday(21, at(17, 15)), SERIES[3])
    (row,) = see(*moved, known=known)
    assert (row.state, row.span) == (ConflictState.GONE, at(21, 10))


def test_a_session_moved_within_the_leave_stays_displaced() -> None:
    """The row follows it to its new time."""
    (row,) = see(*SERIES[:2], monday(21, at(22, 11)), SERIES[3], known=see(*SERIES))
    assert (row.state, row.span) == (ConflictState.OPEN, at(22, 11))


def cancelled(days: int, uid: str = "ada") -> Event:
    """An occurrence that does not take place."""
    return replace(monday(days), uid=uid, status=EventStatus.CANCELLED)


def ours(*events: Event) -> tuple[Conflict, ...]:
    """The conflict after we cancelled its original."""
    return tuple(replace(row, original=OriginalState.CANCELLED, pre_image="before") for row in see(*events))


def test_a_cancelled_original_goes_with_its_series() -> None:
    """The client's series was deleted: nothing is displaced any more."""
    (missing,) = see(known=ours(*SERIES))
    assert missing.displaced
    (row,) = see(known=(replace(missing, missing_at=NOW - timedelta(hours=12)),))
    assert row.state is ConflictState.GONE


def test_a_cancelled_original_is_followed_into_a_split_series() -> None:
    """Cancelled as it was, or standing again where the program forgot the exception."""
    rest = tuple(replace(monday(days), uid="new") for days in WEEKS[3:])
    (still,) = see(*SERIES[:2], cancelled(21, "new"), *rest, known=ours(*SERIES))
    assert (still.ref.uid, still.original, still.pre_image) == ("new", OriginalState.CANCELLED, "before")
    (again,) = see(*SERIES[:2], replace(monday(21), uid="new"), *rest, known=ours(*SERIES))
    assert (again.ref.uid, again.original, again.revived) == ("new", OriginalState.IN_PLACE, 1)
    assert again.state is ConflictState.OPEN


def test_keep_on_a_cancelled_original_brings_it_back() -> None:
    """`#keep` in its title: it takes place after all."""
    kept = replace(cancelled(21), title="AB #keep")
    (row,) = see(*SERIES[:2], kept, SERIES[3], known=ours(*SERIES))
    assert (row.state, row.original) == (ConflictState.HEALED, OriginalState.CANCELLED)


def test_a_cancelled_original_put_elsewhere_by_hand_is_settled() -> None:
    """She revived it on another day: it is neither brought back nor cancelled again."""
    moved = monday(21, Span(datetime(2026, 7, 2, 15, tzinfo=BERLIN), THURSDAY.start + timedelta(minutes=50)))
    (row,) = see(*SERIES[:2], moved, SERIES[3], known=ours(*SERIES))
    assert (row.state, row.original) == (ConflictState.GONE, OriginalState.IN_PLACE)
