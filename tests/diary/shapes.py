"""Answers in every shape that mail programs give them (iTIP RFC 5546, iMIP RFC 6047), written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tests.scenario import ics


@dataclass(frozen=True, slots=True)
class Shape:
    """How an answer is put into a mail."""

    method: str = "REPLY"  # in the calendar part, and as its MIME parameter; "" leaves both out
    place: str = "alternative"  # alternative | attachment | alone | twice
    encoding: str = "quoted-printable"
    organizer: bool = True
    mailto: str = "mailto:"
    words: str = ""  # in the text beside it
    comment: str = ""  # COMMENT, or X-RESPONSE-COMMENT
    host: bool = False  # the organizer is listed too, as accepted
    headers: tuple[tuple[str, str], ...] = ()


SHAPES = {
    "without METHOD": Shape(method=""),
    "with METHOD in lower case": Shape(method="reply"),
    "as an attachment only": Shape(place="attachment"),
    "in base64": Shape(encoding="base64"),
    "in two calendar parts": Shape(place="twice"),
    "without ORGANIZER": Shape(organizer=False),
    "with MAILTO in capitals": Shape(mailto="MAILTO:"),
    "as a calendar part alone": Shape(place="alone", encoding="base64"),
    "listing the organizer as accepted": Shape(host=True),
    "by an auto-responder": Shape(headers=(("Auto-Submitted", "auto-replied"),)),
}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: `request` is the invitation's calendar part, `attendee` is ATTENDEE with its parameters."""

    request: str
    sender: str
    now: datetime
    how: str
    number: int
    params: str = ""
    proposed: datetime | None = None


def mail(said: Said, shape: Shape) -> EmailMessage:
    """The mail in which this answer comes."""
    message = EmailMessage()
    message["From"], message["To"] = said.sender, _organizer(said.request)
    message["Subject"] = f"{said.how.title()}: {ics.value(said.request, 'SUMMARY')}"
    message["Date"] = format_datetime(said.now)
    message["Message-ID"] = f"<answer.{said.number}.{said.now:%Y%m%d%H%M}@example.net>"
    for name, value in shape.headers:
        message[name] = value
    text = calendar(said, shape)
    params = {"method": shape.method} if shape.method else {}
    if shape.place == "alone":
        message.set_content(text, subtype="calendar", params=params, cte=shape.encoding)
        return message
    message.set_content(shape.words)
    if shape.place in {"alternative", "twice"}:
        message.add_alternative(text, subtype="calendar", params=params, cte=shape.encoding)
    if shape.place in {"attachment", "twice"}:
        message.add_attachment(text.encode(), "application", "ics", filename="reply.ics")
    return message


def calendar(said: Said, shape: Shape) -> str:
    """The calendar part."""
    counter = said.proposed is not None
    method = "COUNTER" if counter else shape.method
    lines = (
        *([f"METHOD:{method}"] if method else []),
        "BEGIN:VEVENT",
        f"UID:{ics.value(said.request, 'UID')}",
        f"DTSTAMP:{said.now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *_times(said),
        f"SEQUENCE:{ics.value(said.request, 'SEQUENCE') or '0'}",
        *([f"ORGANIZER:{shape.mailto}{_organizer(said.request)}"] if shape.organizer else []),
        *([f"COMMENT:{shape.comment}"] if shape.comment else []),
        *([f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{_organizer(said.request)}"] if shape.host else []),
        f"ATTENDEE;PARTSTAT={said.how}{said.params}:{shape.mailto}{said.sender}",
        "END:VEVENT",
        ics.TAIL,
    )
    return ics.HEAD + "\r\n".join(lines)


def _times(said: Said) -> list[str]:
    if said.proposed is None:
        return [line for line in said.request.split("\n") if line.startswith(("DTSTART", "DTEND"))]
    start = said.proposed.astimezone(UTC)
    return [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + timedelta(minutes=50):%Y%m%dT%H%M%SZ}"]


def _organizer(request: str) -> str:
    return ics.value(request, "ORGANIZER").lower().removeprefix("mailto:")


def bounce(returned: EmailMessage, now: datetime, number: int, lost: str = "") -> EmailMessage:
    """A delivery report for a mail that could not be delivered (RFC 3464), be it to one of several alone."""
    message = EmailMessage()
    message["From"], message["To"] = "MAILER-DAEMON@mx.example.net", str(returned["From"])
    message["Subject"], message["Date"] = "Undelivered Mail Returned to Sender", format_datetime(now)
    message["Message-ID"] = f"<bounce.{number}@mx.example.net>"
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("The mail could not be delivered.")
    message.make_mixed()
    for subtype, text in (
        (
            "delivery-status",
            f"Final-Recipient: rfc822; {lost or returned['To']}\nAction: failed\nStatus: 5.1.1\n",
        ),
        ("rfc822", f"Message-ID: {returned['Message-ID']}\n\n"),
    ):
        part = EmailMessage()
        part["Content-Type"] = f"message/{subtype}"
        part.set_payload([message_from_string(text, policy=SMTP)])
        message.attach(part)
    message.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    return message
