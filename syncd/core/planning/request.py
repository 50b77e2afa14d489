"""What the planner is asked: absences with their ranked sessions, everybody's time, and what stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from syncd.core.model import Absence, Client, Conflict, Mode, Offer, OfferKind, Session, Slot
from syncd.core.model.practice import Aim, Policy, SlotRules, Therapist
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.slots import Occupied, Openings, clock_of
from syncd.core.reading.history import UsualLoad
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span

NEXT_DAY = timedelta(hours=20)  # from one day to the next, between two sessions of one client
OTHER_ZONE_WINDOWS = WeeklyHours(week=((ClockRange(7 * 60, 21 * 60),),) * 7)


@dataclass(frozen=True, slots=True)
class Ask:
    """One absence to plan: the policy merged for it, and its open conflicts, ranked.

    `excluded` are the ids of clients that the leave block itself excludes (`#none AB`). `sends_at` is when an
    invitation could leave at the earliest, by conflict id; `now` where nothing is said. `held_from` says the same of
    the time that is held already, for whoever is mailed.
    `vetoed` are times that a therapist took off their table: there they stay free for everybody in this absence.
    `unwilling` are pairs of a conflict id and a colleague who will not cover for it. `within` bounds where a make-up
    may stand, by conflict id: one for a cover session that fell through is of use while the client's own therapist is
    away. `settled` counts this absence's displaced sessions that are not asked about here. `calls` are conflict ids
    of calls that were agreed on: another one makes up for each.
    `handed` are the ids of conflicts in long leave that are handed over, so that no make-up is looked for.
    `noes` counts the times of their own therapist that a client said no to in this absence, by client id.
    """

    absence: Absence
    policy: Policy
    ranked: tuple[Ranked, ...]
    excluded: frozenset[str] = frozenset()
    sends_at: Mapping[str, datetime] = field(default_factory=dict)
    held_from: Mapping[str, datetime] = field(default_factory=dict)
    vetoed: tuple[Slot, ...] = ()
    unwilling: frozenset[tuple[str, str]] = frozenset()
    within: Mapping[str, Span] = field(default_factory=dict)
    settled: int = 0
    calls: frozenset[str] = frozenset()
    handed: frozenset[str] = frozenset()
    noes: Mapping[str, int] = field(default_factory=dict)

    @property
    def budget(self) -> int:
        """The make-ups of the therapist's own time that this absence may have, where its approach is limited."""
        return self.policy.budget(len(self.ranked) + self.settled)


@dataclass(frozen=True, slots=True)
class TherapistTime:
    """One therapist's calendar as the planner sees it.

    `sessions` are those that are held, accepted make-ups among them (`Session.offer` names which); `busy` is
    everything else that is taken, without the therapist's leave, our own offers and `#makeup` events.
    `reachable` False: the calendar cannot be read or written just now, so no colleague's client is sent there.
    `usual` is what limits that follow the therapist's own habit rest on; None: they have none.
    """

    therapist: Therapist
    sessions: tuple[Session, ...] = ()
    busy: tuple[Occupied, ...] = ()
    leave: tuple[Span, ...] = ()
    opened: tuple[Span, ...] = ()
    holidays: frozenset[date] = frozenset()
    reachable: bool = True
    usual: UsualLoad | None = None

    @property
    def rules(self) -> SlotRules:
        """Buffer, grid and caps are the therapist's own, whatever absence an option is for."""
        return self.therapist.policy.slots

    @property
    def openings(self) -> Openings:
        """When this therapist could work."""
        return Openings(
            zone=self.therapist.zone,
            hours=self.therapist.hours,
            reserved=self.therapist.reserved,
            reserved_only=self.rules.reserved_only,
            opened=self.opened,
            holidays=self.holidays,
            leave=self.leave,
        )


@dataclass(frozen=True, slots=True)
class ClientTime:
    """One client's time: `sessions` with any therapist that take place, `away` where they cannot come.

    `displaced` are those that leave takes, be they planned here or not: they belong to the client's own rhythm.
    `refused` are times the client declined, `taken_back` those that they were asked about and lost again, while nothing
    stood there: nothing that overlaps them is offered again.
    """

    client: Client
    sessions: tuple[Span, ...] = ()
    away: tuple[Span, ...] = ()
    refused: tuple[Span, ...] = ()
    taken_back: tuple[Span, ...] = ()
    displaced: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Booked:
    """An offer that stands: sent, accepted, settled or pinned by hand. It takes time, caps and budget.

    One that is suggested beside another is no further contact, and takes no unit of the budget: one of them is taken.
    `silent`: nobody answered in time. Its hour is kept meanwhile; its unit of the budget is free for somebody else.
    """

    offer: Offer
    absence: str = ""
    silent: bool = False


@dataclass(frozen=True)
class Handover:
    """One long absence to find cover for: its clients, each by their first displaced session, in order of rank.

    `named` are the therapists' ids of those whom the therapist named, by client id. `practice` is its language.
    """

    absence: Absence
    policy: Policy
    ranked: tuple[Ranked, ...]
    named: tuple[tuple[str, str], ...] = ()
    language: str = ""

    @cached_property
    def colleague(self) -> dict[str, str]:
        """Who was named, by client."""
        return dict(self.named)


@dataclass(frozen=True)
class PlanRequest:
    """One planning: the same request, in any order, gives the same plan.

    `fixed` is never moved, and conflicts that have a fixed offer are not planned again; `preferred` are
    offers held but not sent: kept wherever that costs nobody a place. `agreed` are the ids of those among them that the
    therapist was shown and agreed to: they go only to somebody of a tier above. `rooms` None: rooms do not matter.
    `tags`: whoever has no place is told what tags that are not set would give them, by planning again.
    At most `verify` unplaced clients, by rank, get their remedies checked by planning again; where `about` names
    conflicts, only those.
    """

    now: datetime
    asks: tuple[Ask, ...]
    therapists: tuple[TherapistTime, ...]
    clients: tuple[ClientTime, ...] = ()
    fixed: tuple[Booked, ...] = ()
    preferred: tuple[Offer, ...] = ()
    agreed: frozenset[str] = frozenset()
    rooms: int | None = None
    verify: int = 0
    about: frozenset[str] | None = None
    handovers: tuple[Handover, ...] = ()
    tags: bool = False

    @cached_property
    def therapist(self) -> Mapping[str, TherapistTime]:
        """Therapists' time by id."""
        return {one.therapist.id: one for one in sorted(self.therapists, key=_therapist_id)}

    @cached_property
    def holidays(self) -> frozenset[date]:
        """The practice's public holidays, and what it closes like them."""
        return frozenset(day for one in self.therapists for day in one.holidays)

    @cached_property
    def client(self) -> Mapping[str, ClientTime]:
        """Clients' time by id; a client who is only ranked has no other sessions."""
        ranked = {one.client.id: ClientTime(one.client) for ask in self.asks for one in ask.ranked}
        return ranked | {one.client.id: one for one in self.clients}

    @cached_property
    def ask_of(self) -> Mapping[str, Ask]:
        """The ask of each conflict that is to be planned, by conflict id."""
        taken = {one.offer.conflict for one in self.fixed}
        return {
            one.conflict.id: ask
            for ask in sorted(self.asks, key=_absence_id)
            for one in ask.ranked
            if one.conflict.id not in taken
        }

    @cached_property
    def policy_of(self) -> Mapping[str, Policy]:
        """The policy of each ranked conflict's absence, by conflict id."""
        return {one.conflict.id: ask.policy for ask in self.asks for one in ask.ranked}

    @cached_property
    def ranked(self) -> tuple[Ranked, ...]:
        """Everybody, in the order of rank across absences."""
        every = (one for ask in self.asks for one in ask.ranked)
        return tuple(
            sorted(every, key=lambda one: (one.tier, -one.score, one.conflict.span, one.conflict.id))
        )

    @cached_property
    def ranked_of(self) -> Mapping[str, Ranked]:
        """Ranked by conflict id."""
        return {one.conflict.id: one for one in self.ranked}

    @cached_property
    def ranked_by_client(self) -> Mapping[str, tuple[Ranked, ...]]:
        """Everybody's displaced sessions by client id, in order of rank."""
        return _grouped((one.client.id, one) for one in self.ranked)

    @cached_property
    def fixed_by_client(self) -> Mapping[str, tuple[Offer, ...]]:
        """Fixed offers by client id."""
        return _grouped((one.offer.client, one.offer) for one in self.fixed)

    @cached_property
    def booked_by_client(self) -> Mapping[str, tuple[Booked, ...]]:
        """The same as they were booked, without what is suggested beside others."""
        return _grouped((one.offer.client, one) for one in self.fixed if not one.offer.beside)

    @cached_property
    def clocks(self) -> Mapping[str, frozenset[int]]:
        """The minutes of the day at which each therapist's displaced sessions begin, and what is held."""
        starts = [(one.conflict.therapist, one.conflict.span.start) for one in self.ranked]
        starts += [(one.therapist, one.span.start) for one in self.preferred]
        known = ((key, start) for key, start in starts if key in self.therapist)
        found = _grouped((key, clock_of(start, self.therapist[key].therapist.zone)) for key, start in known)
        return {key: frozenset(clocks) for key, clocks in found.items()}


def looks_alike(one: PlanRequest, other: PlanRequest) -> bool:
    """True where two requests that differ in policies and what is held look at the same times for moves."""
    grids = {max(1, time.rules.grid // timedelta(minutes=1)) for time in one.therapists}
    none = frozenset[int]()
    clocks = {
        clock
        for key in {*one.clocks, *other.clocks}
        for clock in one.clocks.get(key, none) ^ other.clocks.get(key, none)
    }
    return not any(clock % grid for clock in clocks for grid in grids) and all(
        ask_looks_alike(mine, ask) for mine, ask in zip(one.asks, other.asks, strict=True)
    )


def ask_looks_alike(one: Ask, other: Ask) -> bool:
    """True where two asks look at the same times by the same rules; whom they give any may differ."""
    return _sides(one) == _sides(other) and (
        replace(one.policy, eligibility=other.policy.eligibility) == other.policy
    )


def _sides(ask: Ask) -> tuple[bool, bool]:
    return ask.policy.eligibility.before, ask.policy.eligibility.after


_T = TypeVar("_T")


def _grouped(pairs: Iterable[tuple[str, _T]]) -> dict[str, tuple[_T, ...]]:
    found: dict[str, list[_T]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: tuple(ones) for key, ones in found.items()}


def _therapist_id(one: TherapistTime) -> str:
    return one.therapist.id


def _absence_id(ask: Ask) -> str:
    return ask.absence.id


def in_room(client: Client, session: Session | Conflict | Offer) -> bool:
    """True when a session needs a room: not a call, nor one online: by the client's mode, or a link without a place."""
    if isinstance(session, Offer) and session.kind is OfferKind.CALL:
        return False
    if client.mode is Mode.ANY:
        return not (session.link or session.conference) or bool(session.location)
    return client.mode is Mode.ROOM


def place_of(client: Client, session: Session | Conflict | Offer) -> str | None:
    """Where it takes place: "" where nobody says, None for a session without a place."""
    return session.location if in_room(client, session) else None


def counts_as_contact(kind: OfferKind) -> bool:
    """A move, a cover or a call is a contact of its own; an extension lengthens one that is counted already."""
    return kind is not OfferKind.EXTEND


def counts_as_session(kind: OfferKind) -> bool:
    """A contact that limits on sessions count: a call is none."""
    return counts_as_contact(kind) and kind is not OfferKind.CALL


def spends_budget(kind: OfferKind) -> bool:
    """A budget counts make-ups of the therapist's own time: neither a colleague's nor calls."""
    return kind not in {OfferKind.COVER, OfferKind.CALL}


def own_distance(rules: SlotRules) -> timedelta | None:
    """What stays free between two sessions of one client; None: where waits count, what each client's asks for."""
    if rules.client_distance is not None:
        return rules.client_distance
    return NEXT_DAY if rules.aim is Aim.SESSIONS else None
