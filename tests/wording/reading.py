"""What a mail program shows of one of our mails."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from icalendar import Calendar

from syncd.core.model.actions import SendMail
from syncd.core.model.messages.intents import Intent
from syncd.core.model.messages.letters import Detail
from syncd.wiring.post import ItipComposer
from syncd.wording import Templates, word
from tests.look.opened import read
from tests.wording.samples import INSTANCE, SENDER


def worded(intent: Intent, templates: Templates, detail: Detail = Detail.FULL) -> SendMail:
    """The one mail that the intent becomes."""
    result = word((intent,), templates, ItipComposer(), INSTANCE, SENDER, detail=detail)
    assert result.unsayable == ()
    (action,) = result.actions
    assert isinstance(action, SendMail)
    return action


def opened(action: SendMail) -> EmailMessage:
    """The mail, parsed."""
    message = BytesParser(policy=default).parsebytes(action.mail.content)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """The text of the first part of this content type; "" where there is none."""
    for one in message.walk():
        if one.get_content_type() == kind:
            content: str = one.get_content()
            return content.replace("\r\n", "\n")
    return ""


def said(message: EmailMessage) -> str:
    """All that it says: its text, and that of a page attached to it."""
    return read(message).replace("\r\n", "\n")


def event(message: EmailMessage) -> tuple[str, Any] | None:
    """METHOD and VEVENT of the calendar part, if the mail has one; icalendar types a property as any of thirty."""
    source = part(message, "text/calendar")
    if not source:
        return None
    calendar = Calendar.from_ical(source)
    (found,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), found
