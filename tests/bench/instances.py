"""Seeded practices around a leave: one therapist or hundreds, tight or loose, with shared cover and rooms.

The same name and seed give the same instance on any machine. All people are made up.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from syncd.core.model import (
    Absence,
    Client,
    ClientFacts,
    Conflict,
    OccurrenceRef,
    Phase,
    Priority,
    Session,
)
from syncd.core.model.practice import Approach, Eligibility, Policy, SlotRules, Therapist
from syncd.core.planning.ranking import Candidate, rank
from syncd.core.planning.request import Ask, ClientTime, PlanRequest, TherapistTime
from syncd.core.planning.slots import Occupied
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span, local

ZONE = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 6, 1)  # a Monday; the leave begins four weeks later
LEAVE = 4
NOW = datetime(2026, 6, 8, 8, tzinfo=UTC)
SESSION = timedelta(minutes=50)
HOURS = tuple(range(8, 12)) + tuple(range(13, 18))
OFFICE = WeeklyHours(((ClockRange(8 * 60, 12 * 60), ClockRange(13 * 60, 18 * 60)),) * 5 + ((), ()))
LOAD = {"tight": 31, "base": 28, "loose": 24}  # sessions in the week of the leave
BUSY = {"tight": 10, "base": 10, "loose": 8}  # foreign appointments a week, an hour each
COVER_GROUP = 5


@dataclass(frozen=True)
class Kind:
    """A family of instances: therapists, how many are away at once, for how many weeks, and whether rooms bind.

    `lengths`: minutes of a session, drawn for each client; long ones need two hours side by side, which are few.
    """

    name: str
    therapists: int
    away: int
    weeks: int
    rooms: float | None = None  # rooms per therapist
    lengths: tuple[int, ...] = (50,)


SOLO_WEEK = Kind("solo week", 1, 1, 1)
SOLO_MIXED = Kind("solo week, mixed lengths", 1, 1, 1, lengths=(50, 50, 110))
SOLO_FORTNIGHT = Kind("solo fortnight", 1, 1, 2)
PRACTICE_10 = Kind("practice of 10", 10, 3, 1, 0.63)
PRACTICE_50 = Kind("practice of 50", 50, 15, 1, 0.63)
PRACTICE_200 = Kind("practice of 200", 200, 60, 1)
LARGE = Kind("practice of 660", 660, 200, 1)


@dataclass(frozen=True)
class Instance:
    """One planning task with its name and seed."""

    kind: Kind
    tightness: str
    seed: int
    request: PlanRequest

    @property
    def name(self) -> str:
        """`solo week/base/3`."""
        return f"{self.kind.name}/{self.tightness}/{self.seed}"


def instance(kind: Kind, tightness: str, seed: int) -> Instance:
    """The instance of that name."""
    return Instance(kind, tightness, seed, _Maker(kind, tightness, seed).request())


def _at(week: int, weekday: int, hour: int) -> datetime:
    return local(FIRST + timedelta(weeks=week, days=weekday), time(hour), ZONE)


class _Maker:
    def __init__(self, kind: Kind, tightness: str, seed: int) -> None:
        self.kind, self.tightness = kind, tightness
        self.dice = Random(f"{kind.name}/{tightness}/{seed}")
        self.length: dict[str, timedelta] = {}
        self.second: set[tuple[int, int]] = set()  # places that long sessions reach into
        start = FIRST + timedelta(weeks=LEAVE)
        self.away = Span(
            local(start, time(0), ZONE), local(start + timedelta(weeks=kind.weeks), time(0), ZONE)
        )
        self.policy = Policy(
            eligibility=Eligibility(approach=Approach.ALL, cover=kind.therapists > 1),
            slots=SlotRules(horizon_before=timedelta(days=10), horizon_after=timedelta(days=10)),
        )

    def request(self) -> PlanRequest:
        asks, times, clients = [], [], []
        for number in range(self.kind.therapists):
            who = self.therapist(number)
            if number < self.kind.away:
                ask, time_, own = self.on_leave(who)
                asks.append(ask)
                clients += own
            else:
                time_ = self.at_work(who)
            times.append(time_)
        rooms = None if self.kind.rooms is None else max(1, round(self.kind.rooms * self.kind.therapists))
        return PlanRequest(NOW, tuple(asks), tuple(times), tuple(clients), rooms=rooms)

    def therapist(self, number: int) -> Therapist:
        """Those on leave are covered by colleagues at work, in groups."""
        key, away = f"t{number:03d}", self.kind.away
        covers: tuple[str, ...] = ()
        if number >= away:
            groups = max(1, away // COVER_GROUP)
            group = number % groups
            covers = tuple(f"t{own:03d}" for own in range(group, away, groups))
        return Therapist(
            key,
            key.upper(),
            f"{key}@example.org",
            ZONE,
            OFFICE,
            f"home/{key}",
            covers_for=covers,
            policy=self.policy,
        )

    def series(self, who: Therapist) -> dict[tuple[int, int], tuple[str, int]]:
        """Who comes at which weekday and hour, every week or every other: (client, weeks between)."""
        places = [(weekday, hour) for weekday in range(5) for hour in HOURS]
        per_day = dict.fromkeys(range(5), 0)
        found: dict[tuple[int, int], tuple[str, int]] = {}
        for weekday, hour in self.dice.sample(places, len(places)):
            full = len(found) >= LOAD[self.tightness] or (weekday, hour) in self.second
            if full or per_day[weekday] >= self.policy.slots.max_sessions_per_day:
                continue
            client = f"{who.id}c{len(found):02d}"
            self.length[client] = self.length_at((weekday, hour), found)
            found[weekday, hour] = (client, self.dice.choice([1, 1, 1, 1, 2]))
            per_day[weekday] += 1
        return found

    def length_at(self, place: tuple[int, int], found: Container[tuple[int, int]]) -> timedelta:
        """How long the session there is; a long one takes the hour after it, where that is free."""
        after = (place[0], place[1] + 1)
        if len(self.kind.lengths) == 1 or after[1] not in HOURS or after in found or after in self.second:
            return SESSION
        minutes = self.dice.choice(self.kind.lengths)
        if minutes > 50:
            self.second.add(after)
        return timedelta(minutes=minutes)

    def busy(self, taken: set[tuple[int, int]]) -> tuple[Occupied, ...]:
        gone = taken | self.second
        free = [(weekday, hour) for weekday in range(5) for hour in HOURS if (weekday, hour) not in gone]
        found = []
        for week in range(LEAVE - 2, LEAVE + self.kind.weeks + 2):
            for weekday, hour in self.dice.sample(free, min(len(free), BUSY[self.tightness])):
                start = _at(week, weekday, hour)
                found.append(Occupied(Span(start, start + timedelta(hours=1)), timedelta(0)))
        return tuple(found)

    def at_work(self, who: Therapist) -> TherapistTime:
        series = self.series(who)
        sessions = [
            self.session(who, client, week, *place)
            for place, (client, every) in series.items()
            for week in range(LEAVE - 3, LEAVE + self.kind.weeks + 3)
            if (week - LEAVE) % every == 0
        ]
        return TherapistTime(who, tuple(sessions), self.busy(set(series)))

    def on_leave(self, who: Therapist) -> tuple[Ask, TherapistTime, list[ClientTime]]:
        series = self.series(who)
        sessions, rows = [], []
        for place, (client, every) in series.items():
            for week in range(LEAVE - 4, LEAVE + self.kind.weeks + 4):
                if (week - LEAVE) % every:
                    continue
                one = self.session(who, client, week, *place)
                if self.away.overlaps(one.span):
                    rows.append(
                        Conflict(f"{client}w{week}", who.id, client, one.ref, one.span, f"{who.id}a", NOW)
                    )
                else:
                    sessions.append(one)
        roster = {client: self.client(client) for client, _ in sorted(series.values())}
        every_of = dict(series.values())
        ranked = rank(
            (self.candidate(row, roster[row.client], every_of[row.client], sessions) for row in rows), NOW
        )
        clients = [
            ClientTime(one, tuple(s.span for s in sessions if s.client == key)) for key, one in roster.items()
        ]
        time_ = TherapistTime(who, tuple(sessions), self.busy(set(series)), leave=(self.away,))
        return Ask(Absence(f"{who.id}a", who.id, (), self.away), self.policy, ranked), time_, clients

    def session(self, who: Therapist, client: str, week: int, weekday: int, hour: int) -> Session:
        """The client's session in that week."""
        start = _at(week, weekday, hour)
        ref = OccurrenceRef(who.calendar, client, f"w{week}")
        return Session(who.id, client, ref, Span(start, start + self.length[client]))

    def client(self, key: str) -> Client:
        dice = self.dice
        priority, phase = dice.choices(
            [
                (Priority.CRISIS, None),
                (None, Phase.CRUCIAL),
                (None, Phase.EARLY),
                (None, Phase.ENDING),
                (None, None),
                (Priority.MAINTENANCE, None),
            ],
            [5, 8, 12, 8, 52, 15],
        )[0]
        windows = None
        if dice.random() < 0.75:
            halves = [(day, half) for day in range(5) for half in (0, 1)]
            chosen = set(dice.sample(halves, dice.choice([1, 1, 2, 3])))
            windows = WeeklyHours(
                tuple(
                    tuple(
                        ClockRange(*((8 * 60, 13 * 60), (13 * 60, 19 * 60))[half])
                        for half in (0, 1)
                        if (day, half) in chosen
                    )
                    for day in range(7)
                )
            )
        return Client(
            key,
            priority=priority,
            phase=phase,
            since=FIRST - timedelta(days=dice.randrange(30, 2000)),
            windows=windows,
            cover_ok=dice.random() < 0.3,
            extend_ok=dice.random() < 0.3,
        )

    def candidate(self, row: Conflict, client: Client, every: int, sessions: list[Session]) -> Candidate:
        mine = [one.span.start for one in sessions if one.client == client.id]
        facts = ClientFacts(row.therapist, client.id, client.since, 7.0 * every)
        if self.dice.random() < 0.15:
            facts = replace(facts, disruptions=(FIRST - timedelta(days=60),))
        return Candidate(
            row,
            client,
            ZONE,
            facts,
            max((at for at in mine if at < row.span.start), default=None),
            min((at for at in mine if at > row.span.start), default=None),
        )
