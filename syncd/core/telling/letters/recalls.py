"""Sessions that take place again, of which nobody but a person can say so: whom to call once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from syncd.core.model import Conflict
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.state import Standing
from syncd.core.telling.letters.call_list import TO_OFFICE, named_slots
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import row_of
from syncd.core.telling.session_status import mark, stands_unheard

CALL_AGAIN = "call_again"
LETTER_CALL_AGAIN = f"letter_{CALL_AGAIN}"


def recalls(standing: Standing) -> Iterator[Write]:
    """One letter to each therapist for all that are found so in one pass; to the practice, too, of those whom a list
    had asked it to call.
    """
    told = {
        one
        for key in standing.snapshot.keys
        if key.kind == LETTER_CALL_AGAIN
        for one in key.version.split(".")
    }
    found: dict[str, list[Conflict]] = {}
    for row in sorted(standing.conflicts, key=lambda one: (one.span, one.id)):
        if row.therapist in standing.diaries and mark(row) not in told and stands_unheard(standing, row):
            found.setdefault(row.therapist, []).append(row)
    for therapist, rows in found.items():
        key = EffectKey(rows[0].id, ".".join(map(mark, rows)), LETTER_CALL_AGAIN)
        letter = _letter(standing, key, therapist, rows)
        yield letter
        yield from _to_office(standing, letter, rows)


def _letter(standing: Standing, key: EffectKey, therapist: str, rows: Sequence[Conflict]) -> Write:
    shown = tuple(row_of(standing, row) for row in rows)
    facts = blank(standing, standing.snapshot.therapist[therapist], LetterKind.CONCERN, shown)
    return Write(key, replace(facts, why=CALL_AGAIN), therapist)


def _to_office(standing: Standing, letter: Write, rows: Sequence[Conflict]) -> Iterator[Write]:
    practice = standing.snapshot.practice
    lists = [named_slots(key) for key in standing.snapshot.keys if key.kind == TO_OFFICE]
    asked = [row for row in rows if any(mark(row) in one for one in lists)]
    if asked and standing.snapshot.mail and practice.email not in {"", letter.facts.to}:
        theirs = _letter(
            standing, replace(letter.key, kind=f"{LETTER_CALL_AGAIN}_office"), letter.therapist, asked
        )
        who = standing.snapshot.therapist[letter.therapist].name
        facts = replace(theirs.facts, to=practice.email, language=practice.language, absent=who)
        yield replace(theirs, facts=facts)
