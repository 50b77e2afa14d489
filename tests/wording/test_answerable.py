"""A letter that asks can be answered: its words say how, its buttons write the mail, and no other letter has any."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.mail.ids import letter_token, named_in
from connectors.mail.replies import Ours, read_replies
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.policy.short_answers import ShortAnswer, short_answer
from syncd.wording import Templates
from syncd.wording.paragraphs import LINK, one_line
from tests.wording.reading import opened, part, worded
from tests.wording.samples import LANGUAGES, SENDER, SENT, letter_facts, write

OTHER = EffectKey("other", "qz", "letter_plan")
LINKS = re.compile(r'<a href="(mailto:[^"]*)"[^>]*>([^<]*)</a>')


def facts(language: str = "en") -> LetterFacts:
    """A plan that waits, beside another one."""
    others = ((date(2026, 8, 10), date(2026, 8, 12), "qz"), (date(2026, 9, 1), date(2026, 9, 2), "never"))
    plan = letter_facts(LetterKind.PLAN, language)
    return replace(plan, answerable=True, others=others, asked_in=(("qz", str(OTHER)),))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("doubted", [False, True])
def test_each_thing_asked_has_a_button(language: str, doubted: bool, templates: Templates) -> None:
    """It writes a mail to us that names its letter and says yes with its code; plain text says it in words."""
    letter = write(replace(facts(language), doubted=doubted))
    mail = opened(worded(letter, templates))
    found = LINKS.findall(part(mail, "text/html"))
    said = [("ok bx", letter.key), *([("no bx", letter.key)] if doubted else []), ("ok qz", OTHER)]
    for (link, _), (answer, key) in zip(found, said, strict=True):
        url = urlsplit(unescape(link))
        query = parse_qs(url.query)
        assert (url.path, query["body"]) == (SENDER, [answer])
        assert query["subject"] == [f"#{answer} (syncd-{named_in(query['subject'][0])})"]
        assert named_in(query["subject"][0]) == letter_token("", str(key))
    text = part(mail, "text/plain")
    assert re.search(r"\bok bx\b", text)
    assert not re.search(f"mailto|{LINK}", text)


def test_what_a_button_writes_is_read_as_a_yes(templates: Templates) -> None:
    """From the link to the answer: the letter is the one it says, and the word is a yes with its code."""
    letter = write(facts())
    mail = opened(worded(letter, templates))
    link = urlsplit(unescape(LINKS.findall(part(mail, "text/html"))[0][0]))
    query = parse_qs(link.query)
    written = f"From: dana@example.org\nSubject: {query['subject'][0]}\n\n{query['body'][0]}\n".encode()
    (reply,) = read_replies(written, Ours(frozenset({"example.org"})), "id", SENT)
    assert str(mail["Message-ID"]).startswith(f"<{reply.offer}.0.letter")
    assert short_answer(reply.own) == ShortAnswer(True, "bx")


def test_a_letter_that_asks_alone_needs_no_code(templates: Templates) -> None:
    """Nothing but ok."""
    text = part(opened(worded(write(replace(facts(), others=(), asked_in=())), templates)), "text/plain")
    assert "answer this letter with nothing but ok: with a word more" in text


@pytest.mark.parametrize(
    "letter", [replace(facts(), answerable=False), replace(facts(), absent="Dana Okafor")]
)
def test_no_other_letter_has_buttons(letter: LetterFacts, templates: Templates) -> None:
    """Where no yes can come by mail, and what goes to the office: that one has no token either."""
    intent = write(letter)
    mail = opened(worded(intent, templates))
    assert not LINKS.search(part(mail, "text/html"))
    assert "answer this letter" not in part(mail, "text/plain")
    named = letter_token("", str(intent.key)) in str(mail["Message-ID"])
    assert named is not bool(letter.absent)


def test_nothing_from_outside_becomes_a_link() -> None:
    """The mark that parts words from where they lead is taken out of all that others wrote."""
    assert LINK not in one_line(f"Ada{LINK}mailto:eve@example.com")
