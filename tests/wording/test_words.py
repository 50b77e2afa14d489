"""What may never be read in anything of ours, and that everything has words."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest

from syncd.core.model import Client, OfferKind, OfferState, Phase, Tier
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.messages.mails import MailFacts, MailKind, Outlook
from syncd.core.model.practice import Practice, Therapist
from syncd.core.planning.reasons.reason import BARRED, STRUCK
from syncd.core.policy.discretion import shown_place, telling
from syncd.core.state.approval.due import WAITS
from syncd.core.telling.mail_facts import house
from syncd.core.time.hours import WeeklyHours
from syncd.resources import config_path
from syncd.wording import Templates, rehearse
from syncd.wording.dates import SaidDays, SaidTime
from syncd.wording.letters import note
from syncd.wording.mails import SHORT, mail_values
from syncd.wording.rehearsal import scenes
from tests.wording.reading import event, opened, part, said, worded
from tests.wording.samples import (
    ABOUT_SLOT,
    BERLIN,
    HOUSE,
    LANGUAGES,
    SENDER,
    at,
    letter_facts,
    mail_facts,
    plan_ready,
    tell,
    write,
)

DAYS = {
    "en": "Thursday 9 July",
    "de": "Donnerstag, 9. Juli",
    "fr": "jeudi 9 juillet",
    "es": "jueves 9 de julio",
}
SLOTS = {
    "en": "Monday 20 July 2026, 15:00–15:50",
    "de": "Montag, 20. Juli 2026, 15:00–15:50 Uhr",
    "fr": "lundi 20 juillet 2026, de 15 h à 15 h 50",
    "es": "lunes 20 de julio de 2026, de 15:00 a 15:50",
}
IN_ANY_CASE = {
    "en": "takes place in any case",
    "de": "auf jeden Fall stattfindet",
    "fr": "a lieu de toute façon",
    "es": "tiene lugar igualmente",
}
RIGHT_AFTER = {
    "en": "right after our usual",
    "de": "direkt nach unserem gewohnten",
    "fr": "juste après notre rendez-vous habituel",
    "es": "justo después de nuestra cita habitual",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_gives_the_visit_away(language: str, templates: Templates) -> None:
    """No mail, calendar entry, plan event or letter, in any variant, names what the appointment is."""
    read = 0
    for name, values in scenes(language):
        written = templates.write(language, name, values)
        page = templates.page(language, written)
        for text in (written.heading, written.text, page):
            assert not telling(text), f"{language}/{name}: {text}"
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
    kinds = {
        *SHORT.values(),
        *(kind.value for kind in MailKind),
        *(f"letter_{kind.value}" for kind in LetterKind),
    }
    assert (
        kinds | {"entry", "plan", "question", "waiting", "appointment", "called_off", "letter_alarm", "weeks"}
        == seen
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_are_said_in_words(language: str, templates: Templates) -> None:
    """No state of an offer or conflict reaches the therapist as the core's own word for it."""
    codes = [state.value for state in OfferState] + ["told", "call", "owed", "closed", "unplaced", "open"]
    texts = set()
    for code in codes:
        facts = letter_facts(LetterKind.PLAN, language)
        rows = (replace(facts.rows[0], text=code),)
        text = said(opened(worded(write(replace(facts, rows=rows)), templates)))
        (line,) = {line for line in text.splitlines() if "→" in line}  # in the letter, and on its page
        texts.add(line.rpartition(": ")[2])
    assert len(texts) >= len(codes) - 2  # planned is held; a cancelled one may read as a declined one
    if language == "de":
        assert texts.isdisjoint(codes)


@pytest.mark.parametrize("why", WAITS.values())
def test_why_leave_waits_is_said_in_german(why: str, templates: Templates) -> None:
    """Each reason that the core gives for waiting has German words."""
    facts = replace(letter_facts(LetterKind.PLAN, "de"), why=why)
    text = part(opened(worded(write(facts), templates)), "text/plain")
    assert why not in text
    assert "wird niemandem etwas geschickt, denn " in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "kind", [one for one in MailKind if one not in {MailKind.AWAY, MailKind.RECEIVED}]
)  # about none
def test_the_original_is_named(kind: MailKind, language: str, templates: Templates) -> None:
    """Each mail names the appointment it is about: the day, and the hour, of the original."""
    facts = mail_facts(kind, language)
    text = part(opened(worded(tell(facts), templates)), "text/plain")
    day = DAYS[language]
    hour = {"en": " at 15:00", "de": ", um 15:00 Uhr", "fr": " à 15 h", "es": " a las 15:00"}[language]
    if kind is MailKind.URGENT_NOTICE:
        hour = {
            "en": " 2026, 15:00",
            "de": " 2026, 15:00",
            "fr": " 2026, de 15 h",
            "es": " de 2026, de 15:00",
        }[language]
    assert day + hour in text
    if kind in ABOUT_SLOT:
        assert SLOTS[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("offer", [OfferKind.CALL, OfferKind.EXTEND, OfferKind.COVER])
@pytest.mark.parametrize("kind", sorted(ABOUT_SLOT))
def test_a_time_of_its_own_kind_is_said_to_be_one(
    kind: MailKind, offer: OfferKind, language: str, templates: Templates
) -> None:
    """Whatever a mail says of a time: that it is a call, extra time, or a colleague's, stands with it."""
    own = {
        OfferKind.CALL: {"en": "by phone", "de": "telefonisch", "fr": "par téléphone", "es": "por teléfono"},
        OfferKind.EXTEND: {
            "en": "extra time",
            "de": "zusätzliche Zeit",
            "fr": "temps supplémentaire",
            "es": "tiempo adicional",
        },
        OfferKind.COVER: dict.fromkeys(LANGUAGES, "Sam Lee"),
    }[offer][language]
    other = "Sam Lee" if offer is OfferKind.COVER else ""
    facts = replace(mail_facts(kind, language), offer_kind=offer, with_therapist=other)
    _, after = part(opened(worded(tell(facts), templates)), "text/plain").split(SLOTS[language], 1)
    asked = offer is OfferKind.EXTEND and facts.due is not None  # its own sentence says so right before it
    assert asked or own in "".join(after.splitlines()[:2])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outlook", Outlook)
def test_the_original_is_named_whatever_holds(outlook: Outlook, language: str, templates: Templates) -> None:
    """Also what takes a time back, and the entry that a server carries, say in place of what it was."""
    facts = replace(mail_facts(MailKind.TAKEN_BACK, language), outlook=outlook)
    entry = mail_values(facts) | {"cancelled": False, "alone": True}
    texts = [part(opened(worded(tell(facts), templates)), "text/plain")]
    texts += [
        templates.write(language, "appointment", entry | {"confirmed": confirmed}).text
        for confirmed in (False, True)
    ]
    for text in texts:
        assert DAYS[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outlook", [Outlook.NOTHING, Outlook.ANOTHER, Outlook.PERHAPS])
def test_no_other_time_is_promised_to_who_gets_none(
    outlook: Outlook, language: str, templates: Templates
) -> None:
    """Sick today: another time is spoken of only where one may come."""
    facts = replace(mail_facts(MailKind.URGENT_NOTICE, language), outlook=outlook)
    text = part(opened(worded(tell(facts), templates)), "text/plain")
    promise = {"en": "another time", "de": "andere Zeit", "fr": "autre créneau", "es": "otra hora"}[language]
    assert (promise in text) is (outlook is not Outlook.NOTHING)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("offer", OfferKind)
def test_who_has_said_yes_is_not_asked(offer: OfferKind, language: str, templates: Templates) -> None:
    """The entry of an appointment that is agreed asks for no answer and offers nothing."""
    facts = replace(mail_facts(MailKind.INVITATION, language), offer_kind=offer, with_therapist="Sam Lee")
    values = mail_values(facts) | {"cancelled": False, "alone": True}
    asked, agreed = (
        templates.write(language, "appointment", values | {"confirmed": confirmed}).text
        for confirmed in (False, True)
    )
    for words in {
        "en": ("Accept", "would like"),
        "de": ("Annehmen", "möchte"),
        "fr": ("Accepter", "souhaitez" if offer is OfferKind.COVER else "aimerais"),
        "es": ("Aceptar", "desea" if offer is OfferKind.COVER else "gustaría"),
    }[language]:
        assert words in asked
        assert words not in agreed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_discreet_client_reads_no_practice(language: str, templates: Templates) -> None:
    """None of the bytes that leave hold the practice's name, the crisis contact or the resources: they tell."""
    practice = Practice(
        HOUSE.practice,
        BERLIN,
        crisis_contact=(("", HOUSE.crisis_contact),),
        resources=(("", HOUSE.resources_url),),
    )
    dana = Therapist("dana", HOUSE.therapist, "dana@example.org", BERLIN, WeeklyHours(()), "home/Practice")
    for kind in MailKind:
        told, open_told = (
            _bytes(replace(mail_facts(kind, language), house=house(practice, dana, client)), templates)
            for client in (Client("c1", discreet=True), Client("c1"))
        )
        for giving_away in (HOUSE.practice, "0800 111", "example.org/calm"):
            assert giving_away not in told
        assert HOUSE.practice in open_told


def _bytes(facts: MailFacts, templates: Templates) -> str:
    """All that a mail program shows of it, headers included."""
    message = opened(worded(tell(facts), templates))
    shown = [str(value) for value in message.values()]
    return "\n".join([*shown, *(part(message, f"text/{one}") for one in ("plain", "html", "calendar"))])


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("Maple Street 12, room 3", "Maple Street 12, room 3"),
        ("Therapy room 3", ""),
        ("Praxis für Psychotherapie, 2. Stock", ""),
        ("Maple Street Practice, room 3", ""),
        ("", ""),
    ],
)
def test_a_place_that_gives_the_visit_away_is_not_shown(place: str, shown: str) -> None:
    """It was written for the therapist's own calendar; a discreet client's entry hides the practice as well."""
    assert shown_place(place, "Maple Street Practice", "") == shown


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
    assert IN_ANY_CASE[language] in text
    assert RIGHT_AFTER[language] in text


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


NAMED = (
    *(f"tier_{tier.name.lower()}" for tier in Tier),
    *(f"phase_{phase.value}" for phase in Phase),
    *(
        "often",
        "weekly",
        "fortnightly",
        "three_weekly",
        "every",
        "gap",
        "other_hour",
        "week",
        "weeks",
        "months",
        "years",
    ),
    *("significance", "early", "settled", "passed_over_once", "passed_over"),
    *(
        "no_time",
        "no_hours",
        "others_first",
        "others_first_one",
        "with_this",
        "little_gain",
        "little_gain_one",
        "interval_assumed",
    ),
    *(f"struck_{rule.name.lower()}" for rule in STRUCK),
    *(f"barred_{rule.name.lower()}" for rule in BARRED),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_said_in_words(language: str, templates: Templates) -> None:
    """Nothing that speaks for a client or leaves no time reaches the therapist as the core's own word for it."""
    because = templates.environment.get_template(f"{language}/because.txt").module
    said = [str(because.of(((code, 11),))) for code in NAMED]  # type: ignore[attr-defined]
    for code, words in zip(NAMED, said, strict=True):
        assert words != code, f"{language}: no words for {code}"
        assert not telling(words), words
    assert len(set(said)) == len(said)
    assert str(because.of((("a", 0), ("b", 0), ("c", 0)))).replace("\u00a0", "") == "a: b, c"  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_stand_in_mailed_letters_alone(language: str, templates: Templates) -> None:
    """A to-do is a calendar entry: it shows initials, times and states."""
    mailed = said(opened(worded(write(plan_ready(language)), templates)))
    to_do = note(write(plan_ready(language)), templates, "maple").draft.description
    for count in ("52", "40", "12"):
        assert f" {count} " in mailed
        assert f" {count} " not in to_do
