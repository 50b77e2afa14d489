"""What a mail is before it is bytes: an envelope, texts, an appointment; and the Protocol that builds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from syncd.core.model.actions import Mail
from syncd.core.model.messages.weeks import Weeks
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody who writes or is written to: an address, and the name that programs show."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Illustration:
    """The picture of the weeks that stands at `place` in the HTML part, with its `words` in the reader's language."""

    weeks: Weeks
    words: Mapping[str, str]
    language: str
    place: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML that comes with a mail, by the name of its file."""

    name: str
    html: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every mail has. `date` is the Date header; `sender` the address that answers come to.

    `also` is a second recipient: of the same mail, and asked like the first.
    """

    message_id: str
    date: datetime
    sender: Correspondent
    recipient: Correspondent
    subject: str
    text: str
    html: str = ""
    in_reply_to: str = ""
    language: str = ""
    also: Correspondent | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    illustration: Illustration | None = None
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """The calendar part of a mail: a CONFIRMED REQUEST, or a CANCEL when `cancelled` (RFC 5546 §3.2).

    The organizer has the address of the envelope's sender and the name of the `host`, whom the appointment is
    with; the attendee is the recipient, the DTSTAMP the date.
    """

    uid: str
    sequence: int
    span: Span
    summary: str
    host: str
    description: str = ""
    location: str = ""
    url: str = ""
    cancelled: bool = False


class Compose(Protocol):
    """Builds mails. The same values give the same bytes; Rejected for what no mail can be sent to."""

    def message_id(self, subject: str, sequence: int, kind: str, sender: str, number: int = 0) -> str:
        """The Message-ID that names subject (UID or conflict id), sequence, kind and number, at the sender's domain."""

    def token(self, name: str) -> str:
        """128 bits that stand for a letter that asks, and that nobody else can guess."""

    def plain(self, envelope: Envelope) -> Mail:
        """A mail with a text and an HTML part."""

    def scheduling(self, envelope: Envelope, appointment: Appointment) -> Mail:
        """A mail that calendar programs show with buttons to answer, or take the event away for."""
