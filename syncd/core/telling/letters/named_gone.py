"""A colleague whom mails named as there for clients meanwhile goes away in that time: whom somebody has to call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import Absence, Client, initials
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.model.practice import Therapist
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.named import known_to, mark_of
from syncd.core.time.spans import Span, first_and_last_day

NAMED_GONE = "named_gone"
LETTER_NAMED_GONE = f"letter_{NAMED_GONE}"


def named_gone(pass_state: PassState) -> Iterator[Write]:
    """One letter to the therapist whose clients they are, and its twin to the practice, for each colleague."""
    found: dict[tuple[str, str], set[str]] = {}
    for key, colleague, marks in known_to(pass_state):
        found.setdefault((key.subject, colleague), set()).update(marks)
    for absence_id, colleague, mark in _in_long_leave(pass_state):
        found.setdefault((absence_id, colleague), set()).add(mark)
    for (name, colleague), known in found.items():
        absence, diary = pass_state.absence.get(name), pass_state.diaries.get(colleague)
        if absence is None or diary is None or absence.therapist not in pass_state.diaries:
            continue
        ahead = [
            span for span in diary.away if span.overlaps(absence.remaining) and span.end > pass_state.now
        ]
        clients = [one for one in pass_state.snapshot.clients if mark_of(one.id) in known]
        if ahead and clients and absence.remaining.end > pass_state.now:
            away = Span(min(one.start for one in ahead), max(one.end for one in ahead))
            yield from _letters(pass_state, absence, diary.therapist, away, clients)


def _in_long_leave(pass_state: PassState) -> Iterator[tuple[str, str, str]]:
    """Long leave, the colleague who was named there, and the mark of each client who read so before the colleague's own
    leave was there.
    """
    for name in sorted(pass_state.long):
        for client, colleague in pass_state.covers_wanted(name).items():
            rows = (row for row in pass_state.displaced(pass_state.absence[name]) if row.client == client)
            told = min((row.noticed_at for row in rows if row.noticed_at), default=None)
            own = (one for one in pass_state.absence.values() if one.therapist == colleague.id)
            here = (one for one in own if one.span.overlaps(pass_state.absence[name].remaining))
            if told is not None and any(told < pass_state.changed_at(one) for one in here):
                yield name, colleague.id, mark_of(client)


def _letters(
    pass_state: PassState, absence: Absence, colleague: Therapist, away: Span, clients: list[Client]
) -> Iterator[Write]:
    practice, therapist = pass_state.snapshot.practice, pass_state.snapshot.therapist[absence.therapist]
    rows = tuple(_row(pass_state, absence, one, colleague) for one in clients)
    days = first_and_last_day(away, colleague.zone)
    facts = replace(blank(pass_state, therapist, LetterKind.COVER, rows), why=NAMED_GONE, days=days)
    key = EffectKey(absence.id, colleague.id, LETTER_NAMED_GONE)
    yield Write(key, facts, therapist.id)
    if pass_state.snapshot.mail and practice.email not in {"", therapist.email}:
        theirs = replace(facts, to=practice.email, language=practice.language, absent=therapist.name)
        yield Write(replace(key, kind=f"{LETTER_NAMED_GONE}_office"), theirs, therapist.id)


def _row(pass_state: PassState, absence: Absence, client: Client, colleague: Therapist) -> LetterRow:
    """Their next session, or the first that falls out."""
    lost = (row.span for row in pass_state.displaced(absence) if row.client == client.id)
    usual = (one.span for one in pass_state.sessions_of(absence.therapist, client.id))
    ahead = sorted(span for span in (*lost, *usual) if span.start > pass_state.now)
    first = ahead[0] if ahead else absence.span
    return LetterRow(initials(client), client.name, client.phone, first, "call", colleague=colleague.name)
