"""Everybody's post, as it comes: who carried it, when, and which kind of message it is."""

from __future__ import annotations

import email
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache

from tests.diary.kinds import kind_of, paired
from tests.look.opened import read
from tests.scenario import ics


@lru_cache(maxsize=2048)
def parsed(content: bytes) -> EmailMessage:
    """A mail as it was sent; the same content is read once."""
    message = email.message_from_bytes(content, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


@lru_cache(maxsize=2048)
def written(message: EmailMessage) -> bytes:
    """A mail as bytes; the same one is written once."""
    return message.as_bytes()


Box = Callable[[str], Sequence[EmailMessage]]


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as its reader gets it. `carried`: a server or Google wrote it; `idle`: without need, see `kinds`."""

    at: datetime
    message: EmailMessage
    carried: bool
    kind: str
    part: str  # its calendar part; "" where there is none
    idle: bool = False

    @property
    def method(self) -> str:
        """METHOD of its calendar part; "" where there is none."""
        return ics.value(self.part, "METHOD")

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """What it says in plain text, and what a page says that is attached to it."""
        return read(self.message)


@dataclass
class Letterbox:
    """Collects what came since the last look: first what others carry, then what the practice mails."""

    carriers: Sequence[Box]
    ours: Box
    addresses: Sequence[str]
    got: dict[str, list[Letter]] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)  # UIDs that clients declined, in person too
    removed: set[str] = field(
        default_factory=set
    )  # UIDs that a therapist deleted: their own program tells of it
    edited: set[str] = field(default_factory=set)  # UIDs that a therapist's own program has just stored
    _read: dict[tuple[int, str], int] = field(default_factory=dict)
    _marks: dict[str, int] = field(default_factory=dict)

    def collect(self, now: datetime) -> None:
        """Take in what has come."""
        for address in self.addresses:
            letters = self.got.setdefault(address, [])
            for number, box in enumerate((*self.carriers, self.ours)):
                carried = number < len(self.carriers)
                for message in self._unread(number, address, box(address)):
                    part = ics.part(message)
                    idle = carried and self._idle(part, letters)
                    letters.append(Letter(now, message, carried, kind_of(message, part), part, idle))

    def mark(self) -> None:
        """From here on letters are new."""
        self._marks = {address: len(letters) for address, letters in self.got.items()}

    def all(self, address: str) -> list[Letter]:
        """Everything that somebody has got."""
        return self.got.get(address, [])

    def new(self, address: str) -> list[Letter]:
        """What somebody has got since the mark."""
        return self.all(address)[self._marks.get(address, 0) :]

    def kinds(self, letters: Sequence[Letter]) -> list[str]:
        """The kinds of these letters in order; words that go with a carried cancellation are one with it.

        Not counted is what a server sends on its own: it cancels what it deletes, also where the client declined
        it or said no in person, and repeats a REQUEST when the therapist's own program stores another title.
        """
        return paired([(one.kind, one.carried, one.at) for one in letters if not one.idle])

    def _idle(self, part: str, before: Sequence[Letter]) -> bool:
        """True for what a server sends on its own."""
        method, uid, start = (ics.value(part, name) for name in ("METHOD", "UID", "DTSTART"))
        if method == "CANCEL":
            return uid in self.declined
        asked = [one for one in before if one.method == "REQUEST" and ics.value(one.part, "UID") == uid]
        if method != "REQUEST" or uid not in self.edited or not asked:
            return False
        return ics.value(asked[-1].part, "DTSTART") == start

    def _unread(self, number: int, address: str, found: Sequence[EmailMessage]) -> Sequence[EmailMessage]:
        read = self._read.get((number, address), 0)
        self._read[number, address] = len(found)
        return found[read:]
