"""Scheduling messages as iCalendar (RFC 5546): REQUEST and CANCEL for one event and one attendee. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText

from connectors.mail.headers import clean, clean_lines, mail_address
from syncd.core.model import EventStatus
from syncd.core.time.spans import Span, aware

PRODID = "-//syncd//syncd//EN"


class Method(StrEnum):
    """What a scheduling message asks of its reader (RFC 5546 §1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Party:
    """The organizer or the attendee: an address, and the name that calendar programs show."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ItipMessage:
    """One event as one client shall see it. `uid` and `sequence` leave exactly as given.

    Its times are written in UTC: a VTIMEZONE is read an hour off by some programs (Outlook takes DTSTART, RRULE and
    offsets only), UTC by none.
    """

    method: Method
    uid: str
    sequence: int
    dtstamp: datetime
    span: Span
    summary: str
    organizer: Party
    attendee: Party
    description: str = ""
    location: str = ""
    url: str = ""
    status: EventStatus = EventStatus.TENTATIVE
    also: Party | None = None  # a second attendee, asked like the first: either may answer


def request(message: ItipMessage) -> bytes:
    """The REQUEST: answer wanted (RFC 5546 §3.2.2). CRLF line ends, UTF-8."""
    if message.method is not Method.REQUEST or message.status is EventStatus.CANCELLED:
        raise ValueError("a REQUEST does not cancel")
    return _calendar(message)


def cancel(message: ItipMessage) -> bytes:
    """The CANCEL: the event does not take place (RFC 5546 §3.2.5). CRLF line ends, UTF-8."""
    if message.method is not Method.CANCEL or message.status is not EventStatus.CANCELLED:
        raise ValueError("a CANCEL has the status CANCELLED")
    return _calendar(message)


def calendar_part(message: ItipMessage) -> bytes:
    """`request` or `cancel`, as the message's method says."""
    return request(message) if message.method is Method.REQUEST else cancel(message)


def _calendar(message: ItipMessage) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", message.method.value)
    calendar.add_component(_event(message))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _event(message: ItipMessage) -> Event:
    event = Event()
    event.add("uid", message.uid)
    event.add("sequence", message.sequence)
    event.add("dtstamp", aware(message.dtstamp))
    event.add("dtstart", aware(message.span.start))
    event.add("dtend", aware(message.span.end))
    event.add("summary", clean(message.summary))
    for name, value in (
        ("description", clean_lines(message.description)),
        ("location", clean(message.location)),
    ):
        if value:
            event.add(name, value)
    if message.url:
        event.add("url", clean(message.url, longest=2000))
    event.add("status", message.status.value)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event.add("organizer", _address(message.organizer), encode=False)
    for attendee in filter(None, (message.attendee, message.also)):
        event.add("attendee", _attendee(message, attendee), encode=False)
    return event


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail_address(party.address)}")
    name = clean(party.name).replace('"', "")
    if name:
        address.params["CN"] = vText(name)
    return address


def _attendee(message: ItipMessage, party: Party) -> vCalAddress:
    attendee = _address(party)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    if message.method is Method.REQUEST:
        attendee.params["RSVP"] = vText("TRUE")
    return attendee
