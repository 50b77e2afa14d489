"""Delivery reports (RFC 3464), receipts (RFC 8098), and what mail systems write without a standard. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from connectors.mail.parts import field, headers_of, leaves, text_of

_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})
_LATER = re.compile(
    r"\b(will|to) (be retried|retry|keep trying|continue to try|try again)|\bstill (being retried|trying|in the queue)"
    r"|\battempts will continue|\bthis is a warning( message)? only|\bdo not need to resend|\bnot yet been delivered"
    r"|\bdelivery .{0,30}\bdelayed|weiter(hin)? versucht|zustellung .{0,40}verzögert",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"automatic-action\s*/.*;\s*(deleted|denied|failed)", re.IGNORECASE)
_GIVEN_UP = re.compile(
    r"\b(giving up|gave up|given up|not going to try|permanent\w*|fatal errors?|5\.\d\.\d|55\d)\b",
    re.IGNORECASE,
)


def is_report(message: Message) -> bool:
    """True for a multipart/report of any kind."""
    return message.get_content_type() == "multipart/report"


def undelivered(message: Message) -> bool:
    """True when a report says that a recipient did not get the mail: Action failed (RFC 3464 §2.3.3).

    A delay, a relay or a receipt is no bounce; a receipt for what a filter deleted unseen is one (RFC 8098 §3.2.6).
    A report without an action is one, unless it is a receipt.
    """
    actions = [action.partition(";")[0].strip().lower() for action in _actions(message)]
    if actions:
        return any(action.startswith("fail") for action in actions)
    kind = str(message.get_param("report-type") or "").lower()
    if kind == "disposition-notification":
        return any(_UNSEEN.search(said) for said in _dispositions(message))
    return kind != "feedback-report"


def lost_to(message: Message) -> tuple[str, ...]:
    """The addresses, lower case, to which a report says that the mail was not delivered (RFC 3464 §2.3)."""
    found = []
    for block in _blocks(message):
        if field(block, "Action").strip().lower().startswith("fail"):
            told = field(block, "Original-Recipient") or field(block, "Final-Recipient")
            found.append(told.partition(";")[2].rpartition("<")[2].strip("> \t").lower())
    return tuple(dict.fromkeys(found))


def delayed(text: str) -> bool:
    """True when a mail system's own words say that it goes on trying, and not that it has given up."""
    return bool(_LATER.search(text[:20_000])) and not _GIVEN_UP.search(text[:20_000])


def _dispositions(message: Message) -> Iterator[str]:
    for part in leaves(message):
        if part.get_content_type() == "message/disposition-notification":
            yield field(_inner(part), "Disposition")


def _actions(message: Message) -> Iterator[str]:
    yield from (field(block, "Action") for block in _blocks(message) if block["Action"])


def _blocks(message: Message) -> Iterator[Message]:
    """What a report says of the mail, and of each recipient."""
    for part in leaves(message):
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            payload = part.get_payload()
            blocks = payload if isinstance(payload, list) else [headers_of(text_of(part).encode())]
            yield from (block for block in blocks if isinstance(block, Message))


def returned(message: Message) -> Iterator[str]:
    """Texts in which the Message-ID of the returned mail stands, the most telling first."""
    for part in leaves(message):
        if part.get_content_type() in _RETURNED:
            yield f"{field(_inner(part), 'Message-ID')}\n"
        elif part.get_content_type() == "message/disposition-notification":
            yield f"{field(_inner(part), 'Original-Message-ID')}\n"
    for part in leaves(message):
        if part.get_content_maintype() == "text":
            yield text_of(part)


def _inner(part: Message) -> Message:
    """The headers that a message/* or text/rfc822-headers part holds."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else headers_of(text_of(part).encode())
