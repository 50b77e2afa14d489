"""What the calendar entry says to the client where a server or Google carries it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Invite
from syncd.core.model.messages.mails import MailKind
from syncd.wording import load_templates
from syncd.wording.scheduling import invite
from tests.wording.samples import UID, mail_facts

LINK = "https://video.example.org/dana"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize(("link", "lines"), [("", []), (LINK, [f"Online: {LINK}"])])
def test_the_link_of_an_online_appointment_stands_in_it(
    language: str, agreed: bool, link: str, lines: list[str]
) -> None:
    """As in our mails: when the client is invited, and still when it is confirmed."""
    facts = replace(mail_facts(MailKind.INVITATION, language), link=link)
    intent = Invite(
        key=EffectKey(UID, "0", "invitation"),
        calendar="work/primary",
        facts=facts,
        organizer="dana@example.org",
        client="c1",
        therapist="dana",
        conflict="k1",
        absence="a1",
        offer=UID,
        etag="e",
        attend=not agreed,
        confirmed=agreed,
        agreed=agreed,
    )
    said = invite(intent, load_templates(), "i1").draft.description
    assert [one for one in said.splitlines() if "Online" in one or LINK in one] == lines
