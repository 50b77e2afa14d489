"""Mails as RFC 5322 bytes, shaped as mail programs expect invitations to be (RFC 6047). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import sha256

from connectors.mail.drawings import Drawing, keep_place
from connectors.mail.headers import clean, field_name, mail_address, mailbox
from connectors.mail.itip import ItipMessage, Party, calendar_part
from syncd.core.model.actions import Mail
from syncd.core.model.errors import Rejected
from syncd.core.time.spans import aware

_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
FILENAME = "invite.ics"
_FOLD = "\r\n "


class _Unbroken(EmailPolicy):
    """The policy of mail on the wire, but no field is folded before its first word, and every blank arrives.

    The library does the former where a value fits a line of its own; some programs then show an empty subject. It loses
    blanks between words beyond ASCII, or splits such words, where it folds: those texts are encoded as a whole
    (RFC 2047 §5, §6.2).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """One field with its line ends."""
        if not value.isascii():
            return _encoded(name, value)
        folded = bytes(super().fold_binary(name, value))
        return folded.replace(b":\r\n ", b": ", 1) if folded.startswith(name.encode() + b":\r\n ") else folded


def _encoded(name: str, value: str) -> bytes:
    """A subject, or mailboxes with their names, in encoded words; the addresses of the latter are ASCII."""
    boxes: tuple[Address, ...] = getattr(value, "addresses", ())
    written = f",{_FOLD}".join(_box(name, one) for one in boxes) or _words(name, value)
    return f"{name}: {written}\r\n".encode("ascii")


def _box(name: str, box: Address) -> str:
    return f"{_words(name, box.display_name)}{_FOLD}<{box.addr_spec}>" if box.display_name else box.addr_spec


def _words(name: str, text: str) -> str:
    """Encoded words of at most 75 characters, lines of at most 76."""
    return Header(str(text), "utf-8", maxlinelen=76, header_name=name).encode(linesep="\r\n")


_WIRE = _Unbroken(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail has: from whom, to whom, about what, when; texts in one language.

    `date` is the Date header; `sender` the address that answers come to, `also` a second recipient; `page` the name and
    the HTML of one that is attached.
    """

    message_id: str
    date: datetime
    sender: Party
    recipient: Party
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    language: str = ""
    also: Party | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    page: tuple[str, str] | None = None


def plain_mail(letterhead: Letterhead, drawing: Drawing | None = None) -> Mail:
    """A mail without a calendar part: text, and HTML where given, which may show a drawing. The same input gives the
    same bytes.
    """
    message = _message(letterhead)
    _add_texts(message, letterhead)
    shown = message.get_body(("html",))
    drawn = drawing.deflated if drawing is not None and isinstance(shown, EmailMessage) else b""
    if drawing is not None and isinstance(shown, EmailMessage):
        keep_place(shown, drawing)
    if letterhead.page is not None:
        name, html = letterhead.page
        message.add_attachment(html, subtype="html", cte="quoted-printable", filename=name)
    return replace(_sealed(message, letterhead), drawing=drawn)


def itip_mail(letterhead: Letterhead, invitation: ItipMessage) -> Mail:
    """A mail with a REQUEST or CANCEL. The same input gives the same bytes.

    multipart/mixed of multipart/alternative (text, HTML, text/calendar; method=…) and an application/ics
    attachment.
    """
    message = _message(letterhead)
    _add_texts(message, letterhead)
    calendar = calendar_part(invitation)
    message.add_alternative(
        calendar.decode("utf-8"),
        subtype="calendar",
        charset="utf-8",
        cte="base64",
        params={"method": invitation.method.value},
    )
    message.add_attachment(
        calendar, maintype="application", subtype="ics", filename=FILENAME, params={"name": FILENAME}
    )
    return _sealed(message, letterhead)


def _message(letterhead: Letterhead) -> EmailMessage:
    message = EmailMessage(policy=_WIRE)
    message["From"] = mailbox(letterhead.sender.name, letterhead.sender.address)
    people = filter(None, (letterhead.recipient, letterhead.also))
    message["To"] = [mailbox(one.name, one.address) for one in people]
    if letterhead.reply_to:
        message["Reply-To"] = Address(addr_spec=mail_address(letterhead.reply_to))
    message["Subject"] = clean(letterhead.subject)
    message["Date"] = format_datetime(aware(letterhead.date))
    message["Message-ID"] = _id(letterhead.message_id)
    if letterhead.in_reply_to:
        message["In-Reply-To"] = _id(letterhead.in_reply_to)
        message["References"] = _id(letterhead.in_reply_to)
    for name, value in letterhead.headers.items():
        message[field_name(name)] = clean(value, longest=900)
    return message


def _id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise Rejected("not a Message-ID")
    return value


def _add_texts(message: EmailMessage, letterhead: Letterhead) -> None:
    message.set_content(letterhead.text, cte="quoted-printable")
    if letterhead.html:
        message.add_alternative(letterhead.html, subtype="html", cte="quoted-printable")


def _sealed(message: EmailMessage, letterhead: Letterhead) -> Mail:
    """Fix the boundaries, which the library would draw at random, and serialise."""
    if _LANGUAGE.fullmatch(letterhead.language):
        message["Content-Language"] = letterhead.language
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            digest = sha256(f"{letterhead.message_id}/{number}".encode()).hexdigest()[:32]
            part.set_boundary(f"=_{digest}")
        if part is not message:
            del part["MIME-Version"]  # belongs to the whole message (RFC 2045 §4)
    return Mail(
        message_id=letterhead.message_id,
        sender=mail_address(letterhead.sender.address),
        recipient=mail_address(letterhead.recipient.address),
        content=message.as_bytes(),
        also=mail_address(letterhead.also.address) if letterhead.also else "",
    )
