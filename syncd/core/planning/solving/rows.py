"""From options to a Problem: what options take from each other, as rows of integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from syncd.core.model import OfferKind
from syncd.core.planning.limits.apart import Visit
from syncd.core.planning.limits.in_a_row import Met, too_many
from syncd.core.planning.limits.occupancy import Load, Occupancy
from syncd.core.planning.relief.continuity import Continuity
from syncd.core.planning.relief.option import Option
from syncd.core.planning.relief.spacing import Spacing
from syncd.core.planning.relief.worked import Worked
from syncd.core.planning.request import (
    PlanRequest,
    counts_as_contact,
    counts_as_session,
    own_distance,
    place_of,
    spends_budget,
)
from syncd.core.planning.solving.pairing import held_hours, hour_of, share_of
from syncd.core.planning.solving.problem import Choice, Problem, Row
from syncd.core.planning.solving.worth import valuation
from syncd.core.time.minutes import day_number, local_minute, week_number

_MINUTE = timedelta(minutes=1)
_NEVER = 1 << 62


class Interval(NamedTuple):
    """What one option (by its index) takes of a resource: [start, end) in minutes."""

    start: int
    end: int
    option: int


def problem_of(
    request: PlanRequest,
    occupancy: Occupancy,
    options: Sequence[Option],
    known: Mapping[str, Continuity],
    worked: Worked | None = None,
) -> Problem:
    """The Problem of these options (in canonical order), what stands already taken out of every capacity.

    `known`: by client their waits, chances counted as those of the options are. `worked`: what earlier ones share.
    """
    conflicts = {key: place for place, key in enumerate(sorted({one.conflict for one in options}))}
    shares = {key: share_of(request, key) for key in conflicts}
    found = valuation(request, known, occupancy.client_left, options, worked or Worked())
    strands = {key: place for place, key in enumerate(sorted({one.strand for one in found.worths}))}
    held = held_hours(request, request.preferred)
    agreed = held_hours(request, (one for one in request.preferred if one.uid in request.agreed))
    choices = tuple(
        Choice(
            conflict=conflicts[one.conflict],
            strand=strands[worth.strand],
            first=worth.first,
            value=worth.value,
            keeps=int((shares[one.conflict], hour_of(one)) in held),
            quality=one.comfort,
            tie=tie_of(one),
            agreed=int((shares[one.conflict], hour_of(one)) in agreed),
            cell=worth.cell,
            days=worth.days,
        )
        for one, worth in zip(options, found.worths, strict=True)
    )
    tiers = _tiers(request, conflicts)
    return Problem(
        choices=choices,
        tiers=tuple(tiers[client] for client, _ in sorted(strands)),
        rows=tuple(_canonical(_rows(request, occupancy, known, options))),
        bundles=tuple(found.bundles.get(strand, ()) for strand in sorted(strands)),
        steps=tuple(found.steps[strand] for strand in sorted(strands)),
    )


def _tiers(request: PlanRequest, conflicts: Iterable[str]) -> dict[str, int]:
    tiers: dict[str, int] = {}
    for conflict in conflicts:
        client, tier = request.ranked_of[conflict].client.id, int(request.ranked_of[conflict].tier)
        tiers[client] = min(tier, tiers.get(client, tier))
    return tiers


def tie_of(option: Option) -> int:
    """A stable 24-bit hash, so that equal plans have one winner."""
    text = "\x1f".join((option.conflict, option.kind.value, option.therapist, str(option.start)))
    return int.from_bytes(sha256(text.encode()).digest()[:3], "big")


def _canonical(rows: Iterable[Row]) -> list[Row]:
    """Sorted, without those that lie in another which allows no more: of the same members the tightest is left."""
    tightest: dict[tuple[int, ...], int] = {}
    for row in rows:
        tightest[row.members] = min(row.capacity, tightest.get(row.members, row.capacity))
    wide = sorted((members for members in tightest if len(members) > 1), key=lambda one: (-len(one), one))
    told: dict[int, list[tuple[frozenset[int], int]]] = defaultdict(list)  # by member
    kept = []
    for members in wide:
        capacity = tightest[members]
        near = min((told[index] for index in members), key=len)
        if not any(most <= capacity and wider.issuperset(members) for wider, most in near):
            kept.append(Row(members, capacity))
            one = frozenset(members), capacity
            for index in members:
                told[index].append(one)
    return sorted(kept, key=lambda row: row.members)


def _rows(
    request: PlanRequest,
    occupancy: Occupancy,
    known: Mapping[str, Continuity],
    options: Sequence[Option],
) -> Iterator[Row]:
    yield from _therapist_rows(occupancy, options)
    yield from _budget_rows(request, occupancy, options)
    yield from _client_rows(request, known, options)
    yield from _apart_rows(request, options)
    if request.rooms is not None:
        yield from _room_rows(occupancy, options, request.rooms)


def _therapist_rows(occupancy: Occupancy, options: Sequence[Option]) -> Iterator[Row]:
    mine: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(options):
        mine[one.therapist].append(index)
    for therapist in sorted(mine):
        load = occupancy.loads[therapist]
        zone = load.time.therapist.zone
        pad = load.buffer
        taken = (Interval(options[i].start, options[i].end + pad, i) for i in mine[therapist])
        yield from (Row(clique, 1) for clique in cliques(taken))
        days: dict[int, list[int]] = defaultdict(list)
        weeks: dict[int, list[int]] = defaultdict(list)
        for index in mine[therapist]:
            day = day_number(options[index].start, zone)
            days[day].append(index)
            weeks[week_number(day)].append(index)
        for day, members in sorted(days.items()):
            sessions = tuple(index for index in members if counts_as_session(options[index].kind))
            yield Row(sessions, load.sessions_left(day))
            beside = load.beside_left(day)
            if beside is not None:
                yield Row(sessions, beside)
            met = (index for index in members if counts_as_contact(options[index].kind))
            yield from _in_a_row(load, day, [(index, options[index]) for index in met])
            yield Row(tuple(members), load.makeups_left(day))
        for week, members in sorted(weeks.items()):
            yield Row(tuple(members), load.weekly_left(week))
            sessions = tuple(index for index in members if counts_as_session(options[index].kind))
            yield Row(sessions, load.week_left(week))


def _in_a_row(load: Load, day: int, mine: Sequence[tuple[int, Option]]) -> Iterator[Row]:
    """Of those that together make too many in a row, one at least is left out; whoever has its hour."""
    at: dict[Met, list[int]] = defaultdict(list)
    for index, one in mine:
        at[Met(one.start, one.end, int(counts_as_session(one.kind)))].append(index)
    most, together = load.time.rules.max_in_a_row, load.makeups_left(day)
    for taken in too_many(load.met.get(day, ()), list(at), most, together):
        yield Row(tuple(sorted(index for when in taken for index in at[when])), len(taken) - 1)


def _budget_rows(request: PlanRequest, occupancy: Occupancy, options: Sequence[Option]) -> Iterator[Row]:
    budgets: dict[str, list[int]] = defaultdict(list)
    clients: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, one in enumerate(options):
        absence = request.ask_of[one.conflict].absence.id
        clients[request.ranked_of[one.conflict].client.id, absence].append(index)
        if spends_budget(one.kind) and absence in occupancy.budget_left:
            budgets[absence].append(index)
    for absence, members in sorted(budgets.items()):
        yield Row(tuple(members), occupancy.budget_left[absence])
    for key, members in sorted(clients.items()):
        yield Row(tuple(members), occupancy.client_left[key])


def _client_rows(
    request: PlanRequest, known: Mapping[str, Continuity], options: Sequence[Option]
) -> Iterator[Row]:
    """A client's own make-ups keep their distance; each of their sessions is lengthened once."""
    met: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))  # by day
    mine: dict[str, list[Interval]] = defaultdict(list)
    apart: dict[str, list[Interval]] = defaultdict(list)
    anchored: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, one in enumerate(options):
        if one.anchor is not None:
            anchored[one.therapist, str(one.anchor)].append(index)
        client = request.ranked_of[one.conflict].client.id
        if len(request.ranked_by_client[client]) > 1:
            mine[client].append(Interval(one.start, one.end, index))
            if one.anchor is None:
                far = own_distance(request.ask_of[one.conflict].policy.slots)
                apart[client].append(_kept_free(one, index, far, known[client]))
                met[client][one.day].append(index)
    for client in sorted(mine):
        yield from (Row(clique, 1) for clique in cliques(mine[client]))
        yield from (Row(clique, 1) for clique in cliques(apart[client]))
        yield from _spaced(known[client].spacing, met[client])
    for _, members in sorted(anchored.items()):
        yield Row(tuple(members), 1)


def _spaced(spacing: Spacing | None, met: Mapping[int, Sequence[int]]) -> Iterator[Row]:
    """Of a client's make-ups by day: no three in nine days, their own sessions among them."""
    for days, left in spacing.windows(met) if spacing else ():
        members = sorted(index for day in days for index in met.get(day, ()))
        yield Row(tuple(members), left)


def _kept_free(one: Option, index: int, far: timedelta | None, known: Continuity) -> Interval:
    """On the wall clock, from its start to where the client's next one may begin (`far` as in `own_distance`)."""
    zone = known.habits.zone
    start = local_minute(one.start, zone)
    if far is not None:
        return Interval(start, local_minute(one.end + far // _MINUTE, zone), index)
    return Interval(start, max(local_minute(one.end, zone), start + known.distance // _MINUTE), index)


def _apart_rows(request: PlanRequest, options: Sequence[Option]) -> Iterator[Row]:
    """Of two clients who must not meet, one has an hour or the other has one within an hour of it."""
    mine: dict[str, dict[Visit, list[int]]] = defaultdict(lambda: defaultdict(list))
    some = {key for key, time in request.client.items() if time.client.apart_from}
    for index, one in enumerate(options) if some else ():
        row = request.ranked_of[one.conflict]
        place = None if one.kind is OfferKind.CALL else place_of(row.client, row.conflict)
        visit = Visit((one.start, one.end), one.therapist, place)
        mine[row.client.id][visit].append(index)
    for client in sorted(mine):
        for other in request.client[client].client.apart_from:
            if client < other and other in mine:
                once = len(request.ranked_by_client[other]) == 1
                yield from _apart(mine[client], mine[other], once=once)


def _apart(
    mine: Mapping[Visit, list[int]], theirs: Mapping[Visit, list[int]], *, once: bool
) -> Iterator[Row]:
    """Rows of two clients; `once`: the other one takes one of theirs at most, so that one row holds them all."""
    for visit, here in mine.items():
        near = [there for other, there in theirs.items() if visit.near(other)]
        rows = [[index for there in near for index in there]] if once and near else near
        yield from (Row(tuple(sorted((*here, *there))), 1) for there in rows)


def _room_rows(occupancy: Occupancy, options: Sequence[Option], rooms: int) -> Iterator[Row]:
    """At every point in time no more sessions in a room than there are rooms, those that stand included."""
    steps = list(occupancy.room_steps)
    changes = sorted({at for at, _ in steps} | {one.start for one in options if one.room})
    asks = sorted((one.start, one.end, index) for index, one in enumerate(options) if one.room)
    used, active, arriving = 0, dict[int, int](), iter([*asks, (_NEVER, 0, -1)])
    start, end, index = next(arriving)
    step = 0
    for at in changes:
        while step < len(steps) and steps[step][0] <= at:
            used = steps[step][1]
            step += 1
        while start <= at:
            active[index] = end
            start, end, index = next(arriving)
        active = {one: until for one, until in active.items() if until > at}
        if active:
            yield Row(tuple(sorted(active)), max(0, rooms - used))


def cliques(intervals: Iterable[Interval]) -> Iterator[tuple[int, ...]]:
    """The maximal sets of intervals that share a point in time, each sorted."""
    active: list[Interval] = []
    grown, soonest = False, _NEVER
    for one in sorted(intervals):
        if soonest <= one.start:
            if grown:
                yield tuple(sorted(other.option for other in active))
                grown = False
            active = [other for other in active if other.end > one.start]
            soonest = min((other.end for other in active), default=_NEVER)
        active.append(one)
        soonest = min(soonest, one.end)
        grown = True
    if active:
        yield tuple(sorted(one.option for one in active))
