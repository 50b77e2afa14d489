"""What a calendar and an account can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from syncd.core.model import (
    CalendarObject,
    Changes,
    Delivery,
    EventDraft,
    OccurrenceRef,
)
from syncd.core.model.errors import ConnectorError, Malformed
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class CalendarInfo:
    """One calendar an account can see. `id` is `account/name`; `writable` as far as the server tells.

    `readable` is False where nothing is shown of its events but when they are busy. `organizer`: the name under which
    guests see the calendar itself as who invites; "" where that is the account.
    """

    id: str
    name: str
    url: str
    writable: bool
    readable: bool = True
    organizer: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server can do, probed, never guessed from its name."""

    sync_tokens: bool
    ctags: bool
    conditional_writes: bool
    scheduling: bool
    addresses: tuple[str, ...]  # calendar-user-address-set, lower case, without mailto:
    delivery: Delivery  # the path that "auto" resolves to
    strong_etags: bool = True  # False: what was written could never be changed or taken back


@dataclass(frozen=True, slots=True)
class Written:
    """What a write left behind. `etag` is strong, or "" where it must be read back before the next write."""

    href: str
    etag: str
    schedule_status: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A cancelled original: the new etag, and what `restore` needs (JSON, meaningful to the connector only)."""

    etag: str
    pre_image: str


@dataclass(frozen=True, slots=True)
class Rework:
    """One occurrence to be cancelled, conditional on `etag`; or, with the pre-image of then, brought back."""

    ref: OccurrenceRef
    etag: str = ""
    pre_image: str | None = None


@dataclass(frozen=True, slots=True)
class Reworked:
    """One write to one object: its etag, a pre-image for each occurrence that was cancelled, and what was refused."""

    etag: str
    pre_images: Mapping[OccurrenceRef, str] = field(default_factory=dict)
    refused: Mapping[OccurrenceRef, ConnectorError] = field(default_factory=dict)


def each_read(
    read: Callable[[str, Span], CalendarObject | None], uids: Iterable[str], window: Span
) -> dict[str, CalendarObject]:
    """`Calendar.read_several` for a server of which one is asked at a time."""
    found: dict[str, CalendarObject] = {}
    for uid in uids:
        try:
            stored = read(uid, window)
        except Malformed:
            continue
        if stored is not None:
            found[uid] = stored
    return found


class Calendar(Protocol):
    """One calendar. All methods may raise Transient, AuthExpired, Forbidden, NotFound or Malformed."""

    @property
    def id(self) -> str:
        """`account/name`."""

    def changes(self, cursor: str, window: Span) -> Changes:
        """What changed since `cursor` ("" reads everything), occurrences expanded inside `window`.

        An event that cannot be understood is reported in `problems` and left out. Raises CursorInvalid when
        the server no longer knows the cursor; the caller then reads everything, once.
        """

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        """The object with this UID straight from the server, or None when it does not exist."""

    def read_several(self, uids: Sequence[str], window: Span) -> Mapping[str, CalendarObject]:
        """The same of several, by UID, in as few requests as the server allows; without those that are
        not there, or not to be understood.
        """

    def create(self, draft: EventDraft) -> Written:
        """Write a new object. Raises VersionConflict when the UID exists, Unclear when the outcome is unknown."""

    def replace(self, draft: EventDraft, etag: str) -> Written:
        """Bring an object of ours to `draft`, keeping properties that are not ours.

        Raises VersionConflict when it changed since `etag`, NotFound when it is gone, Unclear as `create`.
        """

    def delete(self, uid: str, etag: str, *, quiet: bool = False, words: str = "") -> None:
        """Remove an object of ours ("" as etag: whatever stands there). NotFound, VersionConflict, Unclear.

        `quiet`: whoever is invited knows already; a server that leaves the choice tells nobody. `words`: what the
        event's text is to say where a server mails guests the text that it finds; begun and broken off, it goes on.
        """

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        """Cancel one occurrence (override with STATUS:CANCELLED; a single event in place); nothing else changes.

        Raises VersionConflict when the object changed since `etag`, NotFound, Unclear.
        """

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        """Undo `cancel`, keeping whatever else was edited since. NotFound when the series is gone, Unclear."""

    def rework(self, uid: str, changes: Sequence[Rework]) -> Reworked:
        """Cancel and bring back several occurrences of one object in one write where they are one object there.

        An occurrence that is not there, changed or cannot be changed is refused alone. Raises as `cancel` does.
        """


class Account(Protocol):
    """One account with a calendar server."""

    @property
    def id(self) -> str:
        """The account's key in settings."""

    def discover(self) -> Sequence[CalendarInfo]:
        """All calendars that the account can see."""

    def open(self, name: str) -> Calendar:
        """The calendar with this display name or URL.

        Raises NotFound naming what there is instead: here, or at the first use where looking costs a request.
        """

    def probe(self, calendar: str) -> Capabilities:
        """Find out what the server can do with the calendar of this id; writes at most one object and removes it."""

    def stale(self, cursors: Mapping[str, str]) -> frozenset[str]:
        """Of these calendar ids, those that may have changed since their cursors.

        CalDAV answers with one request for the whole account; an account that cannot tell returns all.
        """

    def ahead(self) -> timedelta | None:
        """How far our wall clock is ahead of the server's Date, by its newest answer since this was last asked.

        None where nothing was heard since. Asks nothing itself.
        """
