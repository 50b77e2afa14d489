"""No letter has more than 200 words, however much there is to say: whom to call stands in it, the rest beside it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core.model import Saying
from syncd.core.model.messages.letters import (
    HandoverFacts,
    HandoverRow,
    LetterFacts,
    LetterKind,
    LetterRow,
    MemberToCall,
    Stage,
    Totals,
)
from syncd.wording import Templates
from tests.look.opened import lines_of
from tests.wording.reading import opened, part, worded
from tests.wording.samples import LANGUAGES, SENT, at, handover, letter_facts, whole_day, write

LONGEST = 200
WORD = re.compile(r"\S*\w\S*")
MANY = 25
LINE = " ".join(["Meanwhile Doctor Winter is there for you, on any weekday between nine and five."] * 4)[:300]
SAYINGS = (Saying(LINE), *(Saying(LINE, language) for language in LANGUAGES), Saying(LINE, "it", "language"))


def client(number: int, state: str, *, call: bool = False) -> LetterRow:
    """One of many, with a name of two words and a number of four."""
    day, hour = 6 + number % 5, 9 + number // 5
    row = LetterRow(f"C{number}", f"Clara Nr{number}", f"+49 30 555 {100 + number}", at(day, hour), state)
    return replace(row, slot=None if call else at(20 + number % 5, hour), call=call, knows=not call)


def member(number: int) -> MemberToCall:
    """One of a group, who has to be called."""
    return MemberToCall(f"M{number}", f"Martha Nr{number}", f"+49 30 444 {100 + number}", at(7, 18).start)


@st.composite
def plans(draw: st.DrawFn) -> LetterFacts:
    """A practice's leave: so many sessions, so many of them to be called now, and whatever else a plan may say."""
    few = st.integers(0, 8)
    calls, others = draw(few), draw(st.integers(0, MANY))
    rows = tuple(client(n, "call" if n < calls else "held", call=n < calls) for n in range(calls + others))
    facts = letter_facts(LetterKind.PLAN, draw(st.sampled_from(LANGUAGES)))
    code, ringing = draw(st.sampled_from(("", "bx"))), draw(st.integers(0, 3))
    return replace(
        facts,
        rows=rows,
        calling=bool(calls),
        code=code,
        answerable=bool(code),
        totals=Totals(len(rows), len(rows) // 2, 1, 5, 1) if rows else None,
        sayings=SAYINGS[: draw(few)],
        unsettled=tuple(at(7, hour).start for hour in range(9, 9 + draw(few))),
        unexplained=tuple(at(8, hour).start for hour in range(9, 9 + draw(few))),
        falling=tuple(client(n, "invited") for n in range(40, 40 + draw(few))),
        together=(at(7, 18).start,),
        together_told=tuple((f"G{n}", f"Gerda Nr{n}") for n in range(3 - ringing)),
        together_calls=tuple(member(n) for n in range(ringing)),
        unaffected=tuple((f"U{n}", f"Somebody Else{n}") for n in range(draw(few))),
    )


@settings(max_examples=30, deadline=None)
@given(facts=plans())
def test_a_plan_has_two_hundred_words_at_most(facts: LetterFacts, templates: Templates) -> None:
    """Whom to call now stands in the letter by name and number; everybody stands in one of the two."""
    _short_and_whole(facts, templates)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_any_letter_about_many_has_two_hundred_words_at_most(
    kind: LetterKind, language: str, templates: Templates
) -> None:
    """Twenty-five people where it has rows at all."""
    facts = letter_facts(kind, language)
    state = facts.rows[0].text if facts.rows else "held"
    rows = tuple(client(n, state) for n in range(MANY))
    _short_and_whole(replace(facts, rows=rows) if facts.rows else facts, templates)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [1, 8, 20])
def test_a_call_list_names_everybody_who_is_to_be_called(
    number: int, language: str, templates: Templates
) -> None:
    """Twenty of one day, with nobody else; it says of each who it is, and the number."""
    rows = tuple(client(n, "call", call=True) for n in range(number))
    facts = replace(letter_facts(LetterKind.CALL_LIST, language), rows=rows)
    _short_and_whole(facts, templates)
    if number < MANY - 5:
        _short_and_whole(replace(facts, together_calls=tuple(map(member, range(4)))), templates)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", [Stage.ALL, Stage.IN_PERSON])
@pytest.mark.parametrize("kind", [LetterKind.PLAN, LetterKind.HANDOVER])
def test_a_handover_of_many_has_two_hundred_words_at_most(
    kind: LetterKind, stage: Stage, language: str, templates: Templates
) -> None:
    """Twenty-five clients of a leave of three months."""
    known = handover(stage)
    clients = tuple(
        replace(one, client=f"c{n}", initials=f"C{n}", name=f"Clara Nr{n}", phone=f"+49 30 555 {n}")
        for n, one in enumerate((known.clients * MANY)[:MANY])
    )
    facts = replace(letter_facts(kind, language), rows=(), totals=None)
    facts = replace(
        facts, handover=HandoverFacts(stage, _named(clients), None, known.notices, known.uncovered)
    )
    _short_and_whole(replace(facts, absent="Noor Rahimi" if stage is Stage.COVER else ""), templates)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_of_a_full_practice_has_two_hundred_words_at_most(
    language: str, templates: Templates
) -> None:
    """Twelve who did not answer, eight that wait, five to call, three whom the therapist sees today."""
    facts = whole_day(language)
    assert facts.day is not None
    day = facts.day
    silent = tuple(client(n, "unanswered") for n in range(12))
    calls = tuple(client(n, "call", call=True) for n in range(20, 25))
    seen = tuple((SENT, client(n, "held")) for n in range(30, 33))
    facts = replace(facts, rows=silent, waiting=tuple(client(n, "words") for n in range(12, 20)))
    letter = _short_and_whole(replace(facts, day=replace(day, calls=calls, today=seen)), templates)
    for row in calls:
        assert row.name in letter
        assert row.phone in letter


def _named(clients: tuple[HandoverRow, ...]) -> tuple[HandoverRow, ...]:
    return tuple(
        replace(one, rows=tuple(replace(row, initials=one.initials) for row in one.rows)) for one in clients
    )


def _short_and_whole(facts: LetterFacts, templates: Templates) -> str:
    message = opened(worded(write(facts), templates))
    letter = part(message, "text/plain")
    words = WORD.findall(letter)
    assert len(words) <= LONGEST, f"{len(words)}\n{letter}"
    beside = "".join(lines_of(one.get_content()) for one in message.iter_attachments())
    for row in facts.rows:
        if row.call:
            assert row.name in letter, letter
            assert row.phone in letter, letter
        assert row.name in letter + beside
    for client_ in facts.handover.clients if facts.handover else ():
        assert client_.name in letter + beside
    assert all(name in letter for _, name in facts.together_told), letter
    for known in facts.together_calls:
        assert known.name in letter, letter
        assert known.phone in letter, letter
    for one in facts.sayings:
        assert (one.text if not one.fault else one.text[:40]) in letter + beside
    return letter
