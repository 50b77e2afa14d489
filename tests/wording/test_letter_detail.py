"""What letters hold of clients, by the setting `letters`: a mail may be read by others, and lies on servers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import Detail, LetterKind, Stage
from syncd.wording import Templates
from tests.report import practice
from tests.report.passes import decision, titled
from tests.wording.reading import opened, part, said, worded
from tests.wording.samples import LANGUAGES, letter_facts, letters_of_long_leave, plan_ready, write

TIERS = ("Special care", "Crucial phase", "Routine", "After the others", "phase")
CARE = ("special care", "besondere Sorgfalt", "attention particulière", "atención especial")
CRISES = tuple(
    f"crisis_{what}"
    for what in ("declined", "silent", "called_off", "lost", "lost_to_leave", "lost_to_rules")
)
WHY = ("comes weekly", "with you for", "just begun", "well settled", "significance")


def _said(intent: Write, templates: Templates, detail: Detail) -> str:
    message = opened(worded(intent, templates, detail))
    return f"{message['Subject']}\n{said(message)}\n{part(message, 'text/html')}"


def _letters() -> list[Write]:
    return [one for one in decision(titled("Vacation")).intents if isinstance(one, Write)]


def test_names_say_no_tier_and_no_clinical_reason(templates: Templates) -> None:
    """As settings are without a word: who and when, and why no time was found, which says nothing of the treatment."""
    (letter,) = _letters()
    full, names = (_said(letter, templates, detail) for detail in (Detail.FULL, Detail.NAMES))
    assert [word for word in (*TIERS, *WHY) if word in full] != []
    assert [word for word in (*TIERS, *WHY) if word in names] == []
    for one in letter.facts.rows:
        assert (one.name or one.initials) in names


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_no_time_was_found_stays(language: str, templates: Templates) -> None:
    """She can do something about that."""
    facts = plan_ready(language)
    full, names = (_said(write(facts), templates, detail) for detail in (Detail.FULL, Detail.NAMES))
    assert "52" in names
    assert "8" in full
    assert len(names.split()) < len(full.split())


@pytest.mark.parametrize("kind", LetterKind)
def test_initials_alone(kind: LetterKind, templates: Templates) -> None:
    """No name, no number, no address, in whatever letter."""
    facts = letter_facts(kind)
    said = _said(write(facts), templates, Detail.INITIALS)
    clients = facts.handover.clients if facts.handover else ()
    named = [*((one.name, one.phone) for one in facts.rows), *((one.name, one.phone) for one in clients)]
    assert [word for pair in named for word in pair if word and word in said] == []
    assert "example.net" not in said


def test_initials_alone_of_a_practice(templates: Templates) -> None:
    """The same of a plan as the core makes it, the picture included: it never knew more."""
    (letter,) = _letters()
    said = _said(letter, templates, Detail.INITIALS)
    people = [
        word for client in practice.clients() for word in (client.name, client.phone, client.email) if word
    ]
    assert [word for word in people if word in said] == []
    assert [word for word in (*TIERS, *WHY) if word in said] == []


def test_long_leave_is_handed_over_without_tiers_too(templates: Templates) -> None:
    """In order of rank all the same: whoever needs it most stands first."""
    for name, facts in letters_of_long_leave():
        said = _said(write(facts), templates, Detail.NAMES)
        assert [word for word in TIERS if word in said] == [], name


@pytest.mark.parametrize("detail", Detail)
def test_what_goes_to_the_office_never_holds(detail: Detail, templates: Templates) -> None:
    """A plan where somebody is ill, call lists anyway: no tier and no title in it, whatever the setting."""
    (letter,) = _letters()
    for facts in (letter.facts, *(letter_facts(kind) for kind in LetterKind if kind is not LetterKind.COVER)):
        theirs = replace(facts, absent="Dana Okafor", called=("Panikanfall",), doubted=bool(facts.days))
        handover = replace(facts.handover, stage=Stage.ALL) if facts.handover else None
        said = _said(write(replace(theirs, handover=handover)), templates, detail)
        assert [word for word in (*TIERS, *WHY, "Panikanfall", "mailto:") if word in said] == [], facts.kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", CRISES)
def test_a_letter_that_comes_at_once_does_not_say_why_it_does(
    why: str, language: str, templates: Templates
) -> None:
    """That somebody is to be called is said in every letter; that special care is due, in full ones alone."""
    facts = replace(letter_facts(LetterKind.CONCERN, language), why=why, days=None)
    rows = tuple(replace(row, colleague="Sam Lee") for row in facts.rows[:1])
    for given in (facts, replace(facts, rows=rows)):
        said = {detail: _said(write(given), templates, detail) for detail in Detail}
        assert [word for word in CARE if word in said[Detail.FULL]] != []
        assert [word for word in CARE if word in said[Detail.NAMES] + said[Detail.INITIALS]] == []
