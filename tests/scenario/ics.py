"""iCalendar and iMIP as other programs write them, by hand; nothing here is the product's own code."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A calendar program//EN\r\n"
TAIL = "END:VCALENDAR\r\n"
BERLIN = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
    "BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nDTSTART:19700329T020000\r\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nDTSTART:19701025T030000\r\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def with_zone(text: str) -> str:
    """The text with the rules of Berlin's clocks where it names them, as programs send it (RFC 5545, 3.6.5)."""
    if "TZID=Europe/Berlin" not in text or "BEGIN:VTIMEZONE" in text:
        return text
    return text.replace("BEGIN:VEVENT", f"{BERLIN}BEGIN:VEVENT", 1)


def _event(*lines: str) -> str:
    return HEAD + "\r\n".join(("BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", TAIL))


def all_day(uid: str, title: str, first: date, days: int, *more: str) -> str:
    """An all-day event."""
    until = first + timedelta(days=days)
    return _event(
        f"UID:{uid}",
        f"SUMMARY:{title}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{until:%Y%m%d}",
        *more,
    )


def timed(uid: str, title: str, start: datetime, minutes: int, *more: str) -> str:
    """One event."""
    end = start.astimezone(UTC) + timedelta(minutes=minutes)
    return _event(
        f"UID:{uid}",
        f"SUMMARY:{title}",
        f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTEND:{end:%Y%m%dT%H%M%SZ}",
        *more,
    )


def weekly(uid: str, title: str, start: datetime, minutes: int, *more: str) -> str:
    """A weekly series at a wall-clock time in Berlin, without end."""
    end = start + timedelta(minutes=minutes)
    return _event(
        f"UID:{uid}",
        f"SUMMARY:{title}",
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}",
        "RRULE:FREQ=WEEKLY",
        *more,
    )


def part(message: EmailMessage) -> str:
    """The calendar part, unfolded; "" where there is none."""
    for one in message.walk():
        if one.get_content_type() == "text/calendar":
            payload = one.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode("utf-8").replace("\r\n", "\n").replace("\n ", "")
    return ""


def method(message: EmailMessage) -> str:
    """METHOD of the calendar part; "" where there is none."""
    return value(part(message), "METHOD")


def value(text: str, name: str) -> str:
    """A property's value, of the event where it has it."""
    event = text.partition("BEGIN:VEVENT")[2]
    found = re.search(rf"^{name}(?:;[^:\n]*)?:(.*)$", event, re.MULTILINE) or re.search(
        rf"^{name}(?:;[^:\n]*)?:(.*)$", text, re.MULTILINE
    )
    return found[1].strip() if found else ""


def reply(invitation: str, sender: str, how: str, now: datetime) -> bytes:
    """An iMIP REPLY to an invitation, as a mail program sends it."""
    organizer = value(invitation, "ORGANIZER").lower().removeprefix("mailto:")
    message = EmailMessage()
    message["From"], message["To"] = sender, organizer
    message["Subject"] = f"{how.title()}: {value(invitation, 'SUMMARY')}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{how}.{value(invitation, 'UID')}.{now:%H%M%S%f}@example.net>"
    message.set_content("")
    calendar = HEAD + "\r\n".join(
        (
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            f"UID:{value(invitation, 'UID')}",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            *(line for line in invitation.split("\n") if line.startswith(("DTSTART", "DTEND"))),
            f"SEQUENCE:{value(invitation, 'SEQUENCE') or '0'}",
            f"ORGANIZER:mailto:{organizer}",
            f"ATTENDEE;PARTSTAT={how}:mailto:{sender}",
            "END:VEVENT",
            TAIL,
        )
    )
    message.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()
