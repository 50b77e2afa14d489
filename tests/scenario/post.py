"""A post office in memory: both mail ports, with switches for what goes wrong. Replies are read by the real reader."""

from __future__ import annotations

import email
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY

from connectors.mail.replies import Ours, read_replies
from syncd.core.model import Copy
from syncd.core.model.actions import Mail
from syncd.core.model.errors import ConnectorError, Transient
from syncd.ports import Clock, Incoming

_OWN = re.compile(r"<([^@]*)\.(\d+)-[0-9a-f]{12}@[^@]*>")


@dataclass(slots=True)
class Post:
    """`ports.Mailer` and `ports.Mailbox`. Faults are raised by the next sends, one each."""

    clock: Clock
    ours: Ours
    delivered: list[Mail] = field(default_factory=list)
    arrived: list[tuple[bytes, datetime]] = field(default_factory=list)
    refuse: list[ConnectorError] = field(default_factory=list)  # nothing is delivered
    lose_answer: list[ConnectorError] = field(default_factory=list)  # it is delivered all the same
    vanish: list[ConnectorError] = field(default_factory=list)  # nothing is delivered, and nobody can tell
    marked: set[str] = field(default_factory=set)
    shy: set[str] = field(default_factory=set)  # addresses that take nothing for now
    evidence: bool = False  # a copy of everything that is sent goes into the mailbox
    copied: set[str] = field(default_factory=set)  # Message-IDs

    def send(self, mail: Mail, *, partly: bool = False) -> tuple[str, ...]:
        """Deliver one message."""
        refused = tuple(one for one in (mail.recipient, mail.also) if one in self.shy)
        if refused and not partly:
            raise Transient("refused for now")
        if self.refuse:
            raise self.refuse.pop(0)
        if self.vanish:
            raise self.vanish.pop(0)
        self.delivered.append(mail)
        if self.evidence:
            self.copied.add(mail.message_id)
        if self.lose_answer:
            raise self.lose_answer.pop(0)
        return refused

    def fetch(self, seen: frozenset[str], since: datetime) -> Iterable[Incoming]:
        """Everything that arrived, read by the real reader."""
        for number, (content, at) in enumerate(self.arrived):
            message_id = str(email.message_from_bytes(content, policy=POLICY)["Message-ID"] or number)
            replies = read_replies(content, self.ours, message_id, at)
            if replies and not any(reply.id in seen for reply in replies):
                yield Incoming(str(number), message_id, replies)

    def mark(self, positions: Iterable[str]) -> None:
        """Remember what was used."""
        self.marked.update(positions)

    def copies(self) -> list[Copy]:
        """What the real mailboxes find of our own mails."""
        found = (_OWN.fullmatch(mail.message_id) for mail in self.delivered if mail.message_id in self.copied)
        now = self.clock.now()
        return [Copy(one[0], one[1], int(one[2]), now) for one in found if one]

    def holds(self, message_id: str) -> bool:
        """True when a copy lies here: everything delivered leaves one."""
        return any(mail.message_id == message_id for mail in self.delivered)

    def arrive(self, content: bytes) -> None:
        """A message for us arrives."""
        self.arrived.append((content, self.clock.now()))

    def to(self, address: str) -> list[EmailMessage]:
        """What an address has received, oldest first."""
        found = [mail for mail in self.delivered if mail.recipient == address]
        return [_parsed(mail) for mail in found]


def _parsed(mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(mail.content, policy=POLICY)
    assert isinstance(message, EmailMessage)
    return message
