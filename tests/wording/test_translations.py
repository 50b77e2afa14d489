"""No text in another language holds a sentence of the English catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import meta

from syncd.core.model.messages.letters import LetterKind
from syncd.core.policy.clock import doubt
from syncd.core.state.approval.due import WAITS
from syncd.core.telling.alarms.heard import AlarmLetter
from syncd.core.telling.alarms.wrong import Alarm, AlarmKind
from syncd.resources import config_path
from syncd.wording import Templates
from syncd.wording.alarms import ALARM, alarm_values
from syncd.wording.letters import letter_values
from syncd.wording.messages import catalogue_of
from syncd.wording.rehearsal import scenes
from tests.wording.english import english_in, messages, pieces
from tests.wording.samples import BERLIN, LANGUAGES, letter_facts, plan_ready

TRANSLATED = [language for language in LANGUAGES if language != "en"]
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
OLDER = (
    "the store is older than the state directory (effect 314) and entries in the calendars (effect 314) and mails in "
    "the evidence mailbox and calendar home/Practice, which holds entries of a syncd that this store does not know: "
    "run `syncd adopt`"
)
NAMED = {AlarmKind.ASIDE, AlarmKind.FAILED}  # whose reason is the name of a kind of error
PLACE = "account home (dav.example.org): user name or password is refused; renew the account's credentials"


def clocks() -> tuple[str, ...]:
    """Everything that is said of a clock."""
    ahead, behind = (timedelta(days=17),), (-timedelta(hours=2),)
    later = NOW + timedelta(hours=1)
    return (
        doubt(NOW, ahead, None, jumped=False),
        doubt(NOW, behind, None, jumped=False),
        doubt(NOW, (), later, jumped=False),
        doubt(NOW, (), None, jumped=True),
        doubt(NOW, (), NOW - timedelta(days=82), jumped=False),
        doubt(NOW, (), None, jumped=False, slipped=True),
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_holds_an_english_sentence(language: str, templates: Templates) -> None:
    """All mails, entries and letters there are, with everything known and with as little as there may be."""
    assert len(pieces()) > 400
    for name, values in scenes(language):
        written = templates.write(language, name, values)
        assert not english_in(f"{written.heading}\n{written.text}"), name


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("message", sorted(set(messages())))
def test_what_cannot_be_read_or_stops_is_translated(message: str, language: str) -> None:
    """Each text of an error that a letter passes on stands in the catalogue, as the source has it."""
    catalogue = config_path() / "templates" / language / "messages.txt"
    lines = catalogue_of(catalogue.read_text(encoding="utf-8"))
    filled = message.replace("{}", "17")
    line = next(one for one in lines if one.pattern.fullmatch(filled))
    assert line.came != "{}", f"messages.txt has no line for {message!r}"
    assert not english_in(line.said)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("kind", sorted(set(AlarmKind) - NAMED))
@pytest.mark.parametrize("reason", [OLDER, PLACE, "run `syncd adopt`", *clocks()])
def test_alarms_are_translated_all_through(
    kind: AlarmKind, reason: str, language: str, templates: Templates
) -> None:
    """What stops everything, be it the clock, the store or a password, is said in the reader's language."""
    alarm = Alarm(kind, "home", NOW, frozenset(), reason, NOW)
    written = templates.write(
        language,
        ALARM,
        alarm_values(AlarmLetter("dana", "", language, BERLIN, kind, (alarm,), NOW), names=True),
    )
    for piece in ("the ", " of ", "run "):
        assert piece not in written.text, written.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_therapist_reads_first_what_to_do_where_everything_has_stopped(
    language: str, templates: Templates
) -> None:
    """The reason is for whoever looks after the program; before it stands a sentence for everybody else."""
    alarm = Alarm(AlarmKind.STOPPED, "", NOW, frozenset(), OLDER, NOW)
    letter = AlarmLetter("dana", "", language, BERLIN, AlarmKind.STOPPED, (alarm,), NOW)
    said = templates.write(language, ALARM, alarm_values(letter, names=True)).text.split("syncd adopt")[0]
    first = {
        "en": "For safety syncd does nothing more. Please pass this letter on",
        "de": "syncd tut zur Sicherheit",
        "fr": "syncd ne fait plus rien, par sécurité",
        "es": "syncd no hace nada más, por seguridad",
    }
    assert said.startswith(first[language])


_LOGIC = re.compile(r"\{[%{]-?(.*?)-?[%}]\}", re.DOTALL)
_CASE = re.compile(r'(?:==|!=|equalto",) "([a-z_]+)"|startswith\("([^"]+)"\)|"([a-z_]+)": ')
_CHOICE = re.compile(r"in \[(.*?)\]")


def cases(language: str, file: str) -> set[str]:
    """Everything that a template tells apart."""
    text = (config_path() / "templates" / language / file).read_text(encoding="utf-8")
    logic = " ".join(_LOGIC.findall(text))
    chosen = " ".join(_CHOICE.findall(logic))
    return {next(filter(None, one)) for one in _CASE.findall(logic)} | set(re.findall(r'"([a-z_]+)"', chosen))


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("file", sorted(one.name for one in (config_path() / "templates/en").glob("*.txt")))
def test_a_translation_knows_each_case_that_english_has(file: str, language: str) -> None:
    """Whoever teaches a letter a new case in one language has every other to teach."""
    assert cases("en", file) <= cases(language, file)


NOT_SAID = {"them", "while_away"}  # a word that only English bends; and what German leaves to the days


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("file", sorted(one.name for one in (config_path() / "templates/en").glob("*.txt")))
def test_a_translation_says_all_that_english_says(file: str, language: str, templates: Templates) -> None:
    """Each value that the English text uses stands in every other one."""
    english, other = (
        meta.find_undeclared_variables(
            templates.environment.parse(
                (config_path() / "templates" / one / file).read_text(encoding="utf-8")
            )
        )
        for one in ("en", language)
    )
    assert english - other <= NOT_SAID


QUOTED = {
    "de": "auf Englisch: „odd thing 7“",
    "fr": "en anglais\u00a0: «\u00a0odd thing 7\u00a0»",
    "es": "en inglés: «odd thing 7»",
}


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_nobody_foresaw_is_quoted_as_what_it_is(language: str, templates: Templates) -> None:
    """Words of somebody else's program stay as they came, between quotation marks, and are called English."""
    facts = replace(letter_facts(LetterKind.UNREAD, language), unread=("odd thing 7",))
    written = templates.write(language, "letter_unread", letter_values(facts, names=True))
    assert QUOTED[language] in written.text


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize(
    "why",
    [
        *WAITS.values(),
        "review is switched on",
        "the first absence is always shown first",
        "the first 2 absences are always shown first",
    ],
)
def test_why_something_waits_is_translated(why: str, language: str, templates: Templates) -> None:
    """Each reason for a yes."""
    facts = replace(plan_ready(language), code="bx", why=why)
    written = templates.write(language, "letter_plan", letter_values(facts, names=True))
    assert why not in written.text
    assert QUOTED[language].partition("odd")[0] not in written.text
