"""Google's mails as their readers get them: what the event says, in plain text and as a calendar part."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from syncd.standin.google.ledger import Mail

# Per METHOD and whether its reader was invited before: how the subject and the text begin.
_OPENINGS = {
    ("REQUEST", True): ("Invitation", "You are invited to this event."),
    ("REQUEST", False): ("Updated invitation", "This event has been changed."),
    ("CANCEL", False): ("Canceled event", "This event has been canceled and is no longer in your calendar."),
    ("REPLY", False): ("Answer", "A guest has answered."),
}


def message_of(mail: Mail) -> EmailMessage:
    """One mail; the same mail gives the same bytes."""
    heading, opening = _OPENINGS[mail.method, mail.fresh]
    message = EmailMessage()
    message["From"] = "calendar-notification@google.example.org"
    message["To"], message["Date"] = mail.recipient, format_datetime(mail.at)
    message["Subject"] = f"{heading}: {mail.title} @ {_when(mail)}"
    message.set_content(_text(mail, opening), cte="quoted-printable")
    message.add_alternative(
        _calendar(mail), subtype="calendar", cte="quoted-printable", params={"method": mail.method}
    )
    message.set_boundary(mail.event)
    return message


def _text(mail: Mail, opening: str) -> str:
    lines = [opening, "", mail.title, f"When: {_when(mail)}"]
    lines += [f"Where: {mail.location}"] if mail.location else []
    lines += [f"Join with Google Meet: {mail.room}"] if mail.room and mail.method != "CANCEL" else []
    lines += ["", mail.description] if mail.description else []
    return "\n".join(lines) + "\n"


def _when(mail: Mail) -> str:
    """`Thu 9 Jul 2026 15:00 - 15:50 (CEST)`, in the organizer's zone."""
    start, end = _point(mail.start), _point(mail.end or mail.start)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return _day(start)
    zone = ZoneInfo(mail.zone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{_day(last)} {last:%H:%M}"
    return f"{_day(first)} {first:%H:%M} - {until} ({first:%Z})"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _point(text: str) -> date:
    """A start or end as the API writes it: an instant, or a date."""
    return datetime.fromisoformat(text).astimezone(UTC) if "T" in text else date.fromisoformat(text)


def _calendar(mail: Mail) -> str:
    event = Event()
    event.add("uid", mail.event)
    event.add("dtstamp", mail.at.astimezone(UTC))
    event.add("dtstart", _point(mail.start))
    event.add("dtend", _point(mail.end or mail.start))
    event.add("sequence", mail.sequence)
    event.add("summary", mail.title)
    gone = "CANCELLED" if mail.method == "CANCEL" else ""
    for name, value in (("description", mail.description), ("location", mail.location), ("status", gone)):
        if value:
            event.add(name, value)
    if mail.room:
        event.add("x-google-conference", mail.room)
    whole = Calendar()
    whole.add("prodid", "-//The stand-in for Google Calendar//EN")
    whole.add("version", "2.0")
    whole.add("method", mail.method)
    whole.add_component(event)
    return str(whole.to_ical(), "utf-8")
