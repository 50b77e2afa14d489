"""Clients of whom no session falls into an absence: who is mailed all the same, whom the therapist may want to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import Absence, Client, Tier, initials
from syncd.core.model.messages.letters import LetterFacts
from syncd.core.policy.tiers import tier_of
from syncd.core.reading import told_by_name
from syncd.core.state import PassState
from syncd.core.state.who_hears import outside, told_together, torn_together
from syncd.core.telling.word_of_leave import leaves_at
from syncd.core.time.spans import Span

ONE_DAY = timedelta(days=1)


def without_session(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """The plan letter with both, by initials and name, in the roster's order."""
    members = told_together(pass_state, absence)
    mailed = tuple(one for one in outside(pass_state, absence) if one not in members)
    opens = min((leaves_at(pass_state, absence, one) for one in mailed), default=pass_state.now)
    alone = (one for one in _unaffected(pass_state, absence) if one not in mailed)
    return replace(
        facts,
        unaffected=tuple(map(_named, alone)),
        everyone=tuple(map(_named, mailed)),
        everyone_at=opens if opens > pass_state.now else None,
    )


def with_groups(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """The plan letter with the groups that would meet in it, who of them is mailed, and whom the therapist tells."""
    torn = _torn(pass_state, absence)
    mailed = tuple(one for one in told_together(pass_state, absence) if one.id in torn)
    if not facts.code:  # else those it names are covered by the yes
        mailed = tuple(one for one in mailed if pass_state.may_tell(absence, one.id))
    known = told_by_name(absence.tags) | {one.id for one in mailed}
    opens = min((leaves_at(pass_state, absence, one) for one in mailed), default=pass_state.now)
    return replace(
        facts,
        together=tuple(sorted({one.start for spans in torn.values() for one in spans})),
        together_mailed=tuple(map(_named, mailed)),
        together_told=tuple(
            _named(one) for one in pass_state.snapshot.clients if one.id in torn and one.id not in known
        ),
        together_at=opens if opens > pass_state.now else None,
    )


def _torn(pass_state: PassState, absence: Absence) -> Mapping[str, Sequence[Span]]:
    """When groups would meet, by client (id), in what of the leave stands in the calendar yet."""
    stands = [one.span for one in absence.blocks if one.lifted_at is None]
    found = {
        client: [one for one in spans if any(span.overlaps(one) for span in stands)]
        for client, spans in torn_together(pass_state, absence).items()
    }
    return {client: spans for client, spans in found.items() if spans}


def _named(client: Client) -> tuple[str, str]:
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
