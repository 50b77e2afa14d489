"""Clients of whom no session falls into an absence: who is mailed all the same, whom the therapist may want to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import Absence, Client, Tier, initials
from syncd.core.model.messages.letters import LetterFacts
from syncd.core.policy.tiers import tier_of
from syncd.core.state import PassState
from syncd.core.state.who_hears import outside, told_together
from syncd.core.telling.word_of_leave import leaves_at

ONE_DAY = timedelta(days=1)


def without_session(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """The plan letter with both, by initials and name, in the roster's order."""
    members = told_together(pass_state, absence)
    mailed = tuple(one for one in outside(pass_state, absence) if one not in members)
    opens = min((leaves_at(pass_state, absence, one) for one in mailed), default=pass_state.now)
    alone = (one for one in _unaffected(pass_state, absence) if one not in mailed)
    return replace(
        facts,
        unaffected=tuple(map(named, alone)),
        everyone=tuple(map(named, mailed)),
        everyone_at=opens if opens > pass_state.now else None,
    )


def named(client: Client) -> tuple[str, str]:
    """A client in a list: by initials and name."""
    return initials(client), client.name


def _unaffected(pass_state: PassState, absence: Absence) -> Iterator[Client]:
    """Those in crisis or protected; nobody where the therapist is away for a day at most."""
    if absence.span.duration <= ONE_DAY:
        return
    notes = pass_state.diaries[absence.therapist].notes
    noted = {note.client for note in notes if note.holds(pass_state.now)}
    known = {row.client for row in pass_state.conflicts if row.absence == absence.id}
    for one in pass_state.snapshot.clients:
        mine = absence.therapist in one.therapists and one.id not in known
        if mine and tier_of(one, crisis=one.id in noted) is Tier.CRISIS:
            yield one
