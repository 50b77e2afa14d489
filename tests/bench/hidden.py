"""When clients can really come, which no planner is told; and a past that says something of it, or nothing.

Each client has a week of free hours, the same every week. Where the past informs, the sessions that were once moved
stood at such hours; where it does not, anywhere in the therapist's hours, and each half hour is free by a coin.
All ask in waves. Measured is what relief they reach of what a planner reaches that has been told all weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from syncd.core.model import Client as Known
from syncd.core.planning.reasons.changes import with_client
from syncd.core.planning.request import PlanRequest
from syncd.core.time.hours import ClockRange, WeeklyHours
from tests.bench.answers import Diaries, Manner
from tests.bench.asking import Leave, waves
from tests.bench.market import Market, market_of
from tests.bench.uncertain import Outcome, outcome_of
from tests.panel.caseload import Caseload
from tests.panel.drawn import monday, solo
from tests.panel.sight import Client
from tests.panel.spec import Desk, Person, Practice, at, minute_of
from tests.panel.spec import Leave as Away

INFORMS = Manner("whose past says when they can come", 0.15)
SAYS_NOTHING = Manner("whose past says nothing", 0.15, flat=True)
PASTS = (INFORMS, SAYS_NOTHING)
TOLD, ALIKE = "real weeks told", "every hour alike"
USUAL, READ = "usual hours known", "usual hours and the past"
CLIENTS = (12, 16, 20)  # of a therapist who is away for a week: room for most of them, and for few
MOVED = 4  # sessions of each client's past that once stood elsewhere
_BEFORE, _AFTER = 60, 90  # minutes around the usual hour at which they can come
_ELSEWHERE, _LONG = 0.6, 150  # chance of other free hours in the day, and how long they are
_OTHER_DAY = 0.75  # share of the other weekdays on which they can come at all
_HALF = 30
_ANY_HOUR = WeeklyHours(week=((ClockRange(0, 24 * 60),),) * 7)


@dataclass(frozen=True)
class Week:
    """The half hours of a week at which a client can come, as (weekday, minute of the day)."""

    free: frozenset[tuple[int, int]]

    def told(self, length: timedelta) -> WeeklyHours:
        """As windows: each half hour until a session that begins in it is over."""
        more = _HALF - 1 + length // timedelta(minutes=1)
        return WeeklyHours(week=tuple(_joined(self._of(day), more) for day in range(7)))

    def _of(self, weekday: int) -> list[int]:
        return sorted(minute for day, minute in self.free if day == weekday)

    def holds(self, start: datetime) -> bool:
        """True where a session may begin then."""
        return (start.weekday(), minute_of(start) // _HALF * _HALF) in self.free


def _joined(starts: Sequence[int], more: int) -> tuple[ClockRange, ...]:
    """Half hours that follow each other become one range."""
    found: list[ClockRange] = []
    last = -_HALF * 2
    for start in starts:
        if found and start == last + _HALF:
            found[-1] = ClockRange(found[-1].start, start + more)
        else:
            found.append(ClockRange(start, start + more))
        last = start
    return tuple(found)


@dataclass(frozen=True)
class Hidden(Diaries):
    """Answers from hidden weeks: who answers says yes exactly where they can come."""

    weeks: tuple[tuple[str, Week], ...]

    def take(self, client: Client, start: datetime) -> bool:
        """True when an offer of this time is accepted."""
        return dict(self.weeks)[client.person.id].holds(start) and not self.silent(client, start)

    def silent(self, client: Client, start: datetime) -> bool:
        """True where an offer of this time stays without an answer."""
        return Random(f"{self.name}|{client.person.id}|{start.isoformat()}").random() < self.manner.silence


def hidden_outcomes(clients: int, seed: int) -> list[Outcome]:
    """All policies on one week of leave, with a past that informs and with one that does not."""
    return [one for manner in PASTS for one in _under(manner, drawn(clients, seed))]


def drawn(clients: int, seed: int) -> Practice:
    """A therapist with so many clients, away for a week."""
    dice = Random(f"hidden/{clients}/{seed}")
    first = monday(dice)
    return solo(f"{clients} clients/{seed}", Caseload(dice, first).fill(clients), [Away(first, 5)], busy=3)


def with_pasts(manner: Manner, made: Practice) -> tuple[Practice, dict[str, Week]]:
    """The practice with moved sessions in everybody's past and no windows; and everybody's real week."""
    people, weeks = [], {}
    for one in made.people:
        (desk,) = (desk for desk in made.desks if desk.id == one.therapist)
        dice = Random(f"{made.name}|{manner.name}|{one.id}")
        starts = list(_starts(desk, one))
        week = _coins(dice, starts) if manner.flat else _week(dice, one, starts)
        once = starts if manner.flat else [found for found in starts if found in week.free]
        people.append(replace(one, windows=(), moved=tuple(_moved(dice, made, one, once))))
        weeks[one.id] = week
    return replace(made, people=tuple(people)), weeks


def _starts(desk: Desk, one: Person) -> Iterator[tuple[int, int]]:
    for day, first, last in desk.hours:
        yield from ((day, minute) for minute in range(first, last - one.minutes + 1, _HALF))


def _coins(dice: Random, starts: Sequence[tuple[int, int]]) -> Week:
    return Week(frozenset(one for one in starts if dice.random() < 0.5))


def _week(dice: Random, one: Person, starts: Sequence[tuple[int, int]]) -> Week:
    """Around their usual hour, for most also at another part of the day; on most days."""
    usual = [clock for _, clock in one.places]
    spans = [(clock - _BEFORE, clock + _AFTER) for clock in usual]
    if dice.random() < _ELSEWHERE:
        begin = dice.choice([minute for _, minute in starts])
        spans.append((begin, begin + _LONG))
    own = {day for day, _ in one.places}
    days = own | {day for day in range(7) if dice.random() < _OTHER_DAY}
    inside = (found for found in starts if any(low <= found[1] <= high for low, high in spans))
    return Week(frozenset(found for found in inside if found[0] in days))


def _moved(
    dice: Random, made: Practice, one: Person, hours: Sequence[tuple[int, int]]
) -> Iterator[tuple[date, datetime]]:
    """Sessions of their series that stood elsewhere in the same week, well before now."""
    last = made.now.date() - timedelta(weeks=2)
    past = [day for place in one.places for day in one.series(place, last) if day not in one.cut]
    for day in sorted(dice.sample(past, min(MOVED, len(past)))):
        weekday, minute = dice.choice(hours)
        yield day, at(day + timedelta(days=weekday - day.weekday()), minute)


def every_hour_alike(request: PlanRequest) -> PlanRequest:
    """The request of a planner to which each hour that a client could come at is as likely."""
    for one in request.ranked:
        request = with_client(request, one.conflict.id, lambda client: replace(client, windows=_ANY_HOUR))
    return request


def weeks_known(request: PlanRequest, weeks: Mapping[str, Week]) -> PlanRequest:
    """The request of a planner that has been told everybody's real week."""
    for one in request.ranked:
        told = weeks[one.client.id].told(one.conflict.span.duration)
        request = with_client(request, one.conflict.id, partial(_with_windows, windows=told))
    return request


def _with_windows(client: Known, windows: WeeklyHours) -> Known:
    return replace(client, windows=windows)


def _under(manner: Manner, made: Practice) -> Iterator[Outcome]:
    lived, weeks = with_pasts(manner, made)
    place = market_of(f"{made.name}/{manner.name}", lived)
    diaries = Hidden(place.name, manner, tuple(weeks.items()))
    for name, request in _planners(place, lived, weeks):
        leave = Leave(replace(place, request=request), diaries)
        waves(leave)
        yield outcome_of(leave, name)


def _planners(place: Market, lived: Practice, weeks: Mapping[str, Week]) -> Iterator[tuple[str, PlanRequest]]:
    yield TOLD, weeks_known(place.request, weeks)
    yield ALIKE, every_hour_alike(market_of(place.name, _without_past(lived)).request)
    yield USUAL, market_of(place.name, _without_past(lived)).request
    yield READ, place.request


def _without_past(lived: Practice) -> Practice:
    return replace(lived, people=tuple(replace(one, moved=()) for one in lived.people))
