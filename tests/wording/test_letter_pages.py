"""A letter's HTML says what its text says, in the looks of the one sheet, and needs nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from syncd.core.model.messages.letters import LetterKind
from syncd.wording import Templates, load_templates
from syncd.wording.rehearsal import scenes
from syncd.wording.sheet import rules
from tests.look.opened import page_of, seen
from tests.wording.reading import opened, part, worded
from tests.wording.samples import LANGUAGES, letter_facts, plan_changed, write

TEMPLATES = Path(__file__).parents[2] / "config" / "templates"
LARGEST = 150_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_say_the_same_words(language: str, templates: Templates) -> None:
    """Of every letter, mail and entry, in every variant: only buttons are for HTML alone."""
    read = set()
    for name, values in scenes(language):
        written = templates.write(language, name, values)
        said = written.text.split()
        assert seen(templates.page(language, written)) == said, f"{language}/{name}"
        read.add(name)
    assert {f"letter_{kind.value}" for kind in LetterKind} <= read


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_both_parts_of_a_letter_on_the_wire_say_the_same(
    kind: LetterKind, language: str, templates: Templates
) -> None:
    """As a mail program reads them: text/plain and text/html of one multipart/alternative, small, without a script."""
    action = worded(write(letter_facts(kind, language)), templates)
    page = page_of(action.mail.content)
    assert seen(page) == part(opened(action), "text/plain").split()
    assert not re.search(r"<script|<link|@import|url\(|src=\"(?!data:|cid:)", page)
    assert len(action.mail.content) < LARGEST


def test_whoever_is_in_a_plan_has_a_row(templates: Templates) -> None:
    """A table by client: the head of each row is who it is, with their number to touch."""
    facts = plan_changed("en")
    page = page_of(worded(write(facts), templates).mail.content)
    assert page.count("<tr>") == len(facts.rows)
    assert re.search(r'<td style="[^"]*">\s*Anna Berg \(AB\), <a href="tel:\+493055511"', page)


def test_one_sheet_for_letters_and_pages() -> None:
    """No page, and no layout, has looks of its own, beside what no mail program keeps elsewhere."""
    pages = sorted(TEMPLATES.rglob("*.html"))
    assert len(pages) == 1 + 2 * len(LANGUAGES)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert 'style="' not in text, page
        if page.name != "mail.html":
            (taken,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
            assert taken.strip() == '{% include "style.css" %}', page


def test_a_practice_changes_the_looks_in_one_place(tmp_path: Path) -> None:
    """Its own sheet counts for letters and for pages."""
    (tmp_path / "style.css").write_text("p { color: #123456; } /* ours */ @media print { p { color: red; } }")
    own = load_templates(tmp_path)
    page = page_of(worded(write(plan_changed("en")), own).mail.content)
    assert '<p style="color: #123456">' in page
    handover = own.document("en", "handover_page", {"practice": "", "phone": "", "absences": []})
    assert "#123456" in handover


def test_rules_of_a_sheet() -> None:
    """Selectors that share a rule, a selector with two, comments, and what stands under an @."""
    sheet = """/* p { x: y } */ p, ul { margin: 0;
      top: 1px }
    @page { size: A4; } @media print { p { top: 2px } b { a: b } } p { left: 0; }"""
    assert rules(sheet) == {"p": "margin: 0; top: 1px;left: 0", "ul": "margin: 0; top: 1px"}
