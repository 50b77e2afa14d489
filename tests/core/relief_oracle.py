"""What a set of make-ups is worth to one client, from docs/planning.md: dates, fractions and loops only.

Shared with the planner is the chance of each option, which tests/core/test_chance.py covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from syncd.core.model import OfferKind, OfferState, Tier
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import PlanRequest

Given = tuple[date, int]  # a day and the chance of a make-up on it, in hundredths
Beside = tuple[
    date, int
]  # a day, and what a colleague's time or a call on it is worth beside useful hours of one's own
SHARES = {OfferKind.COVER: 60, OfferKind.CALL: 30}  # hundredths of what a session would take off


@dataclass(frozen=True)
class Wait:
    """The days between two contacts between which sessions are displaced."""

    before: date
    after: date
    lost: tuple[date, ...]
    interval: Fraction
    gain: Fraction
    given: tuple[Given, ...]
    own: bool
    closing: bool = False
    closed: frozenset[date] = frozenset()  # public holidays
    around: tuple[date, ...] = ()  # every day on which they come, or were to

    def burden(self, days: Iterable[date]) -> Fraction:
        """The excess of every part over the client's own rhythm, in intervals, squared and summed."""
        return sum(
            ((self.excess(low, high) / self.interval) ** 2 for low, high in self.parts(days)), Fraction(0)
        )

    def parts(self, days: Iterable[date]) -> list[tuple[date, date]]:
        """Nothing is waited for after a last session that was agreed on, once it has been had."""
        inside = sorted(set(days))
        return list(pairwise([self.before, *inside, *([] if self.closing and inside else [self.after])]))

    def off(self, days: Iterable[date]) -> int:
        """Days that these take off the longest part beside what stands."""
        stand = [day for day, _ in self.given]
        whole, left = (
            max((b - a).days for a, b in self.parts(points)) for points in (stand, [*stand, *days])
        )
        return max(0, whole - left)

    @property
    def count(self) -> int:
        """How many steps the whole burden has: ten, or the days of the excess."""
        return max(10, int(self.excess(self.before, self.after)))

    @property
    def step(self) -> int:
        """A step, in hundredths of a missed session, rounded from tenths of one."""
        tenths = max(1, int(self.burden(()) * 10 + Fraction(1, 2)))
        return max(1, int(Fraction(10 * tenths, self.count) + Fraction(1, 2)))

    def relief(self, made: Sequence[Given]) -> Fraction:
        """What these are expected to take off, as a share of the burden."""
        days = [day for day, _ in made]
        whole, together = self.burden(()), self.burden(days)
        found = whole - together
        for day, chance in made:
            without = self.burden([other for other in days if other != day])
            found -= Fraction(100 - chance, 100) * (without - together)
        return max(Fraction(0), found) / whole if whole else Fraction(0)

    def steps(self, made: Sequence[Given]) -> int:
        """Steps, halves of one up; one that helps is one at least."""
        rounded = int(self.relief(made) * self.count + Fraction(1, 2))
        if len(made) == 1 and self.burden([made[0][0]]) < self.burden(()):
            return max(1, rounded)
        return rounded

    def excess(self, low: date, high: date) -> Fraction:
        """How many days one part is longer than the client's own rhythm would make it; a last session has none."""
        if self.closing:
            return Fraction((high - low).days)
        rhythm = [low, *(day for day in self.lost if low < day < high), high]
        usual = max(Fraction((b - a).days) for a, b in pairwise(rhythm))
        for before, after in pairwise(self.around):
            if before < high and low < after and self.for_holidays(before, after):
                usual = max(usual, Fraction((after - before).days))
        return max(Fraction(0), (high - low).days - max(self.interval, usual))

    def for_holidays(self, before: date, after: date) -> bool:
        """True where they would come at their interval, were it not for holidays on weekdays on which they come."""
        on = {day.weekday() for day in self.around}
        every = sorted(
            {before, after, *(one for one in self.closed if before < one < after and one.weekday() in on)}
        )
        steps = [(b - a).days for a, b in pairwise(every)]
        return len(steps) > 1 and max(steps) - 1 <= self.interval < (after - before).days

    def earned(self, day: date, others: Iterable[date]) -> bool:
        """True where a contact takes `gain` off the part that it lies in without it."""
        points = {self.before, self.after, *others} - {day}
        low, high = max(one for one in points if one < day), min(one for one in points if one > day)
        over = self.closing and high == self.after
        left = max(self.excess(low, day), Fraction(0) if over else self.excess(day, high))
        return self.excess(low, high) - left >= self.gain

    def all_earn(self, new: Iterable[date]) -> bool:
        """Each new contact does, and each that stands and did before."""
        stand = {day for day, _ in self.given}
        every = {*stand, *new}
        return all(self.earned(day, every) for day in new) and all(
            self.earned(day, every) for day in stand if self.earned(day, stand)
        )

    def units(self, own: Sequence[Given], beside: Sequence[Beside]) -> int:
        """What a set adds in tenths of a step; 0 where two contacts are too close or nothing is added."""
        fresh = [day for day, _ in (*own, *beside)]
        days = sorted((self.before, self.after, *(d for d, _ in self.given), *fresh))
        new = set(fresh)
        for low, high in pairwise(days):
            if (low in new or high in new) and (high - low).days < max(self.gain, Fraction(1, 10)):
                return 0
        if not self.all_earn(new):
            return 0
        added = self.steps((*self.given, *own)) - self.steps(self.given) if own else 0
        return 10 * added + sum(worth for _, worth in beside) if added > 0 or not own else 0


def waits(request: PlanRequest, client: str, zone: ZoneInfo, chance: Mapping[str, int]) -> list[Wait]:
    """All of one client's; `chance` of the make-ups that stand, by uid."""
    rows = [one for ask in request.asks for one in ask.ranked if one.client.id == client]
    time = next((one for one in request.clients if one.client.id == client), None)
    sessions = [span.start for span in time.sessions] if time else []
    fixed = [one.offer for one in request.fixed if one.offer.client == client]
    beside = [at for row in rows for at in (row.candidate.previous, row.candidate.following) if at]
    gone = {row.conflict.span.start for row in rows}
    out = {*gone, *(one.span.start for one in fixed)}

    def day(at: datetime) -> date:
        return at.astimezone(zone).date()

    contacts = {day(at) for at in (*sessions, *beside) if at not in out}
    lost = sorted({day(at) for at in gone} - contacts)
    if not lost:
        return []
    interval = Fraction(min(row.candidate.facts.interval or 7 for row in rows if row.candidate.facts))
    if not any(one < lost[0] for one in contacts):
        contacts.add(lost[0] - timedelta(days=round(interval)))
    closing = not any(one > lost[-1] for one in contacts)
    if closing:
        closing = any(row.candidate.ends and row.candidate.ends <= row.conflict.span.end for row in rows)
        usual = lost[-1] + timedelta(days=round(interval))
        contacts.add(max(usual, day(too_late(request, rows)) + timedelta(days=1)) if closing else usual)
    gain = least_gain(request, rows, interval)
    found = []
    for low, high in pairwise(sorted(contacts)):
        inside = tuple(one for one in lost if low < one < high)
        if not inside:
            continue
        stand: dict[date, int] = {}
        own = False
        for one in fixed:
            when = day(one.span.start)
            if one.kind is not OfferKind.EXTEND and low < when < high:
                sure = one.state in {OfferState.ACCEPTED, OfferState.SETTLED}
                share = 100 if sure else chance[one.uid]
                share = share * SHARES.get(one.kind, 100) // 100
                stand[when] = max(share, stand.get(when, 0))
                own = own or one.kind is OfferKind.MOVE
        last = closing and high == max(contacts)
        found.append(
            Wait(
                low,
                high,
                inside,
                interval,
                gain,
                tuple(sorted(stand.items())),
                own,
                last,
                frozenset(day for one in request.therapists for day in one.holidays),
                tuple(sorted({*contacts, *lost})),
            )
        )
    return found


def too_late(request: PlanRequest, rows: Sequence[Ranked]) -> datetime:
    """When no session of theirs could be made up for any more."""
    asked = [ask for ask in request.asks if any(row in ask.ranked for row in rows)]
    return max(ask.absence.span.end + ask.policy.slots.horizon_after for ask in asked)


def least_gain(request: PlanRequest, rows: Sequence[Ranked], interval: Fraction) -> Fraction:
    """What one takes off at least."""
    first = min(rows, key=lambda row: (row.tier, -row.score, row.conflict.span, row.conflict.id))
    policy = next(ask.policy for ask in request.asks if first in ask.ranked)
    if policy.slots.min_gain is not None:
        return Fraction(policy.slots.min_gain / timedelta(days=1))
    if min(row.tier for row in rows) is Tier.CRISIS:
        return Fraction(1)
    return min(Fraction(4), max(Fraction(1), interval / Fraction(7, 2)))


def allowed(wait: Wait, own: Sequence[Given], beside: Sequence[Beside]) -> int:
    """The units of a set of which every part is worth less, and may be taken itself; else 0."""
    members = [(given, None) for given in own] + [(None, one) for one in beside]
    units = wait.units(own, beside)
    if len(members) < 2 or not units:
        return units
    for part in combinations(members, len(members) - 1):
        less = allowed(wait, [a for a, _ in part if a], [b for _, b in part if b])
        if not less or less >= units:
            return 0
    return units
