"""Conflicts as rows that live on: new, still displaced, healed, gone. Identity survives edits of the leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import (
    Absence,
    Conflict,
    ConflictState,
    Delivery,
    OriginalState,
    Session,
    conflict_id,
)
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers.understood import Concern, UnderstoodReply
from syncd.core.offers.conflict_state import FINAL, MOVED, knows_it_is_off, with_original_back
from syncd.core.offers.extra_sessions import usual, usual_start, with_extras
from syncd.core.offers.split_series import Names, rebind
from syncd.core.reading import find_conflicts, says_keep, says_told
from syncd.core.reading.diary import Diary
from syncd.core.reading.displaced import said_in_person
from syncd.core.reading.vanished_leave import has_lasted, long_since, settle_back, settle_edit

VANISHED = "the session is no longer in the calendar"


def track(snapshot: Snapshot, diary: Diary) -> tuple[Conflict, ...]:
    """This therapist's conflicts as they are now: rows already known, updated, and new ones.

    A session is only believed gone when its calendar was read to the end in this pass.
    """
    rows = {row.id: row for row in snapshot.conflicts if row.therapist == diary.therapist.id}
    found = _found(snapshot, diary, rows)
    known = [_update(row, found.get(row.id), snapshot, diary) for row in rows.values()]
    known = rebind(known, [row for key, row in found.items() if key not in rows], snapshot, diary)
    known = [_unless_it_returns(row, rows.get(row.id), snapshot, diary) for row in known]
    known = [_followed(row, snapshot, diary) for row in with_extras(known, snapshot, diary)]
    return tuple(sorted(known, key=lambda row: (row.span, row.id)))


def _found(snapshot: Snapshot, diary: Diary, rows: dict[str, Conflict]) -> dict[str, Conflict]:
    """Conflicts read off the calendar now; a rebound one keeps its id. A session already begun is no new one, unless
    nobody has looked since before it began.
    """
    found = {}
    since = snapshot.stood_still.get(diary.therapist.calendar, snapshot.now)
    names = Names.of(rows)
    displaced = tuple(find_conflicts(diary.all_sessions, diary.absences))
    told = said_in_person(displaced, rows, snapshot, diary.therapist)
    for session, absence in displaced:
        row = _row(session, absence.id, snapshot, diary)
        noticed = snapshot.now if session in told else None
        row = replace(row, id=names.name(row), noticed_at=noticed)
        row = row if row.id in rows else replace(row, seen_at=_first_seen(row.id, snapshot))
        if absence.doubted and _known_otherwise(rows.get(row.id), absence, snapshot):
            continue
        if row.id in rows or row.span.start > since:
            found[row.id] = row
    return found


def _known_otherwise(row: Conflict | None, absence: Absence, snapshot: Snapshot) -> bool:
    """True where other leave displaced it, or its client still believes so: what may be no leave takes nothing over."""
    if row is None or row.absence == absence.id:
        return False
    return row.displaced or knows_it_is_off(row, snapshot)


def _first_seen(conflict: str, snapshot: Snapshot) -> datetime:
    """Now, or when a yes was given to it by command: whoever gave it had seen it before any pass recorded it."""
    return min(
        (one.given_at for one in snapshot.approvals if conflict in one.conflicts), default=snapshot.now
    )


def _row(session: Session, absence: str, snapshot: Snapshot, diary: Diary) -> Conflict:
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
        conference=session.conference,
        usual=usual(session.client, session.span, diary),
    )


def _update(row: Conflict, found: Conflict | None, snapshot: Snapshot, diary: Diary) -> Conflict:
    if row.ref.calendar not in snapshot.fresh or row.span.start <= snapshot.now:
        return row  # nothing was seen, or its time has come: leave that is over does not bring it back
    if row.original is OriginalState.CANCELLED and (row.ref.calendar, row.ref.uid) in snapshot.doubted:
        return row  # whose hand it was is looked at first
    if found is not None:
        return _still_displaced(row, found, snapshot)
    session = next((s for s in diary.all_sessions if s.ref == row.ref), None)
    if session is not None:
        return _stands(row, session, snapshot, diary)
    if row.original is OriginalState.CANCELLED and _still_there(row, snapshot):
        row = _told_by_hand(row, snapshot)
        absence = None if _told_to_keep(row, snapshot) else _covering(row, diary)
        return _open_again(row, absence) if absence else _healed(row)
    if row.state in FINAL and row.original is OriginalState.IN_PLACE:
        return row
    if row.displaced and diary.sessions.unclear(row.client, row.ref, row.span.start):
        return replace(
            row, missing_at=row.missing_at or snapshot.now
        )  # asked about: its title is no deletion
    return row if row.displaced and _untouched(row, snapshot) else gone(row, VANISHED)


def _untouched(row: Conflict, snapshot: Snapshot) -> bool:
    """True where its entry stands as it was last read: the roster names its client otherwise, who is told nothing."""
    event = snapshot.event.get(row.ref)
    return event is not None and event.etag == row.etag and row.client in snapshot.client


def _still_displaced(row: Conflict, found: Conflict, snapshot: Snapshot) -> Conflict:
    noticed = row.noticed_at or found.noticed_at
    here = replace(row, absence=found.absence, etag=found.etag, span=found.span)
    fresh = replace(here, missing_at=None, noticed_at=noticed)
    if row.original is OriginalState.CANCELLED and found.noticed_at is not None:
        fresh = with_original_back(fresh)  # their program dropped our cancellation with the new title
    elif row.original is OriginalState.CANCELLED:
        reason = "the therapist brought the session back by hand"
        return replace(with_original_back(fresh), state=ConflictState.SETTLED, kept=True, reason=reason)
    if row.state in {ConflictState.HEALED, ConflictState.GONE}:
        state, seen = ConflictState.OPEN, found.seen_at
        fresh = replace(fresh, state=state, reason="", seen_at=seen, usual=found.usual, kept=False)
        anew = row.state is ConflictState.HEALED or row.put_down == found.span
        return _unheard(fresh, row, snapshot) if anew else fresh
    return fresh


def _unheard(row: Conflict, before: Conflict, snapshot: Snapshot) -> Conflict:
    """A new life, where its client believes that it takes place: where they read that the therapist put it, or as no
    mail could say so, and nobody knows what they believe.
    """
    client = snapshot.client.get(row.client)
    put_there = before.put_down == row.span
    if client is not None and client.mailed and snapshot.mail and not put_there:
        return row
    row = replace(row, put_down=None, astray_at=None)
    offers = snapshot.offers_of.get(row.id, ())
    return row.reborn(row.life + 1, max((offer.number for offer in offers), default=0))


def _stands(row: Conflict, session: Session, snapshot: Snapshot, diary: Diary) -> Conflict:
    """It takes place: the leave no longer covers it, or the therapist moved it out of the leave."""
    here = replace(with_original_back(row), etag=session.etag, missing_at=None)
    if session.span == row.known_as or row.state is ConflictState.HEALED or _put_back(row, session):
        here = replace(here, span=session.span)
        return _healed(here)
    return gone(here, MOVED)


def _put_back(row: Conflict, session: Session) -> bool:
    """True for a session that had been moved into the leave, and stands where its series has it; not for one that went
    on in another series: its client knows another day.
    """
    usual = usual_start(row.ref)
    same = row.id == conflict_id(row.therapist, row.ref.uid, row.ref.recurrence_id)
    return same and usual is not None and session.span.start == usual != row.span.start


def with_bounces(row: Conflict, taken: Iterable[UnderstoodReply], snapshot: Snapshot) -> Conflict:
    """A mail about the session itself, such as the notice, came back; or it was answered, so it arrived."""
    told = {row.id, *(sent.offer or sent.conflict for sent in snapshot.ledger if row.id in sent.besides)}
    for one in (one for one in taken if one.reply.offer in told):
        offers = snapshot.offers_of.get(row.id, ())
        if one.concern is Concern.BOUNCE and not any(offer.sent for offer in offers):
            row = replace(row, bounced_at=snapshot.now)
        elif one.concern in {Concern.WORDS, Concern.NOTE, Concern.REFUSAL}:
            row = replace(row, bounced_at=None)
    return row


def _still_there(row: Conflict, snapshot: Snapshot) -> bool:
    """True while the cancelled occurrence, or its series beyond it, is in the calendar.

    Google forgets the trace of a single event that we cancelled: that it is not listed any more says nothing.
    """
    forgets = snapshot.delivery.get(row.therapist) is Delivery.GOOGLE and not row.ref.recurrence_id
    beyond = (
        event.ref.uid == row.ref.uid and event.ref.recurrence_id > row.ref.recurrence_id
        for event in snapshot.events
        if event.calendar == row.ref.calendar
    )
    return forgets or row.ref in snapshot.event or any(beyond)


def _told_by_hand(row: Conflict, snapshot: Snapshot) -> Conflict:
    """`#told` in the title of an original that we cancelled, where no mail reaches its client."""
    event = snapshot.event.get(row.ref)
    said = event is not None and says_told(event.title) and snapshot.by_phone(row.client)
    return replace(row, noticed_at=row.noticed_at or snapshot.now) if said else row


def _told_to_keep(row: Conflict, snapshot: Snapshot) -> bool:
    """`#keep` in the title of an original that we cancelled: it takes place."""
    event = snapshot.event.get(row.ref)
    return event is not None and says_keep(event.title)


def _covering(row: Conflict, diary: Diary) -> Absence | None:
    """The absence that lies over the time of an original that we cancelled."""
    sure = (one for one in diary.absences if not one.doubted or one.id == row.absence)
    return next((one for one in sure if one.covers(row.span)), None)


def _open_again(row: Conflict, absence: Absence) -> Conflict:
    """Lost and found, or leave is back, or other leave there, before we had brought the cancelled original back."""
    here = replace(row, absence=absence.id, missing_at=None)
    return here if row.displaced else replace(here, state=ConflictState.OPEN, reason="")


def _healed(row: Conflict) -> Conflict:
    if row.state is ConflictState.HEALED:
        return row
    reason = "the leave no longer covers it"
    return replace(row, state=ConflictState.HEALED, kept=False, missing_at=None, reason=reason)


def gone(row: Conflict, reason: str) -> Conflict:
    """The row of a session that is none any more."""
    return replace(row, state=ConflictState.GONE, kept=False, reason=reason)


def _unless_it_returns(row: Conflict, before: Conflict | None, snapshot: Snapshot, diary: Diary) -> Conflict:
    """A session that vanished, or was moved out of the leave, is believed gone once it has stayed away; so is one that
    was put back to its own day.

    Undone in time, nobody hears of it. What was moved before its client had heard of anything is gone at once.
    """
    lost = row.state is ConflictState.GONE and row.reason in {VANISHED, MOVED}
    if before is None or not before.displaced:
        return row
    back = row.state is ConflictState.HEALED and row.span != before.span
    if not (lost or back):
        return row
    if row.reason != VANISHED and not knows_it_is_off(before, snapshot):
        return replace(row, missing_at=None)
    over = has_lasted(before.missing_at, stays_away_for(before, snapshot, diary), snapshot.now)
    return (
        replace(row, missing_at=None)
        if over
        else replace(before, ref=row.ref, etag=row.etag, missing_at=before.missing_at or snapshot.now)
    )


def _followed(row: Conflict, snapshot: Snapshot, diary: Diary) -> Conflict:
    """The row, which knows since when its session is not where its client read that it was put."""
    if row.put_down is None or row.put_down.start <= snapshot.now or row.extra_missing_at:
        return row
    if diary.therapist.calendar not in snapshot.fresh:
        return row
    there = any(
        one.span == row.put_down and (one.ref == row.ref or one.ref.uid == row.extra)
        for one in diary.sessions.sessions
    )
    return replace(row, astray_at=None if there else row.astray_at or snapshot.now)


def astray_until(row: Conflict, therapist: Therapist, sessions: Iterable[Session]) -> datetime | None:
    """When it is believed that a session is not where its client read that it was put; None while it is there."""
    if row.astray_at is None or row.put_down is None:
        return None
    deleted = row.state is ConflictState.GONE and not any(one.ref == row.ref for one in sessions)
    back = settle_back(therapist.policy.timing, row.put_down.start, row.astray_at)
    return row.astray_at + (back if deleted else settle_edit(therapist.policy.timing))


def long_missing(rows: Iterable[Conflict], diaries: Mapping[str, Diary], now: datetime) -> Iterator[Conflict]:
    """The rows whose session, or what was entered instead, is missing: since so long that the next look believes it."""
    for row in rows:
        if row.therapist in diaries and (row.missing_at or row.extra_missing_at):
            since = long_since(diaries[row.therapist].therapist.policy.timing, now)
            yield replace(
                row,
                missing_at=row.missing_at and min(row.missing_at, since),
                extra_missing_at=row.extra_missing_at and min(row.extra_missing_at, since),
            )


def stays_away_for(row: Conflict, snapshot: Snapshot, diary: Diary) -> timedelta:
    """How long its session must be gone, or elsewhere, before that is believed."""
    timing = diary.therapist.policy.timing
    there = any(one.ref == row.ref for one in diary.all_sessions)
    return (
        settle_edit(timing) if there else settle_back(timing, row.span.start, row.missing_at or snapshot.now)
    )
