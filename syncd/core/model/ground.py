"""What decisions rest on: each calendar and the mailbox, when it was last read completely, what of it was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.model.changes import Changes, ReadProblem

MAILBOX = "mailbox"  # the place of answers by mail; every other place is a calendar id

NOTED_EVERY = timedelta(minutes=5)
STILL = timedelta(minutes=90)  # more than between two polls, or runs by the hour: then nobody has looked


@dataclass(frozen=True, slots=True)
class Unread:
    """One object that could not be read or understood; the rest of its place was. `uid` or `href` names it."""

    uid: str
    href: str
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One place. `read_at` is when its last complete read began; `silent_since` when reading began to fail, if it does.

    `unread` lasts until each object is read, or is gone.
    """

    place: str
    read_at: datetime | None = None
    silent_since: datetime | None = None
    reason: str = ""
    unread: tuple[Unread, ...] = ()

    @property
    def account(self) -> str:
        """The account that a calendar belongs to; the mailbox is its own."""
        return self.place.partition("/")[0]

    @property
    def whole(self) -> bool:
        """True when nothing of it is unread."""
        return self.silent_since is None and not self.unread

    def read(self, now: datetime) -> Ground:
        """The place answered in the pass that began at `now`."""
        return replace(self, read_at=now, silent_since=None, reason="")

    def silent(self, now: datetime, reason: str) -> Ground:
        """The place could not be read in that pass."""
        return replace(self, silent_since=self.silent_since or now, reason=reason)

    def took(self, changes: Changes, now: datetime) -> Ground:
        """What is unread after these changes: a complete read names all of it, a delta what it touched."""
        known = {(one.uid, one.href): one.since for one in self.unread}
        fresh = tuple(
            Unread(one.uid, one.href, known.get((one.uid, one.href), now), one.reason)
            for one in _each_once(changes.problems)
        )
        if changes.complete:
            return replace(self, unread=fresh)
        hrefs = {*changes.gone, *(one.href for one in changes.objects), *(one.href for one in fresh)}
        uids = {*(one.uid for one in changes.objects), *(one.uid for one in fresh)} - {""}
        kept = (one for one in self.unread if one.href not in hrefs - {""} and one.uid not in uids)
        return replace(self, unread=(*kept, *fresh))


def _each_once(problems: Iterable[ReadProblem]) -> Iterable[ReadProblem]:
    return {(one.uid, one.href): one for one in problems if one.uid or one.href}.values()


def problems_of(grounds: Iterable[Ground]) -> tuple[ReadProblem, ...]:
    """What of these places cannot be read now."""
    return tuple(
        problem
        for one in grounds
        for problem in (
            *([ReadProblem(one.place, "", one.reason)] if one.silent_since is not None else []),
            *(ReadProblem(one.place, each.uid, each.reason, each.href) for each in one.unread),
        )
    )


def stood_still(before: Iterable[Ground], since: datetime | None, now: datetime) -> Mapping[str, datetime]:
    """Until when each place had been read into which nobody looked for hours before `now`, by place; `before` is how
    they were known then, and since `since`, if it is not None, all was read and nothing done.
    """
    read = ((one.place, one.read_at) for one in before)
    last = {place: min(at, since or at) for place, at in read if at is not None}
    return {place: at for place, at in last.items() if at + STILL <= now}


def noteworthy(before: Iterable[Ground], after: Iterable[Ground]) -> bool:
    """True where reading fares otherwise than was noted, or the note of when all was read is some minutes old."""
    noted, found = {one.place: one for one in before}, {one.place: one for one in after}
    return noted.keys() != found.keys() or any(_news(noted[place], one) for place, one in found.items())


def _news(noted: Ground, found: Ground) -> bool:
    if replace(noted, read_at=None) != replace(found, read_at=None):
        return True
    if noted.read_at is None or found.read_at is None:
        return noted.read_at != found.read_at
    return found.read_at - noted.read_at >= NOTED_EVERY
