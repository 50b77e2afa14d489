"""A yes is nothing but a yes, with a code or without one; what may hold a "but" is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.policy.short_answers import NO, YES, ShortAnswer, short_answer

NAMES = ("Dana Okafor", "Maple Street Therapy")

YESES = [
    "ok",
    "OK!",
    "Ja.",
    "#ok",
    "\uff4f\uff4b",
    "Sí",
    "d\u2019accord",
    "yes\n\nDana",
    "ok\n\nViele Grüße\nDana Okafor\nPsychologische Psychotherapeutin\nLindenstr. 4, 12345 Berlin\nTel. 030 1234567",
    "Ok\nMIT FREUNDLICHEN GRÜSSEN\nDr. Dana Okafor\nMaple Street Therapy\nwww.example.org",
    "oui\nCordialement",
    "yes\nThanks, Dana",
]
OTHERS = [
    "",
    "ok?",
    "ok ...",
    "ok\u2026",
    "yes please",
    "ok bx cd",
    "ok ab, cd",
    "ok\nPS: not AB",
    "ok\nBest regards\nbut not AB",
    "ok\nDana\nNicht AB 0301234567",
    "ok\nOmar Haddad",
    "Dana",
    "ok\n\N{THUMBS UP SIGN}",
    "\N{THUMBS UP SIGN}",
    "not ok",
    "ok" * 400,
    "Best regards\nok",
    "ok\n030 1234567",
]


@pytest.mark.parametrize("text", YESES)
def test_a_yes(text: str) -> None:
    """In four languages, and above a signature."""
    assert short_answer(text, NAMES) == ShortAnswer(True)


@pytest.mark.parametrize("text", ["no", "Nein!", "NON", "nein\nLG Dana"])
def test_a_no(text: str) -> None:
    """The same."""
    assert short_answer(text, NAMES) == ShortAnswer(False)


@pytest.mark.parametrize("text", ["ok bx", "#ok BX", "Ja, bx", "ok: bx.", "ok\nbx"])
def test_a_code(text: str) -> None:
    """As a letter writes it, and as people do."""
    assert short_answer(text, NAMES) == ShortAnswer(True, "bx")


@pytest.mark.parametrize("text", OTHERS)
def test_anything_else(text: str) -> None:
    """It is never guessed."""
    assert short_answer(text, NAMES) is None


def test_hostile_lines_take_no_time() -> None:
    """Whoever writes them."""
    for piece in ("psycholog", "1 ", "thanks ", "dana ", "#", "(" * 9):
        assert short_answer(f"ok\ndana\n{piece * 20_000} x\n" * 3, NAMES) is None


@given(st.text(max_size=40), st.sampled_from(sorted(YES | NO)))
def test_nothing_is_lost_beside_a_word(more: str, word: str) -> None:
    """What says a word says nothing else: each word of the text is that one, the code, or a signature."""
    found = short_answer(f"{word}\n{more}", ())
    if found is not None and not found.code:
        assert found.yes is (word in YES)
