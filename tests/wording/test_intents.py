"""Intents become actions: what is asked, whose it is, what cannot be said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from syncd.core.model import EventStatus, Marker, MarkerRole, OccurrenceRef, OfferState, Transparency
from syncd.core.model.actions import CancelOriginal, DeleteEvent, PutEvent, RestoreOriginal
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Intent
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.model.practice import Caps
from syncd.core.state.caps import within
from syncd.core.time.spans import AllDay
from syncd.wiring.post import ItipComposer
from syncd.wording import Templates, load_templates, word
from syncd.wording.entries import put
from tests.wording.reading import event, opened, worded
from tests.wording.samples import (
    CARRIES_EVENT,
    CONFLICT,
    INSTANCE,
    LANGUAGES,
    SENDER,
    SENT,
    UID,
    at,
    letter_facts,
    mail_facts,
    plan_facts,
    question_facts,
    show,
    show_facts,
    tell,
    write,
)

REF = OccurrenceRef("home/Practice", "series", "20260709T130000Z")
PASSED_ON = (
    DeleteEvent(EffectKey(UID, "end", "delete"), "home/Practice", UID, "e1"),
    CancelOriginal(EffectKey(CONFLICT, "0", "cancel_original"), REF, "e2"),
    RestoreOriginal(EffectKey(CONFLICT, "0", "restore"), REF, "{}"),
)


def test_what_has_no_words_passes_unchanged(templates: Templates) -> None:
    """Deletions, cancelled and restored originals come out as they went in, in their order."""
    assert word(PASSED_ON, templates, None, INSTANCE, SENDER).actions == PASSED_ON


@pytest.mark.parametrize("kind", MailKind)
def test_who_is_asked(kind: MailKind, templates: Templates) -> None:
    """What invites, or says all of several times, and a reminder ask; else it informs. It names whom it concerns."""
    facts = mail_facts(kind)
    action = worded(tell(facts), templates)
    assert action.asks is (kind in {MailKind.INVITATION, MailKind.SUGGESTIONS, MailKind.REMINDER})
    assert (action.client, action.therapist, action.conflict, action.absence) == (
        "c1",
        "dana",
        CONFLICT,
        "a1",
    )
    assert (action.offer, action.sequence) == (facts.uid, facts.sequence)
    assert action.due == (facts.due if kind is MailKind.INVITATION else None)
    assert action.mail.recipient == "anna@example.com"
    assert action.mail.sender == SENDER


def test_an_invitation_is_a_request(templates: Templates) -> None:
    """METHOD:REQUEST, CONFIRMED, organizer the address that is read, attendee the one client, its times in UTC."""
    found = event(opened(worded(tell(mail_facts(MailKind.INVITATION)), templates)))
    assert found is not None
    method, entry = found
    assert (method, str(entry["STATUS"]), str(entry["CLASS"])) == ("REQUEST", "CONFIRMED", "PRIVATE")
    assert (str(entry["UID"]), int(entry["SEQUENCE"])) == (UID, 0)
    assert str(entry["ORGANIZER"]) == f"mailto:{SENDER}"
    assert entry["ORGANIZER"].params["CN"] == "Dana Okafor"
    assert str(entry["ATTENDEE"]) == "mailto:anna@example.com"
    assert entry["DTSTART"].dt == at(20, 15).start
    assert entry["DTSTART"].to_ical().endswith(b"Z")


def test_what_was_agreed_by_hand_is_a_request(templates: Templates) -> None:
    """METHOD:REQUEST with the higher SEQUENCE, for the new time, and nothing asks for an answer by a day."""
    found = event(opened(worded(tell(mail_facts(MailKind.AGREED)), templates)))
    assert found is not None
    method, entry = found
    assert (method, str(entry["STATUS"]), int(entry["SEQUENCE"])) == ("REQUEST", "CONFIRMED", 1)
    assert entry["DTSTART"].dt == at(20, 15).start


@pytest.mark.parametrize("kind", [MailKind.TAKEN_BACK, MailKind.CLOSING])
def test_what_takes_back_is_a_cancel(kind: MailKind, templates: Templates) -> None:
    """METHOD:CANCEL with the higher SEQUENCE, for the time that was offered; plain where nothing was sent."""
    found = event(opened(worded(tell(mail_facts(kind)), templates)))
    assert found is not None
    method, entry = found
    assert (method, str(entry["STATUS"]), int(entry["SEQUENCE"])) == ("CANCEL", "CANCELLED", 1)
    assert entry["DTSTART"].dt == at(20, 15).start
    plain = replace(mail_facts(kind), uid="", slot=None, outlook=Outlook.STANDS)
    assert event(opened(worded(tell(plain), templates))) is None


@pytest.mark.parametrize("kind", sorted(set(MailKind) - CARRIES_EVENT))
def test_other_mails_carry_no_event(kind: MailKind, templates: Templates) -> None:
    """A second REQUEST would ask again: a reminder stands beside its invitation instead."""
    invitation = opened(worded(tell(mail_facts(MailKind.INVITATION)), templates))
    thread = str(invitation["Message-ID"]) if kind is MailKind.REMINDER else ""
    message = opened(worded(tell(replace(mail_facts(kind), thread=thread)), templates))
    assert event(message) is None
    assert (message["In-Reply-To"] or "") == thread


def test_message_ids_tell_effects_apart(templates: Templates) -> None:
    """Different subject, SEQUENCE, kind or, without an event, version: another Message-ID; same effect: the same."""
    invitation, notice = mail_facts(MailKind.INVITATION), mail_facts(MailKind.NOTICE)
    tells = [
        tell(invitation),
        tell(replace(invitation, sequence=1)),
        tell(mail_facts(MailKind.REMINDER)),
        tell(mail_facts(MailKind.TAKEN_BACK)),
        tell(notice),
        tell(notice, version="1"),
        tell(mail_facts(MailKind.URGENT_NOTICE)),
    ]
    ids = [worded(one, templates).mail.message_id for one in tells]
    assert len(set(ids)) == len(ids)
    assert ids == [worded(one, templates).mail.message_id for one in tells]
    assert ids[0] == f"<{UID}.0.invitation@example.org>"
    assert all(one.endswith("@example.org>") for one in ids)


def test_no_answering_machine_is_woken(templates: Templates) -> None:
    """Mails say that a program wrote them (RFC 3834), and plain answers come to the address that is read."""
    message = opened(worded(tell(mail_facts(MailKind.NOTICE)), templates))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Dana Okafor <office@example.org>"
    assert message["Reply-To"] is None


def test_same_facts_same_bytes() -> None:
    """Worded twice, with templates loaded anew, the actions are equal to the last byte."""
    intents = [tell(mail_facts(kind, language)) for kind in MailKind for language in LANGUAGES]
    letters = [write(letter_facts(kind)) for kind in LetterKind]
    shows = [show(show_facts(state)) for state in OfferState]
    every: list[Intent] = [*intents, *letters, *shows, show(plan_facts())]
    first, second = (word(every, load_templates(), ItipComposer(), INSTANCE, SENDER) for _ in range(2))
    assert first == second
    assert len(first.actions) == len(every)


def test_without_mail_messages_are_unsayable(templates: Templates) -> None:
    """No mail configured: mails and letters are handed back, entries still stand, nothing waits for a mail."""
    cancel = tell(mail_facts(MailKind.TAKEN_BACK), after=EffectKey("x", "0", "show"))
    letter = write(letter_facts(LetterKind.PLAN), after=cancel.key)
    delete = replace(PASSED_ON[0], after=letter.key)
    result = word([cancel, letter, delete], templates, None, INSTANCE, SENDER)
    assert [one.intent for one in result.unsayable] == [cancel, letter]
    assert result.actions == (replace(delete, after=EffectKey("x", "0", "show")),)


def test_an_address_that_is_none_stops_nobody_else(templates: Templates) -> None:
    """A roster line with a broken address is handed back with the reason; the others' mails are written."""
    broken = tell(replace(mail_facts(MailKind.NOTICE), to="anna at example"))
    good = tell(mail_facts(MailKind.INVITATION))
    result = word([broken, good], templates, ItipComposer(), INSTANCE, SENDER)
    assert [one.intent for one in result.unsayable] == [broken]
    assert "anna" not in result.unsayable[0].why
    assert [action.key for action in result.actions] == [good.key]


@pytest.mark.parametrize("state", OfferState)
def test_offers_in_the_calendar(state: OfferState, templates: Templates) -> None:
    """Busy, private, marked, without organizer or attendee; certain only once it is accepted or settled."""
    (action,) = word(
        [show(show_facts(state), etag="e7")], templates, ItipComposer(), INSTANCE, SENDER
    ).actions
    assert isinstance(action, PutEvent)
    draft = action.draft
    certain = state in {OfferState.ACCEPTED, OfferState.SETTLED}
    assert draft.status is (EventStatus.CONFIRMED if certain else EventStatus.TENTATIVE)
    assert draft.transparency is Transparency.OPAQUE
    assert draft.private
    assert (draft.organizer, draft.attendee, draft.notify) == (None, None, False)
    assert draft.marker == Marker(INSTANCE, UID, 1, MarkerRole.OFFER, kind="move")
    assert (draft.uid, draft.when, action.etag) == (UID, at(20, 15), "e7")
    assert draft.title.startswith("AB · ")
    assert len(draft.title) < 40
    assert "#" not in draft.title


def test_the_plan_event(templates: Templates) -> None:
    """All-day, free, private, with the code; initials, times and states, never a name or number."""
    (action,) = word([show(plan_facts())], templates, None, INSTANCE, SENDER).actions
    assert isinstance(action, PutEvent)
    draft = action.draft
    assert draft.when == AllDay(date(2026, 7, 6), date(2026, 7, 7))
    assert draft.transparency is Transparency.TRANSPARENT
    assert draft.private
    assert draft.marker.role is MarkerRole.PLAN
    assert "#ok bx" in draft.description
    for person in ("Anna", "Berg", "Dorn", "555"):
        assert person not in draft.title + draft.description


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("many", [60, 400])
def test_a_plan_of_many_has_room_in_google_s_calendar(templates: Templates, language: str, many: int) -> None:
    """Google refuses more than 8,192 characters: the last line says how many there is no room for, the title all."""
    facts = plan_facts(language)
    some = facts.rows
    rows = tuple(replace(some[n % len(some)], initials=f"X{n}") for n in range(many))
    draft = put(show(replace(facts, rows=rows)), templates, INSTANCE).draft
    assert len(draft.description) < 8192
    named = len(re.findall(r"\bX\d+ ·", draft.description))
    left_out = re.search(r"… \w+ (\d+) ", draft.description)
    assert named + (int(left_out[1]) if left_out else 0) == many
    assert named >= 60
    still = sum(row.text not in {"stays", "keep"} for row in rows)
    assert str(still) in draft.title


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_is_too_long_for_google(templates: Templates, seed: int) -> None:
    """However many sessions of however many leaves, whatever people are called, whatever else there is to say."""
    dice = Random(seed)
    facts = plan_facts(dice.choice(LANGUAGES))
    who = "".join(dice.choices("ABCÄÖÜéß", k=dice.choice((2, 12, 60))))
    rows = tuple(
        replace(dice.choice(facts.rows), initials=f"{who}{n}") for n in range(dice.choice((0, 3, 30, 120)))
    )
    said = tuple(f"{who}{n}" for n in range(dice.choice((0, 5, 80, 200))))
    cut = dice.randint(0, len(rows))
    taken = tuple(replace(one, slot=at(20, 15)) for one in rows)
    facts = replace(facts, rows=rows, leaving=said, stuck=said)
    facts = replace(facts, falling=taken[:cut], falling_unasked=taken[cut:])
    draft = put(show(facts), templates, INSTANCE).draft
    assert 0 < len(draft.description) < 8192


def test_an_overview_that_is_too_long_all_the_same_ends_with_a_line(templates: Templates) -> None:
    """A question about a hundred days of sessions: what there is room for, and a sign that it is not all."""
    facts = question_facts()
    hits = tuple((f"X{n}", at(9, 15)) for n in range(900))
    draft = put(show(replace(facts, hits=hits)), templates, INSTANCE).draft
    assert len(draft.description) < 8192
    assert draft.description.endswith("\n…")
    assert "900" in draft.title


def test_letters_name_people_their_entries_do_not(templates: Templates) -> None:
    """A letter has names and numbers; the entry that stands for it where nothing is mailed has initials."""
    facts = letter_facts(LetterKind.CALL_LIST)
    mail = worded(write(facts), templates)
    assert mail.mail.recipient == "dana@example.org"
    assert (mail.client, mail.therapist, mail.asks) == ("", "dana", False)
    assert b"Eva Falk (EF), +49 30 555 13" in mail.mail.content
    written = replace(write(facts), calendar="home/Practice", uid=UID)
    (noted,) = word((written,), templates, None, INSTANCE, "").actions
    assert isinstance(noted, PutEvent)
    draft = noted.draft
    assert draft.when == AllDay(SENT.date(), SENT.date() + timedelta(days=1))
    assert draft.marker.role is MarkerRole.LETTER
    assert draft.transparency is Transparency.TRANSPARENT
    assert "EF" in draft.description
    for person in ("Eva", "Falk", "555"):
        assert person not in draft.title + draft.description


def test_several_times_are_counted_as_one(templates: Templates) -> None:
    """The mail that says all asks; a short invitation behind it counts no more, and waits where that mail has to."""
    words = tell(replace(mail_facts(MailKind.SUGGESTIONS), uid=""))
    short = tell(replace(mail_facts(MailKind.INVITATION), brief=True))
    assert not worded(short, templates).asks
    room, none = Caps(1, 1, 1, 1), Caps(0, 0, 0, 0)
    assert within((words, short, short), (), room, SENT) == (words, short, short)
    assert within((words, short, short), (), none, SENT) == ()
