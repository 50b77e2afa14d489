"""When a human must say yes before any message goes out, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from syncd.core.model import Absence, Approval, Conflict, SeenLeave, confirmed_as_leave
from syncd.core.model.practice import ApprovalMode, ApprovalRules
from syncd.core.reading.first_seen import block_name, fingerprint
from syncd.core.time.spans import days_of

WAITS = {  # why a block waits, in words that follow "because"
    "recurring": "the leave recurs",
    "unbounded": "the leave has no end",
    "long": "it lasts for more than thirteen months (correct its end if that is a slip)",
    "title": "its title does not say for sure that you are away",
    "tag": "its #none names nobody on the roster, or several",
    "guests": "somebody is invited to it",
    "here": "its #here says that you are there (delete the entry if that is so)",
    "tentative": "the leave is only tentative",
}


def why_due(
    absence: Absence,
    conflicts: tuple[Conflict, ...],
    rules: ApprovalRules,
    seen: Iterable[SeenLeave],
    approvals: Iterable[Approval],
    zone: ZoneInfo,
    absence_of: Mapping[str, str] | None = None,
    *,
    asked_at: datetime | None = None,
) -> str:
    """Why this absence needs a yes, in words for the therapist; "" when it needs none.

    `zone` is the therapist's, by which days count; `absence_of` tells by conflict which yeses belong to one absence.
    A yes to another absence since `asked_at`, when a letter said that this one waits, makes it no later one.
    """
    stood, meanwhile = _found(absence, seen)
    ids, given = {conflict.id for conflict in conflicts}, tuple(approvals)
    of = absence_of or {}
    waits = _doubt(absence, ids - confirmed_as_leave(given))
    others = [row for row in given if not _its_own(row, absence, ids, of)]
    earlier = _earlier(absence, others, of, asked_at)
    first, most, longest = rules.review_first, rules.above_sessions, rules.above_days
    reasons = (
        (waits != "", WAITS.get(waits, waits)),
        (rules.mode is ApprovalMode.REVIEW, "review is switched on"),
        (stood, "the leave stood there before syncd first looked"),
        (meanwhile, "the leave was entered, or changed, before syncd's store was whole again"),
        (earlier < first, _shown_first(first)),
        (len(conflicts) > most, f"more than {most} appointments are displaced"),
        (len(days_of(absence.span, zone)) > longest, f"the absence is longer than {longest} days"),
    )
    return next((text for due, text in reasons if due), "")


def _shown_first(first: int) -> str:
    which = "first absence is" if first == 1 else f"first {first} absences are"
    return f"the {which} always shown first"


def _found(absence: Absence, seen: Iterable[SeenLeave]) -> tuple[bool, bool]:
    """Whether a block of it stood there at the first look, and whether one came while nothing was done."""
    names = {fingerprint(block) for block in absence.blocks}
    mine = [row for row in seen if row.initial and row.fingerprint in names]
    return any(not row.meanwhile for row in mine), any(row.meanwhile for row in mine)


def _earlier(
    absence: Absence,
    others: Iterable[Approval],
    absence_of: Mapping[str, str],
    asked_at: datetime | None,
) -> int:
    """How many other absences of this therapist were shown and got a yes."""
    return len(
        {
            frozenset(absence_of.get(one, one) for one in row.conflicts)
            for row in others
            if row.therapist == absence.therapist and row.shown
            if asked_at is None or row.given_at <= asked_at
        }
    )


def _its_own(given: Approval, absence: Absence, ids: set[str], absence_of: Mapping[str, str]) -> bool:
    """True for a yes to this very absence, be it to what it took before it was moved."""
    before = absence.id in {absence_of.get(one) for one in given.conflicts}
    heard = not given.blocks.isdisjoint(block_name(one) for one in absence.blocks)
    return bool(given.conflicts & ids) or before or heard


def _doubt(absence: Absence, unanswered: set[str]) -> str:
    """Why its blocks wait by themselves, while no yes has answered that."""
    return next((block.waits for block in absence.blocks if block.waits), "") if unanswered else ""
