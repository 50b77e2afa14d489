"""Continuity: the stretches that leave tears between a client's contacts, how heavy they are, what makes them lighter.

Days are calendar days in the therapist's zone, from 1970-01-01 on; the distance to the client's own sessions is one of
hours (`Continuity.distance`). Integers only: intervals and excesses in half days, chances in hundredths.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

from syncd.core.model import OfferKind, OfferState
from syncd.core.model.practice import Aim
from syncd.core.planning.ranking import UNKNOWN_INTERVAL, Ranked
from syncd.core.planning.relief.chance import SHARES, Habits, habits_of
from syncd.core.planning.relief.contacts import contact_days, spacing_of, standing
from syncd.core.planning.relief.public_holidays import Days, holiday_waits, touching
from syncd.core.planning.relief.spacing import Spacing, crowded, distance, least_gain
from syncd.core.planning.request import Booked, PlanRequest
from syncd.core.time.minutes import day_number, minute_of

STEPS = 10  # into which a burden is divided at least: what is less than one of them costs nobody anything
_POINTS = 10  # into which what is left over of a step is divided
_WEEK = 7
_DAY = timedelta(days=1)

Contact = tuple[int, int]  # (day, chance in hundredths that it comes about)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days between two contacts of one client, with displaced sessions (`lost`) inside.

    `interval` in half days; `measure` is what excess is divided by, in half days. `given` are make-ups that stand
    already, `own` whether one is by the client's own therapist. `gain`: what each has to take off the wait. `feasts`:
    waits that public holidays make. `closing`: their agreed last session is lost, nothing comes after it; `after` is
    then the day by which it is too late.
    """

    before: int
    after: int
    lost: tuple[int, ...]
    interval: int
    measure: int
    gain: timedelta
    given: tuple[Contact, ...] = ()
    own: bool = False
    closing: bool = False
    feasts: tuple[Days, ...] = ()
    _heavy: dict[tuple[int, ...], int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def heaviness(self, days: Iterable[int]) -> int:
        """The burden with contacts on these days, times `measure` squared: the excess of each part, squared."""
        key = tuple(days)
        if key not in self._heavy:  # asked for the same few days with every chance that they may have
            self._heavy[key] = sum(self._excess(low, high) ** 2 for low, high in pairwise(self._points(key)))
        return self._heavy[key]

    def _points(self, days: Iterable[int]) -> list[int]:
        """The ends of the parts: once the last session has been had nobody waits any more."""
        inside = sorted(set(days))
        return [self.before, *inside] if self.closing and inside else [self.before, *inside, self.after]

    def longest(self, days: Iterable[int]) -> int:
        """Days of the longest part with contacts on these days and those given."""
        points = self._points((*days, *(day for day, _ in self.given)))
        return max(high - low for low, high in pairwise(points))

    @property
    def count(self) -> int:
        """Into how many steps the burden is divided: the first day off a long wait is worth one."""
        return max(STEPS, self._excess(self.before, self.after) // 2)

    @property
    def step(self) -> int:
        """What one step is worth: tenths of a missed session, times ten."""
        return max(1, (2 * STEPS * self.burden + self.count) // (2 * self.count))

    def _excess(self, low: int, high: int) -> int:
        """Half days that this part is longer than the client's own rhythm and public holidays would make it.

        An agreed last session is waited for from the first day on: it has no usual interval.
        """
        if self.closing:
            return 2 * (high - low)
        inside = [low, *(day for day in self.lost if low < day < high), high]
        own = [later - earlier for earlier, later in pairwise(inside)]
        longest = max((*own, *touching(self.feasts, low, high)))
        return max(0, 2 * (high - low) - max(self.interval, 2 * longest))

    @property
    def burden(self) -> int:
        """The burden without any make-up, in tenths of one missed session; at least 1 where there is any."""
        heavy = self.heaviness(())
        return max(1, (20 * heavy + self.measure**2) // (2 * self.measure**2)) if heavy else 0

    def left(self, days: Iterable[int]) -> int:
        """The burden with contacts on these days and those given, in tenths."""
        heavy = self.heaviness((*days, *(day for day, _ in self.given)))
        return (20 * heavy + self.measure**2) // (2 * self.measure**2)

    def remaining(self, contacts: Sequence[Contact]) -> int:
        """Thousandths of a missed session that are expected to be left with these make-ups and those given."""
        expected = self._expected((*self.given, *contacts))
        return 10 * (100 * self.heaviness(()) - expected) // self.measure**2

    def remaining_of(self, heavy: int) -> int:
        """The same where so much of `heaviness` is left for sure."""
        return 1000 * heavy // self.measure**2

    def relief(self, contacts: Sequence[Contact]) -> int:
        """Hundredths of the burden that these make-ups are expected to take off."""
        heavy = self.heaviness(())
        return self._expected(contacts) // heavy if heavy else 0

    def _expected(self, contacts: Sequence[Contact]) -> int:
        """What they take off `heaviness`, in hundredths of it.

        All of them together, less what each would be missed for, times the chance that it does not come about.
        """
        days = [day for day, _ in contacts]
        together = self.heaviness(days)
        expected = 100 * (self.heaviness(()) - together)
        for place, (_, chance) in enumerate(contacts):
            alone = self.heaviness(days[:place] + days[place + 1 :])
            expected -= (100 - chance) * (alone - together)
        return max(0, expected)

    def steps(self, contacts: Sequence[Contact]) -> int:
        """The same in steps, `count` for the whole burden; one that takes off anything is worth one at least."""
        heavy = self.heaviness(())
        rounded = (2 * self.count * self._expected(contacts) + 100 * heavy) // (200 * heavy) if heavy else 0
        return max(1, rounded) if len(contacts) == 1 and self._lighter(contacts[0][0]) else rounded

    def leftover(self, contact: Contact) -> int:
        """Where in its step a make-up by itself lies, in points: the more the better; 0 below the first one."""
        heavy = 200 * self.heaviness(())
        share = 2 * self.count * self._expected((contact,)) + heavy // 2
        return _POINTS * (share % heavy) // heavy if heavy and share >= heavy else 0

    def _lighter(self, day: int) -> bool:
        return self.heaviness((day,)) < self.heaviness(())

    def holds(self, day: int) -> bool:
        """True for a day between the two contacts."""
        return self.before < day < self.after

    def apart(self, days: Sequence[int]) -> bool:
        """True where each of these days lies far enough from the contact before and after it."""
        points = sorted((self.before, self.after, *days, *(day for day, _ in self.given)))
        fresh = set(days)
        return all(
            (high - low) * _DAY >= self.gain
            for low, high in pairwise(points)
            if low in fresh or high in fresh
        ) and len(points) == len(set(points))

    def earns(self, days: Sequence[int]) -> bool:
        """True where each of these days takes `gain` off the part it lies in, all others kept.

        One that was given already must go on doing so: beside a near double it would be of no use any more.
        """
        fresh, given = set(days), [day for day, _ in self.given]
        without, within = self._earning(given), self._earning((*given, *days))
        return fresh <= within and without <= within

    def _earning(self, days: Iterable[int]) -> set[int]:
        """Those that shorten the excess of the part they lie in by `gain`."""
        points = sorted({self.before, *days, self.after})
        last = points[-2]
        return {
            day
            for low, day, high in zip(points, points[1:], points[2:], strict=False)
            if (self._excess(low, high) - self._left(low, day, high, last=self.closing and day == last))
            * _DAY
            >= 2 * self.gain
        }

    def _left(self, low: int, day: int, high: int, *, last: bool) -> int:
        """The larger excess of the two parts that a day makes; after the `last` session there is none."""
        return max(self._excess(low, day), 0 if last else self._excess(day, high))

    def adds(self, contacts: Sequence[Contact]) -> int:
        """The steps that these make-ups add to those given."""
        return self.steps((*self.given, *contacts)) - self.steps(self.given)

    def useful(self, contact: Contact) -> bool:
        """True for a make-up that takes enough off the wait beside those given."""
        day = (contact[0],)
        return self.holds(contact[0]) and self.apart(day) and self.earns(day) and self.adds((contact,)) > 0


@dataclass(frozen=True, slots=True)
class Continuity:
    """One client's torn stretches in order of time, what they are used to, and what make-ups are for.

    `distance` is what lies between one and their own sessions at least, start to start on the wall clock. `known`
    False: there is no past to read an interval from. `spacing` None: they may come three times in nine days.
    """

    stretches: tuple[Stretch, ...]
    habits: Habits
    aim: Aim
    distance: timedelta
    known: bool
    spacing: Spacing | None = None

    def place(self, day: int) -> int | None:
        """The number of the torn stretch that a day lies in."""
        return next((number for number, one in enumerate(self.stretches) if one.holds(day)), None)


def continuity_of(request: PlanRequest, client: str, likeliest: int = 100) -> Continuity:
    """The stretches of a client with displaced sessions in the request.

    The chances of make-ups that stand count against `likeliest`, the chance of the likeliest hour open to them.
    """
    rows = request.ranked_by_client[client]
    policy = request.policy_of[rows[0].conflict.id]
    past = (row.candidate.facts for row in rows)
    intervals = [one.interval for one in past if one is not None and one.interval]
    interval = max(2, round(2 * min(intervals))) if intervals else 2 * UNKNOWN_INTERVAL
    habits = replace(habits_of(request, client), likeliest=likeliest)
    contacts, lost, closing = contact_days(request, client, interval)
    measure = 2 * _WEEK if policy.weights.gap_in_days else interval
    tier = min(row.tier for row in rows)
    least = least_gain(interval, tier)
    torn = sorted({bisect_left(contacts, day) for day in lost})
    feasts = holiday_waits(sorted({*contacts, *lost}), request.holidays, interval)
    stretches = tuple(
        Stretch(
            before=contacts[place - 1],
            after=contacts[place],
            lost=tuple(day for day in lost if contacts[place - 1] < day < contacts[place]),
            interval=interval,
            measure=measure,
            gain=_gain(request, rows, contacts[place - 1 : place + 1], least),
            closing=closing and place == len(contacts) - 1,
            feasts=feasts,
        )
        for place in torn
    )
    nearest = min((least, *(one.gain for one in stretches)))
    filled = tuple(_with_given(request, client, habits, one) for one in stretches)
    aim, spacing = policy.slots.aim, None
    if aim is Aim.CONTINUITY and crowded(interval, tier):
        spacing = spacing_of(request, client)
    return Continuity(filled, habits, aim, distance(nearest, tier), bool(intervals), spacing)


def _gain(request: PlanRequest, rows: Sequence[Ranked], ends: Sequence[int], least: timedelta) -> timedelta:
    """What a make-up has to take off this wait: as much as the leave asks that tears it, and no other leave."""
    days = [day_number(minute_of(row.conflict.span.start), row.candidate.zone) for row in rows]
    mine = [row for row, day in zip(rows, days, strict=True) if ends[0] < day < ends[1]]
    asked = (request.policy_of[row.conflict.id].slots.min_gain for row in mine or rows[:1])
    return max(least if one is None else one for one in asked)


def _with_given(request: PlanRequest, client: str, habits: Habits, stretch: Stretch) -> Stretch:
    """The stretch with the make-ups that stand in it, and no leave displaced; of several a day the likeliest."""
    found: dict[int, int] = {}
    own = False
    for one in standing(request, client):
        day = day_number(minute_of(one.offer.span.start), habits.zone)
        if stretch.holds(day):
            found[day] = max(found.get(day, 0), chance_of(one, habits))
            own = own or one.offer.kind is OfferKind.MOVE
    return replace(stretch, given=tuple(sorted(found.items())), own=own)


def chance_of(one: Booked, habits: Habits) -> int:
    """Hundredths for a make-up that stands: sure where somebody agreed to it."""
    if one.offer.agreed or one.offer.pinned or one.offer.state in {OfferState.ACCEPTED, OfferState.SETTLED}:
        chance = 100
    else:
        chance = habits.chance(minute_of(one.offer.span.start))
    return chance * SHARES.get(one.offer.kind, 100) // 100
