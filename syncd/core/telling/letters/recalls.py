"""Sessions that take place again, of which nobody but a person can say so: whom to call once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from syncd.core.model import Conflict
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.state import PassState
from syncd.core.telling.letters.call_list import TO_OFFICE, named_slots
from syncd.core.telling.letters.letter import as_office_reads, blank
from syncd.core.telling.letters.rows import row_of
from syncd.core.telling.session_status import CALL_NEAR, mark, stands_unheard, too_late
from syncd.core.telling.stands_again import stands_untold, tells_at

CALL_AGAIN = "call_again"
LETTER_CALL_AGAIN, LETTER_CALL_NEAR = f"letter_{CALL_AGAIN}", "letter_call_near"


def recalls(pass_state: PassState) -> Iterator[Write]:
    """One letter to each therapist for all that are found so in one pass; to the practice, too, of those whom a list
    had asked it to call. Another for those whose mail may be read too late, to the practice as well.
    """
    yield from _recalls(pass_state, LETTER_CALL_AGAIN, stands_unheard)
    yield from _recalls(pass_state, LETTER_CALL_NEAR, _read_too_late)


def _recalls(
    pass_state: PassState, kind: str, which: Callable[[PassState, Conflict], bool]
) -> Iterator[Write]:
    told = {one for key in pass_state.snapshot.keys if key.kind == kind for one in key.version.split(".")}
    found: dict[str, list[Conflict]] = {}
    for row in sorted(pass_state.conflicts, key=lambda one: (one.span, one.id)):
        if row.therapist in pass_state.diaries and mark(row) not in told and which(pass_state, row):
            found.setdefault(row.therapist, []).append(row)
    for therapist, rows in found.items():
        key = EffectKey(rows[0].id, ".".join(map(mark, rows)), kind)
        letter = _letter(pass_state, key, therapist, rows)
        yield letter
        yield from _to_office(pass_state, letter, rows)


def _read_too_late(pass_state: PassState, row: Conflict) -> bool:
    """True where a mail says that it takes place again, and may be read only when they should have set out."""
    untold = stands_untold(pass_state, row) and not pass_state.suspended(row)
    return (
        untold
        and not stands_unheard(pass_state, row)
        and too_late(row, tells_at(pass_state, row), pass_state.now)
    )


def _letter(pass_state: PassState, key: EffectKey, therapist: str, rows: Sequence[Conflict]) -> Write:
    shown = tuple(row_of(pass_state, row) for row in rows)
    near = key.kind.startswith(LETTER_CALL_NEAR)
    if near:
        shown = tuple(replace(one, text=CALL_NEAR) for one in shown)
    facts = blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.CONCERN, shown)
    return Write(key, replace(facts, why=CALL_AGAIN, calling=near), therapist)


def _to_office(pass_state: PassState, letter: Write, rows: Sequence[Conflict]) -> Iterator[Write]:
    practice = pass_state.snapshot.practice
    lists = [named_slots(key) for key in pass_state.snapshot.keys if key.kind == TO_OFFICE]
    near = letter.key.kind == LETTER_CALL_NEAR
    asked = [row for row in rows if near or any(mark(row) in one for one in lists)]
    if asked and pass_state.snapshot.mail and practice.email not in {"", letter.facts.to}:
        key = replace(letter.key, kind=f"{letter.key.kind}_office")
        theirs = _letter(pass_state, key, letter.therapist, asked)
        who = pass_state.snapshot.therapist[letter.therapist]
        yield replace(theirs, facts=as_office_reads(pass_state, theirs.facts, who))
