"""Conflicts: sessions that leave displaces, and of which the therapist says that the client knows (`#told`); what is
looked for in their place once their own time has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from syncd.core.model import Absence, Conflict, ConflictState, Session
from syncd.core.model.effects import LAST_WORD
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.policy.first_message import URGENT
from syncd.core.policy.handover import is_long
from syncd.core.reading.tags import told_by_name
from syncd.core.time.spans import Span


def find_conflicts(
    sessions: Iterable[Session], absences: Iterable[Absence]
) -> tuple[tuple[Session, Absence], ...]:
    """Each session that leave of its therapist covers even partly, with the absence; `#keep` keeps it out."""
    away = tuple(absences)
    found: list[tuple[Session, Absence]] = []
    for session in sorted(sessions, key=lambda one: (one.span, one.ref)):
        hit = next((absence for absence in away if _displaces(absence, session)), None)
        if hit is not None and not session.keep:
            found.append((session, hit))
    return tuple(found)


def _displaces(absence: Absence, session: Session) -> bool:
    return absence.therapist == session.therapist and absence.covers(session.span)


def said_in_person(
    displaced: Sequence[tuple[Session, Absence]],
    rows: Mapping[str, Conflict],
    snapshot: Snapshot,
    therapist: Therapist,
) -> frozenset[Session]:
    """The sessions that their clients know of by the therapist's word; `rows` are what was known of them before.

    Of those whom no mail reaches, each that says so itself, or whose client the leave names behind `#told`. In leave
    that is handed over, where one word stands for all of it, everybody's as soon as one of theirs says so: not what
    they were told since to take place after all.
    """
    again = {row.ref for row in rows.values() if row.life > 1}
    told = {
        (absence.id, session.client)
        for session, absence in displaced
        if _said(session, absence) and session.ref not in again and _long(absence, therapist)
    }
    return frozenset(
        session
        for session, absence in displaced
        if (_said(session, absence) and snapshot.by_phone(session.client))
        or ((absence.id, session.client) in told and session.ref not in again)
    )


def _said(session: Session, absence: Absence) -> bool:
    return session.told or session.client in told_by_name(absence.tags)


def _long(absence: Absence, therapist: Therapist) -> bool:
    return not absence.doubted and is_long(absence.span, therapist)


def unmade(snapshot: Snapshot, therapist: Therapist, sessions: Iterable[Session]) -> Iterator[Span]:
    """The displaced sessions whose time has passed, and in whose place another is looked for until they meet again:
    those of which their clients were told within a day that they do not take place (sick today), be the leave over.
    """
    met = [one for one in sessions if one.span.start <= snapshot.now]
    for row in snapshot.conflicts:
        mine = row.therapist == therapist.id and row.displaced and row.state is ConflictState.OPEN
        late = row.noticed_at is not None and row.noticed_at < row.span.start <= row.noticed_at + URGENT
        closed = (LAST_WORD, (row.id, row.life)) in snapshot.told_together
        if not (mine and late) or closed or row.span.start > snapshot.now:
            continue
        if not any(one.client == row.client and one.span.start > row.span.start for one in met):
            yield row.span
