"""Delivery reports (RFC 3464), receipts (RFC 8098), and what mail systems write without a standard. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from connectors.mail.parts import field, headers_of, leaves, text_of

_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})


def is_report(message: Message) -> bool:
    """True for a multipart/report of any kind."""
    return message.get_content_type() == "multipart/report"


def undelivered(message: Message) -> bool:
    """True when a report says that a recipient did not get the mail: Action failed (RFC 3464 §2.3.3).

    A delay, a relay or a receipt is no bounce. A report without an action is one, unless it is a receipt.
    """
    actions = [action.partition(";")[0].strip().lower() for action in _actions(message)]
    if actions:
        return "failed" in actions
    kind = str(message.get_param("report-type") or "").lower()
    return kind not in {"disposition-notification", "feedback-report"}


def _actions(message: Message) -> Iterator[str]:
    for part in leaves(message):
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            payload = part.get_payload()
            blocks = payload if isinstance(payload, list) else [headers_of(text_of(part).encode())]
            yield from (
                field(block, "Action") for block in blocks if isinstance(block, Message) and block["Action"]
            )


def returned(message: Message) -> Iterator[str]:
    """Texts in which the Message-ID of the returned mail stands, the most telling first."""
    for part in leaves(message):
        if part.get_content_type() in _RETURNED:
            yield field(_inner(part), "Message-ID")
        elif part.get_content_type() == "message/disposition-notification":
            yield field(_inner(part), "Original-Message-ID")
    for part in leaves(message):
        if part.get_content_maintype() == "text" and part.get_content_type() not in _RETURNED:
            yield text_of(part)


def _inner(part: Message) -> Message:
    """The headers that a message/* or text/rfc822-headers part holds."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else headers_of(text_of(part).encode())
