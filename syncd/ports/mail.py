"""How mail leaves, and where answers come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from syncd.core.model import (
    Copy,
    Reply,
)
from syncd.core.model.actions import Mail


class Mailer(Protocol):
    """The way out for mail."""

    def send(self, mail: Mail, *, partly: bool = False) -> tuple[str, ...]:
        """Hand over one message; the recipients who were refused while another got it.

        Transient and Rejected: it surely was *not* accepted for anybody. Unclear: after DATA. What refuses one of
        several just for now refuses all, unless `partly`.
        """


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message that concerns us: what it says of which offer, and where to mark it as used."""

    position: str  # opaque: UIDVALIDITY/UID, or the Maildir file's unique name
    message_id: str
    replies: tuple[Reply, ...]


class Mailbox(Protocol):
    """The way in for mail. Only messages with our UIDs or in reply to ours are opened."""

    def fetch(self, seen: frozenset[str], since: datetime) -> Iterable[Incoming]:
        """Messages not in `seen` (by position or Message-ID) that arrived after `since`. Raises as connectors do."""

    def mark(self, positions: Iterable[str]) -> None:
        """Put our keyword on messages that were used; nothing else is ever changed. After the commit only."""

    def copies(self) -> Sequence[Copy]:
        """Copies of our own mails that `fetch` has met so far."""

    def holds(self, message_id: str) -> bool:
        """True when a copy of this message lies in the mailbox: evidence that an unclear send went out."""
