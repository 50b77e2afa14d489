"""A phone number is a link that a phone dials; a date, an hour, a price or a room is none."""

from __future__ import annotations

import re

import pytest

from syncd.core.model.messages.mails import MailKind
from syncd.wording import Templates
from syncd.wording.paragraphs import Line
from tests.wording.reading import opened, part, worded
from tests.wording.samples import LANGUAGES, mail_facts, tell


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("Or just reply to this email or call +49 30 555 01.", ("+493055501",)),
        ("Telefonseelsorge, 0800 111 0 111", ("08001110111",)),
        ("0800 1110111, day and night, or 030/5550-100", ("08001110111", "0305550100")),
        ("+49 (0)30 555 01 00", ("+49305550100",)),
        ("+33 1 23 45 67 89", ("+33123456789",)),
        ("Ada, +49 30 5550101; Ben, +49 30 5550102: please call", ("+49305550101", "+49305550102")),
        ("Monday 20 July 2026, 15:00–15:50", ()),
        ("am Montag, 06.07.2026, um 08:30 Uhr", ()),
        ("2026-07-06 and 0:30–1:20", ()),
        ("Room 012, Maple Street 12", ()),
        ("https://meet.example.org/0301234567", ()),
        ("112", ()),
        ("", ()),
    ],
)
def test_numbers_in_a_line(text: str, dialled: tuple[str, ...]) -> None:
    """What can be dialled, and that no character of the line is lost."""
    pieces = Line(text).pieces
    assert tuple(piece.dial for piece in pieces if piece.dial) == dialled
    assert "".join(piece.text for piece in pieces) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_can_be_answered_by_touching_its_number(language: str, templates: Templates) -> None:
    """Who reads on a phone calls without typing: the practice, and whom to call in a crisis."""
    page = part(opened(worded(tell(mail_facts(MailKind.NOTICE, language)), templates)), "text/html")
    assert re.search(r'<a href="tel:\+493055501"[^>]*>\+49 30 555 01</a>', page)
    assert re.search(r'<a href="tel:08001110111"[^>]*>0800 111 0 111</a>', page)
