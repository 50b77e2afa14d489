"""The best cover for long leave: which place each client gets, tier by tier (docs/planning.md#long-leave)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from syncd.core.model.leave import Cover
from syncd.core.planning.limits.apart import HOUR
from syncd.core.planning.limits.occupancy import Load, occupancy
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import Handover, PlanRequest
from syncd.core.planning.slots import clock_of
from syncd.core.planning.solving.cover_pauses import solved_with_pauses
from syncd.core.planning.solving.cover_places import CYCLE, Place, places_of
from syncd.core.planning.solving.problem import Choice, Problem, Row, Solve
from syncd.core.planning.solving.worth import rank_weight
from syncd.core.time.minutes import day_number, span_of_minutes, week_number

_DAY = 1440
_STEPS = 10


@dataclass(frozen=True, slots=True)
class Covers:
    """Everybody's cover, by absence and client, and whether none is better."""

    found: tuple[Cover, ...] = ()
    proven: bool = True


NO_COVERS = Covers()


def covers(request: PlanRequest, solve: Solve) -> Covers:
    """The best cover for all long absences of the request together.

    Best is: those whom the therapist named; then tier by tier as many clients as can be covered for at all, then as
    much of their own rhythms as can be kept (tenths, weighted by rank), then as many sessions. Of what is as good, near
    the hours that they are used to, then a stable hash.
    """
    standing, asked = occupancy(request), {one.absence.id: one for one in request.handovers}
    if not any(one.ranked for one in asked.values()):
        return NO_COVERS
    places = sorted(place for key in sorted(asked) for place in places_of(request, standing, asked[key]))
    if not places:
        return NO_COVERS
    problem = _problem(places, asked, standing.loads)
    solution = solved_with_pauses(problem, places, standing.loads, solve)
    found = (_cover(places[index], asked[places[index].absence]) for index in solution.chosen)
    return Covers(tuple(sorted(found, key=lambda one: (one.absence, one.client))), solution.proven)


def _cover(place: Place, handover: Handover) -> Cover:
    spans = tuple(span_of_minutes(start, start + place.length) for start in place.times)
    named = handover.colleague.get(place.client) == place.therapist
    return Cover(place.absence, place.client, place.therapist, place.every, spans, place.turns, named)


def _problem(places: Sequence[Place], asked: Mapping[str, Handover], loads: Mapping[str, Load]) -> Problem:
    rank = {(key, one.client.id): one for key, handover in asked.items() for one in handover.ranked}
    numbers = {key: number for number, key in enumerate(sorted({_whose(one) for one in places}))}
    choices = tuple(
        Choice(
            conflict=numbers[_whose(one)],
            strand=numbers[_whose(one)],
            first=1,
            value=rank_weight(rank[_whose(one)].score) * max(1, one.share * _STEPS // 100),
            keeps=int(asked[one.absence].colleague.get(one.client) == one.therapist),
            quality=_near(one, rank[_whose(one)], loads[one.therapist]),
            tie=_tie(one),
            days=len(one.times),
        )
        for one in places
    )
    rows: dict[tuple[int, ...], int] = {}
    at_once = _at_once(asked.values())
    for row in (
        *_one_at_a_time(places, loads, at_once),
        *_caps(places, loads),
        *_apart(places, rank, at_once),
    ):
        rows[row.members] = min(row.capacity, rows.get(row.members, row.capacity))
    return Problem(
        choices=choices,
        tiers=tuple(int(rank[key].tier) for key in sorted(numbers)),
        rows=tuple(Row(members, rows[members]) for members in sorted(rows) if len(members) > 1),
        pinned=True,
    )


def _whose(place: Place) -> tuple[str, str]:
    return place.absence, place.client


def _at_once(handovers: Iterable[Handover]) -> dict[str, int]:
    """Absences that overlap, or are joined by others that do, by one number: only their places meet."""
    found: dict[str, int] = {}
    until = None
    for one in sorted(handovers, key=lambda one: (one.absence.span, one.absence.id)):
        span = one.absence.span
        fresh = until is None or span.start >= until
        found[one.absence.id] = max(found.values(), default=-1) + fresh
        until = span.end if fresh or until is None else max(until, span.end)
    return found


def _near(place: Place, ranked: Ranked, load: Load) -> int:
    """How near the hour of the week that the client is used to it lies: 0 to 10, and 5 more on the same weekday."""
    zone, usual = load.time.therapist.zone, ranked.conflict.span.start
    hours = abs(place.minute % _DAY - clock_of(usual, zone)) // 60
    return max(0, 10 - hours) + 5 * (place.minute // _DAY == usual.astimezone(zone).weekday())


def _tie(place: Place) -> int:
    text = "\x1f".join(
        map(str, (place.absence, place.client, place.therapist, place.every, place.phase, place.minute))
    )
    return int.from_bytes(sha256(text.encode()).digest()[:3], "big")


def _weeks(place: Place) -> Iterator[int]:
    """The weeks of the cycle in which it is kept."""
    yield from (week for week in range(CYCLE) if week % place.every == place.phase)


def _one_at_a_time(
    places: Sequence[Place], loads: Mapping[str, Load], at_once: Mapping[str, int]
) -> Iterator[Row]:
    """A colleague keeps one place at a time, with their buffer: for each start, what lies over it in that week."""
    by_week: dict[tuple[str, int, int, int], list[int]] = defaultdict(list)
    for index, one in enumerate(places):
        for week in _weeks(one):
            by_week[one.therapist, at_once[one.absence], week, one.minute // _DAY].append(index)
    for (therapist, *_), mine in sorted(by_week.items()):
        buffer = loads[therapist].buffer
        for start in sorted({places[index].minute for index in mine}):
            over = (
                index
                for index in mine
                if places[index].minute <= start < places[index].minute + places[index].length + buffer
            )
            yield Row(tuple(over), 1)


def _caps(places: Sequence[Place], loads: Mapping[str, Load]) -> Iterator[Row]:
    """What each day and each week of a colleague still holds."""
    days: dict[tuple[str, int], list[int]] = defaultdict(list)
    weeks: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, one in enumerate(places):
        zone = loads[one.therapist].time.therapist.zone
        numbers = sorted({day_number(start, zone) for start in one.times})
        for day in numbers:
            days[one.therapist, day].append(index)
        for week in sorted(set(map(week_number, numbers))):
            weeks[one.therapist, week].append(index)
    for (therapist, day), mine in sorted(days.items()):
        load, beside = loads[therapist], loads[therapist].beside_left(day)
        left = load.sessions_left(day)
        yield Row(tuple(mine), left if beside is None else min(left, beside))
    for (therapist, week), mine in sorted(weeks.items()):
        yield Row(tuple(mine), loads[therapist].week_left(week))


def _apart(
    places: Sequence[Place], rank: Mapping[tuple[str, str], Ranked], at_once: Mapping[str, int]
) -> Iterator[Row]:
    """Two who must not meet have an hour between their places, whoever sees them."""
    for first, second in _pairs(places, rank):
        one, other = places[first], places[second]
        gap = max(one.minute - other.minute - other.length, other.minute - one.minute - one.length)
        meet = at_once[one.absence] == at_once[other.absence] and set(_weeks(one)) & set(_weeks(other))
        if gap < HOUR and meet:
            yield Row((first, second), 1)


def _pairs(places: Sequence[Place], rank: Mapping[tuple[str, str], Ranked]) -> Iterator[tuple[int, int]]:
    named = {one.client.id: set(one.client.apart_from) for one in rank.values()}
    told = [index for index, one in enumerate(places) if named[one.client] or _is_named(one.client, named)]
    for at, first in enumerate(told):
        for second in told[at + 1 :]:
            mine, theirs = places[first].client, places[second].client
            if theirs in named[mine] or mine in named[theirs]:
                yield first, second


def _is_named(client: str, named: Mapping[str, Iterable[str]]) -> bool:
    return any(client in some for some in named.values())
