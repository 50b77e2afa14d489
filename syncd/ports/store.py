"""What a store keeps, and in which steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from syncd.core.model import (
    Approval,
    CalendarObject,
    ClientFacts,
    Conflict,
    Delivery,
    Ground,
    KnownLeave,
    Offer,
    Reply,
    SeenLeave,
    Trace,
)
from syncd.core.model.actions import Action, AuditEntry
from syncd.core.model.effects import EffectKey, EffectRow, EffectState, Sent
from syncd.core.model.leave import Cost
from syncd.core.telling.alarms.heard import AlarmState
from syncd.core.time.spans import Span


class AlarmBook(Protocol):
    """What is remembered of alarms, beside the store: it is written where the store cannot be. Raises nothing."""

    def read(self) -> Mapping[str, AlarmState]:
        """As written last, by this process or the one before."""

    def write(self, rungs: Mapping[str, AlarmState]) -> None:
        """Instead of what was written before; where that fails it is remembered as long as the process lives."""


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
    came_back: tuple[Reply, ...] = ()  # the same, whole, as they arrived
    paused: str = ""  # why, or "" when not
    paused_since: datetime | None = None
    grounds: tuple[Ground, ...] = ()  # by place
    costs: tuple[Cost, ...] = ()  # of questions
    halted: Halted | None = None  # by the last pass
    newest: datetime | None = None  # when a pass last recorded something, by a clock that was believed
    number: int = 0  # the highest that an effect of this store has
    vouched: int = 0  # what has a number up to this one need not be known here: `syncd adopt` has seen it
    witnessed: int = 0  # the highest that the state directory knows of, whatever store wrote it
    audited: int = 0  # rows of the audit
    head: str = ""  # the last link of their chain
    copied: datetime | None = None  # when `syncd backup` last made a copy of it
    upgraded: bool = False  # from an earlier version's form, and not decided from since


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
    clients: frozenset[str] | None = None  # whom the roster names, where this pass knows
    read: frozenset[str] = frozenset()  # places that were read to the end, on which the actions rest


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


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """What became of a client's rows: how many changed, by kind, and the tables that still hold the id."""

    changed: Mapping[str, int]
    left: tuple[str, ...]


class Store(Protocol):
    """State that survives. Every method raises StoreError when the store cannot be trusted with a promise."""

    def acquire(self, owner: str, now: datetime, lease: timedelta, circle: str = "") -> Fence:
        """Become the acting instance. Raises SafetyStop naming the holder while another's lease runs, unless it was
        left to this `circle`.
        """

    def renew(self, fence: Fence, now: datetime, lease: timedelta) -> None:
        """Extend the lease. Raises SafetyStop when another instance has taken over."""

    def release(self, fence: Fence) -> None:
        """Give the lease up, be it left to others by now; not where one of them has taken it."""

    def leave_to(self, fence: Fence, circle: str, until: datetime) -> None:
        """Act no more: of this circle each may acquire it, and nobody else before `until`."""

    def recover(self, fence: Fence, now: datetime) -> None:
        """What a pass left half done when it broke off, by any instance: CLAIMED -> READY, INFLIGHT -> UNKNOWN."""

    def load(self) -> Memory:
        """Everything a pass decides with, read in one transaction."""

    def keep(self, fence: Fence, grounds: Sequence[Ground]) -> None:
        """Remember how reading went: these are all the places there are. No part of what was decided."""

    def keep_costs(self, fence: Fence, costs: Sequence[Cost]) -> None:
        """Remember what questions' leave would cost: these are all there are. No part of what was decided."""

    def take_as_said(self, fence: Fence, actions: Sequence[Action], now: datetime) -> None:
        """These count as done from now on, though none of them is; the store is no longer a freshly upgraded one."""

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

    def erase(self, fence: Fence, client: str, named: Iterable[str], now: datetime) -> ErasedRows:
        """Forget a client; mirrors of calendars that are not `named` go, too. It outlives a copy that is put back."""

    def accept_clock(self, fence: Fence, resumed: Sequence[Offer], now: datetime) -> int:
        """Nothing that was noted lies ahead of `now`; how many values did. `resumed`: offers that ended too early."""

    def audit(self, subject: str | None = None) -> Sequence[AuditEntry]:
        """The audit rows, oldest first, of one subject or all."""
