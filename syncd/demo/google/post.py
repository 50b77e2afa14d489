"""Google's mails as their readers get them: a calendar part, and no words of the practice's."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from syncd.demo.google.ledger import Mail


def message_of(mail: Mail) -> EmailMessage:
    """One mail; the same mail gives the same bytes."""
    message = EmailMessage()
    message["From"] = "calendar-notification@google.example.org"
    message["To"], message["Subject"], message["Date"] = mail.recipient, mail.title, format_datetime(mail.at)
    message.set_content("")
    message.add_alternative(_calendar(mail), subtype="calendar", params={"method": mail.method})
    message.set_boundary(mail.event)
    return message


def _calendar(mail: Mail) -> str:
    start = datetime.fromisoformat(mail.start).astimezone(UTC)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//The stand-in for Google Calendar//EN",
        f"METHOD:{mail.method}",
        "BEGIN:VEVENT",
        f"UID:{mail.event}",
        f"DTSTAMP:{mail.at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{mail.title}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)
