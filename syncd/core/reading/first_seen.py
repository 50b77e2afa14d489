"""When leave was first seen as it is now: what settles, and what waits, count from then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from syncd.core.model import (
    Absence,
    LeaveBlock,
    SeenLeave,
)
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading.tags import SEND, policy_tags


def fingerprint(block: LeaveBlock) -> str:
    """Names a block with its span and policy tags: what `settle` and "seen first" run from.

    An etag, an alarm or `#ok` changes nothing here; only what was doubted is leave from its `#ok` on.
    """
    parts = (
        block.therapist,
        block.origin.uid,
        block.origin.recurrence_id,
        str(block.when),
        *policy_tags(block.tags),
        *(["doubted"] if block.doubted else ()),
    )
    return sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def send_typed(block: LeaveBlock) -> str:
    """Names a block as it is now with its `#send`: what was typed then is meant for the leave that stood there."""
    return sha256(f"{fingerprint(block)}\x1f{SEND}".encode()).hexdigest()[:24]


def _names(block: LeaveBlock) -> tuple[str, ...]:
    return (fingerprint(block), send_typed(block)) if SEND in block.tags else (fingerprint(block),)


def first_seen(blocks: Iterable[LeaveBlock], snapshot: Snapshot) -> tuple[SeenLeave, ...]:
    """Rows for blocks whose span and tags, or whose `#send`, the store has not seen yet, or that had been given up.

    A block is initial when it stood there at its calendar's first read; an edit of it is not.
    """
    known = {row.fingerprint for row in snapshot.seen} - _given_up(snapshot)
    return tuple(
        SeenLeave(name, snapshot.now, initial=block.ref.calendar in snapshot.initial)
        for block in blocks
        for name in _names(block)
        if block.lifted_at is None and name not in known
    )


def _given_up(snapshot: Snapshot) -> frozenset[str]:
    """Fingerprints of leave that was in force no more at the last pass; what was seen at rest stays initial."""
    in_force = {name for one in snapshot.leave for block in one.blocks for name in _names(block)}
    seen = frozenset(row.fingerprint for row in snapshot.seen if not row.initial)
    return seen - in_force if snapshot.leave else frozenset()


def sends(
    blocks: Iterable[LeaveBlock], over: Iterable[LeaveBlock], seen: Iterable[SeenLeave], now: datetime
) -> bool:
    """True where `#send` in one of the blocks of an absence is meant for those `over` a session, too: it says so in
    one of them, or was typed when they had been seen as they are.
    """
    at, there = {row.fingerprint: row.seen_at for row in seen}, tuple(over)
    typed = [at.get(send_typed(one), now) for one in blocks if SEND in one.tags]
    if any(SEND in one.tags for one in there) or not typed:
        return bool(typed)
    return all(at.get(fingerprint(one), now) <= max(typed) for one in there)


def seen_at(absence: Absence, seen: Iterable[SeenLeave], now: datetime) -> datetime:
    """When the latest change to the absence's blocks was first seen; `now` for one not seen before."""
    at = {row.fingerprint: row.seen_at for row in seen}
    return max(at.get(fingerprint(block), now) for block in absence.blocks)


def block_name(block: LeaveBlock) -> str:
    """Names a block whatever its span, and whichever calendar of the therapist's it lies in."""
    parts = (block.therapist, block.origin.uid, block.origin.recurrence_id)
    return sha256("\x1f".join(parts).encode()).hexdigest()[:24]
