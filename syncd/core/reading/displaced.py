"""Conflicts: sessions that leave displaces, and of which the therapist says that the client knows (`#told`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from syncd.core.model import Absence, Conflict, Session
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.policy.handover import is_long
from syncd.core.reading.tags import told_by_name


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
