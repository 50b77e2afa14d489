"""Titles that a no by mail called no leave: known by a keyed hash, for a year, and not for longer blocks."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from syncd.core.model import Approval, Refusal
from syncd.core.reading.titles.words import Words

REMEMBERED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Refused:
    """What one therapist said no to by mail: by the hash of a title, how long the longest of that title was."""

    key: str = ""
    therapist: str = ""
    longest: Mapping[str, timedelta] = field(default_factory=dict)

    def covers(self, title: Words, length: timedelta) -> bool:
        """True where a no was said to a title of that name, and this one lasts no longer."""
        if not title or not self.longest:
            return False
        return length <= self.longest.get(title_mark(self.key, self.therapist, title), timedelta(-1))


def refused_by_mail(approvals: Iterable[Approval], key: str, therapist: str, now: datetime) -> Refused:
    """All that they refused within the last year."""
    found: dict[str, timedelta] = {}
    for one in approvals:
        if one.therapist == therapist and one.given_at > now - REMEMBERED:
            for each in one.refused:
                length = timedelta(seconds=each.seconds)
                found[each.title] = max(length, found.get(each.title, length))
    return Refused(key, therapist, found)


def refusal(key: str, therapist: str, title: Words, length: timedelta) -> Refusal:
    """The no to a title, to be remembered."""
    return Refusal(title_mark(key, therapist, title), int(length.total_seconds()))


def title_mark(key: str, therapist: str, title: Words) -> str:
    """Names a title to who knows `key`; nobody else can tell which it was."""
    return hmac.new(key.encode(), "\x1f".join((therapist, *title)).encode(), sha256).hexdigest()[:32]
