"""The demo's clients: they read their mail and answer invitations as calendar programs do.

This code shares nothing with the daemon's own reader of replies.
"""

from __future__ import annotations

import email
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.policy import default as policy
from email.utils import format_datetime, make_msgid
from pathlib import Path

from icalendar import Calendar, Event, vCalAddress

from syncd.demo.servers import maildir

PARTSTAT = {"accept": "ACCEPTED", "decline": "DECLINED"}
SUBJECT = {"accept": "Accepted", "decline": "Declined"}
# What a REPLY repeats of its REQUEST as it stands there (RFC 5546 §3.2.3).
REPEATED = ("UID", "RECURRENCE-ID", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER")


def invitations(root: Path, address: str) -> Iterator[Calendar]:
    """The calendar part of every REQUEST in this address's Maildir, oldest first."""
    box = maildir(root, address)
    for key in sorted(box.keys()):
        yield from _requests(email.message_from_bytes(box.get_bytes(key), policy=policy))


def _requests(message: Message) -> Iterator[Calendar]:
    for part in message.walk():
        if part.get_content_type() == "text/calendar" and part.get_param("method") == "REQUEST":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield Calendar.from_ical(payload)


def uid(invitation: Calendar) -> str:
    """Which event an invitation is about."""
    return str(invitation.events[0]["UID"])


def answer(invitation: Calendar, sender: str, how: str, port: int, now: datetime) -> None:
    """Send the REPLY to the invitation's organizer. `how` is accept or decline."""
    event = invitation.events[0]
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, str(event["ORGANIZER"]).lower().removeprefix("mailto:")
    reply["Subject"] = f"{SUBJECT[how]}: {event.get('SUMMARY', '')}"
    reply["Date"] = format_datetime(now)
    reply["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    reply.set_content(f"{sender} has {SUBJECT[how].lower()} this invitation.\n")
    calendar = _reply(invitation, sender, PARTSTAT[how], now)
    reply.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as connection:
        connection.send_message(reply)


def _reply(invitation: Calendar, sender: str, partstat: str, now: datetime) -> str:
    """One event with the answer, and the time zones that it names."""
    event = Event()
    event.add("dtstamp", now.astimezone(UTC))
    for name in REPEATED:
        if name in invitation.events[0]:
            event[name] = invitation.events[0][name]
    attendee = vCalAddress(f"mailto:{sender}")
    attendee.params["PARTSTAT"] = partstat
    event.add("attendee", attendee, encode=False)
    whole = Calendar()
    for name, value in (("prodid", "-//A mail program//EN"), ("version", "2.0"), ("method", "REPLY")):
        whole.add(name, value)
    for one in (*invitation.timezones, event):
        whole.add_component(one)
    return str(whole.to_ical(), "utf-8")
