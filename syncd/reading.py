"""What a pass reads from, and what it has read: sources, a calendar's reading as it grows, what came of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from syncd.carriage import Paths
from syncd.core.model import (
    CalendarObject,
    Client,
    ClientFacts,
    Copy,
    Event,
    Ground,
    Offer,
    ReadProblem,
    Reply,
    Trace,
)
from syncd.core.model.errors import SafetyStop, SyncdError
from syncd.core.model.practice import Therapist
from syncd.core.reading import lens
from syncd.core.reading.roster import Roster
from syncd.core.time.spans import Span
from syncd.mirror import unforeseen
from syncd.ports import (
    Account,
    Calendar,
    CalendarState,
    Carriage,
    Incoming,
    Mailbox,
    Memory,
    MirrorChange,
)
from syncd.readers import InTurn, Readers

KEPT_PAST = timedelta(days=60)
AHEAD = timedelta(days=410)
STEP = timedelta(days=100)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def in_sight(now: datetime) -> Span:
    """What occurrences are expanded in, wherever an object is read: 60 days back, 310 to 410 days ahead.

    Its end moves on in steps, not with each read: sessions that come into sight in long leave are news of it.
    """
    steps = (now - _FIRST) // STEP
    return Span(now - KEPT_PAST, _FIRST + steps * STEP + AHEAD)


@dataclass(frozen=True)
class Sources:
    """Where to read from, and for whom. `accounts` by id; `calendars` by calendar id `account/name`.

    What follows from clients and therapists is worked out once, not at each look, calendar or effect.
    """

    accounts: Mapping[str, Account]
    calendars: Mapping[str, Calendar]
    mailbox: Mailbox | None
    therapists: tuple[Therapist, ...]
    clients: tuple[Client, ...]
    history: timedelta
    believe: frozenset[str] = frozenset()  # calendars whose many deletions an admin vouches for
    paths: Paths = field(default_factory=Paths)
    readers: Readers[Reading] = field(default_factory=InTurn)

    @cached_property
    def roster(self) -> Roster:
        """The clients as calendars see them."""
        return Roster.of(self.clients)

    @cached_property
    def lens(self) -> str:
        """What decides which texts are kept."""
        return lens(self.clients, self.therapists)

    def read_by(self, calendar: str) -> tuple[Therapist, ...]:
        """Whom this calendar concerns."""
        return self._read_by.get(calendar, ())

    @cached_property
    def _read_by(self) -> Mapping[str, tuple[Therapist, ...]]:
        found: dict[str, tuple[Therapist, ...]] = {}
        for therapist in self.therapists:
            for calendar in therapist.reads:
                found[calendar] = (*found.get(calendar, ()), therapist)
        return found


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
    refused: frozenset[str] = frozenset()  # calendars whose list is not believed: nothing is written there

    @property
    def events(self) -> tuple[Event, ...]:
        """Every occurrence in the mirror."""
        return tuple(event for objects in self.mirror.values() for one in objects for event in one.events)

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Every reply found, each once."""
        found = {reply.id: reply for message in self.incoming for reply in message.replies}
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class View:
    """What each calendar of a pass is read with.

    `carriage`: of calendars whose server need not be asked. `dry`: nothing at all is written.
    """

    memory: Memory
    sources: Sources
    now: datetime
    roster: Roster
    lens: str
    dry: bool
    carriage: Mapping[str, Carriage]
    states: Mapping[str, CalendarState]
    grounds: Mapping[str, Ground]  # of every place
    offers: Mapping[str, Sequence[Offer]]  # by calendar
    traces: Mapping[str, Sequence[Trace]]  # by calendar


@dataclass(slots=True)
class Reading:
    """One calendar's reading as it grows. `objects` by href; `fresh` once it was read well, `refused` where its list
    cannot be believed.
    """

    view: View
    calendar: str
    objects: dict[str, CalendarObject]
    ground: Ground
    carriage: Carriage | None
    changes: list[MirrorChange] = field(default_factory=list)
    fresh: bool = False
    initial: bool = False
    facts: list[ClientFacts] = field(default_factory=list)
    problems: list[ReadProblem] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    refused: bool = False

    @classmethod
    def of(cls, view: View, calendar: str) -> Reading:
        """The calendar as it is known."""
        objects = {one.href: one for one in view.memory.mirror.get(calendar, ())}
        return cls(view, calendar, objects, view.grounds[calendar], view.carriage.get(calendar))

    @property
    def port(self) -> Calendar:
        """The calendar itself."""
        return self.view.sources.calendars[self.calendar]

    @property
    def readers(self) -> tuple[Therapist, ...]:
        """Whom it concerns."""
        return self.view.sources.read_by(self.calendar)

    @property
    def state(self) -> CalendarState | None:
        """What is known of reading it; None before the first time."""
        return self.changes[-1].state if self.changes else self.view.states.get(self.calendar)

    def read(self) -> None:
        """The calendar answered."""
        self.fresh, self.ground = True, self.ground.read(self.view.now)

    def late(self, since: datetime) -> None:
        """Its account is asked since then and has not answered yet."""
        self.ground = self.ground.silent(self.view.now, f"asked at {since:%H:%M} UTC, no answer yet")

    def silent(self, error: Exception, uid: str = "") -> None:
        """It could not be read: no part of it is believed to have changed."""
        why, self.refused = reason_of(error), isinstance(error, SafetyStop)
        self.fresh, self.ground = False, self.ground.silent(self.view.now, why)
        self.problems.append(ReadProblem(self.calendar, uid, why))


def reason_of(error: Exception) -> str:
    """What is told of a place that could not be read; of an error that nobody foresaw only its kind."""
    return str(error) if isinstance(error, SyncdError) else f"reading it breaks {unforeseen(error)}"
