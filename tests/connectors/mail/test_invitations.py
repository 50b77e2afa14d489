"""What leaves the house: the exact mails, and what a calendar program finds in them.

Golden files change only with SYNCD_UPDATE_GOLDEN=1 in the environment.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from connectors.mail.ids import looks_own, message_id, parse_message_id
from connectors.mail.itip import ItipMessage, Method, Party, cancel, request
from connectors.mail.mime import Letterhead, itip_mail, plain_mail
from syncd.core.model import EventStatus
from syncd.core.model.actions import Mail
from syncd.core.model.errors import Rejected
from syncd.core.time.spans import Span

GOLDEN = Path(__file__).parents[2] / "golden" / "mail"
UID = "6h2m8q0t4v9b1d7f3j6k0n5p2s"
OFFICE = "office@example.org"
SENT = datetime(2026, 6, 1, 9, tzinfo=UTC)
INVITATION = ItipMessage(
    method=Method.REQUEST,
    uid=UID,
    sequence=0,
    dtstamp=SENT,
    span=Span(datetime(2026, 7, 3, 8, tzinfo=UTC), datetime(2026, 7, 3, 8, 50, tzinfo=UTC)),
    summary="Appointment at Maple Street",
    organizer=Party(OFFICE, "Dana Okafor"),
    attendee=Party("ada@example.com", "Ada Holm"),
    description="Instead of Tuesday, 7 July, 10:00.\nPlease accept or decline.",
    location="Maple Street 3; second floor",
)
LETTER = Letterhead(
    message_id=message_id(UID, 0, "request", OFFICE),
    date=SENT,
    sender=Party(OFFICE, "Dana Okafor"),
    recipient=Party("ada@example.com", "Ada Holm"),
    subject="Friday, 3 July, 10:00 instead of Tuesday, 7 July",
    text="Hello Ada,\n\nwould Friday, 3 July, at 10:00 suit you?\n\nDana Okafor\n",
    html="<p>Hello Ada,</p><p>would Friday, 3 July, at 10:00 suit you?</p><p>Dana Okafor</p>\n",
    language="en",
)
WITHDRAWN = replace(
    INVITATION,
    method=Method.CANCEL,
    sequence=1,
    status=EventStatus.CANCELLED,
    attendee=Party("ada@example.com", "Jörg “Ada” Holm"),
    summary="Termin in der Ahornstraße",
    description="",
)
FAREWELL = replace(
    LETTER,
    message_id=message_id(UID, 1, "cancel", OFFICE),
    recipient=Party("ada@example.com", "Jörg “Ada” Holm"),
    subject="Freitag, 3. Juli, 10:00 Uhr findet nicht statt – Dienstag bleibt",
    text="Guten Tag,\n\nder Termin am Freitag entfällt.\n",
    html="<p>Guten Tag,</p><p>der Termin am Freitag entfällt.</p>\n",
    in_reply_to=message_id(UID, 0, "request", OFFICE),
    language="de",
)
NOTICE = replace(
    LETTER,
    message_id=message_id("1f3a5b7c9d0e2f4a", 1, "notice", OFFICE),
    html="",
    reply_to="dana@example.org",
    headers={"Auto-Submitted": "auto-generated"},
)


def golden(name: str, mail: Mail) -> bytes:
    """The golden file, written anew where that is asked for."""
    path = GOLDEN / f"{name}.eml"
    if os.environ.get("SYNCD_UPDATE_GOLDEN") == "1":
        path.write_bytes(mail.content.replace(b"\r\n", b"\n"))
    return path.read_bytes().replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("name", "mail"),
    [
        ("request", itip_mail(LETTER, INVITATION)),
        ("cancel", itip_mail(FAREWELL, WITHDRAWN)),
        ("notice", plain_mail(NOTICE)),
    ],
)
def test_the_mail_is_what_it_was(name: str, mail: Mail) -> None:
    """Not a byte of what clients get changes unnoticed."""
    assert mail.content == golden(name, mail)


def opened(mail: Mail) -> EmailMessage:
    """The mail as a mail program reads it."""
    message = message_from_bytes(mail.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def parts(mail: Mail) -> dict[str, EmailMessage]:
    """The parts of a mail by their type."""
    return {part.get_content_type(): part for part in opened(mail).walk()}


def event_of(content: bytes) -> tuple[Any, Any]:
    """The calendar and its one event."""
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


@pytest.mark.parametrize(
    ("mail", "method"),
    [(itip_mail(LETTER, INVITATION), "REQUEST"), (itip_mail(FAREWELL, WITHDRAWN), "CANCEL")],
)
def test_mail_programs_find_the_shape_they_show_buttons_for(mail: Mail, method: str) -> None:
    """mixed[alternative[plain, html, calendar], ics]; METHOD in MIME and calendar agree; both parts are one."""
    kinds = [part.get_content_type() for part in opened(mail).walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar, attachment = parts(mail)["text/calendar"], parts(mail)["application/ics"]
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": method}
    assert attachment.get_filename() == "invite.ics"
    assert attachment.get_payload(decode=True) == calendar.get_payload(decode=True)
    assert f"\r\nMETHOD:{method}\r\n" in attachment.get_content().decode()


def test_a_request_asks_one_attendee_about_one_event() -> None:
    """The claims of RFC 5546 §3.2.2 that mail programs look at."""
    calendar, event = event_of(request(INVITATION))
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (UID, 0, "TENTATIVE")
    assert (event["CLASS"], event["TRANSP"]) == ("PRIVATE", "OPAQUE")
    assert event["DTSTAMP"].dt == SENT
    assert event["DTSTART"].dt == INVITATION.span.start
    assert event["DTEND"].dt == INVITATION.span.end
    assert event["DTSTART"].to_ical() == b"20260703T080000Z"
    assert calendar.walk("VTIMEZONE") == []
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == (f"mailto:{OFFICE}", "Dana Okafor")
    attendee = event["ATTENDEE"]
    assert attendee == "mailto:ada@example.com"
    assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
    assert attendee.params["ROLE"] == "REQ-PARTICIPANT"
    assert "RRULE" not in event


def test_a_cancel_names_the_event_and_its_attendee() -> None:
    """STATUS, a higher SEQUENCE, the same UID."""
    calendar, event = event_of(cancel(WITHDRAWN))
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (UID, 1, "CANCELLED")
    assert event["ATTENDEE"] == "mailto:ada@example.com"
    assert event["ATTENDEE"].params["CN"] == "Jörg “Ada” Holm"
    assert event["DTSTART"].to_ical() == b"20260703T080000Z"
    assert calendar.walk("VTIMEZONE") == []


def test_request_and_cancel_cannot_be_confused() -> None:
    """A method that contradicts its status is refused."""
    with pytest.raises(ValueError, match="REQUEST"):
        request(WITHDRAWN)
    with pytest.raises(ValueError, match="CANCEL"):
        cancel(replace(WITHDRAWN, status=EventStatus.CONFIRMED))


def naive_reading(content: bytes) -> list[datetime]:
    """Start and end by their characters alone: what every program makes of a time that ends in Z."""
    lines = content.decode().split("\r\n")
    stated = [line.partition(":")[2] for line in lines if line.startswith(("DTSTART", "DTEND"))]
    return [datetime.strptime(one, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for one in stated]


@pytest.mark.parametrize(("month", "day"), [(3, 28), (10, 24), (12, 11)])
def test_no_program_needs_a_zone_to_read_the_time(month: int, day: int) -> None:
    """Across clock changes; what was mailed once, with a VTIMEZONE of single dates, Outlook read an hour off."""
    once = (Path(__file__).parents[2] / "outside" / "cases" / "invite-rdate-vtimezone.ics").read_text()
    assert "TZID" in once
    for hour in range(0, 36, 3):
        start = datetime(2026, month, day, 0, 30, tzinfo=UTC) + timedelta(hours=hour)
        span = Span(start.astimezone(ZoneInfo("Europe/Berlin")), start + timedelta(hours=1))
        for content in (request(replace(INVITATION, span=span)), cancel(replace(WITHDRAWN, span=span))):
            assert naive_reading(content) == [start, start + timedelta(hours=1)]
            assert b"TZID" not in content
            assert b"VTIMEZONE" not in content


@pytest.mark.parametrize("length", range(55, 85))
def test_no_field_is_folded_before_its_first_word(length: int) -> None:
    """Programs that do not unfold would show an empty subject."""
    words = "Our appointment on Monday, 6 July, at 10:00 cannot take place as we had planned it long ago"
    mail = plain_mail(replace(NOTICE, subject=words[:length], sender=Party(OFFICE, words[:length])))
    assert b":\r\n" not in mail.content.partition(b"\r\n\r\n")[0]
    assert opened(mail)["Subject"] == words[:length].rstrip()


@pytest.mark.parametrize(
    "words",
    [
        "Bitte anrufen: 2 von 13 wissen noch nichts (15. März – 21. März 2027)",
        "Ein neuer Termin für unsere Sitzung am Mittwoch, 31. März",
        "Termin „Ruhe“ Praxis März Jörg Lindenhof März noch für Jörg 31. und noch ein Wort",
    ],
)
def test_every_blank_arrives(words: str) -> None:
    """In a subject, in one of two names; decoded as RFC 2047 says, which no later version of the library may change."""
    two = replace(
        NOTICE, subject=words, recipient=Party("a@example.org", words), also=Party("b@example.org", "")
    )
    fields = message_from_bytes(plain_mail(two).content, policy=compat32)
    read = [str(make_header(decode_header(fields[name].replace("\r\n", "")))) for name in ("Subject", "To")]
    assert read == [words, f"{words} <a@example.org>, b@example.org"]
    assert max(map(len, plain_mail(two).content.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


def test_texts_and_headers_survive_the_transport() -> None:
    """Umlauts, quotes and dashes arrive; every line is 7 bit and short enough for any server."""
    mail = itip_mail(FAREWELL, WITHDRAWN)
    message = opened(mail)
    assert message["Subject"] == FAREWELL.subject
    assert message["To"].addresses[0].display_name == "Jörg “Ada” Holm"
    assert message["In-Reply-To"] == message["References"] == FAREWELL.in_reply_to
    assert message["Content-Language"] == "de"
    assert parts(mail)["text/plain"].get_content().replace("\r\n", "\n") == FAREWELL.text
    assert mail.content.isascii()
    assert max(len(line) for line in mail.content.split(b"\r\n")) <= 998
    assert b"\n" not in mail.content.replace(b"\r\n", b"")


def test_the_same_facts_give_the_same_bytes() -> None:
    """Nothing is drawn at random or read off a clock; another message has other boundaries."""
    mail = itip_mail(LETTER, INVITATION)
    assert mail == itip_mail(replace(LETTER), replace(INVITATION))
    other = itip_mail(replace(LETTER, message_id=message_id(UID, 1, "request", OFFICE)), INVITATION)
    assert opened(mail).get_boundary() != opened(other).get_boundary()


def test_a_message_id_reads_back() -> None:
    """UID, sequence and kind are found in what was made of them, at our own domain only."""
    made = message_id(UID, 3, "reminder", "Office@Example.ORG")
    parsed = parse_message_id(made, frozenset({"example.org"}))
    assert parsed is not None
    assert (parsed.uid, parsed.sequence, parsed.kind) == (UID, 3, "reminder")
    assert parse_message_id(made, frozenset({"example.com"})) is None
    assert made == f"<{UID}.3.reminder@example.org>"


@pytest.mark.parametrize(
    ("uid", "kind"), [("a.b", "request"), ("a b", "request"), ("a>", "x"), ("a", "1.x"), ("", "x")]
)
def test_a_message_id_that_would_not_read_back_is_refused(uid: str, kind: str) -> None:
    """A UID with a dot, a space or a bracket is a mistake of the caller's."""
    with pytest.raises(ValueError, match="Message-ID"):
        message_id(uid, 0, kind, OFFICE)


@pytest.mark.parametrize("uid", [UID.upper(), UID[:25], UID + "0", UID[:25] + "z", "", f"{UID}@example.org"])
def test_other_uids_do_not_look_like_ours(uid: str) -> None:
    """128 bits in lower-case base32hex are 26 characters of 0-9 and a-v."""
    assert looks_own(UID)
    assert not looks_own(uid)


@pytest.mark.parametrize(
    "address", ["", "ada", "a@b@c", "ada@", "ada@-x.org", "a da@example.org", "<ada@example.org>"]
)
def test_nothing_is_built_for_an_address_that_is_none(address: str) -> None:
    """The error says so without quoting the address."""
    with pytest.raises(Rejected) as caught:
        itip_mail(replace(LETTER, recipient=Party(address)), INVITATION)
    assert not address or address not in str(caught.value)
