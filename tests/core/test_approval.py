"""When a human must say yes, and what the yes covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from syncd.core.model import Absence, Approval, ConflictState, LeaveBlock, OccurrenceRef, OfferKind, SeenLeave
from syncd.core.model.practice import ApprovalMode, ApprovalRules
from syncd.core.reading.first_seen import fingerprint, seen_at
from syncd.core.state.approval.covered import code, covers, pending
from syncd.core.state.approval.due import WAITS, why_due
from syncd.core.state.approval.given import given_by_tag
from syncd.core.time.spans import Span
from tests.core.people import BERLIN, CALENDAR, NOW, at, conflict, offer

WEEK = at(21, 0, minutes=7 * 24 * 60)
RULES = ApprovalRules(review_first=0)


def block(*tags: str, waits: str = "") -> LeaveBlock:
    """A week of leave."""
    return LeaveBlock("dana", OccurrenceRef(CALENDAR, "leave"), WEEK, WEEK, tags, waits)


def absence(*tags: str, waits: str = "") -> Absence:
    """The absence it makes."""
    return Absence("away", "dana", (block(*tags, waits=waits),), WEEK)


def approval(*conflicts: str) -> Approval:
    """A yes to these conflicts."""
    return Approval("dana", "ab", frozenset(conflicts), frozenset({OfferKind.MOVE}), NOW)


ONE, TWO = conflict(uid="s1"), conflict(uid="s2")


def test_nothing_is_due_for_an_ordinary_absence() -> None:
    """Trusted therapist, short leave, nothing odd."""
    assert why_due(absence(), (ONE,), RULES, (), (), BERLIN) == ""


def test_leave_that_was_there_first_waits() -> None:
    """First start on a calendar with leave in it: a human is asked."""
    seen = (SeenLeave(fingerprint(block()), NOW, initial=True),)
    assert "before syncd first looked" in why_due(absence(), (ONE,), RULES, seen, (), BERLIN)


def test_leave_entered_before_a_lost_store_was_taken_over_says_so() -> None:
    """It did not stand there before the first look."""
    seen = (SeenLeave(fingerprint(block()), NOW, initial=True, meanwhile=True),)
    assert "before syncd's store was whole again" in why_due(absence(), (ONE,), RULES, seen, (), BERLIN)


def test_the_first_absences_wait() -> None:
    """`review_first` counts absences that were approved before, not this one."""
    rules = ApprovalRules(review_first=1)
    assert why_due(absence(), (ONE,), rules, (), (), BERLIN)
    assert why_due(absence(), (ONE,), rules, (), (approval(ONE.id),), BERLIN)
    assert not why_due(absence(), (ONE,), rules, (), (approval("another"),), BERLIN)


@pytest.mark.parametrize("waits", WAITS)
def test_leave_that_waits_says_which_reason_it_has(waits: str) -> None:
    """One reason, not all that there could be."""
    assert why_due(absence(waits=waits), (ONE,), RULES, (), (), BERLIN) == WAITS[waits]


def test_thresholds_recurrence_and_review_mode_wait() -> None:
    """Too many sessions, too many days, recurring leave, review switched on."""
    assert why_due(absence(), (ONE, TWO), replace(RULES, above_sessions=1), (), (), BERLIN)
    assert why_due(absence(), (ONE,), replace(RULES, above_days=3), (), (), BERLIN)
    assert why_due(absence(waits="recurring"), (ONE,), RULES, (), (), BERLIN)
    assert why_due(absence(), (ONE,), replace(RULES, mode=ApprovalMode.REVIEW), (), (), BERLIN)


def test_plain_ok_approves_once_and_new_clients_ask_by_code() -> None:
    """`#ok` covers what stood there; what comes later needs `#ok xy` with its own code."""
    first = given_by_tag(absence("ok"), (ONE,), (), (), NOW)
    assert first is not None
    assert first.conflicts == {ONE.id}
    assert given_by_tag(absence("ok"), (ONE, TWO), (), (first,), NOW) is None
    waiting = pending((ONE, TWO), (), (first,))
    second = given_by_tag(absence("ok", f"ok {code(waiting)}"), (ONE, TWO), (), (first,), NOW)
    assert second is not None
    assert second.conflicts == {TWO.id}


def test_plain_ok_counts_once_for_a_block_that_moves() -> None:
    """The tag stays in the title: what the leave displaces elsewhere was never shown, and asks by a code."""
    first = given_by_tag(absence("ok"), (ONE,), (), (), NOW)
    assert first is not None
    moved = (replace(ONE, state=ConflictState.HEALED), TWO)
    assert given_by_tag(absence("ok"), moved, (), (first,), NOW) is None
    joined = replace(absence("ok"), id="another")
    assert given_by_tag(joined, (TWO,), (), (first,), NOW) is None
    by_command = replace(first, blocks=frozenset())
    assert given_by_tag(absence("ok"), moved, (), (by_command,), NOW) is None


def test_plain_ok_says_nothing_of_a_neighbour_that_may_be_no_leave() -> None:
    """Two blocks, one absence: what only the doubtful one displaces asks by its code; `#ok` in that one is a yes."""
    later = Span(WEEK.end, WEEK.end + timedelta(days=7))
    doubtful = LeaveBlock("dana", OccurrenceRef(CALENDAR, "maybe"), later, later, (), "title")
    far = replace(TWO, span=Span(later.start, later.start + timedelta(minutes=50)))
    both = replace(absence("ok"), blocks=(block("ok"), doubtful))
    first = given_by_tag(both, (ONE, far), (), (), NOW)
    assert first is not None
    assert first.conflicts == {ONE.id}
    meant = replace(both, blocks=(block(), replace(doubtful, tags=("ok",))))
    whole = given_by_tag(meant, (ONE, far), (), (), NOW)
    assert whole is not None
    assert whole.conflicts == {ONE.id, far.id}


def test_plain_ok_in_another_block_is_a_yes_of_its_own() -> None:
    """It was typed into leave that nobody has said yes to."""
    first = given_by_tag(absence("ok"), (ONE,), (), (), NOW)
    assert first is not None
    other = replace(block("ok"), ref=OccurrenceRef(CALENDAR, "later"))
    again = given_by_tag(Absence("later", "dana", (other,), WEEK), (TWO,), (), (first,), NOW)
    assert again is not None


def test_days_are_days_of_the_calendar() -> None:
    """Seventeen days in which the clocks change are seventeen."""
    spring = Span(datetime(2027, 3, 20, tzinfo=BERLIN), datetime(2027, 4, 6, tzinfo=BERLIN))
    rules = replace(RULES, above_days=16)
    assert "longer than 16 days" in why_due(replace(absence(), span=spring), (ONE,), rules, (), (), BERLIN)


def test_a_yes_covers_the_kinds_that_were_shown() -> None:
    """A time of the client's own always; a colleague's or an extended session only where it was held then."""
    mine = conflict()
    cover = replace(offer(), kind=OfferKind.COVER)
    shown = given_by_tag(absence("ok"), (mine,), (cover,), (), NOW)
    assert shown is not None
    assert covers(cover, (shown,))
    assert pending((mine,), (cover,), (shown,)) == frozenset()
    before = given_by_tag(absence("ok"), (mine,), (offer(),), (), NOW)
    assert before is not None
    assert covers(offer(), (before,))
    waiting = pending((mine,), (cover,), (before,))
    assert waiting == {f"{mine.id}:cover"}
    assert given_by_tag(absence("ok"), (mine,), (cover,), (before,), NOW) is None
    again = given_by_tag(absence(f"ok {code(waiting, (before,))}"), (mine,), (cover,), (before,), NOW)
    assert again is not None
    assert pending((mine,), (cover,), (before, again)) == frozenset()


def test_an_old_code_never_approves_what_is_new() -> None:
    """Where two letters would be those of an earlier yes there are three."""
    waiting = frozenset({ONE.id})
    used = replace(approval(TWO.id), code=code(waiting))
    assert code(waiting, (used,)) != code(waiting)
    assert code(waiting, (used,)).startswith(code(waiting))


def test_two_yeses_to_one_absence_count_once() -> None:
    """`review_first` counts absences, not codes."""
    rules = ApprovalRules(review_first=2)
    given = (approval("x1"), approval("x2"))
    of = {"x1": "earlier", "x2": "earlier"}
    assert why_due(absence(), (ONE,), rules, (), given, BERLIN, of)
    assert not why_due(absence(), (ONE,), rules, (), given, BERLIN, {"x1": "earlier", "x2": "another"})


def test_an_approval_tag_does_not_restart_settling() -> None:
    """`settle` runs from span and policy tags: `#ok` and `#send` change neither, `#all` does."""
    assert fingerprint(block()) == fingerprint(block("ok", "ok bx", "send"))
    assert fingerprint(block()) != fingerprint(block("all"))


def test_settling_counts_from_the_latest_change() -> None:
    """Of several blocks the one seen last counts; one never seen counts from now."""
    seen = (SeenLeave(fingerprint(block()), NOW - timedelta(days=3)),)
    assert seen_at(absence(), seen, NOW) == NOW - timedelta(days=3)
    assert seen_at(absence("all"), seen, NOW) == NOW


def test_ok_in_leave_that_went_and_came_again_counts_anew() -> None:
    """A yes covers what it showed; while some of that still stands, its `#ok` is not heard a second time."""
    first = given_by_tag(absence("ok"), (ONE, TWO), (), (), NOW)
    assert first is not None
    earlier, later = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert first.without_later({ONE.id: earlier, TWO.id: NOW}) == first
    some = first.without_later({ONE.id: earlier, TWO.id: later})
    assert some.conflicts == {ONE.id}
    assert some.blocks == first.blocks
    assert given_by_tag(absence("ok"), (ONE, TWO), (), (some,), later) is None
    none = first.without_later({ONE.id: later, TWO.id: later})
    assert none.conflicts == frozenset()
    second = given_by_tag(absence("ok"), (ONE, TWO), (), (none,), later)
    assert second is not None
    assert second.conflicts == {ONE.id, TWO.id}
    assert given_by_tag(absence(), (ONE, TWO), (), (none,), later) is None
