"""The letter about a plan is read on a phone: what it comes to first, the table by client in a page beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow, Totals
from syncd.wording import Templates
from syncd.wording.letters import note
from tests.look.opened import lines_of
from tests.wording.reading import opened, part, worded
from tests.wording.samples import LANGUAGES, at, helps, letter_facts, write

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
    """Totals first, then what waits for the therapist and what can be done; everybody by name in the page beside it."""
    message = opened(worded(write(plan(language, code)), templates))
    letter, (attached,) = part(message, "text/plain"), message.iter_attachments()
    page = lines_of(attached.get_content())
    assert re.search(rf"\b{COUNT}\b", letter.splitlines()[0])
    assert len(re.findall(r"\S*\w\S*", letter)) <= LONGEST, letter
    assert "Client" not in letter
    assert all(f"Client {n} " in page for n in range(COUNT))
    assert page.count("Somebody Else") == 10
    assert attached.get_filename() == "plan-2026-07-06.html"
    for needed in ("#none", "#syncd pause", "#call", *(("#ok bx",) if code else ())):
        assert needed in letter


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_few_clients_the_letter_says_whom_and_when(language: str, templates: Templates) -> None:
    """Ten rows, or as many as there is room for, without their reasons; of more none, and the page has them all."""
    for count in (10, 11):
        facts = plan(language, "")
        message = opened(worded(write(replace(facts, rows=facts.rows[:count])), templates))
        letter, (attached,) = part(message, "text/plain"), message.iter_attachments()
        page, shown = lines_of(attached.get_content()), [f"Client {n} " in letter for n in range(count)]
        assert all(f"Client {n} " in page for n in range(count))
        assert shown == sorted(shown, reverse=True)
        assert sum(shown) in (range(8, 11) if count == 10 else range(1))
        assert letter.count("→") == sum(
            one.slot is not None for one, here in zip(facts.rows, shown, strict=False) if here
        )
        assert len(re.findall(r"\S*\w\S*", letter)) <= LONGEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_plan_is_one_letter(language: str, templates: Templates) -> None:
    """Nothing is attached where all of it can be read at once, and nothing speaks of a page."""
    facts = plan(language, "")
    facts = replace(facts, rows=facts.rows[:2], unaffected=(), helps=(), totals=None)
    message = opened(worded(write(facts), templates))
    assert not list(message.iter_attachments())
    assert "Client 1 " in part(message, "text/plain")
    assert all(
        word not in part(message, "text/plain") for word in ("attached", "angehängt", "jointe", "adjunta")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_leaves_first_and_whom_no_mail_reaches_stand_in_the_letter(
    language: str, templates: Templates
) -> None:
    """The two things of the page that somebody has to know at once."""
    facts = plan(language, "")
    called = LetterRow("ZZ", "Zoe Zander", "030 1234567", at(10, 18), "call", knows=False)
    leaves = facts.sent_at + timedelta(days=2)
    rows = (replace(facts.rows[0], leaves=leaves + timedelta(days=1)), *facts.rows[1:], called)
    rows = (*rows[:3], replace(rows[3], leaves=leaves), *rows[4:])
    letter = part(opened(worded(write(replace(facts, rows=rows)), templates)), "text/plain")
    assert "Zoe Zander (ZZ), 030 1234567" in letter
    assert re.search(r"17 June at 11:30|17\. Juni um 11:30|17 juin à 11.h.30|17 de junio a las 11:30", letter)


def test_the_entry_in_the_calendar_holds_all_of_it(templates: Templates) -> None:
    """Where nothing can be mailed there is no page: the to-do names everybody, by initials."""
    draft = note(replace(write(plan("en", "")), uid="u"), templates, "maple").draft
    assert all(f"C{n}\n" in draft.description for n in range(COUNT))
    assert "attached" not in draft.description


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_names_whom_to_call(language: str, templates: Templates) -> None:
    """What leaves first and whom no mail tells; everybody else by name in the page alone."""
    asked = plan(language, "")
    rows = (replace(asked.rows[0], text="call", phone="+49 30 5550101"), *asked.rows[1:])
    facts = replace(letter_facts(LetterKind.ANSWER, language), why="counts", rows=rows)
    message = opened(worded(write(facts), templates))
    letter, (attached,) = part(message, "text/plain"), message.iter_attachments()
    assert re.findall(r"Client \d+", letter) == ["Client 0"]
    assert "+49 30 5550101" in letter
    assert all(f"Client {n} " in lines_of(attached.get_content()) for n in range(COUNT))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_of_a_group_alone_counts_nothing(language: str, templates: Templates) -> None:
    """A yes to leave that takes a group and no session."""
    facts = replace(
        letter_facts(LetterKind.ANSWER, language), why="counts", rows=(), together=(at(7, 18).start,)
    )
    assert not re.search(r"\b0\b", part(opened(worded(write(facts), templates)), "text/plain"))


def test_who_hears_at_once_is_said_where_somebody_may(templates: Templates) -> None:
    """Of leave that is weeks away nothing leaves at once."""
    asked = plan("en", "bx")
    near = replace(asked, rows=(asked.rows[0],), sent_at=asked.rows[0].original.start - timedelta(hours=40))
    far = replace(near, sent_at=near.sent_at - timedelta(days=2))
    said = "whoever comes within 24 hours is told at once"
    letters = [part(opened(worded(write(one), templates)), "text/plain") for one in (near, far)]
    assert [said in one for one in letters] == [True, False]
