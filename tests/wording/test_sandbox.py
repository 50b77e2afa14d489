"""A practice's own templates, and what hostile ones and hostile names can do: nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from jinja2.bccache import Bucket

from syncd.core.model import OfferState
from syncd.core.model.errors import ConfigError
from syncd.core.model.messages.mails import MailKind
from syncd.wiring.post import ItipComposer
from syncd.wording import Templates, load_templates, rehearse, word
from syncd.wording.paragraphs import one_line
from syncd.wording.templates import Compiled
from tests.wording.reading import event, opened, part, worded
from tests.wording.samples import INSTANCE, SENDER, mail_facts, show, show_facts, tell

HEADERS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "content-language",
    "content-type",
    "mime-version",
}
HOSTILE_TEMPLATES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ days.__init__.__globals__ }}",
    "{{ name.__getattribute__('x') }}",
    "{{ range(1000000000)|list }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    '{% include "../../../../etc/passwd" %}',
    '{% include "/etc/passwd" %}',
    "{{ diagnosis }}",
    "{{ 1 / 0 }}",
    "{% if %}",
)
WRITTEN = (  # texts that are written by themselves, one for each hostile one
    *("away", "closing", "invitation", "notice", "reminder"),
    *("letter_call_list", "letter_cover", "letter_plan", "letter_silence", "letter_trouble"),
)
HOSTILE_NAMES = (
    "{{ 7 * 7 }}{% include 'en/say.txt' %}",
    "Anna\r\nBcc: thief@example.com",
    "Anna =?UTF-8?Q?=0D=0ABcc:_thief=40example.com?=",
    "<script>alert(1)</script>",
    "Anna\u2028Bcc: thief@example.com\u2029\x00\x1b[31m\u202e",
    'Anna"; RSVP=FALSE:mailto:thief@example.com',
    "Anna\\",
)


def own(folder: Path, name: str, text: str) -> Templates:
    """Templates with one file of the practice's own."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return load_templates(folder)


def test_own_words_come_first(tmp_path: Path) -> None:
    """A file in the practice's folder replaces the one that ships; everything else stays."""
    templates = own(tmp_path, "en/signature.txt", "\nYours, {{ therapist }}\n")
    message = opened(worded(tell(mail_facts(MailKind.NOTICE)), templates))
    assert part(message, "text/plain").endswith("Yours, Dana Okafor\n")
    assert "from Monday 6 July to Friday 17 July" in part(message, "text/plain")
    assert rehearse(templates) == ()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The error names the folder, the key and what would be right."""
    with pytest.raises(ConfigError, match=r"nowhere: practice\.templates: not a folder"):
        load_templates(tmp_path / "nowhere")


def test_a_language_without_all_templates_is_found(tmp_path: Path) -> None:
    """A further language is complete or reported, before any message needs it."""
    problems = rehearse(own(tmp_path, "it/notice.txt", "Buongiorno\n\nBuongiorno {{ name }}\n"))
    assert problems
    assert all(problem.file.startswith("it/") for problem in problems)


def test_hostile_templates_are_named(tmp_path: Path) -> None:
    """One that reaches for more than its values is named before any message needs it: each, and no other."""
    hostile = [tmp_path / f"en/{name}.txt" for name in WRITTEN]
    for file, text in zip(hostile, HOSTILE_TEMPLATES, strict=True):
        own(tmp_path, f"en/{file.name}", f"Hello\n\n{text}\n")
    problems = rehearse(load_templates(tmp_path))
    assert sorted(problem.file for problem in problems) == sorted(map(str, hostile))


@pytest.mark.parametrize("text", HOSTILE_TEMPLATES)
def test_what_a_hostile_template_would_say_is_handed_back(text: str, tmp_path: Path) -> None:
    """The mail is not sent; others are."""
    templates = own(tmp_path, "en/notice.txt", f"Hello\n\n{text}\n")
    notice, other = tell(mail_facts(MailKind.NOTICE)), tell(mail_facts(MailKind.NOTICE, "de"))
    result = word([notice, other], templates, ItipComposer(), INSTANCE, SENDER)
    assert [one.intent for one in result.unsayable] == [notice]
    assert [action.key for action in result.actions] == [other.key]


def test_a_broken_entry_template_is_an_error(tmp_path: Path) -> None:
    """A calendar entry cannot be left out: the error names the file."""
    templates = own(tmp_path, "en/entry.txt", "{{ diagnosis }}\n")
    with pytest.raises(ConfigError, match=r"entry\.txt"):
        word([show(show_facts(OfferState.HELD))], templates, None, INSTANCE, SENDER)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.NOTICE])
def test_hostile_names(name: str, kind: MailKind, templates: Templates) -> None:
    """A name from the roster, or a place from a calendar, stays text: no template, header, tag or parameter."""
    facts = replace(mail_facts(kind), name=name, location=name, link=name)
    message = opened(worded(tell(facts), templates))
    assert {header.lower() for header in message} == HEADERS
    text = part(message, "text/plain")
    assert f"Hello {one_line(name)},\n" in text
    assert "\nBcc" not in text
    assert "<script>" not in part(message, "text/html")
    found = event(message)
    if found is not None:
        entry = found[1]
        assert str(entry["ATTENDEE"]) == "mailto:anna@example.com"
        assert entry["ATTENDEE"].params["RSVP"] == "TRUE"
        assert "BCC" not in entry


def test_only_web_addresses_become_links(templates: Templates) -> None:
    """A link in another scheme stays text."""
    facts = replace(mail_facts(MailKind.INVITATION), link="javascript:alert(1)")
    page = part(opened(worded(tell(facts), templates)), "text/html")
    assert 'href="javascript' not in page
    assert page.count("<a href=") == page.count('<a href="tel:') + 1
    facts = replace(facts, link='https://example.org/"onclick="x')
    assert '"onclick' not in part(opened(worded(tell(facts), templates)), "text/html")


@given(st.text(max_size=60))
def test_one_line_is_one_line(text: str) -> None:
    """Whatever the text, one line comes out, and a second time changes nothing."""
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


def test_of_a_text_that_is_edited_the_newest_is_kept() -> None:
    """A daemon that is reloaded for months does not hold every version of a text."""
    kept, code = Compiled(), compile("1", "a text", "eval")
    for checksum in ("first", "second"):
        bucket = Bucket(Environment(autoescape=True), "en/notice.txt", checksum)
        bucket.code = code
        kept.dump_bytecode(bucket)
    found = [Bucket(Environment(autoescape=True), "en/notice.txt", one) for one in ("first", "second")]
    for bucket in found:
        kept.load_bytecode(bucket)
    assert [bucket.code for bucket in found] == [None, code]
