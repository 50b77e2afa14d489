"""Extra sessions: what the therapist entered by hand for a displaced client is the make-up (docs/therapists.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

from syncd.core.model import Conflict, ConflictState, OccurrenceRef, Offer, Session
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflict_state import knows_it_is_off
from syncd.core.reading.diary import Diary
from syncd.core.reading.vanished_leave import has_lasted, settle_back
from syncd.core.time.spans import Span, local_date

WANTING = frozenset({ConflictState.OPEN, ConflictState.CLOSED, ConflictState.GONE})
REMEMBERED = timedelta(days=45)  # wider than any horizon around the displaced session
WEEK = 7


def usual(client: str, around: Span, diary: Diary) -> tuple[str, ...]:
    """The starts of a client's sessions around a displaced one: none of them is an extra session later."""
    near = Span(around.start - REMEMBERED, around.end + REMEMBERED)
    mine = (one for one in diary.sessions.sessions if one.client == client and near.overlaps(one.span))
    return tuple(sorted({in_basic_form(one.span.start) for one in mine}))


def in_basic_form(moment: datetime) -> str:
    """An instant as recurrence ids say it: `20260706T080000Z`."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def with_extras(rows: Iterable[Conflict], snapshot: Snapshot, diary: Diary) -> list[Conflict]:
    """The rows with the sessions that were entered in their place, each session for the nearest that has none.

    One at the very hour to which the client is invited is for the row that they are invited for.
    An extra session that is gone opens its conflict again. A row first seen before such notes were kept counts
    what stands now as usual.
    """
    if diary.therapist.calendar not in snapshot.fresh:
        return list(rows)
    noted = [_noted(row, snapshot, diary) for row in rows]
    for session in _entered(noted, snapshot, diary):
        bound = {row.extra for row in noted}
        open_rows = [row for row in noted if _may_stand_for(session, row, diary)]
        if session.ref.uid in bound or not open_rows:
            continue
        nearest = min(open_rows, key=partial(_for_whom, session, snapshot))
        noted[noted.index(nearest)] = replace(nearest, extra=session.ref.uid)
    return noted


def _for_whom(session: Session, snapshot: Snapshot, row: Conflict) -> tuple[bool, timedelta, str]:
    """What is least for the row that a session stands for."""
    asked = any(
        offer.told_as_it_is and offer.live and offer.span.start == session.span.start
        for offer in snapshot.offers_of.get(row.id, ())
    )
    return not asked, abs(row.span.start - session.span.start), row.id


def stands_at(offer: Offer, diary: Diary) -> frozenset[str]:
    """UIDs of the sessions, entered by the therapist, that this offer's client has at the very hour of the offer."""
    return frozenset(
        one.ref.uid
        for one in diary.sessions.sessions
        if one.client == offer.client and one.span.start == offer.span.start
    )


def _noted(row: Conflict, snapshot: Snapshot, diary: Diary) -> Conflict:
    if row.usual is None:
        row = replace(row, usual=usual(row.client, row.span, diary))
    if not row.extra or row.span.start <= snapshot.now:
        return row
    if any(one.ref.uid == row.extra for one in diary.sessions.sessions):
        return replace(row, extra_missing_at=None)
    over = has_lasted(row.extra_missing_at, extra_stays_away_for(row, diary), snapshot.now)
    if over or not knows_it_is_off(row, snapshot):
        astray = row.extra_missing_at if row.put_down is not None else None
        return replace(row, extra="", extra_missing_at=None, astray_at=astray)
    return replace(row, extra_missing_at=row.extra_missing_at or snapshot.now)


def extra_stays_away_for(row: Conflict, diary: Diary) -> timedelta:
    """How long the session in its place must be gone before that is believed; `settle_back` from when it went."""
    since = row.extra_missing_at or row.seen_at
    return settle_back(diary.therapist.policy.timing, row.span.start, since)


def _entered(rows: Iterable[Conflict], snapshot: Snapshot, diary: Diary) -> list[Session]:
    """Single sessions ahead that came on top of the usual ones.

    A session put in the place of a usual one that is gone was only moved.
    """
    found: list[Session] = []
    for client in sorted({row.client for row in rows if row.state in WANTING}):
        mine = [row for row in rows if row.client == client]
        sessions = [one for one in diary.sessions.sessions if one.client == client]
        new = [one for one in sessions if _new(one, mine, snapshot, diary)]
        for gone in _vanished(mine, sessions, snapshot) if new else ():
            if new:
                new.remove(min(new, key=lambda one: (abs(from_basic_form(gone) - one.span.start), one.ref)))
        found += new
    return sorted(found, key=lambda one: (one.span, one.ref))


def from_basic_form(text: str) -> datetime:
    """The instant that `in_basic_form` wrote."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def usual_start(ref: OccurrenceRef) -> datetime | None:
    """When its series has this occurrence, wherever it was moved; None for a single event."""
    return from_basic_form(ref.recurrence_id) if "T" in ref.recurrence_id else None


def _new(session: Session, mine: Sequence[Conflict], snapshot: Snapshot, diary: Diary) -> bool:
    """A single event that nobody knew when the leave was seen, ahead and outside it.

    A copy of an entry of ours is an ordinary event: a session only where its title or attendee says so.
    """
    event = snapshot.event.get(session.ref)
    if session.span.start <= snapshot.now or event is None:
        return False
    if event.recurring or session.ref.recurrence_id or any(row.ref.uid == session.ref.uid for row in mine):
        return False
    if any(in_basic_form(session.span.start) in (row.usual or ()) for row in mine):
        return False
    return session.keep or not any(block.span.overlaps(session.span) for block in diary.leave)


def _vanished(mine: Sequence[Conflict], sessions: Sequence[Session], snapshot: Snapshot) -> list[str]:
    """Starts of usual sessions ahead at which nothing of this client stands any more, and that were not moved."""
    known = {start for row in mine for start in row.usual or () if from_basic_form(start) > snapshot.now}
    there = {in_basic_form(one.span.start) for one in sessions} | {
        in_basic_form(row.span.start) for row in mine
    }
    moved = {one.ref.recurrence_id for one in sessions} | {row.ref.recurrence_id for row in mine}
    return sorted(known - there - moved)


def _may_stand_for(session: Session, row: Conflict, diary: Diary) -> bool:
    if row.client != session.client or row.extra or row.kept or row.state not in WANTING:
        return False
    absence = next((one for one in diary.absences if one.id == row.absence), None)
    if absence is None or _regular(session, row, diary):
        return False
    rules = diary.therapist.policy.slots
    horizon = Span(absence.span.start - rules.horizon_before, absence.span.end + rules.horizon_after)
    return horizon.overlaps(session.span)


def _regular(session: Session, row: Conflict, diary: Diary) -> bool:
    """True for what falls on the client's own weekday and hour in their own rhythm: entered singly, not extra."""
    zone = diary.therapist.zone
    here, there = session.span.start.astimezone(zone), row.span.start.astimezone(zone)
    days = abs((local_date(here, zone) - local_date(there, zone)).days)
    return (here.weekday(), here.time()) == (there.weekday(), there.time()) and days % rhythm(row, diary) == 0


def rhythm(row: Conflict, diary: Diary) -> int:
    """Days from one session of the client's to the next, in whole weeks."""
    starts = sorted(from_basic_form(one) for one in {*(row.usual or ()), in_basic_form(row.span.start)})
    gaps = sorted((later - earlier).days for earlier, later in pairwise(starts))
    weeks = round(gaps[len(gaps) // 2] / WEEK) if gaps else 1
    return max(1, weeks) * WEEK
