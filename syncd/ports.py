"""The seams to the outside world. Each method names the errors it raises; status codes end behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from syncd.core.model import (
    Approval,
    CalendarObject,
    Changes,
    ClientFacts,
    Conflict,
    Copy,
    Delivery,
    EventDraft,
    Ground,
    KnownLeave,
    OccurrenceRef,
    Offer,
    Reply,
    SeenLeave,
    Trace,
)
from syncd.core.model.actions import Action, AuditEntry, Mail
from syncd.core.model.effects import EffectKey, EffectRow, EffectState, Sent
from syncd.core.model.errors import ConnectorError
from syncd.core.telling.alarms import Rung
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

    def create(self, draft: EventDraft) -> Written:
        """Write a new object. Raises VersionConflict when the UID exists, Unclear when the outcome is unknown."""

    def replace(self, draft: EventDraft, etag: str) -> Written:
        """Bring an object of ours to `draft`, keeping properties that are not ours.

        Raises VersionConflict when it changed since `etag`, NotFound when it is gone, Unclear as `create`.
        """

    def delete(self, uid: str, etag: str, *, quiet: bool = False) -> None:
        """Remove an object of ours ("" as etag: whatever stands there). NotFound, VersionConflict, Unclear.

        `quiet`: whoever is invited knows already; a server that leaves the choice tells nobody.
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


class Mailer(Protocol):
    """The way out for mail."""

    def send(self, mail: Mail) -> None:
        """Hand over one message. Transient and Rejected: it surely was *not* accepted. Unclear: after DATA."""


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


class AlarmBook(Protocol):
    """What is remembered of alarms, beside the store: it is written where the store cannot be. Raises nothing."""

    def read(self) -> Mapping[str, Rung]:
        """As written last, by this process or the one before."""

    def write(self, rungs: Mapping[str, Rung]) -> None:
        """Instead of what was written before; where that fails it is remembered as long as the process lives."""


class Clock(Protocol):
    """Time, read once per pass."""

    def now(self) -> datetime:
        """The current instant, in UTC: what the wall clock shows, right or wrong."""

    def booted(self) -> timedelta:
        """Time since the machine started, suspended time included; no setting of the wall clock moves it."""

    def ahead_of(self, date: datetime) -> timedelta:
        """How far the wall clock is ahead of a server that says it is `date` now; negative where it is behind."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """Who carries invitations from a calendar, and as whom its account speaks ("": the therapist's address)."""

    delivery: Delivery = Delivery.IMIP
    organizer: str = ""


MAILED = Carriage()


@dataclass(frozen=True, slots=True)
class CalendarState:
    """What the store knows of one calendar's reading.

    `covered` is the window that the mirror's occurrences were expanded in; `lens` a digest of roster and leave words
    that decided which texts were kept: when it differs, the mirror is dropped and read again.
    `carriage` is probed with each full read.
    """

    calendar: str
    cursor: str
    first_read: datetime
    full_read: datetime
    covered: Span
    lens: str
    carriage: Carriage = MAILED


class Halt(StrEnum):
    """What stops the effects of a whole practice."""

    CLOCK = "clock"  # it is wrong, or nobody knows
    OLDER = "older"  # the store does not know all that was done in its name


@dataclass(frozen=True, slots=True)
class Halted:
    """Why passes read and do nothing else. `why` is a line that says what to do; `since` by our own clock."""

    kind: Halt
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything the store remembers that a pass decides with."""

    instance: str
    calendars: tuple[CalendarState, ...] = ()
    mirror: Mapping[str, tuple[CalendarObject, ...]] = field(default_factory=dict)  # calendar id -> objects
    conflicts: tuple[Conflict, ...] = ()
    offers: tuple[Offer, ...] = ()
    approvals: tuple[Approval, ...] = ()
    seen: tuple[SeenLeave, ...] = ()
    leave: tuple[KnownLeave, ...] = ()
    traces: tuple[Trace, ...] = ()
    facts: tuple[ClientFacts, ...] = ()
    effects: tuple[EffectRow, ...] = ()  # every one that is neither DONE nor DROPPED
    keys: Mapping[EffectKey, EffectState] = field(default_factory=dict)  # every effect ever recorded
    ledger: tuple[Sent, ...] = ()
    replies: frozenset[str] = frozenset()  # ids of replies that were taken in
    paused: str = ""  # why, or "" when not
    grounds: tuple[Ground, ...] = ()  # by place
    halted: Halted | None = None  # by the last pass
    newest: datetime | None = None  # when a pass last recorded something, by a clock that was believed
    number: int = 0  # the highest that an effect of this store has
    vouched: int = 0  # what has a number up to this one need not be known here: `syncd adopt` has seen it
    witnessed: int = 0  # the highest that the state directory knows of, whatever store wrote it


@dataclass(frozen=True, slots=True)
class MirrorChange:
    """What one calendar's read changes in the mirror. `replace` drops everything the calendar had first."""

    state: CalendarState
    put: tuple[CalendarObject, ...]
    gone: tuple[str, ...]  # hrefs
    replace: bool = False


@dataclass(frozen=True, slots=True)
class PassRecord:
    """What one pass decided, to be recorded in one transaction before any effect.

    Where the store is a file, the state directory has the highest number on disk when this is over.

    Rows are whole values and replace those with the same identity. An action whose key is known already leaves
    the recorded effect as it is, except that a DROPPED or ESCALATED one becomes READY with the new payload.
    """

    now: datetime
    mirror: tuple[MirrorChange, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    offers: tuple[Offer, ...] = ()
    seen: tuple[SeenLeave, ...] = ()
    leave: tuple[KnownLeave, ...] = ()
    traces: tuple[Trace, ...] = ()
    approvals: tuple[Approval, ...] = ()
    facts: tuple[ClientFacts, ...] = ()
    replies: tuple[Reply, ...] = ()
    sent: tuple[Sent, ...] = ()  # messages that somebody else's edit made a server send
    actions: tuple[Action, ...] = ()
    dropped: tuple[EffectKey, ...] = ()  # READY effects no longer wanted
    vouched: int = 0  # counting goes on above this number, and what has a lower one is known of
    audit: tuple[AuditEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of one effect: its new state, and the rows that follow from it, in one transaction."""

    key: EffectKey
    state: EffectState
    now: datetime
    detail: str = ""
    not_before: datetime | None = None  # READY again: not sooner than this
    offers: tuple[Offer, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    objects: tuple[tuple[str, CalendarObject], ...] = ()  # (calendar id, object) as we left it there
    gone: tuple[tuple[str, str], ...] = ()  # (calendar id, href)
    sent: tuple[Sent, ...] = ()
    traces: tuple[Trace, ...] = ()  # what we have just written


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof of being the one acting instance; every write checks it."""

    owner: str
    token: int


class Store(Protocol):
    """State that survives. Every method raises StoreError when the store cannot be trusted with a promise."""

    def acquire(self, owner: str, now: datetime, lease: timedelta) -> Fence:
        """Become the acting instance. Raises SafetyStop naming the holder while another's lease runs."""

    def renew(self, fence: Fence, now: datetime, lease: timedelta) -> None:
        """Extend the lease. Raises SafetyStop when another instance has taken over."""

    def release(self, fence: Fence) -> None:
        """Give the lease up."""

    def load(self) -> Memory:
        """Everything a pass decides with, read in one transaction."""

    def keep(self, fence: Fence, grounds: Sequence[Ground]) -> None:
        """Remember how reading went: these are all the places there are. No part of what was decided."""

    def record(self, fence: Fence, record: PassRecord) -> None:
        """Write one pass, all or nothing. Raises SafetyStop when the fence is stale."""

    def halt(self, fence: Fence, halted: Halted | None) -> None:
        """Remember why nothing is done, or that nothing stands against it any more."""

    def claim(self, fence: Fence, key: EffectKey, now: datetime) -> EffectRow | None:
        """READY -> CLAIMED -> INFLIGHT if due, not paused, and its predecessor is DONE; the row, or None."""

    def settle(self, fence: Fence, settlement: Settlement) -> None:
        """Move one effect along its table with what follows from it, and write its audit row."""

    def approve(self, approval: Approval) -> None:
        """Remember an approval (from the calendar or the command line)."""

    def pause(self, reason: str, now: datetime) -> None:
        """Nothing leaves the house until `resume`; "" as reason resumes."""

    def audit(self, subject: str | None = None) -> Sequence[AuditEntry]:
        """The audit rows, oldest first, of one subject or all."""
