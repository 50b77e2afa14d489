"""What both kinds of mailbox share: which messages are ours to open, and what they are called. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.message import Message
from hashlib import sha256

from connectors.mail.ids import parse_message_id, seal
from connectors.mail.parts import field
from connectors.mail.replies import Ours, sent_by_us, thread_of
from connectors.mail.senders import returns_mail
from syncd.core.model import Copy
from syncd.ports import Incoming


def identity(headers: Message, content: bytes = b"") -> str:
    """The Message-ID or, for a message without one, a digest of its content; "" where neither is known."""
    named = field(headers, "Message-ID")[:500]
    if not content:
        return named
    if named and named.isprintable():  # it becomes a key of the store
        return named
    return f"sha256:{sha256(content).hexdigest()[:32]}"


def copy_of(headers: Message, ours: Ours, arrived: datetime) -> Copy | None:
    """What a copy of our own mail proves; None for any other message, whoever wrote our name into it."""
    message_id = field(headers, "Message-ID")
    own = parse_message_id(message_id, ours.domains)
    if own is None or not own.number or own.seal != seal(own, ours.key):
        return None
    return Copy(message_id, f"{own.uid}.{own.sequence}.{own.kind}", own.number, arrived)


def ours_by_header(headers: Message, ours: Ours) -> bool | None:
    """True for an answer to a mail of ours, False for a copy of one, None when only its parts can tell."""
    if sent_by_us(headers, ours):
        return False
    return True if thread_of(headers, ours) is not None else None


def may_return_ours(headers: Message) -> bool:
    """True for mail that mail systems write: it may return one of our mails without saying so in its headers."""
    kind = field(headers, "Content-Type").partition(";")[0].strip().lower()
    return kind == "multipart/report" or returns_mail(headers)


def unseen(found: Iterable[Incoming], seen: frozenset[str]) -> list[Incoming]:
    """What has not been taken in yet, by position or Message-ID; the first of those that share a Message-ID."""
    fresh: dict[str, Incoming] = {}
    for incoming in found:
        if incoming.position not in seen and incoming.message_id not in seen:
            fresh.setdefault(incoming.message_id, incoming)
    return list(fresh.values())
