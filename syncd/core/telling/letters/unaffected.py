"""Clients of whom no session falls into an absence: who is mailed all the same, whom the therapist may want to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import Absence, Client, Tier, initials
from syncd.core.model.messages.letters import LetterFacts
from syncd.core.policy.tiers import tier_of
from syncd.core.state import Standing
from syncd.core.state.heard import outside
from syncd.core.telling.word_of_leave import gate_of

ONE_DAY = timedelta(days=1)


def without_session(standing: Standing, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """The plan letter with both, by initials and name, in the roster's order."""
    mailed = outside(standing, absence)
    opens = min((gate_of(standing, absence, one.id).opens for one in mailed), default=standing.now)
    alone = (one for one in _unaffected(standing, absence) if one not in mailed)
    return replace(
        facts,
        unaffected=tuple(map(_named, alone)),
        everyone=tuple(map(_named, mailed)),
        everyone_at=opens if opens > standing.now else None,
    )


def _named(client: Client) -> tuple[str, str]:
    return initials(client), client.name


def _unaffected(standing: Standing, absence: Absence) -> Iterator[Client]:
    """Those in crisis or protected; nobody where the therapist is away for a day at most."""
    if absence.span.duration <= ONE_DAY:
        return
    notes = standing.diaries[absence.therapist].notes
    noted = {note.client for note in notes if note.holds(standing.now)}
    known = {row.client for row in standing.conflicts if row.absence == absence.id}
    for one in standing.snapshot.clients:
        mine = absence.therapist in one.therapists and one.id not in known
        if mine and tier_of(one, crisis=one.id in noted) is Tier.CRISIS:
            yield one
