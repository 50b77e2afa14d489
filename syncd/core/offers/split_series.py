""" "This and following" gives sessions new ids: the row of one that vanished goes on with the session it has become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Self
from zoneinfo import ZoneInfo

from syncd.core.model import (
    Conflict,
    ConflictState,
    Event,
    EventStatus,
    OccurrenceRef,
    OriginalState,
    Session,
    conflict_id,
)
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflict_state import FINAL, MOVED, with_original_back
from syncd.core.offers.extra_sessions import from_basic_form, in_basic_form, rhythm
from syncd.core.reading.diary import Diary
from syncd.core.time.spans import local_date, span_of


@dataclass(frozen=True, slots=True)
class Names:
    """Which row a displaced session is known by."""

    by_ref: Mapping[OccurrenceRef, str]
    taken: frozenset[str]

    @classmethod
    def of(cls, rows: Mapping[str, Conflict]) -> Self:
        """The names of rows that are known."""
        return cls({row.ref: row.id for row in rows.values()}, frozenset(rows))

    def name(self, row: Conflict) -> str:
        """Its row's; of a session that no row is bound to a new one: a row named after it may have gone elsewhere."""
        name = self.by_ref.get(row.ref, "")
        if name:
            return name
        name = row.id
        while name in self.taken:
            name = conflict_id(row.therapist, name, "again")
        return name


def rebind(rows: list[Conflict], new: Iterable[Conflict], snapshot: Snapshot, diary: Diary) -> list[Conflict]:
    """The rows, those of sessions that vanished bound to what has become of them, and what is left of the new ones.

    Those at the same start go first, then those of the same day, then what moved with its series, which may take place
    now. An original that we cancelled may have gone with its series as it was, cancelled.
    """
    left = list(new)
    lost = dict(_lost(rows, snapshot, diary))
    at = {row.id: place for place, row in enumerate(rows)}
    for find in (_at_its_start, _on_its_day, partial(_moved_on, snapshot=snapshot)):
        for row in sorted(lost.values(), key=lambda one: (one.span, one.id)):
            same = find(row, left, diary)
            if same is not None:
                left = [one for one in left if one.ref != same.ref]
                rows[at[lost.pop(row.id).id]] = same
    for row in lost.values():
        cancelled = _cancelled_again(row, snapshot, diary)
        if cancelled is not None:
            rows[at[row.id]] = cancelled
        elif snapshot.conflict[row.id].state in FINAL:
            rows[at[row.id]] = snapshot.conflict[row.id]
    return [*rows, *left]


def _lost(rows: Iterable[Conflict], snapshot: Snapshot, diary: Diary) -> Iterator[tuple[str, Conflict]]:
    """By id, the rows whose session is in no calendar any more, as they were before."""
    there = {one.ref for one in diary.all_sessions}
    for row in rows:
        lost = row.state is ConflictState.GONE and row.ref not in there
        if lost and row.ref.calendar in snapshot.fresh:
            before = snapshot.conflict[row.id]
            yield row.id, before if before.displaced else replace(before, state=ConflictState.OPEN)


def _at_its_start(row: Conflict, left: Iterable[Conflict], diary: Diary) -> Conflict | None:
    return _only([one for one in left if one.client == row.client and one.span.start == row.span.start], row)


def _on_its_day(row: Conflict, left: Iterable[Conflict], diary: Diary) -> Conflict | None:
    zone = diary.therapist.zone
    day = local_date(row.span.start, zone)
    return _only(
        [one for one in left if one.client == row.client and local_date(one.span.start, zone) == day], row
    )


def _only(found: Sequence[Conflict], row: Conflict) -> Conflict | None:
    return _bound(row, found[0]) if len(found) == 1 else None


def _bound(row: Conflict, to: Conflict) -> Conflict:
    return replace(with_original_back(row), ref=to.ref, etag=to.etag, span=to.span)


def _moved_on(
    row: Conflict, left: Sequence[Conflict], diary: Diary, *, snapshot: Snapshot
) -> Conflict | None:
    """The row, its session elsewhere with its whole series, or back where it was before that.

    Where no leave reaches it there, it is a session that the therapist moved out of the leave.
    """
    back = next((one for one in left if _named_after(row, one.ref)), None)
    session = None if back else _goes_on_as(row, snapshot, diary)
    there = back or next((one for one in left if session and one.ref == session.ref), None)
    if there is not None:
        return _bound(row, there)
    if session is None or any(one.ref == session.ref for one in snapshot.conflicts):
        return None
    return replace(row, ref=session.ref, etag=session.etag, state=ConflictState.GONE, reason=MOVED)


def _goes_on_as(row: Conflict, snapshot: Snapshot, diary: Diary) -> Session | None:
    """The one in a new series that lies as far from it as that begins from where the old one, which is over, ended."""
    zone, step = diary.therapist.zone, timedelta(days=rhythm(row, diary))
    old = _series(row.ref.uid, snapshot)
    if not row.ref.recurrence_id or any(_goes_on(one, row) for one in old):
        return None
    lost = _day(row.ref, zone)
    before = max((day for one in old if (day := _day(one.ref, zone)) < lost), default=None)
    mine = [one for one in diary.sessions.sessions if one.client == row.client and one.ref.recurrence_id]
    known = {one.ref.uid for one in mine if in_basic_form(one.span.start) in (row.usual or ())}
    for uid in sorted({one.ref.uid for one in mine} - known):
        shift = _shift(lost, min(_day(one.ref, zone) for one in _series(uid, snapshot)), before, step)
        found = [one for one in mine if one.ref.uid == uid and _day(one.ref, zone) == lost + shift]
        if found:
            return found[0]
    return None


def _shift(lost: date, first: date, before: date | None, step: timedelta) -> timedelta:
    """How far a series moved that goes on from `first`, and of which nothing after `before` stands as it was."""
    later = (first - lost) % step
    earlier = later - step
    if before is None:
        return min(later, earlier, key=abs)
    return later if first - later > before else earlier


def _series(uid: str, snapshot: Snapshot) -> list[Event]:
    return [one for one in snapshot.events if one.ref.uid == uid and one.ref.recurrence_id]


def _goes_on(event: Event, row: Conflict) -> bool:
    return event.status is not EventStatus.CANCELLED and event.ref.recurrence_id > row.ref.recurrence_id


def _day(ref: OccurrenceRef, zone: ZoneInfo) -> date:
    return local_date(from_basic_form(ref.recurrence_id), zone)


def _named_after(row: Conflict, ref: OccurrenceRef) -> bool:
    return row.id == conflict_id(row.therapist, ref.uid, ref.recurrence_id)


def _cancelled_again(row: Conflict, snapshot: Snapshot, diary: Diary) -> Conflict | None:
    """The lost original, cancelled by us, where it stands now: at the same start in another series of the client's, or
    where it stood before its series was split.
    """
    if row.original is OriginalState.IN_PLACE:
        return None
    zone = diary.therapist.zone
    series = {one.ref.uid for one in diary.sessions.sessions if one.client == row.client}
    found = [
        replace(row, ref=event.ref, etag=event.etag, span=span)
        for event in snapshot.events
        if event.calendar == row.ref.calendar
        and event.status is EventStatus.CANCELLED
        and event.uid in series
        and ((span := span_of(event.when, zone)).start == row.span.start or _named_after(row, event.ref))
    ]
    return found[0] if len(found) == 1 else None
