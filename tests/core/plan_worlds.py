"""Small practices to plan for: a builder with plain defaults, and a generator of random ones from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from syncd.core.model import (
    Absence,
    Client,
    ClientFacts,
    Conflict,
    Mode,
    OccurrenceRef,
    Offer,
    OfferKind,
    OfferState,
    Phase,
    Priority,
    Session,
    Slot,
)
from syncd.core.model.practice import Aim, Approach, Eligibility, Policy, SlotRules, Therapist
from syncd.core.planning.ranking import Candidate, Ranked, rank
from syncd.core.planning.request import Ask, Booked, ClientTime, PlanRequest, TherapistTime
from syncd.core.planning.slots import Occupied
from syncd.core.reading.history import UsualLoad
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span, local

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 7, 6)  # the week before the leave in most examples
NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> datetime:
    """An instant: `day` days after MONDAY, at a wall-clock time."""
    clock = datetime(2000, 1, 1, hour, minute).time()  # noqa: DTZ001 - only its clock is used
    return local(MONDAY + timedelta(days=day), clock, zone)


def span(day: int, hour: int, minutes: int = 50, minute: int = 0) -> Span:
    """A stretch of that many minutes."""
    start = at(day, hour, minute)
    return Span(start, start + timedelta(minutes=minutes))


def days(first: int, until: int) -> Span:
    """Whole local days [first, until)."""
    return Span(at(first, 0), at(until, 0))


def hours(week: Mapping[int, Sequence[tuple[int, int]]]) -> WeeklyHours:
    """Weekly hours from {weekday: [(from hour, to hour)]}."""
    return WeeklyHours(
        tuple(tuple(ClockRange(a * 60, b * 60) for a, b in week.get(weekday, ())) for weekday in range(7))
    )


OFFICE = hours({day: [(9, 13), (14, 18)] for day in range(5)})


def therapist(key: str = "dana", weekly: WeeklyHours = OFFICE, **more: Any) -> Therapist:  # noqa: ANN401
    """A therapist whose calendar has the same id."""
    return Therapist(key, key.title(), f"{key}@example.org", BERLIN, weekly, f"home/{key}", **more)


def conflict(client: str, when: Span, by: str = "dana", absence: str = "a1") -> Conflict:
    """A displaced session; its id says whose it is and when."""
    start = when.start.strftime("%m%dT%H%M")
    ref = OccurrenceRef(f"home/{by}", f"{client}-{by}", start)
    return Conflict(f"{client}-{by}-{start}", by, client, ref, when, absence, NOW)


def session(client: str, when: Span, by: str = "dana", offer: str = "") -> Session:
    """A standing session."""
    ref = OccurrenceRef(f"home/{by}", f"{client}-{by}", when.start.strftime("%m%dT%H%M"))
    return Session(by, client, ref, when, offer=offer)


def offer(row: Conflict, when: Span, kind: OfferKind = OfferKind.MOVE, by: str = "", **more: Any) -> Offer:  # noqa: ANN401
    """An offer for a conflict, invited unless said otherwise."""
    giver = by or row.therapist
    fields: dict[str, Any] = {"state": OfferState.INVITED, "invited_at": NOW} | more
    return Offer(f"uid-{row.id}", row.id, 1, giver, row.client, f"home/{giver}", when, kind, **fields)


def ask(
    rows: Sequence[Conflict],
    away: Span,
    policy: Policy,
    clients: Mapping[str, Client],
    crisis: frozenset[str] = frozenset(),
    **more: Any,  # noqa: ANN401
) -> Ask:
    """One absence with its conflicts ranked; every client comes weekly."""
    candidates = [
        Candidate(
            row,
            clients[row.client],
            BERLIN,
            ClientFacts(row.therapist, row.client, date(2026, 1, 5), 7.0),
            row.span.start - timedelta(days=7),
            row.span.start + timedelta(days=7),
            crisis=row.client in crisis,
            weights=policy.weights,
        )
        for row in rows
    ]
    by = rows[0].therapist if rows else "dana"
    return Ask(
        Absence(rows[0].absence if rows else "a1", by, (), away), policy, rank(candidates, NOW), **more
    )


def solo(
    rows: Sequence[Conflict],
    *,
    away: Span | None = None,
    policy: Policy | None = None,
    roster: Mapping[str, Client] | None = None,
    who: Therapist | None = None,
    sessions: Sequence[Session] = (),
    time: Mapping[str, Any] | None = None,
    own: Mapping[str, Any] | None = None,
    asked: Mapping[str, Any] | None = None,
    **more: Any,  # noqa: ANN401
) -> PlanRequest:
    """One therapist, one leave (the second week unless said otherwise).

    `time` are fields of the TherapistTime, `own` of every ClientTime, `asked` of the Ask, `more` of the request.
    """
    policy = policy or Policy(eligibility=Eligibility(approach=Approach.ALL, extension=timedelta(0)))
    who = replace(who or therapist(), policy=policy)
    away = away or days(7, 14)
    clients = {row.client: Client(row.client) for row in rows} | dict(roster or {})
    return PlanRequest(
        now=more.pop("now", NOW),
        asks=(ask(rows, away, policy, clients, **(asked or {})),),
        therapists=(TherapistTime(who, tuple(sessions), leave=(away,), **(time or {})),),
        clients=tuple(
            ClientTime(client, tuple(one.span for one in sessions if one.client == key), **(own or {}))
            for key, client in clients.items()
        ),
        **more,
    )


def random_request(seed: int) -> PlanRequest:
    """A practice of one or two therapists, two to four displaced sessions, and a bit of everything else."""
    return _Dice(Random(seed), Random(f"calls/{seed}")).request()


class _Dice:
    def __init__(self, dice: Random, calls: Random) -> None:
        self.dice, self.calls = dice, calls

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def request(self) -> PlanRequest:
        keys = ["dana", "eli"][: self.dice.choice([1, 1, 2])]
        policy = self.policy()
        apart = {"ab": ("cd",), "cd": ("ab",)} if self.chance(0.3) else {}
        clients = {key: self.client(key, keys, apart.get(key, ())) for key in ("ab", "cd", "ef")}
        aways = {
            key: days(first, first + self.dice.choice([1, 1, 1, 2, 2, 2, 20]))
            for key in keys
            for first in [self.dice.choice([7, 8])]
        }
        rows = {key: self.rows(key, aways[key], list(clients)) for key in keys}
        asks = [
            ask(mine, aways[key], policy, clients, **self.asked(clients))
            for key, mine in rows.items()
            if mine
        ]
        times = [self.time(key, keys, aways, policy, list(clients)) for key in keys]
        every = [row for mine in rows.values() for row in mine]
        fixed, preferred = self.offers(every)
        request = PlanRequest(
            now=self.dice.choice([NOW, at(3, 10), at(5, 9)]),
            asks=tuple(asks),
            therapists=tuple(times),
            clients=tuple(self.client_time(one, times) for one in clients.values()),
            fixed=fixed,
            preferred=preferred,
            agreed=frozenset(one.uid for one in preferred if self.chance(0.4)),
            rooms=self.dice.choice([None, None, 1, 2]),
        )
        return self.used_to(request)

    def used_to(self, request: PlanRequest) -> PlanRequest:
        """The same with habits of the therapists, and limits that rest on them."""
        asks = tuple(
            replace(one, ranked=tuple(self.agreed(each) for each in one.ranked)) for one in request.asks
        )
        return replace(request, asks=asks, therapists=tuple(self.load(one) for one in request.therapists))

    def agreed(self, one: Ranked) -> Ranked:
        """With an end that was agreed on, for some: this session itself, or one two or three days later."""
        ends = self.dice.choice([None] * 6 + [timedelta(0), timedelta(days=2), timedelta(days=3)])
        last = None if ends is None else one.conflict.span.end + ends
        return replace(one, candidate=replace(one.candidate, ends=last))

    def load(self, time: TherapistTime) -> TherapistTime:
        dice = self.dice
        rules = replace(
            time.rules,
            max_in_a_row=dice.choice([1, 1, 2, 5]),
            max_before_leave=dice.choice([None, None, None, 1]),
            max_sessions_per_week=dice.choice([None, None, 2, 3]),
            max_makeups_on_empty_day=dice.choice([None, 2]),
        )
        who = replace(time.therapist, policy=replace(time.therapist.policy, slots=rules))
        usual = UsualLoad(dice.choice([1, 5]), dice.choice([1, 5]), dice.choice([0, 1, 20]))
        return replace(time, therapist=who, usual=dice.choice([None, usual]))

    def policy(self) -> Policy:
        dice = self.dice
        rules = SlotRules(
            horizon_before=timedelta(days=dice.choice([0, 3, 5])),
            horizon_after=timedelta(days=dice.choice([2, 4])),
            min_notice=timedelta(hours=dice.choice([24, 48])),
            buffer=timedelta(minutes=dice.choice([0, 10])),
            grid=timedelta(minutes=60),
            max_sessions_per_day=dice.choice([2, 3, 7, 7]),
            max_makeups_per_day=dice.choice([1, 2]),
            max_makeups_per_week=dice.choice([1, 2, 6]),
            aim=dice.choice([Aim.CONTINUITY, Aim.CONTINUITY, Aim.CONTINUITY, Aim.SESSIONS]),
            min_gain=dice.choice([None, None, None, timedelta(days=1), timedelta(days=3)]),
            client_distance=dice.choice([None, None, timedelta(hours=20), timedelta(hours=30)]),
            reserved_only=self.chance(0.05),
        )
        side = dice.choice([(True, True)] * 4 + [(True, False), (False, True)])
        eligibility = Eligibility(
            approach=dice.choices(list(Approach), [1, 1, 4, 6])[0],
            budget=dice.choice([0, 1, 1, 2, 2, 3]),
            before=side[0],
            after=side[1],
            cover=self.chance(0.6),
            extension=timedelta(minutes=dice.choice([0, 30, 30])),
            call=timedelta(minutes=self.calls.choice([0, 0, 15, 60])),
            max_makeups_per_client=dice.choice([1, 2, 3]),
            min_interval=timedelta(days=dice.choice([3, 3, 3, 3, 8])),
        )
        return Policy(eligibility=eligibility, slots=rules)

    def client(self, key: str, therapists: Sequence[str], apart: tuple[str, ...]) -> Client:
        dice = self.dice
        return Client(
            key,
            therapists=tuple(therapists),
            makeups=self.chance(0.95),
            priority=dice.choice([None, None, Priority.CRISIS, Priority.PROTECTED, Priority.MAINTENANCE]),
            phase=dice.choice([None, Phase.CRUCIAL, Phase.EARLY, Phase.EXPOSURE]),
            fixed_hour=self.chance(0.1),
            apart_from=apart,
            zone=ZoneInfo("Asia/Tokyo") if self.chance(0.1) else None,
            windows=hours({day: [(9, 12), (15, 17)] for day in range(6)}) if self.chance(0.2) else None,
            mode=dice.choice([Mode.ANY, Mode.ONLINE, Mode.ROOM]),
            max_makeups=dice.choice([None, None, 1]),
            cover_ok=self.chance(0.7),
            extend_ok=self.chance(0.9),
        )

    def rows(self, key: str, away: Span, clients: Sequence[str]) -> list[Conflict]:
        first = 7 if away.holds(at(7, 12)) else 8
        wanted = self.dice.sample([9, 10, 11, 15, 16], self.dice.choice([2, 2, 3]))
        return [conflict(self.dice.choice(clients), span(first, hour), key, f"a-{key}") for hour in wanted]

    def asked(self, clients: Mapping[str, Client]) -> dict[str, Any]:
        return {
            "excluded": frozenset({"ab"}) if self.chance(0.05) else frozenset(),
            "vetoed": (Slot("dana", span(4, 10)),) if self.chance(0.1) else (),
            "crisis": frozenset({"cd"}) if self.chance(0.1) else frozenset(),
        }

    def time(
        self, key: str, keys: Sequence[str], aways: Mapping[str, Span], policy: Policy, clients: Sequence[str]
    ) -> TherapistTime:
        dice = self.dice
        open_days = dice.sample(range(6), 3)
        weekly = hours({day: [dice.choice([(9, 11), (10, 12), (15, 17)])] for day in open_days})
        who = replace(
            therapist(key, weekly),
            policy=policy,
            covers_for=tuple(one for one in keys if one != key),
            reserved=hours({2: [(17, 18)]}) if self.chance(0.2) else None,
        )
        standing = [
            session(dice.choice(clients), span(day, hour), key)
            for day in (2, 4, 10, 11, 14)
            for hour in dice.sample([9, 10, 15], dice.choice([0, 1, 1]))
            if not aways[key].overlaps(span(day, hour))
        ]
        return TherapistTime(
            who,
            tuple(standing),
            busy=(Occupied(span(dice.choice([3, 9, 11]), 10, 60), dice.choice([None, timedelta(0)])),),
            leave=(aways[key],),
            opened=(span(dice.choice([5, 12]), 10, 120),) if self.chance(0.2) else (),
            holidays=frozenset({MONDAY + timedelta(days=dice.choice([3, 3, 10, 10, 7]))})
            if self.chance(0.3)
            else frozenset(),
        )

    def client_time(self, client: Client, times: Sequence[TherapistTime]) -> ClientTime:
        own = [one.span for time in times for one in time.sessions if one.client == client.id]
        return ClientTime(
            client,
            tuple(own),
            away=(days(9, 10),) if self.chance(0.1) else (),
            refused=(span(10, 10),) if self.chance(0.1) else (),
        )

    def offers(self, rows: Sequence[Conflict]) -> tuple[tuple[Booked, ...], tuple[Offer, ...]]:
        fixed: list[Booked] = []
        preferred: list[Offer] = []
        for row in rows:
            when = span(self.dice.choice([2, 3, 4, 9, 10, 11]), self.dice.choice([9, 10, 11, 15, 16]))
            if len(rows) > 1 and self.chance(0.15):
                fixed.append(Booked(offer(row, when), row.absence))
            elif self.chance(0.6):
                preferred.append(offer(row, when, state=OfferState.HELD, invited_at=None))
        return tuple(fixed), tuple(preferred)
