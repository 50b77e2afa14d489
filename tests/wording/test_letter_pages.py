"""A letter's HTML says what its text says, in the looks of the one sheet, and needs nothing from elsewhere."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.mail.drawings import whole
from syncd.core.model.actions import DRAWN
from syncd.core.model.messages.letters import LetterKind
from syncd.core.time.spans import Span
from syncd.picture.png import png
from syncd.wording import Templates, load_templates
from syncd.wording.rehearsal import scenes
from syncd.wording.sheet import rules
from tests.look.opened import mail_of, page_of, seen
from tests.wording.reading import opened, part, worded
from tests.wording.samples import LANGUAGES, letter_facts, plan_changed, write
from tests.wording.weeks import fortnight

TEMPLATES = Path(__file__).parents[2] / "config" / "templates"
LARGEST = 150_000
WEEK = timedelta(days=7)


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
    message = mail_of(worded(write(facts), templates).mail.content)
    (attached,) = message.iter_attachments()
    page = page_of(bytes(message)) + attached.get_content()
    assert page.count("<tr>") == len(facts.rows)
    assert re.search(r'<td style="[^"]*">\s*Anna Berg \(AB\), <a href="tel:\+493055511"', page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_letter_shows_the_weeks(language: str, templates: Templates) -> None:
    """Below what is asked: a picture that came along, of a size that a phone loads at once; the table is attached."""
    facts = replace(letter_facts(LetterKind.PLAN, language), weeks=fortnight())
    mail = worded(write(facts), templates).mail
    assert mail == worded(write(facts), templates).mail
    left = whole(mail, png)
    assert left == whole(mail, png)
    message = mail_of(left.content)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/html",
    ]
    *_, picture, attached = message.walk()
    assert attached.get_content_disposition() == "attachment"
    assert picture.get_content_disposition() == "inline"
    shown = picture.get_payload(decode=True)
    assert isinstance(shown, bytes)
    assert shown == png(zlib.decompress(mail.drawing).decode())
    page = page_of(left.content)
    assert page.count("<img") == 1
    assert 'src="data:image/png;base64,' in page
    assert "<table" in attached.get_content()
    assert seen(page) == part(opened(worded(write(facts), templates)), "text/plain").split()
    assert len(left.content) < LARGEST
    assert len(mail.content) + len(mail.drawing) < 25_000  # what the store keeps


def test_the_picture_speaks_the_language_of_the_letter(templates: Templates) -> None:
    """Days, holidays and what looks mean; numbers and initials alone of whom it shows."""
    for language, words in {
        "de": ("Mo. 6. Juli", "Feiertag", "vorgemerkt", "eingeladen", "Anruf"),
        "fr": ("lun. 6 juil.", "férié", "gardé", "invité", "appel", "14 h"),
    }.items():
        facts = replace(letter_facts(LetterKind.PLAN, language), weeks=fortnight())
        drawn = zlib.decompress(worded(write(facts), templates).mail.drawing).decode()
        texts = " ".join(re.findall(r"<text[^>]*>([^<]*)", drawn))
        assert all(word in texts for word in words), language
        assert not any(name in texts for name in ("Anna", "Berg", "Carl", "holiday", "held", "Mon"))


def test_a_letter_goes_without_its_picture_rather_than_not(templates: Templates) -> None:
    """Where the library breaks, words say everything; what the picture is called stands in its place."""

    def broken(_: str) -> bytes:
        raise ValueError("no such font")

    facts = replace(letter_facts(LetterKind.PLAN), weeks=fortnight())
    left = whole(worded(write(facts), templates).mail, broken)
    assert DRAWN not in left.content
    page = page_of(left.content)
    assert seen(page) == part(opened(worded(write(facts), templates)), "text/plain").split()
    assert 'alt="The weeks of your time away' in page


def test_four_weeks_of_leave_stay_small(templates: Templates) -> None:
    """A hundred sessions: what is drawn is small enough all the same."""
    facts = replace(letter_facts(LetterKind.PLAN), weeks=fortnight(weeks=3))
    assert len(whole(worded(write(facts), templates).mail, png).content) < LARGEST


def test_one_sheet_for_letters_and_pages() -> None:
    """No page, and no layout, has looks of its own, beside what no mail program keeps elsewhere."""
    pages = sorted(TEMPLATES.rglob("*.html"))
    assert len(pages) == 1 + 3 * len(LANGUAGES)
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_of_many_rows_names_everybody_once(language: str, templates: Templates) -> None:
    """Leave of a year that is gone again, with a session a week of each: who it is about, and all else on the page."""
    facts = replace(letter_facts(LetterKind.TAKING_BACK, language), why="lifted")
    many = tuple(
        replace(one, original=Span(one.original.start + WEEK * week, one.original.end + WEEK * week))
        for week in range(50)
        for one in facts.rows
    )
    message = mail_of(worded(write(replace(facts, rows=many)), templates).mail.content)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert [text.count(one.name) for one in facts.rows] == [1] * len(facts.rows)
    (attached,) = message.iter_attachments()
    assert attached.get_content().count(facts.rows[0].name) == 50
