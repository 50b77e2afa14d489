"""Several times for one appointment: every text of it reads as it was approved, and people understand each sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from syncd.core.model import OfferState
from syncd.core.model.actions import PutEvent
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.messages.mails import Instead, MailFacts, MailKind, Outlook
from syncd.wording import Templates, word
from tests.belief.mail import length
from tests.wording.reading import opened, part, said, worded
from tests.wording.samples import (
    INSTANCE,
    LANGUAGES,
    SENDER,
    at,
    letter_facts,
    mail_facts,
    rows,
    show,
    show_facts,
    tell,
    write,
)
from tests.wording.test_golden import compare, mail_shown

ONE, OTHER = Instead(at(9, 15), at(20, 15)), Instead(at(9, 15), at(21, 9))
BESIDE = Instead(at(13, 10), at(24, 10))
STILL = (Outlook.ACCEPTED, Outlook.STANDS, Outlook.ANOTHER)


def bare(facts: MailFacts) -> MailFacts:
    """The same without what every mail ends with."""
    house = replace(facts.house, crisis_contact="", resources_url="")
    return replace(facts, house=house, next_session=None, afterwards=None)


def mails(language: str) -> Iterator[MailFacts]:
    """Of two times for one appointment, and one for another: each mail that there is about them."""
    words = mail_facts(MailKind.SUGGESTIONS, language)
    yield replace(words, suggested=(ONE, OTHER))
    yield bare(replace(words, suggested=(ONE, OTHER, BESIDE), due=None))
    short = bare(replace(mail_facts(MailKind.INVITATION, language), brief=True, one_of=True))
    yield short
    reminder = bare(replace(mail_facts(MailKind.REMINDER, language), suggested=(ONE, OTHER), one_of=True))
    yield reminder
    yield replace(reminder, due=None)
    gone = bare(replace(mail_facts(MailKind.TAKEN_BACK, language), suggested=(ONE, OTHER)))
    yield from (replace(gone, outlook=one, agreed=at(22, 11)) for one in STILL)
    yield replace(gone, brief=True, suggested=())
    late = bare(mail_facts(MailKind.TOO_LATE, language))
    yield replace(late, outlook=Outlook.ACCEPTED, agreed=at(22, 11))


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails(language: str, templates: Templates) -> None:
    """Subject, text and calendar entry."""
    compare(
        f"{language}/choices.txt", "\n=====\n".join(mail_shown(one, templates) for one in mails(language))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_short(language: str, templates: Templates) -> None:
    """At most 150 words before the signature."""
    texts = (part(opened(worded(tell(one), templates)), "text/plain") for one in mails(language))
    assert max(map(length, texts)) <= 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_and_letters(language: str, templates: Templates) -> None:
    """An entry names what stands beside it while the choice is open, and a row of a letter all of them."""
    facts = replace(show_facts(OfferState.INVITED, language), choices=(at(21, 9), at(22, 9)))
    chosen = replace(facts, state=OfferState.ACCEPTED)
    letter = letter_facts(LetterKind.PLAN, language)
    rows = tuple(replace(row, choices=(at(23, 11),)) for row in letter.rows[:1])
    puts = word([show(facts), show(chosen)], templates, None, INSTANCE, SENDER).actions
    drafts = [one.draft for one in puts if isinstance(one, PutEvent)]
    texts = [f"{one.title}\n\n{one.description}\n" for one in drafts]
    texts.append(part(opened(worded(write(replace(letter, rows=rows)), templates)), "text/plain"))
    compare(f"{language}/choices_shown.txt", "\n=====\n".join(texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_names_the_times_in_order(language: str, templates: Templates) -> None:
    """Whichever of them is the offer that its row is about."""
    row = replace(rows()[0], slot=at(22, 9), choices=(at(20, 9), at(23, 9)))
    facts = replace(letter_facts(LetterKind.PLAN, language), rows=(row,))
    line = next(one for one in said(opened(worded(write(facts), templates))).split("\n") if "→" in one)
    assert re.findall(r"\b(20|22|23)\b", line.partition("→")[2])[:3] == ["20", "22", "23"]
