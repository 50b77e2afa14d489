"""Conflicts: sessions that leave displaces."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.core.model import Absence, Session


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
