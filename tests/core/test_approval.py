"""When a human must say yes, and what the yes covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.core.approval import ALL_KINDS, code, fingerprint, given_by_tag, pending, seen_at, why_due
from syncd.core.model import Absence, Approval, LeaveBlock, OccurrenceRef, SeenLeave
from syncd.core.policy import ApprovalMode, ApprovalRules
from tests.core.people import CALENDAR, NOW, at, conflict

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
    return Approval("dana", "ab", frozenset(conflicts), ALL_KINDS, NOW)


ONE, TWO = conflict(uid="s1"), conflict(uid="s2")


def test_nothing_is_due_for_an_ordinary_absence() -> None:
    """Trusted therapist, short leave, nothing odd."""
    assert why_due(absence(), (ONE,), RULES, (), ()) == ""


def test_leave_that_was_there_first_waits() -> None:
    """First start on a calendar with leave in it: a human is asked."""
    seen = (SeenLeave(fingerprint(block()), NOW, initial=True),)
    assert "before syncd first looked" in why_due(absence(), (ONE,), RULES, seen, ())


def test_the_first_absences_wait() -> None:
    """`review_first` counts absences that were approved before, not this one."""
    rules = ApprovalRules(review_first=1)
    assert why_due(absence(), (ONE,), rules, (), ())
    assert why_due(absence(), (ONE,), rules, (), (approval(ONE.id),))
    assert not why_due(absence(), (ONE,), rules, (), (approval("another"),))


def test_thresholds_recurrence_and_review_mode_wait() -> None:
    """Too many sessions, too many days, recurring leave, review switched on."""
    assert why_due(absence(), (ONE, TWO), replace(RULES, above_sessions=1), (), ())
    assert why_due(absence(), (ONE,), replace(RULES, above_days=3), (), ())
    assert why_due(absence(waits="recurring"), (ONE,), RULES, (), ())
    assert why_due(absence(), (ONE,), replace(RULES, mode=ApprovalMode.REVIEW), (), ())


def test_plain_ok_approves_once_and_new_clients_ask_by_code() -> None:
    """`#ok` covers what stood there; what comes later needs `#ok xy` with its own code."""
    first = given_by_tag(absence("ok"), (ONE,), (), NOW)
    assert first is not None
    assert first.conflicts == {ONE.id}
    assert given_by_tag(absence("ok"), (ONE, TWO), (first,), NOW) is None
    waiting = pending((ONE, TWO), (first,))
    second = given_by_tag(absence("ok", f"ok {code(waiting)}"), (ONE, TWO), (first,), NOW)
    assert second is not None
    assert second.conflicts == {TWO.id}


def test_an_approval_tag_does_not_restart_settling() -> None:
    """`settle` runs from span and policy tags: `#ok` and `#send` change neither, `#all` does."""
    assert fingerprint(block()) == fingerprint(block("ok", "ok bx", "send"))
    assert fingerprint(block()) != fingerprint(block("all"))


def test_settling_counts_from_the_latest_change() -> None:
    """Of several blocks the one seen last counts; one never seen counts from now."""
    seen = (SeenLeave(fingerprint(block()), NOW - timedelta(days=3)),)
    assert seen_at(absence(), seen, NOW) == NOW - timedelta(days=3)
    assert seen_at(absence("all"), seen, NOW) == NOW
