"""Places: times of the week that a colleague could keep for a client in long leave (docs/planning.md#long-leave)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from syncd.core.model import Client
from syncd.core.model.practice import Therapist, primary
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.apart import kept_apart
from syncd.core.planning.limits.in_a_row import Met
from syncd.core.planning.limits.occupancy import Load, Occupancy
from syncd.core.planning.ranking import UNKNOWN_INTERVAL, Ranked
from syncd.core.planning.request import OTHER_ZONE_WINDOWS, Handover, PlanRequest, place_of
from syncd.core.planning.slots import clock_of
from syncd.core.time.minutes import (
    Minutes,
    day_number,
    inner_minutes,
    length_of,
    local_minute,
    minute_of,
    minutes_of,
    week_number,
    without,
)
from syncd.core.time.spans import Span, local

_DAY = 1440
_EPOCH = date(1970, 1, 1)
RHYTHMS = (1, 2, 4)  # weeks from one time to the next
CYCLE = 4  # weeks after which every rhythm begins anew
KEPT = 75  # hundredths of its times that a place holds at least


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A time of the week that one colleague keeps for one client, every so many weeks.

    `minute` counts from Monday midnight on the colleague's wall clock; `phase` is the number of its weeks, modulo
    `every`. `times` are the starts at which it can be kept, in minutes, `turns` how often the client would come by
    their own rhythm.
    """

    absence: str
    client: str
    therapist: str
    every: int
    phase: int
    minute: int
    length: int
    times: tuple[int, ...] = field(compare=False)
    turns: int = field(compare=False)

    @property
    def share(self) -> int:
        """Hundredths of the client's own rhythm that it keeps."""
        return min(100, 100 * len(self.times) // self.turns)


def rhythm_of(ranked: Ranked) -> int:
    """Every how many weeks a client comes: one, two or four; the rarer of two where it lies between them."""
    facts = ranked.candidate.facts
    days = facts.interval if facts is not None and facts.interval else UNKNOWN_INTERVAL
    return next((weeks for weeks in RHYTHMS if days <= 10 * weeks), RHYTHMS[-1])


def places_of(request: PlanRequest, standing: Occupancy, handover: Handover) -> Iterator[Place]:
    """Every place that a colleague could keep, at the client's own rhythm or the next rarer one."""
    for one in handover.ranked:
        for load in _colleagues(handover, standing, one.client):
            yield from _Finder(request, standing, handover, one, load).places()


def _colleagues(handover: Handover, standing: Occupancy, client: Client) -> Iterator[Load]:
    """Who may cover for a client: all permitting it, in a calendar that answers, in the client's language."""
    own, named = handover.absence.therapist, handover.colleague.get(client.id)
    for key, load in standing.loads.items():
        covers = own in load.time.therapist.covers_for and key != own and load.time.reachable
        asked = key == named if named else handover.policy.eligibility.cover
        if (
            covers
            and asked
            and client.cover_ok
            and (named or _speak_alike(client, load.time.therapist, handover))
        ):
            yield load


def _speak_alike(client: Client, colleague: Therapist, handover: Handover) -> bool:
    """A client with another language than the practice's needs somebody who has it."""
    spoken = {primary(one) for one in (handover.language, colleague.language)}
    return not client.language or primary(client.language) in spoken


@dataclass(frozen=True)
class _Finder:
    """Places of one colleague for one client."""

    request: PlanRequest
    standing: Occupancy
    handover: Handover
    ranked: Ranked
    load: Load

    def places(self) -> Iterator[Place]:
        own = rhythm_of(self.ranked)
        turns = max(1, len(self._weeks_by(self.ranked.candidate.zone)) // own)
        for every in (own, *(weeks for weeks in RHYTHMS if weeks == 2 * own)):
            for phase in range(every):
                for minute in self.starts:
                    times = self._times(minute, every, phase)
                    kept = tuple(start for start in times if self._free(start))
                    if kept and 100 * len(kept) >= KEPT * len(times):
                        yield Place(*self.whose, every, phase, minute, self.length, kept, turns)

    @property
    def whose(self) -> tuple[str, str, str]:
        """Absence, client and colleague."""
        return self.handover.absence.id, self.ranked.client.id, self.load.time.therapist.id

    @property
    def length(self) -> int:
        return length_of(self.ranked.conflict.span.duration)

    @cached_property
    def window(self) -> Span:
        """The leave, as far as it is ahead."""
        away = self.handover.absence.span
        return Span(max(away.start, self.request.now), away.end)

    @cached_property
    def weeks(self) -> range:
        """The numbers of the weeks that it touches, on the colleague's calendar."""
        return self._weeks_by(self.load.time.therapist.zone)

    def _weeks_by(self, zone: ZoneInfo) -> range:
        first, last = minutes_of(self.window)
        return range(week_number(day_number(first, zone)), week_number(day_number(last - 1, zone)) + 1)

    @cached_property
    def open(self) -> list[Minutes]:
        """When the colleague works and nothing stands there, no cap is reached, and the client can come."""
        time, zone = self.load.time, self.load.time.therapist.zone
        spans = time.openings.spans(self.window)
        hours = [inner for span in spans if (inner := inner_minutes(span))]
        first, last = minutes_of(self.window)
        full = self.load.full_days(range(day_number(first, zone), day_number(last, zone) + 1))
        caps = (Rule.SESSIONS_PER_DAY, Rule.BESIDE_LEAVE, Rule.SESSIONS_PER_WEEK)
        walls = [*self.load.session_walls, *self.load.busy_walls, *self._clients_walls()]
        return without(hours, (*walls, *(wall for rule in caps for wall in full.get(rule, ()))))

    def _clients_walls(self) -> Iterator[Minutes]:
        """Their other sessions, their own time away, whom they must not meet, and hours at which they cannot come."""
        client, zone = self.ranked.client, self.load.time.therapist.zone
        known = self.request.client[client.id]
        lost = set(known.displaced)
        yield from (minutes_of(span) for span in (*known.sessions, *known.away) if span not in lost)
        place = place_of(client, self.ranked.conflict)
        yield from kept_apart(self.standing, client.apart_from, self.load.time.therapist.id, place)
        theirs = client.zone or zone
        windows = client.windows or (OTHER_ZONE_WINDOWS if theirs.key != zone.key else None)
        if windows is not None:
            inside = (minutes_of(span) for span in windows.spans(self.window, theirs))
            yield from without([minutes_of(self.window)], inside)

    @cached_property
    def starts(self) -> Sequence[int]:
        """Minutes of the week at which a place may begin: as early as what stands before it allows, one behind the
        other, or at the client's own hour.
        """
        zone, step = self.load.time.therapist.zone, self.length + self.load.buffer
        grid = max(1, self.load.time.rules.grid // timedelta(minutes=1))
        found: set[int] = set()
        for low, high in self.open:
            first = local_minute(low, zone)
            at = -(-first // grid) * grid
            while at + self.length <= first + high - low:
                found.add(_of_week(at))
                at = -(-(at + step) // grid) * grid
        own = self.ranked.conflict.span.start
        weekdays = {minute // _DAY for minute in found}
        found |= {day * _DAY + clock_of(own, zone) for day in weekdays}
        return sorted(found)

    def _times(self, minute: int, every: int, phase: int) -> list[int]:
        """When it would be, inside the leave, hours or not: in weeks of this phase."""
        first, last = minutes_of(self.window)
        mine = (week for week in self.weeks if week % every == phase)
        starts = (self._start(week, minute) for week in mine)
        return [start for start in starts if first <= start and start + self.length <= last]

    def _start(self, week: int, minute: int) -> int:
        zone = self.load.time.therapist.zone
        day = 7 * week - 3 + minute // _DAY  # weeks begin on Monday, 1970-01-01 was a Thursday
        return minute_of(local(_EPOCH + timedelta(days=day), time(minute % _DAY // 60, minute % 60), zone))

    def _free(self, start: int) -> bool:
        inside = any(low <= start and start + self.length <= high for low, high in self._near(start))
        return inside and not self.load.in_a_row(Met(start, start + self.length))

    def _near(self, start: int) -> Iterable[Minutes]:
        return (one for one in self.open if one[0] <= start < one[1])


def _of_week(local: int) -> int:
    """A wall-clock minute count as minutes since Monday midnight."""
    return (local + 3 * _DAY) % (7 * _DAY)
