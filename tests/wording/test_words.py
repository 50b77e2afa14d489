"""What may never be read in anything of ours, and that everything has words."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest

from syncd.core.invitation import LetterKind, MailKind, Outlook
from syncd.core.model import OfferKind, OfferState
from syncd.resources import config_path
from syncd.wording import Templates, rehearse
from syncd.wording.dates import SaidDays, SaidTime
from syncd.wording.rehearsal import scenes
from tests.wording.reading import event, opened, part, worded
from tests.wording.samples import ABOUT_SLOT, LANGUAGES, SENDER, at, letter_facts, mail_facts, tell, write

FORBIDDEN = re.compile(r"therap|session|make-?up|crisis|sitzung|krise|diagnos|patient", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_gives_the_visit_away(language: str, templates: Templates) -> None:
    """No mail, calendar entry, plan event or letter, in any variant, names what the appointment is."""
    read = 0
    for name, values in scenes(language):
        written = templates.write(language, name, values)
        page = templates.page(language, written)
        for text in (written.heading, written.text, page):
            assert FORBIDDEN.search(text) is None, f"{language}/{name}: {text}"
            read += 1
    assert read > 300


def test_rehearsal_finds_nothing_in_what_ships(templates: Templates) -> None:
    """Every shipped template can be rendered with everything known, and with as little as there may be."""
    assert rehearse(templates) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_has_words(language: str, templates: Templates) -> None:
    """Every mail, letter and entry of every kind and state has a heading and a text."""
    seen = set()
    for name, values in scenes(language):
        written = templates.write(language, name, values)
        seen.add(name)
        assert written.heading, name
        assert written.text or (name == "letter_call_list" and not values["rows"]), name
    kinds = {kind.value for kind in MailKind} | {f"letter_{kind.value}" for kind in LetterKind}
    assert kinds | {"entry", "plan", "appointment"} == seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_are_said_in_words(language: str, templates: Templates) -> None:
    """No state of an offer or conflict reaches the therapist as the core's own word for it."""
    codes = [state.value for state in OfferState] + ["told", "call", "closed", "unplaced", "open"]
    texts = set()
    for code in codes:
        facts = letter_facts(LetterKind.PLAN, language)
        rows = (replace(facts.rows[0], text=code),)
        text = part(opened(worded(write(replace(facts, rows=rows)), templates)), "text/plain")
        (line,) = (line for line in text.splitlines() if "→" in line)
        texts.add(line.rpartition(": ")[2])
    assert len(texts) >= len(codes) - 2  # planned is held; a cancelled one may read as a declined one
    if language == "de":
        assert texts.isdisjoint(codes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_the_original_is_named(kind: MailKind, language: str, templates: Templates) -> None:
    """Each mail names the appointment it is about: the day, and the hour, of the original or the offered time."""
    facts = mail_facts(kind, language)
    text = part(opened(worded(tell(facts), templates)), "text/plain")
    day = {"en": "Thursday 9 July", "de": "Donnerstag, 9. Juli"}[language]
    if kind is MailKind.TOO_LATE:
        day = {"en": "Monday 20 July", "de": "Montag, 20. Juli"}[language]
    assert day in text
    assert "15:00" in text
    if kind in ABOUT_SLOT:
        assert {"en": "Monday 20 July 2026, 15:00–15:50", "de": "Montag, 20. Juli 2026, 15:00–15:50 Uhr"}[
            language
        ] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_discreet_client_reads_no_practice(language: str, templates: Templates) -> None:
    """Where the core gives no practice name, none of the bytes that leave hold one."""
    for kind in MailKind:
        facts = mail_facts(kind, language)
        message = opened(
            worded(tell(replace(facts, discreet=True, house=replace(facts.house, practice=""))), templates)
        )
        shown = [str(value) for value in message.values()]
        shown += [part(message, f"text/{subtype}") for subtype in ("plain", "html", "calendar")]
        assert "Maple Street Practice" not in "\n".join(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_support_stands_in_the_mail_only(language: str, templates: Templates) -> None:
    """Whom to talk to and what may help is in the text of the mail, never in the calendar entry (I13)."""
    message = opened(worded(tell(mail_facts(MailKind.INVITATION, language)), templates))
    found = event(message)
    assert found is not None
    _, entry = found
    assert "0800 111 0 111" in part(message, "text/plain")
    ical = entry.to_ical().decode()
    for private in ("0800 111 0 111", "calm", "Maple Street Practice", "9 July", "9. Juli", "Anna Berg,"):
        assert private not in ical


@pytest.mark.parametrize("language", LANGUAGES)
def test_cover_and_extra_time_have_their_own_words(language: str, templates: Templates) -> None:
    """Who writes is not whom the appointment is with; extra time says beside which appointment, which takes place."""
    facts = mail_facts(MailKind.INVITATION, language)
    cover = replace(facts, offer_kind=OfferKind.COVER, with_therapist="Sam Lee")
    message = opened(worded(tell(cover), templates))
    found = event(message)
    assert found is not None
    assert str(found[1]["SUMMARY"]).endswith("Sam Lee")
    assert "Sam Lee" in message["Subject"]
    assert str(found[1]["ORGANIZER"].params["CN"]) == "Sam Lee"
    assert found[1]["ORGANIZER"] == f"mailto:{SENDER}"
    assert message["From"] == f"Dana Okafor <{SENDER}>"
    extra = replace(facts, offer_kind=OfferKind.EXTEND, slot=at(2, 15, minutes=30), beside="after")
    text = part(opened(worded(tell(extra), templates)), "text/plain")
    assert {"en": "takes place in any case", "de": "findet auf jeden Fall statt"}[language] in text
    assert {"en": "right after our usual", "de": "direkt nach unserem gewohnten"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_holds_now_is_said(language: str, templates: Templates) -> None:
    """Each outlook of a message that takes something back is a sentence of its own."""
    texts = {
        part(
            opened(
                worded(tell(replace(mail_facts(MailKind.TAKEN_BACK, language), outlook=outlook)), templates)
            ),
            "text/plain",
        )
        for outlook in Outlook
    }
    assert len(texts) == len(Outlook)


def test_the_readme_names_every_value() -> None:
    """Whoever writes a template finds each value that it may use, and each file, in the README beside them."""
    readme = (config_path() / "templates" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", readme))
    given = {key for _, values in scenes("en") for key in values}
    for _, values in scenes("en"):
        given.update(key for row in values.get("rows", []) for key in row)
    assert given <= named
    for time in (SaidTime, SaidDays):
        assert {field.name for field in fields(time)} <= named
    files = {file.stem for file in (config_path() / "templates").glob("*/*.txt")}
    assert all(re.search(rf"\b{file}\b", readme) for file in files)
