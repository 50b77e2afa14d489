"""Conflicts as rows that live on: new, still displaced, healed, gone. Identity survives edits of the leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from syncd.core.detection import find_conflicts
from syncd.core.diary import Diary
from syncd.core.model import Conflict, ConflictState, OriginalState, Session, conflict_id
from syncd.core.snapshot import Snapshot
from syncd.core.spans import local_date

FINAL = frozenset({ConflictState.SETTLED, ConflictState.CLOSED})


def track(snapshot: Snapshot, diary: Diary) -> tuple[Conflict, ...]:
    """This therapist's conflicts as they are now: rows already known, updated, and new ones.

    A session is only believed gone when its calendar was read to the end in this pass.
    """
    rows = {row.id: row for row in snapshot.conflicts if row.therapist == diary.therapist.id}
    found = _found(snapshot, diary, rows)
    kept = [_update(row, found.get(row.id), snapshot, diary) for row in rows.values()]
    kept = _rebind(kept, [row for key, row in found.items() if key not in rows], snapshot, diary)
    return tuple(sorted(kept, key=lambda row: (row.span, row.id)))


def _found(snapshot: Snapshot, diary: Diary, rows: dict[str, Conflict]) -> dict[str, Conflict]:
    """Conflicts read off the calendar now; a session already begun is no new one, a rebound one keeps its id."""
    found = {}
    names = {row.ref: row.id for row in rows.values()}
    for session, absence in find_conflicts(diary.all_sessions, diary.absences):
        row = _row(session, absence.id, snapshot)
        row = replace(row, id=names.get(row.ref, row.id))
        if row.id in rows or row.span.start > snapshot.now:
            found[row.id] = row
    return found


def _row(session: Session, absence: str, snapshot: Snapshot) -> Conflict:
    return Conflict(
        id=conflict_id(session.therapist, session.ref.uid, session.ref.recurrence_id),
        therapist=session.therapist,
        client=session.client,
        ref=session.ref,
        span=session.span,
        absence=absence,
        seen_at=snapshot.now,
        etag=session.etag,
        location=session.location,
        link=session.link,
    )


def _update(row: Conflict, found: Conflict | None, snapshot: Snapshot, diary: Diary) -> Conflict:
    if row.ref.calendar not in snapshot.fresh or row.span.start <= snapshot.now:
        return row  # nothing was seen, or its time has come: leave that is over does not bring it back
    if found is not None:
        return _still_displaced(row, found)
    standing = next((s for s in diary.all_sessions if s.ref == row.ref), None)
    if standing is not None and row.original is OriginalState.STANDING:
        return _healed(replace(row, etag=standing.etag, span=standing.span))
    if row.original is OriginalState.CANCELLED:
        return row if _covered(row, diary) else _healed(row)
    if row.state in FINAL:
        return row
    return replace(row, state=ConflictState.GONE, reason="the session is no longer in the calendar")


def _still_displaced(row: Conflict, found: Conflict) -> Conflict:
    fresh = replace(row, absence=found.absence, etag=found.etag, span=found.span)
    if row.original is OriginalState.CANCELLED:
        reason = "the therapist brought the session back by hand"
        return replace(fresh, original=OriginalState.STANDING, state=ConflictState.SETTLED, reason=reason)
    if row.state in {ConflictState.HEALED, ConflictState.GONE}:
        return replace(fresh, state=ConflictState.OPEN, reason="", seen_at=found.seen_at)
    return fresh


def _covered(row: Conflict, diary: Diary) -> bool:
    """True while leave still lies over the time of an original that we cancelled."""
    return any(block.span.overlaps(row.span) for block in diary.leave)


def _healed(row: Conflict) -> Conflict:
    if row.state is ConflictState.HEALED:
        return row
    return replace(row, state=ConflictState.HEALED, reason="the leave no longer covers it")


def _rebind(
    rows: list[Conflict], new: Iterable[Conflict], snapshot: Snapshot, diary: Diary
) -> list[Conflict]:
    """A split series gives its sessions new ids: the row of the one that vanished takes over the new ref.

    Only where the client has exactly one session at that start, or else on that day.
    """
    zone = diary.therapist.zone
    left = list(new)
    for index, row in enumerate(rows):
        if row.state is not ConflictState.GONE or row.ref.calendar not in snapshot.fresh:
            continue
        mine = [one for one in left if one.client == row.client]
        same = [one for one in mine if one.span.start == row.span.start] or [
            one for one in mine if local_date(one.span.start, zone) == local_date(row.span.start, zone)
        ]
        if len(same) == 1:
            left.remove(same[0])
            before = snapshot.conflict[row.id]
            state = before.state if before.displaced else ConflictState.OPEN
            rows[index] = replace(before, ref=same[0].ref, etag=same[0].etag, span=same[0].span, state=state)
    return [*rows, *left]
