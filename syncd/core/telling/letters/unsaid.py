"""Sessions that fell out while nothing was read or sent: therapist and office hear who was told nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import Conflict
from syncd.core.model.effects import LETTER_AWAY, EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.state import PassState
from syncd.core.telling.last_word import hopes_in_vain
from syncd.core.telling.letters.call_list import on_a_list
from syncd.core.telling.letters.letter import as_colleague_reads, as_office_reads, blank
from syncd.core.telling.letters.meanwhile import LETTER_UNKEPT, UNKEPT, back_at, others_read_for, steps_in_now
from syncd.core.telling.letters.rows import row_of
from syncd.core.telling.session_status import mark

UNSAID = "unsaid"
LETTER_UNSAID = "letter_unsaid"


def unsaid(pass_state: PassState) -> Iterator[Write]:
    """One letter to each therapist, and its twin to the office, in the pass that reads their calendar again: whose
    sessions began meanwhile inside their leave, and were not heard to fall out.
    """
    for therapist in pass_state.snapshot.therapists:
        since = pass_state.snapshot.stood_still.get(therapist.calendar)
        mine = (row for row in pass_state.conflicts if row.therapist == therapist.id)
        rows = [row for row in mine if since and since < row.span.start and _in_vain(pass_state, row)]
        if not rows or since is None:
            continue
        rows.sort(key=lambda one: (one.span, one.id))
        shown = tuple(replace(row_of(pass_state, row), text="call", call=True) for row in rows)
        facts = replace(
            blank(pass_state, therapist, LetterKind.CONCERN, shown), why=UNSAID, as_of=since, calling=True
        )
        version = sha256(" ".join(row.id for row in rows).encode()).hexdigest()[:12]
        key = EffectKey(rows[0].absence, version, LETTER_UNSAID)
        yield Write(key, facts, therapist.id)
        yield from _to_office(pass_state, key, facts, therapist.id)


def unkept(pass_state: PassState) -> Iterator[Write]:
    """One letter to each therapist in the pass that reads their calendar again: who was to hear of another time by a
    day that went by meanwhile, and whose session is over by now, so that no mail says it any more. To who reads for
    them, where they are away.
    """
    for therapist in pass_state.snapshot.therapists:
        since = pass_state.snapshot.stood_still.get(therapist.calendar)
        mine = (row for row in pass_state.conflicts if row.therapist == therapist.id)
        rows = [
            row for row in mine if since and since < row.span.start and _promised_in_vain(pass_state, row)
        ]
        if not rows:
            continue
        rows.sort(key=lambda one: (one.span, one.id))
        shown = tuple(row_of(pass_state, row) for row in rows)
        facts = replace(blank(pass_state, therapist, LetterKind.CONCERN, shown), why=UNKEPT)
        key = EffectKey(rows[0].id, ".".join(map(mark, rows)), LETTER_UNKEPT)
        if others_read_for(pass_state, therapist.id):
            yield from _to_readers(pass_state, key, facts, rows)
        else:
            yield Write(key, facts, therapist.id)


def _to_readers(
    pass_state: PassState, key: EffectKey, facts: LetterFacts, rows: Sequence[Conflict]
) -> Iterator[Write]:
    """To the office all of it, and to each colleague who covers what is about clients of theirs."""
    away, practice = pass_state.therapist(rows[0]), pass_state.snapshot.practice
    facts = replace(facts, kind=LetterKind.MEANWHILE, back=back_at(pass_state, away))
    key = replace(key, kind=f"{key.kind}{LETTER_AWAY}")
    yield Write(key, as_office_reads(pass_state, facts, away), away.id)
    theirs: dict[str, list[Conflict]] = {}
    for row in rows:
        colleague = steps_in_now(pass_state, row.id)
        if colleague is not None and colleague.email != practice.email:
            theirs.setdefault(colleague.id, []).append(row)
    for name, some in theirs.items():
        colleague = pass_state.snapshot.therapist[name]
        said = replace(facts, rows=tuple(row_of(pass_state, row) for row in some))
        copy = EffectKey(some[0].id, ".".join(map(mark, some)), f"{key.kind}_cover")
        yield Write(copy, as_colleague_reads(said, colleague, away), name)


def _promised_in_vain(pass_state: PassState, row: Conflict) -> bool:
    client = pass_state.client(row)
    over = row.span.start <= pass_state.now and not pass_state.promised(row)
    reached = client is not None and client.mailed and pass_state.snapshot.mail
    return over and reached and client is not None and hopes_in_vain(pass_state, client, row)


def _to_office(pass_state: PassState, key: EffectKey, facts: LetterFacts, therapist: str) -> Iterator[Write]:
    practice, away = pass_state.snapshot.practice, pass_state.snapshot.therapist[therapist]
    if pass_state.snapshot.mail and practice.email not in {"", facts.to}:
        theirs = as_office_reads(pass_state, facts, away)
        yield Write(replace(key, kind=f"{LETTER_UNSAID}_office"), theirs, therapist)


def _in_vain(pass_state: PassState, row: Conflict) -> bool:
    """True where its time has come, and neither a message nor, on a list, somebody in the practice told its client."""
    absence = pass_state.absence.get(row.absence)
    if row.span.start > pass_state.now or not row.displaced or absence is None or absence.doubted:
        return False
    known = pass_state.heard(row) or pass_state.made_up(row) or row.kept or pass_state.suspended(row)
    return not known and not on_a_list(pass_state, row, absence)
