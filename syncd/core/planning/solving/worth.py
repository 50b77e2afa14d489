"""What options are worth, as integers: a client's rank, the burden of a stretch, and the steps taken off it.

The choices of one client in one torn stretch are worth what they are worth together; where several can be taken,
every set that may be taken is listed (`Bundle`). Where every session is owed, each counts for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from syncd.core.model import OfferKind
from syncd.core.model.practice import Aim
from syncd.core.planning.relief.chance import CALL_SHARE, COVER_SHARE, SHARES
from syncd.core.planning.relief.continuity import STEPS, Continuity, Stretch, chance_of
from syncd.core.planning.relief.option import Option
from syncd.core.planning.relief.worked import Worked
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.problem import ALONE, Bundle
from syncd.core.time.minutes import day_number, minute_of

STEP = 10  # units of worth in one step
# A colleague's time or a call for somebody who might have a useful hour of their own therapist.
BESIDE = {OfferKind.COVER: 6, OfferKind.CALL: 4}
LONGER = 3  # a longer session: no contact of its own
MOST_SETS = 5_000  # sets of one client in one stretch that are listed; four days off in a row have more
# Hundredths that chances are rounded up to, one after the other, until no more sets than that are left.
COARSER = (1, 5, 10, 25, 50, 100)
OWED = 2 * STEPS * STEP  # a session where every one is owed: more than any preference among its times
ONE_MISSED = 10  # the burden that counts for a session that is owed
_BUCKET, _BUCKETS = (
    25,
    40,
)  # points of a score that decide nothing among themselves; how many such buckets there are

Strand = tuple[str, int]  # a client and the number of the stretch, or -1
Cell = tuple[
    int, int, int
]  # day, chance in hundredths, units where it stands beside useful hours of one's own, or 0


@dataclass(frozen=True, slots=True)
class Worth:
    """What one option adds: its strand, the cell it stands in (or ALONE), and what it is worth by itself.

    `days` that it takes off the longest part of its stretch.
    """

    strand: Strand
    cell: int
    first: int
    value: int
    days: int = 0


def rank_weight(score: int) -> int:
    """From 40 to 160 by rank inside a tier: four times as much for the first as for the last."""
    return _BUCKETS + 3 * min(_BUCKETS, (score + _BUCKET // 2) // _BUCKET)


@dataclass(frozen=True)
class Valuation:
    """The worth of each option (in their order), and the bundles of each strand that has any."""

    worths: tuple[Worth, ...]
    bundles: Mapping[Strand, tuple[Bundle, ...]]
    steps: Mapping[Strand, int]  # what a tenth of its burden is worth


def valuation(
    request: PlanRequest,
    known: Mapping[str, Continuity],
    left: Mapping[tuple[str, str], int],
    options: Sequence[Option],
    worked: Worked,
) -> Valuation:
    """Value the options of a request; `known` are its clients' stretches, `left` how many more each may get."""
    strands: dict[Strand, list[int]] = defaultdict(list)
    for index, one in enumerate(options):
        client = request.ranked_of[one.conflict].client.id
        strands[client, one.stretch if known[client].aim is Aim.CONTINUITY else -1].append(index)
    worths: dict[int, Worth] = {}
    bundles: dict[Strand, tuple[Bundle, ...]] = {}
    steps: dict[Strand, int] = {}
    for strand, members in sorted(strands.items()):
        mine = [options[index] for index in members]
        weight = max(rank_weight(request.ranked_of[one.conflict].score) for one in mine)
        if known[strand[0]].aim is Aim.SESSIONS:
            steps[strand] = STEP * weight * ONE_MISSED
            had = _had(request, known[strand[0]], strand[0])
            found = [_owed(request, known[strand[0]], strand, one, had) for one in mine]
        else:
            most = _most(request, left, strand[0], mine)
            stretch = known[strand[0]].stretches[strand[1]]
            steps[strand] = STEP * weight * stretch.burden
            found, bundles[strand] = _useful(strand, stretch, tuple(mine), weight, most, worked)
        worths.update(zip(members, found, strict=True))
    return Valuation(tuple(worths[index] for index in range(len(options))), bundles, steps)


def _most(
    request: PlanRequest, left: Mapping[tuple[str, str], int], client: str, mine: Iterable[Option]
) -> int:
    """How many make-ups these options can give at most."""
    conflicts = {one.conflict for one in mine}
    absences = {request.ask_of[conflict].absence.id for conflict in conflicts}
    return min(len(conflicts), sum(left[client, absence] for absence in absences))


_KINDS = {
    OfferKind.MOVE: OWED,
    OfferKind.COVER: OWED * COVER_SHARE // 100,
    OfferKind.EXTEND: OWED // 2,
    OfferKind.CALL: OWED * CALL_SHARE // 100,
}


def _owed(request: PlanRequest, known: Continuity, strand: Strand, one: Option, had: int) -> Worth:
    """Each session counts for itself; relief and chance are preferred among its times.

    `had`: the worth of the best one that its client has already.
    """
    eased = 0
    if one.stretch >= 0 and one.kind is not OfferKind.EXTEND:
        stretch = known.stretches[one.stretch]
        eased = max(0, stretch.relief((*stretch.given, (one.day, 100))) - stretch.relief(stretch.given))
    value = _session(request.ranked_of[one.conflict].score, one.kind, one.chance, eased)
    return Worth(strand, ALONE, max(0, value - had), value)


def _session(score: int, kind: OfferKind, chance: int, eased: int) -> int:
    preferred = (chance * (100 + eased) + 1000) // 2000  # steps of a tenth
    return rank_weight(score) * ONE_MISSED * (_KINDS[kind] + STEP * preferred)


def _had(request: PlanRequest, known: Continuity, client: str) -> int:
    """What the best make-up that stands would be worth by itself; 0 where there is none."""
    found = [0]
    for one in request.booked_by_client.get(client, ()):
        start = minute_of(one.offer.span.start)
        place = known.place(day_number(start, known.habits.zone))
        eased = 0
        if place is not None and one.offer.kind is not OfferKind.EXTEND:
            eased = known.stretches[place].relief(((day_number(start, known.habits.zone), 100),))
        ranked = request.ranked_of.get(one.offer.conflict)
        if ranked is not None:
            found.append(_session(ranked.score, one.offer.kind, chance_of(one, known.habits), eased))
    return max(found)


def _useful(
    strand: Strand, stretch: Stretch, mine: tuple[Option, ...], weight: int, most: int, worked: Worked
) -> tuple[list[Worth], tuple[Bundle, ...]]:
    """The worth of options that shorten one stretch, and every set of them that may be taken together."""
    rests_on = stretch, mine, weight, most
    return worked.out(("worth", strand), rests_on, lambda: _valued(strand, stretch, mine, weight, most))


def _valued(
    strand: Strand, stretch: Stretch, mine: Sequence[Option], weight: int, most: int
) -> tuple[list[Worth], tuple[Bundle, ...]]:
    own = stretch.own or any(one.kind is OfferKind.MOVE for one in mine)
    unit = weight * stretch.step
    before = max((stretch.steps((one,)) for one in stretch.given), default=0)
    coarse, listed = _listed(stretch, mine, own, most)
    cells = _cells(mine, own, coarse)
    sets = [
        replace(one, first=unit * max(0, one.first - STEP * before), worth=unit * one.worth) for one in listed
    ]
    alone = {one.cells[0]: one for one in sets if len(one.cells) == 1}
    worths = []
    for one in mine:
        if one.kind is OfferKind.EXTEND:
            worths.append(Worth(strand, ALONE, 0, unit * LONGER))
        else:
            cell = cells[_cell(one, own, coarse)]
            several = cell if most > 1 else ALONE
            only = alone[cell]
            worths.append(Worth(strand, several, only.first, only.worth, only.days))
    return worths, tuple(sets) if most > 1 else ()


def _listed(stretch: Stretch, mine: Sequence[Option], own: bool, most: int) -> tuple[int, list[Bundle]]:
    """Every set that may be taken together, `MOST_SETS` at most, and how coarsely chances were counted for that.

    Where days alone make too many, fewer make-ups stand together in a set: the next planning may add to them.
    """
    sets: list[Bundle] = []
    for coarse in COARSER:
        sets = list(islice(_sets(stretch, list(_cells(mine, own, coarse)), most), MOST_SETS + 1))
        if len(sets) <= MOST_SETS:
            return coarse, sets
    whole = max(1, len(sets[-1].cells) - 1)
    return COARSER[-1], [one for one in sets if len(one.cells) <= whole]


def _cells(mine: Iterable[Option], own: bool, coarse: int) -> dict[Cell, int]:
    """The number of each cell in which any of these options stands."""
    standing = (_cell(one, own, coarse) for one in mine if one.kind is not OfferKind.EXTEND)
    return {cell: number for number, cell in enumerate(dict.fromkeys(standing))}


def _cell(one: Option, own: bool, coarse: int) -> Cell:
    """Where an option stands; beside useful hours of one's own a colleague's, or a call, is worth the same at any.

    Chances are rounded up: what is of use by its own chance stays so.
    """
    beside = BESIDE.get(one.kind, 0) if own else 0
    return one.day, SHARES[one.kind] if beside else -(-one.chance // coarse) * coarse, beside


def _sets(stretch: Stretch, cells: Sequence[Cell], most: int) -> Iterator[Bundle]:
    """Sets of cells that may be taken together, small ones first; each member adds a step, in each part of it.

    Every one of them, as long as those of one size are not more than `MOST_SETS`.

    Worth in units, the make-ups given left out; `first` is what the best member is worth by itself.
    """
    singles = {cell: _units(stretch, (cell,)) for cell in cells}
    whole = stretch.longest(())
    layer: dict[tuple[int, ...], int] = {
        (number,): singles[cell] for number, cell in enumerate(cells) if singles[cell]
    }
    size = 1
    while layer:
        for members, worth in layer.items():
            first = max(_alone(stretch, cells[number], singles[cells[number]]) for number in members)
            left = stretch.longest([cells[number][0] for number in members])
            yield Bundle(members, first, worth, max(0, whole - left))
        size += 1
        layer = _grown(stretch, cells, layer, size) if size <= most else {}


def _alone(stretch: Stretch, cell: Cell, units: int) -> int:
    """What a cell is worth where nothing was given yet."""
    return units if cell[2] else STEP * stretch.steps((cell[:2],))


def _grown(
    stretch: Stretch, cells: Sequence[Cell], layer: Mapping[tuple[int, ...], int], size: int
) -> dict[tuple[int, ...], int]:
    found = {}
    for members in layer:
        for number in range(members[-1] + 1, len(cells)):
            wider = (*members, number)
            parts = list(combinations(wider, size - 1))
            if not all(part in layer for part in parts):
                continue
            units = _units(stretch, tuple(cells[each] for each in wider))
            if units > max(layer[part] for part in parts):
                found[wider] = units
                if len(found) > MOST_SETS:
                    return found
    return found


def _units(stretch: Stretch, cells: Sequence[Cell]) -> int:
    """What a set of cells adds to what was given; 0 where it may not be taken."""
    days = [day for day, _, _ in cells]
    if not (stretch.apart(days) and stretch.earns(days)):
        return 0
    own = tuple((day, chance) for day, chance, beside in cells if not beside)
    added = stretch.adds(own) if own else 0
    if own and added <= 0:
        return 0
    return STEP * added + sum(beside for _, _, beside in cells)
