"""What a pass reads from, and what it has read: sources, the reading as it grows, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncd.carriage import Paths
from syncd.core.model import (
    CalendarObject,
    Client,
    ClientFacts,
    Copy,
    Event,
    Ground,
    ReadProblem,
    Reply,
    Trace,
)
from syncd.core.model.errors import SyncdError
from syncd.core.model.practice import Therapist
from syncd.core.reading.roster import Roster
from syncd.mirror import unforeseen
from syncd.ports import Account, Calendar, Carriage, Incoming, Mailbox, Memory, MirrorChange


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to read from, and for whom. `accounts` by id; `calendars` by calendar id `account/name`."""

    accounts: Mapping[str, Account]
    calendars: Mapping[str, Calendar]
    mailbox: Mailbox | None
    therapists: tuple[Therapist, ...]
    clients: tuple[Client, ...]
    history: timedelta
    believe: frozenset[str] = frozenset()  # calendars whose many deletions an admin vouches for
    paths: Paths = field(default_factory=Paths)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one pass read. `mirror` is the mirror as it is after `changes`."""

    mirror: Mapping[str, tuple[CalendarObject, ...]]
    changes: tuple[MirrorChange, ...]
    fresh: frozenset[str]
    initial: frozenset[str]
    carriage: Mapping[str, Carriage]  # by calendar id
    facts: tuple[ClientFacts, ...]
    incoming: tuple[Incoming, ...]
    problems: tuple[ReadProblem, ...]
    grounds: tuple[Ground, ...]
    copies: tuple[Copy, ...] = ()  # of our own mails, in the mailbox
    ahead: tuple[timedelta, ...] = ()  # of our clock before the server's, for each account that was read
    traces: tuple[Trace, ...] = ()  # of our own writes: what was doubted, or no longer is

    @property
    def events(self) -> tuple[Event, ...]:
        """Every occurrence in the mirror."""
        return tuple(event for objects in self.mirror.values() for one in objects for event in one.events)

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Every reply found, each once."""
        found = {reply.id: reply for message in self.incoming for reply in message.replies}
        return tuple(found.values())


@dataclass(slots=True)
class Reading:
    """The pass's reading as it grows."""

    memory: Memory
    sources: Sources
    now: datetime
    roster: Roster
    lens: str
    dry: bool
    mirror: dict[str, dict[str, CalendarObject]]
    changes: list[MirrorChange] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    initial: set[str] = field(default_factory=set)
    facts: list[ClientFacts] = field(default_factory=list)
    problems: list[ReadProblem] = field(default_factory=list)
    carriage: dict[str, Carriage] = field(default_factory=dict)
    grounds: dict[str, Ground] = field(default_factory=dict)
    traces: list[Trace] = field(default_factory=list)

    def read(self, place: str) -> None:
        """The place answered."""
        self.grounds[place] = self.grounds[place].read(self.now)

    def silent(self, place: str, error: Exception, uid: str = "") -> None:
        """The place could not be read: no part of it is believed to have changed.

        Of an error that nobody foresaw only its kind is told.
        """
        foreseen = isinstance(error, SyncdError)
        why = str(error) if foreseen else f"reading it breaks {unforeseen(error)}"
        self.grounds[place] = self.grounds[place].silent(self.now, why)
        self.problems.append(ReadProblem(place, uid, why))


def forget_dates(sources: Sources) -> None:
    """What servers said of the time before this pass is no comparison."""
    for account in sources.accounts.values():
        account.ahead()


def ahead_of_servers(reading: Reading) -> Iterator[timedelta]:
    """What each account that was read says of our clock."""
    read = {calendar.partition("/")[0] for calendar in reading.fresh}
    accounts = reading.sources.accounts
    yield from (
        one for name in sorted(read) if name in accounts and (one := accounts[name].ahead()) is not None
    )
