"""What leaves the house, word by word. UPDATE_GOLDEN=1 writes the files anew: read the difference aloud."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from syncd.core.model import OfferKind, OfferState
from syncd.core.model.actions import PutEvent
from syncd.core.model.messages.entries import Room
from syncd.core.model.messages.letters import LetterFacts, LetterKind, Stage
from syncd.core.model.messages.mails import Before, Instead, MailFacts, MailKind, Outlook
from syncd.core.time.spans import Span
from syncd.wiring.post import ItipComposer
from syncd.wording import Templates, word
from syncd.wording.handovers import handover_values
from syncd.wording.mails import mail_values
from tests.core.people import BERLIN, dana
from tests.wording.reading import event, opened, part, said, worded
from tests.wording.samples import (
    INSTANCE,
    LANGUAGES,
    SENDER,
    SENT,
    at,
    both_stand,
    brought_back,
    call_again,
    call_near,
    calls_again,
    came_back,
    cover_hour_gone,
    cover_hours_gone,
    cover_hours_stand,
    cover_news,
    days_letter,
    first_gone,
    group_falls,
    group_gone,
    group_meets,
    handover,
    in_crisis_meanwhile,
    late_from,
    letter_facts,
    letters_of_long_leave,
    list_in_the_dark,
    list_with_group,
    lost_to_leave,
    mail_facts,
    named_gone,
    named_gone_to_office,
    named_of_leave,
    named_to_colleague,
    named_to_office,
    no_room,
    office_list,
    overbooked,
    owed_list,
    plan_calling_members,
    plan_changed,
    plan_facts,
    plan_grown,
    plan_of_a_group,
    plan_ready,
    plan_said_anew,
    plan_together,
    question_facts,
    read_by_others,
    series_ended,
    show,
    show_facts,
    sick_day_of_a_group,
    still_at_odds,
    still_waiting,
    stuck,
    tell,
    unclear_title,
    unkept,
    unkept_meanwhile,
    unsaid,
    waiting_facts,
    whole_day,
    write,
    yes_and_proposal,
    yes_counts,
)

OWN_KINDS: dict[str, dict[str, Any]] = {
    "cover": {
        "offer_kind": OfferKind.COVER,
        "with_therapist": "Sam Lee",
        "slot": at(8, 15),
        "while_away": True,
        "location": "",
        "sends_link": True,
    },
    "call": {"offer_kind": OfferKind.CALL, "slot": at(8, 15, minutes=15), "location": "", "link": ""},
    "extension": {"offer_kind": OfferKind.EXTEND, "slot": at(23, 16, minutes=30), "beside": "after"},
}
PROMISES = (Outlook.ANOTHER, Outlook.PERHAPS, Outlook.NOTHING)
OUTLOOKS = {
    MailKind.TAKEN_BACK: tuple(outlook for outlook in Outlook if outlook is not Outlook.NOTHING),
    MailKind.NOTICE: PROMISES,
    MailKind.URGENT_NOTICE: PROMISES,
    MailKind.CLOSING: PROMISES[1:],
    MailKind.AWAY: (Outlook.NOTHING, Outlook.STANDS),
}
_HOUSE = (ItipComposer(), INSTANCE, SENDER)
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "wording"


def compare(name: str, content: str) -> None:
    """Fail where the golden file says something else."""
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    assert content == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_client_mails(kind: MailKind, language: str, templates: Templates) -> None:
    """Subject, text and calendar entry of every message to a client read as they were approved."""
    compare(f"{language}/{kind.value}.txt", mail_shown(mail_facts(kind, language), templates))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_invitation(language: str, templates: Templates) -> None:
    """One of several that go together, and the mail that says all in words, of times that end apart."""
    short = replace(mail_facts(MailKind.INVITATION, language), brief=True)
    apart = replace(_short(mail_facts(MailKind.SUGGESTIONS, language)), due=None, changed_since=True)
    compare(
        f"{language}/invitation_short.txt",
        "\n=====\n".join(mail_shown(one, templates) for one in (short, apart)),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["call", "cover", "extension"])
def test_offers_of_their_own_kind(name: str, language: str, templates: Templates) -> None:
    """A colleague's time, and extra time, read as they were approved, by mail and as an entry alone."""
    kinds = (MailKind.INVITATION, MailKind.REMINDER)
    facts = [replace(mail_facts(kind, language), **OWN_KINDS[name]) for kind in kinds]
    mails = (mail_shown(one, templates) for one in facts)
    compare(f"{language}/{name}.txt", "\n=====\n".join((*mails, _entries(facts[0], templates))))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["call", "extension"])
def test_what_is_settled_of_its_own_kind(name: str, language: str, templates: Templates) -> None:
    """A call says at which number, also to the second address of two whom one yes of the other is told."""
    kinds = (MailKind.AGREED, MailKind.THANKS, MailKind.IN_TIME, MailKind.EVE)
    facts = [_short(replace(mail_facts(kind, language), **OWN_KINDS[name])) for kind in kinds]
    unknown = [replace(one, number_known=False) for one in facts if one.offer_kind is OfferKind.CALL]
    shown = "\n=====\n".join(mail_shown(one, templates) for one in (*facts, *unknown))
    compare(f"{language}/{name}_settled.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_that_a_server_carries(language: str, templates: Templates) -> None:
    """What a client reads in the calendar where no mail of ours goes with it: asked, and once they have said yes."""
    compare(f"{language}/appointment.txt", _entries(mail_facts(MailKind.INVITATION, language), templates))


@pytest.mark.parametrize("language", LANGUAGES)
def test_something_stands_where_somebody_was_asked_to(language: str, templates: Templates) -> None:
    """The letter says until when it can be put right, or that it is too near for that."""
    texts = (part(opened(worded(write(one), templates)), "text/plain") for one in overbooked(language))
    compare(f"{language}/letter_overbooked.txt", "\n=====\n".join(texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_make_up_without_the_room_that_it_was_to_have(language: str, templates: Templates) -> None:
    """The entry while it is held; what the client reads; the letters."""
    facts = replace(show_facts(OfferState.HELD, language), room=Room.LACKING)
    (held,) = word([show(facts)], templates, *_HOUSE).actions
    assert isinstance(held, PutEvent)
    asked = replace(mail_facts(MailKind.INVITATION, language), link="", location="", sends_link=True)
    letters = (part(opened(worded(write(one), templates)), "text/plain") for one in no_room(language))
    shown = (f"{held.draft.description}\n", _entries(asked, templates), *letters)
    compare(f"{language}/no_room.txt", "\n=====\n".join(shown))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_yes_to_a_time_that_is_gone_while_another_is_open(language: str, templates: Templates) -> None:
    """It asks for an answer to that one, and promises no further word."""
    facts = replace(mail_facts(MailKind.TOO_LATE, language), outlook=Outlook.OFFERED)
    compare(f"{language}/too_late_offered.txt", part(opened(worded(tell(facts), templates)), "text/plain"))
    there = replace(facts, outlook=Outlook.NOTHING, back=at(24, 9).start)
    for reads, sent in (("", facts.sent_at), ("Sam Lee", at(21, 9).start)):
        late = replace(there, reads=reads, sent_at=sent)
        name = f"{language}/too_late_away{'_over' if reads else ''}.txt"
        compare(name, part(opened(worded(tell(late), templates)), "text/plain"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("before", [Before.AT_ODDS, Before.OTHER])
def test_a_yes_of_two_addresses(before: Before, language: str, templates: Templates) -> None:
    """Both said it in the end; or one alone, and this is for the other."""
    message = opened(worded(tell(replace(mail_facts(MailKind.IN_TIME, language), before=before)), templates))
    shown = f"Subject: {message['Subject'].strip()}\n\n{part(message, 'text/plain')}"
    compare(f"{language}/in_time_{before.value}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("before", "named"), [(Before.SILENT, "silence"), (Before.ANSWERED, "answers")])
def test_closing_after_silence(before: Before, named: str, language: str, templates: Templates) -> None:
    """The time went by, be it that they said no to another one, or maybe: before their session, and after it."""
    facts = replace(_short(mail_facts(MailKind.CLOSING, language)), slot=None, before=before)
    late = replace(facts, sent_at=facts.original.end + timedelta(days=9))
    compare(
        f"{language}/closing_after_{named}.txt",
        "\n=====\n".join(mail_shown(one, templates) for one in (facts, late)),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_settled(language: str, templates: Templates) -> None:
    """On the eve of a time that they proposed, of one that was answered by nobody knows whom, of one to which their yes
    met another word of the therapist's.
    """
    facts = _short(mail_facts(MailKind.UNSURE, language))
    some = (replace(facts, before=before) for before in (Before.PROPOSED, Before.DOUBTFUL, Before.MET))
    compare(f"{language}/unsure_on_the_eve.txt", "\n=====\n".join(mail_shown(one, templates) for one in some))


@pytest.mark.parametrize("language", LANGUAGES)
def test_eve_of_what_they_wrote_about(language: str, templates: Templates) -> None:
    """An hour that the therapist has put down, and about which words of theirs came since."""
    facts = replace(mail_facts(MailKind.EVE, language), outlook=Outlook.AGREED, before=Before.WORDS)
    compare(f"{language}/eve_after_words.txt", mail_shown(_short(facts), templates))


@pytest.mark.parametrize("language", LANGUAGES)
def test_back_on_another_day(language: str, templates: Templates) -> None:
    """Another day than the mail said that answered their words."""
    facts = replace(mail_facts(MailKind.RECEIVED, language), changed_since=True)
    compare(f"{language}/received_other_day.txt", mail_shown(facts, templates))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("before", [Before.DECLINED, Before.MACHINE, Before.PROPOSED, Before.TOLD])
def test_later_invitations(before: Before, language: str, templates: Templates) -> None:
    """An invitation after something else was said: to another time, to a colleague, to extra time, afterwards."""
    first = _short(replace(mail_facts(MailKind.INVITATION, language), before=before))
    late = replace(first, sent_at=first.original.end + timedelta(days=1))
    facts = (first, *(replace(first, **OWN_KINDS[name]) for name in sorted(OWN_KINDS)), late)
    texts = (part(opened(worded(tell(one), templates)), "text/plain") for one in facts)
    compare(f"{language}/invitation_{before.value}.txt", "\n=====\n".join(texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invitation_beside_sessions_without_a_time(language: str, templates: Templates) -> None:
    """What it says of one more session, and of two, with a colleague there meanwhile."""
    invitation = _short(mail_facts(MailKind.INVITATION, language))
    shown = [
        part(
            opened(
                worded(tell(replace(invitation, outlook=outlook, others=others, stand_in=name)), templates)
            ),
            "text/plain",
        )
        for outlook in PROMISES
        for others, name in (((at(13, 10),), ""), ((at(13, 10), at(16, 15)), "Sam Lee"))
    ]
    moved = (Instead(at(23, 8), at(13, 10)), Instead(at(30, 15), at(9, 15)))
    beside = replace(invitation, others=(at(13, 10),), moved=moved)
    shown.append(part(opened(worded(tell(beside), templates)), "text/plain"))
    compare(f"{language}/invitation_others.txt", "\n=====\n".join(shown))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [MailKind.NOTICE, MailKind.CLOSING])
def test_a_call_for_the_asking(kind: MailKind, language: str, templates: Templates) -> None:
    """Where there is no other time and calls are allowed."""
    facts = replace(mail_facts(kind, language), may_call=True)
    compare(
        f"{language}/{kind.value}_may_call.txt", part(opened(worded(tell(facts), templates)), "text/plain")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_closing_after_a_no(language: str, templates: Templates) -> None:
    """Who said no is thanked, whether or not a time may still become free."""
    no = replace(_short(mail_facts(MailKind.CLOSING, language)), uid="", slot=None)
    facts = (replace(no, outlook=outlook) for outlook in (Outlook.NOTHING, Outlook.PERHAPS))
    compare(
        f"{language}/closing_after_a_no.txt", "\n=====\n".join(mail_shown(one, templates) for one in facts)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(OUTLOOKS))
def test_outlooks(kind: MailKind, language: str, templates: Templates) -> None:
    """What each message says of what holds now, with a colleague there meanwhile where it names one."""
    facts = (
        _short(replace(mail_facts(kind, language), outlook=outlook, agreed=at(21, 9)))
        for outlook in OUTLOOKS[kind]
    )
    covered = (replace(one, with_therapist="" if one.slot else "Sam Lee") for one in facts)
    texts = (f"[{one.outlook}]\n{mail_shown(one, templates)}" for one in covered)
    compare(f"{language}/{kind.value}_outlooks.txt", "\n=====\n".join(texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_changed_again(language: str, templates: Templates) -> None:
    """Somebody who was told last that it takes place after all reads that plans have changed once more."""
    kinds = (MailKind.INVITATION, MailKind.NOTICE)
    facts = (replace(_short(mail_facts(kind, language)), changed_again=True) for kind in kinds)
    compare(f"{language}/changed_again.txt", "\n=====\n".join(mail_shown(one, templates) for one in facts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_together_with_others(language: str, templates: Templates) -> None:
    """It does not take place; leave that takes two; it does after all; today's does not."""
    off = replace(_short(mail_facts(MailKind.AWAY, language)), together=(at(7, 18),), next_session=at(14, 18))
    two = replace(off, together=(at(7, 18), at(14, 18)), next_session=None, changed_since=True)
    after_all = replace(off, outlook=Outlook.STANDS)
    elsewhere = replace(
        after_all, together=(), instead=(Instead(at(7, 18), at(13, 17)),), still_off=(at(8, 18),)
    )
    today = replace(off, sent_at=at(7, 18).start - timedelta(hours=9))
    gone = replace(
        off, outlook=Outlook.GONE, together=(), off_again=(at(13, 17).start,), still_off=(at(7, 18),)
    )
    gone_today = replace(gone, sent_at=at(13, 8).start, still_off=())
    compare(
        f"{language}/together.txt",
        "\n=====\n".join(
            mail_shown(one, templates) for one in (off, two, after_all, elsewhere, today, gone, gone_today)
        ),
    )


def _short(facts: MailFacts) -> MailFacts:
    """The same without what every mail ends with."""
    house = replace(facts.house, crisis_contact="", resources_url="")
    return replace(facts, house=house, next_session=None, afterwards=None)


def _entries(facts: MailFacts, templates: Templates) -> str:
    """The same entry before and after the yes."""
    values = mail_values(facts) | {"cancelled": False, "alone": True}
    asked, agreed = (
        templates.write(facts.language, "appointment", values | {"confirmed": confirmed})
        for confirmed in (False, True)
    )
    return f"{asked.heading}\n\n{asked.text}\n\n--- confirmed\n\n{agreed.text}\n"


SEVERAL: dict[MailKind, Outlook] = {
    MailKind.NOTICE: Outlook.OFFERED,
    MailKind.URGENT_NOTICE: Outlook.ANOTHER,
    MailKind.TAKEN_BACK: Outlook.STANDS,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_in_one(language: str, templates: Templates) -> None:
    """What one mail says of two, and of three, read as it was approved; a notice beside invitations."""
    shown = [
        mail_shown(
            replace(mail_facts(kind, language), outlook=outlook, uid="", slot=None, others=others), templates
        )
        for kind, outlook in SEVERAL.items()
        for others in ((at(13, 10),), (at(13, 10), at(16, 15)))
    ]
    compare(f"{language}/several.txt", "\n=====\n".join(shown))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_discreet_entry_says_less(language: str, templates: Templates) -> None:
    """Neither the days of the leave nor what comes after it."""
    facts = replace(mail_facts(MailKind.INVITATION, language), discreet=True)
    compare(f"{language}/appointment_discreet.txt", _entries(facts, templates))


def mail_shown(facts: MailFacts, templates: Templates) -> str:
    """A mail as it is read: subject, text, and what its calendar part shows."""
    message = opened(worded(tell(facts), templates))
    shown = f"Subject: {message['Subject'].strip()}\n\n{part(message, 'text/plain')}"
    found = event(message)
    if found is not None:
        method, entry = found
        lines = [
            f"{name}: {entry.get(name, '')}" for name in ("SUMMARY", "STATUS", "LOCATION", "DESCRIPTION")
        ]
        shown += "\n".join(("", f"--- {method}", *lines, ""))
    return shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_html(language: str, templates: Templates) -> None:
    """The HTML part is one plain page, without anything that is fetched from elsewhere."""
    page = part(opened(worded(tell(mail_facts(MailKind.INVITATION, language)), templates)), "text/html")
    assert "src=" not in page
    compare(f"{language}/invitation.html", page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_letters(kind: LetterKind, language: str, templates: Templates) -> None:
    """Every letter to the therapist reads as it was approved."""
    message = opened(worded(write(letter_facts(kind, language)), templates))
    shown = f"Subject: {message['Subject'].strip()}\n\n{said(message)}"
    compare(f"{language}/letter_{kind.value}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_call_list_of_the_office(language: str, templates: Templates) -> None:
    """It says whose absence it is, and sends nobody to a calendar that is not theirs."""
    message = opened(worded(write(office_list(language)), templates))
    shown = f"Subject: {message['Subject'].strip()}\n\n{said(message)}"
    compare(f"{language}/letter_call_list_office.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_list_of_who_waits_for_more(language: str, templates: Templates) -> None:
    """Nobody reads that somebody knows nothing who was told, and waits for what was promised since."""
    message = opened(worded(write(owed_list(language)), templates))
    shown = f"Subject: {message['Subject'].strip()}\n\n{said(message)}"
    compare(f"{language}/letter_call_list_owed.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "say",
    [
        plan_ready,
        plan_said_anew,
        plan_changed,
        plan_grown,
        call_again,
        call_near,
        calls_again,
        unkept,
        unkept_meanwhile,
        still_at_odds,
        unsaid,
        yes_and_proposal,
        brought_back,
        stuck,
        both_stand,
        unclear_title,
        series_ended,
        first_gone,
        cover_news,
        named_to_colleague,
        named_to_office,
        named_of_leave,
        named_gone,
        named_gone_to_office,
        cover_hour_gone,
        cover_hours_gone,
        cover_hours_stand,
        lost_to_leave,
        late_from,
        days_letter,
        still_waiting,
        whole_day,
        came_back,
        in_crisis_meanwhile,
        read_by_others,
        plan_together,
        plan_of_a_group,
        group_meets,
        group_falls,
        group_gone,
        list_with_group,
        sick_day_of_a_group,
        plan_calling_members,
        yes_counts,
        list_in_the_dark,
    ],
)
def test_further_letters(say: Callable[[str], LetterFacts], language: str, templates: Templates) -> None:
    """The plan without a question, that asks again or has grown; who has to be called again; news of a cover."""
    message = opened(worded(write(say(language)), templates))
    shown = f"Subject: {message['Subject'].strip()}\n\n{said(message)}"
    compare(f"{language}/letter_{say.__name__}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_of_long_leave(language: str, templates: Templates) -> None:
    """All of it, at once or with time left, where the therapist is ill; both lists; what who covers reads."""
    for name, facts in letters_of_long_leave(language):
        message = opened(worded(write(facts), templates))
        shown = f"Subject: {message['Subject'].strip()}\n\n{said(message)}"
        compare(f"{language}/long_leave_{name}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_handover(language: str, templates: Templates) -> None:
    """One page to print, without scripts and without anything from elsewhere."""
    away = Span(at(5, 0, 10).start, at(24, 0, 12).start)
    shown = handover_values(handover(Stage.ALL).clients, dana(), away, SENT, language, BERLIN, names=True)
    page = templates.document(
        language, "handover_page", {"practice": "Maple <Street>", "phone": "", "absences": [shown]}
    )
    assert not re.search(r"<script|src=|href=|url\(|https?:|<Street>", page)
    looks = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL)  # of all pages: config/templates/style.css
    compare(f"{language}/handover_page.html", looks.sub("", page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries(language: str, templates: Templates) -> None:
    """Every state of an offer, an offer to somebody without mail, and the plan, as the calendar shows them."""
    intents = [show(show_facts(state, language)) for state in OfferState]
    intents.append(show(show_facts(OfferState.HELD, language, by_mail=False)))
    intents.extend(show(plan_facts(language, code)) for code in ("bx", ""))
    intents.extend((show(waiting_facts(language)), show(question_facts(language))))
    actions = word(intents, templates, ItipComposer(), INSTANCE, SENDER).actions
    drafts = [action.draft for action in actions if isinstance(action, PutEvent)]
    shown = [f"{draft.title} [{draft.status}]\n\n{draft.description}\n" for draft in drafts]
    compare(f"{language}/entries.txt", "\n--------\n\n".join(shown))
