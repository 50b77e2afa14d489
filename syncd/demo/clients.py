"""The demo's clients: they read their mail and answer invitations as calendar programs do.

This code shares nothing with the daemon's own reader of replies: it takes the calendar part apart line by line.
"""

from __future__ import annotations

import email
import re
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.policy import default as policy
from email.utils import format_datetime, make_msgid
from pathlib import Path

from syncd.demo.servers import maildir

PARTSTAT = {"accept": "ACCEPTED", "decline": "DECLINED"}
SUBJECT = {"accept": "Accepted", "decline": "Declined"}


def invitations(root: Path, address: str) -> Iterator[str]:
    """The calendar part of every REQUEST in this address's Maildir, oldest first."""
    box = maildir(root, address)
    for key in sorted(box.keys()):
        message = email.message_from_bytes(box.get_bytes(key), policy=policy)
        text = _request(message)
        if text:
            yield text


def _request(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/calendar" and part.get_param("method") == "REQUEST":
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8") if isinstance(payload, bytes) else ""
            return text.replace("\r\n", "\n").replace("\n ", "")
    return ""


def uid(invitation: str) -> str:
    """Which event an invitation is about."""
    return _value(invitation, "UID")


def answer(invitation: str, sender: str, how: str, port: int, now: datetime) -> None:
    """Send the REPLY (RFC 5546 §3.2.3) to the invitation's organizer. `how` is accept or decline."""
    organizer = _value(invitation, "ORGANIZER").lower().removeprefix("mailto:")
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, organizer
    reply["Subject"] = f"{SUBJECT[how]}: {_value(invitation, 'SUMMARY')}"
    reply["Date"] = format_datetime(now)
    reply["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    reply.set_content(f"{sender} has {SUBJECT[how].lower()} this invitation.\n")
    calendar = _reply(invitation, organizer, sender, PARTSTAT[how], now)
    reply.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as connection:
        connection.send_message(reply)


def _reply(invitation: str, organizer: str, sender: str, partstat: str, now: datetime) -> str:
    lines = (
        "BEGIN:VCALENDAR",
        "PRODID:-//A mail program//EN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"UID:{uid(invitation)}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *(line for line in invitation.split("\n") if line.startswith(("DTSTART", "DTEND"))),
        f"SEQUENCE:{_value(invitation, 'SEQUENCE') or '0'}",
        f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{sender}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)


def _value(text: str, name: str) -> str:
    event = text.partition("BEGIN:VEVENT")[2]
    found = re.search(rf"^{name}(?:;[^:\n]*)?:(.*)$", event, re.MULTILINE)
    return found[1].strip() if found else ""
