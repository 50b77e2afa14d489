"""When a human must say yes before any message goes out, and what a yes covers (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from syncd.core.detection import policy_tags
from syncd.core.model import Absence, Approval, Conflict, LeaveBlock, OfferKind, SeenLeave
from syncd.core.policy import ApprovalMode, ApprovalRules
from syncd.core.snapshot import Snapshot

ALL_KINDS = frozenset(OfferKind)


def fingerprint(block: LeaveBlock) -> str:
    """Names a block with its span and policy tags: what `settle` and "seen first" run from.

    An etag, an alarm or `#ok` changes nothing here.
    """
    parts = (
        block.therapist,
        block.ref.uid,
        block.ref.recurrence_id,
        str(block.when),
        *policy_tags(block.tags),
    )
    return sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def first_seen(blocks: Iterable[LeaveBlock], snapshot: Snapshot) -> tuple[SeenLeave, ...]:
    """Rows for blocks whose span and tags the store has not seen yet.

    A block is initial when it stood there at its calendar's first read; an edit of it is not.
    """
    known = {row.fingerprint for row in snapshot.seen}
    return tuple(
        SeenLeave(fingerprint(block), snapshot.now, initial=block.ref.calendar in snapshot.initial)
        for block in blocks
        if fingerprint(block) not in known
    )


def seen_at(absence: Absence, seen: Iterable[SeenLeave], now: datetime) -> datetime:
    """When the latest change to the absence's blocks was first seen; `now` for one not seen before."""
    at = {row.fingerprint: row.seen_at for row in seen}
    return max(at.get(fingerprint(block), now) for block in absence.blocks)


def pending(conflicts: Iterable[Conflict], approvals: Iterable[Approval]) -> frozenset[str]:
    """Of these conflicts, the ids that no approval covers."""
    covered = frozenset(one for approval in approvals for one in approval.conflicts)
    return frozenset(conflict.id for conflict in conflicts) - covered


def code(waiting: Iterable[str]) -> str:
    """The two letters that approve exactly these conflicts (`#ok bx`)."""
    digest = sha256("\x1f".join(sorted(waiting)).encode()).digest()
    return "".join(chr(ord("a") + byte % 26) for byte in digest[:2])


def why_due(
    absence: Absence,
    conflicts: tuple[Conflict, ...],
    rules: ApprovalRules,
    seen: Iterable[SeenLeave],
    approvals: Iterable[Approval],
) -> str:
    """Why this absence needs a yes, in words for the therapist; "" when it needs none."""
    initial = {row.fingerprint for row in seen if row.initial}
    ids = {conflict.id for conflict in conflicts}
    earlier = [row for row in approvals if row.therapist == absence.therapist and not row.conflicts & ids]
    reasons = (
        (rules.mode is ApprovalMode.REVIEW, "review is switched on"),
        (any(block.waits for block in absence.blocks), "the leave recurs, has no end or only mentions leave"),
        (
            any(fingerprint(block) in initial for block in absence.blocks),
            "the leave stood there before syncd first looked",
        ),
        (
            len(earlier) < rules.review_first,
            f"the first {rules.review_first} absences are always shown first",
        ),
        (len(conflicts) > rules.above_sessions, f"more than {rules.above_sessions} sessions are displaced"),
        (
            absence.span.duration.days > rules.above_days,
            f"the absence is longer than {rules.above_days} days",
        ),
    )
    return next((text for due, text in reasons if due), "")


def given_by_tag(
    absence: Absence, conflicts: tuple[Conflict, ...], approvals: Iterable[Approval], now: datetime
) -> Approval | None:
    """The approval that an `#ok` in a leave block gives, or None.

    Plain `#ok` approves what stands there when it is first read; what is added later asks by a code of its own.
    """
    known = tuple(approvals)
    waiting = pending(conflicts, known)
    tags = {tag for block in absence.blocks for tag in block.tags}
    ids = {conflict.id for conflict in conflicts}
    first = not any(row.conflicts & ids for row in known)
    wanted = waiting and (f"ok {code(waiting)}" in tags or ("ok" in tags and first))
    if not wanted:
        return None
    return Approval(absence.therapist, code(waiting), frozenset(waiting), ALL_KINDS, now)
