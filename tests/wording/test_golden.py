"""What leaves the house, word by word. UPDATE_GOLDEN=1 writes the files anew: read the difference aloud."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncd.core.actions import PutEvent
from syncd.core.invitation import LetterFacts, LetterKind, MailFacts, MailKind
from syncd.core.model import OfferKind, OfferState
from syncd.wiring.post import ItipComposer
from syncd.wording import Templates, word
from syncd.wording.mails import mail_values
from tests.wording.reading import event, opened, part, worded
from tests.wording.samples import (
    INSTANCE,
    LANGUAGES,
    SENDER,
    at,
    letter_facts,
    mail_facts,
    plan_changed,
    plan_facts,
    plan_ready,
    show,
    show_facts,
    tell,
    write,
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
    "extension": {"offer_kind": OfferKind.EXTEND, "slot": at(23, 16, minutes=30), "beside": "after"},
}
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
    compare(f"{language}/{kind.value}.txt", _shown(mail_facts(kind, language), templates))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["cover", "extension"])
def test_offers_of_their_own_kind(name: str, language: str, templates: Templates) -> None:
    """A colleague's time, and extra time, read as they were approved, by mail and as an entry alone."""
    kinds = (MailKind.INVITATION, MailKind.REMINDER)
    facts = [replace(mail_facts(kind, language), **OWN_KINDS[name]) for kind in kinds]
    values = mail_values(facts[0]) | {"cancelled": False, "alone": True}
    entry = templates.write(language, "appointment", values)
    mails = (_shown(one, templates) for one in facts)
    compare(f"{language}/{name}.txt", "\n=====\n".join((*mails, f"{entry.heading}\n\n{entry.text}\n")))


def _shown(facts: MailFacts, templates: Templates) -> str:
    message = opened(worded(tell(facts), templates))
    shown = f"Subject: {message['Subject']}\n\n{part(message, 'text/plain')}"
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
    shown = f"Subject: {message['Subject']}\n\n{part(message, 'text/plain')}"
    compare(f"{language}/letter_{kind.value}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("say", [plan_ready, plan_changed])
def test_plan_letters(say: Callable[[str], LetterFacts], language: str, templates: Templates) -> None:
    """The plan without a question, and the plan that asks again."""
    message = opened(worded(write(say(language)), templates))
    shown = f"Subject: {message['Subject']}\n\n{part(message, 'text/plain')}"
    compare(f"{language}/letter_{say.__name__}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries(language: str, templates: Templates) -> None:
    """Every state of an offer, an offer to somebody without mail, and the plan, as the calendar shows them."""
    intents = [show(show_facts(state, language)) for state in OfferState]
    intents.append(show(show_facts(OfferState.HELD, language, by_mail=False)))
    intents.extend(show(plan_facts(language, code)) for code in ("bx", ""))
    actions = word(intents, templates, ItipComposer(), INSTANCE, SENDER).actions
    drafts = [action.draft for action in actions if isinstance(action, PutEvent)]
    shown = [f"{draft.title} [{draft.status}]\n\n{draft.description}\n" for draft in drafts]
    compare(f"{language}/entries.txt", "\n--------\n\n".join(shown))
