"""What reading a calendar gives: objects, changes since a cursor, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from syncd.core.model.event import Event


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """One event, calendar or account that could not be read; the rest was. `uid` "": all of it."""

    calendar: str
    uid: str
    reason: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a mail of ours that lies in a mailbox of ours: evidence that it left.

    `effect` is what its Message-ID says but the number: subject, SEQUENCE and kind, parted by dots.
    """

    message_id: str
    effect: str
    number: int  # of the effect; 0 where it has none
    arrived: datetime


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """One stored object (a series with its overrides is one) and its occurrences in the window asked for."""

    href: str
    etag: str
    uid: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a calendar says since a cursor. `complete`: `objects` is all there is, whatever is not in it is gone; `gone`
    are then those of which the list itself says so.

    `nameless`: they are stretches of busy time, called by their times; one that changes is another one.
    """

    objects: tuple[CalendarObject, ...]
    gone: tuple[str, ...]  # hrefs
    cursor: str
    complete: bool
    problems: tuple[ReadProblem, ...] = field(default=())
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """What we last wrote to one object: a digest of what it showed `after`, "" where it was removed.

    `before`: of each occurrence that the write changed (by recurrence id) a digest of how it was, "" where it was not.
    `doubted_at`: when a read of the object itself first showed something else, while that is not yet believed.
    """

    calendar: str
    uid: str
    at: datetime
    before: tuple[tuple[str, str], ...]
    after: str
    doubted_at: datetime | None = None
