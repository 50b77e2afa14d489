"""The letter about a plan is read on a phone between two clients: what it comes to first, the table by client last."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow, Totals
from syncd.wording import Templates
from syncd.wording.letters import letter_values
from tests.wording.samples import LANGUAGES, at, helps, letter_facts

FOLD = {"en": "This is the plan:", "de": "Das ist der Plan:", "fr": "Voici le plan", "es": "Este es el plan:"}
LONGEST = 200
COUNT = 25


def plan(language: str, code: str) -> LetterFacts:
    """Twenty-five sessions, ten of them without a time; two tags would help, and one entry is nobody's for sure."""
    rows = tuple(
        LetterRow(f"C{n}", f"Client {n}", "", at(6 + n % 5, 9 + n // 5), "unplaced", knows=False)
        if n % 5 < 2
        else LetterRow(
            f"C{n}", f"Client {n}", "", at(6 + n % 5, 9 + n // 5), "held", at(20 + n % 5, 9 + n // 5)
        )
        for n in range(COUNT)
    )
    return replace(
        letter_facts(LetterKind.PLAN, language),
        code=code,
        why="the first 2 absences are always shown first" if code else "",
        rows=rows,
        totals=Totals(COUNT, 15, 0, 2, 8),
        helps=helps(),
        unsettled=(at(7, 17).start,),
        unaffected=tuple((f"U{n}", f"Somebody Else {n}") for n in range(10)),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["bx", ""])
def test_a_plan_is_told_in_two_hundred_words(code: str, language: str, templates: Templates) -> None:
    """Totals first, then what waits for the therapist and what can be done; everybody by name below that."""
    written = templates.write(language, "letter_plan", letter_values(plan(language, code), names=True))
    assert re.search(rf"\b{COUNT}\b", written.text.splitlines()[0])
    above, fold, below = written.text.partition(FOLD[language])
    assert fold
    assert len(re.findall(r"[^\s]*\w[^\s]*", above)) <= LONGEST, above
    assert "Client" not in above
    assert all(f"Client {n} " in below for n in range(COUNT))
    assert below.count("Somebody Else") == 10
    for needed in ("#none", "#syncd pause", "#call", *(("#ok bx",) if code else ())):
        assert needed in above
