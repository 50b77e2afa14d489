"""The answer that a client's mail program would send, made for the round trip; shares nothing with what reads it."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from icalendar import Calendar, Event, vCalAddress, vText

from syncd.core.model.actions import Mail
from syncd.wiring.checking import SUBJECT, TEXT


def accepted(address: str, uid: str, message_id: str, now: datetime) -> Mail:
    """An iMIP REPLY (RFC 6047) from `address` to itself that accepts SEQUENCE 0 of the event `uid`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = address
    message["To"] = address
    message["Subject"] = f"Accepted: {SUBJECT}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message.set_content(TEXT)
    message.add_alternative(
        _reply(address, uid, now).decode("utf-8"),
        subtype="calendar",
        charset="utf-8",
        params={"method": "REPLY"},
    )
    return Mail(message_id, address, address, message.as_bytes())


def _reply(address: str, uid: str, now: datetime) -> bytes:
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", now.replace(microsecond=0))
    event.add("sequence", 0)
    event.add("summary", SUBJECT)
    event.add("organizer", vCalAddress(f"mailto:{address}"), encode=False)
    event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//syncd//doctor//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REPLY")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
