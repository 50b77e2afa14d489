"""Calendar files and answers as several programs write them, line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from tests.scenario.ics import BERLIN

SHAPES = {  # what different programs add to an event
    "plain": "",
    "apple": "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\nBEGIN:VALARM\r\nX-WR-ALARMUID:A1\r\nACTION:NONE\r\n"
    "TRIGGER;VALUE=DATE-TIME:19760401T005545Z\r\nEND:VALARM\r\n",
    "outlook": "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nPRIORITY:5\r\nCLASS:PUBLIC\r\n",
    "android": "X-MOZ-LASTACK:20250101T000000Z\r\nCOLOR:turquoise\r\nBEGIN:VALARM\r\nTRIGGER:-P0DT0H15M0S\r\n"
    "ACTION:DISPLAY\r\nDESCRIPTION:x\r\nEND:VALARM\r\n",
}
WEEKLY = "RRULE:FREQ=WEEKLY\r\n"


def timed(
    uid: str,
    title: str,
    start: datetime,
    minutes: int = 50,
    *,
    rule: str = "",
    who: str = "",
    organizer: str = "dana@example.org",
    extra: str = "",
) -> str:
    """An event at a wall-clock time in Berlin (`start` is naive nowhere: its zone is dropped in the text)."""
    end = start + timedelta(minutes=minutes)
    people = (
        f"ORGANIZER;CN=Me:mailto:{organizer}\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=C:mailto:{who}\r\n"
        if who
        else ""
    )
    return _calendar(
        f"UID:{uid}\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:{title}\r\n"
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}\r\nDTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}\r\n"
        f"{rule}{people}{extra}",
        BERLIN,
    )


def all_day(uid: str, title: str, first: date, days: int, extra: str = "TRANSP:TRANSPARENT\r\n") -> str:
    """An all-day event as programs write it: free by default."""
    return _calendar(
        f"UID:{uid}\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:{title}\r\nDTSTART;VALUE=DATE:{first:%Y%m%d}\r\n"
        f"DTEND;VALUE=DATE:{first + timedelta(days):%Y%m%d}\r\n{extra}"
    )


def _calendar(event: str, zone: str = "") -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//outsider//EN\r\n{zone}"
        f"BEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def answer(invitation: EmailMessage, sender: str, partstat: str, at: datetime) -> bytes:
    """The mail by which Thunderbird answers the calendar part of an invitation."""
    (part,) = [one for one in invitation.walk() if one.get_content_type() == "text/calendar"]
    asked = dict(
        line.split(":", 1)
        for line in str(part.get_content()).replace("\r\n ", "").splitlines()
        if line.split(":")[0].split(";")[0] in {"UID", "SEQUENCE", "DTSTART", "DTEND", "ORGANIZER"}
    )
    kept = "".join(f"{name}:{value}\r\n" for name, value in asked.items())
    body = (
        "BEGIN:VCALENDAR\r\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\r\nVERSION:2.0\r\n"
        f"METHOD:REPLY\r\nBEGIN:VEVENT\r\n{kept}DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n"
        f"ATTENDEE;PARTSTAT={partstat};ROLE=REQ-PARTICIPANT:mailto:{sender}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, str(invitation["From"])
    mail["Subject"] = "Event Invitation Reply"
    mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{hash((sender, at)) & 0xFFFFFF:x}@example.net>"
    verb = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentatively accepted"}[partstat]
    mail.set_content(f"Alex <{sender}> has {verb} your event invitation.")
    mail.add_alternative(body, subtype="calendar", params={"method": "REPLY"})
    return mail.as_bytes()
