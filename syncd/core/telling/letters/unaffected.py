"""Clients in crisis or protected of whom no session falls into an absence: no mail goes to them, and it may matter."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.model import Absence, Tier, initials
from syncd.core.policy.tiers import tier_of
from syncd.core.state import Standing

ONE_DAY = timedelta(days=1)


def unaffected(standing: Standing, absence: Absence) -> tuple[tuple[str, str], ...]:
    """Initials and names of those whom the therapist may want to tell in person, in the roster's order.

    Nobody where the therapist is away for a day at most.
    """
    if absence.span.duration <= ONE_DAY:
        return ()
    notes = standing.diaries[absence.therapist].notes
    noted = {note.client for note in notes if note.holds(standing.now)}
    known = {row.client for row in standing.conflicts if row.absence == absence.id}
    return tuple(
        (initials(one), one.name)
        for one in standing.snapshot.clients
        if absence.therapist in one.therapists and one.id not in known
        if tier_of(one, crisis=one.id in noted) is Tier.CRISIS
    )
