"""Our own Message-IDs and UIDs: how they are made, and how they are recognised in what comes back."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from connectors.mail.headers import mail_address

_UID = re.compile(r"[0-9a-v]{26}")
_DIGITS = "0123456789abcdefghijklmnopqrstuv"  # base32hex, RFC 4648 §7
LETTER = "letter"  # the kind of a letter to a therapist: answers to it are read
_NAMED = re.compile(r"\bsyncd-([0-9a-v]{26})\b")
_OWN = re.compile(
    r"<([0-9A-Za-z_-]{1,80})\.(\d{1,9})\.([a-z][a-z0-9_-]{0,39})(?:\.(\d{1,15})-([0-9a-f]{12}))?@([^<>@\s]{1,253})>"
)
LONGEST_HEADER = 20_000


@dataclass(frozen=True, slots=True)
class MessageId:
    """What one of our Message-IDs says: the subject (an offer's UID or a conflict's id), SEQUENCE, kind.

    `number` is that of the effect among all of the practice, 0 where it has none; the `seal` says that we gave it.
    """

    uid: str
    sequence: int
    kind: str
    number: int = 0
    seal: str = ""


def seal(named: MessageId, key: str) -> str:
    """Proof that who knows `key` gave this Message-ID its number: anybody may write a Message-ID."""
    told = f"{named.uid}.{named.sequence}.{named.kind}.{named.number}"
    return hmac.new(key.encode(), told.encode(), sha256).hexdigest()[:12]


def message_id(uid: str, sequence: int, kind: str, sender: str, number: int = 0, key: str = "") -> str:
    """`<{uid}.{sequence}.{kind}.{number}-{seal}@{domain of sender}>`; ValueError when that would not read back.

    Without a number it and its seal are left out.
    """
    counted = f".{number}-{seal(MessageId(uid, sequence, kind, number), key)}" if number else ""
    value = f"<{uid}.{sequence}.{kind}{counted}@{domain_of(sender)}>"
    if parse_message_id(value, frozenset({domain_of(sender)})) is None:
        raise ValueError(f"no Message-ID can be made of uid {uid!r}, sequence {sequence}, kind {kind!r}")
    return value


def parse_message_id(value: str, domains: frozenset[str]) -> MessageId | None:
    """What a Message-ID of ours says, or None for one that is not ours. `domains` are lower case."""
    match = _OWN.fullmatch(value.strip())
    if match is None or match[6].lower() not in domains:
        return None
    return MessageId(match[1], int(match[2]), match[3], int(match[4] or 0), match[5] or "")


def own_message_ids(
    texts: Iterable[str], domains: frozenset[str], longest: int = LONGEST_HEADER
) -> Iterator[MessageId]:
    """Every Message-ID of ours that stands in the first `longest` characters of these texts, in their order."""
    for text in texts:
        for match in _OWN.finditer(text[:longest]):
            own = parse_message_id(match[0], domains)
            if own is not None:
                yield own


def letter_token(key: str, name: str) -> str:
    """128 bits that nobody can guess who does not know `key`: the UID in the Message-ID of the letter of that name."""
    number = int.from_bytes(hmac.new(key.encode(), name.encode(), sha256).digest()[:16], "big") << 2
    return "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def named_in(subject: str) -> str:
    """The token of a letter in the subject that its links write; "" for none, or for two that differ."""
    found = set(_NAMED.findall(subject))
    return found.pop() if len(found) == 1 else ""


def domain_of(address: str) -> str:
    """The domain of a mail address, lower case and in IDNA."""
    return mail_address(address).rpartition("@")[2].lower()


def looks_own(uid: str) -> bool:
    """True for a UID shaped as syncd makes them: 128 random bits in base32hex."""
    return _UID.fullmatch(uid) is not None


def searchable(value: str) -> bool:
    """True for a Message-ID that can be put into a search command as it is."""
    return value.isascii() and value.isprintable() and not set(value) & set('"\\ ')
