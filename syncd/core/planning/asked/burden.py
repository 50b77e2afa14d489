"""The burden of leave by tier: with nothing done, with the best plan, and what no plan goes below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from syncd.core.model import Tier
from syncd.core.model.leave import TierCost
from syncd.core.planning.drafts import draft, groups
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.relief.continuity import Contact, Continuity, Stretch
from syncd.core.planning.request import PlanRequest, counts_as_contact, spends_budget
from syncd.core.planning.solving.likeliest import against_likeliest
from syncd.core.planning.solving.problem import Solve
from syncd.core.time.minutes import day_number, minute_of

Where = tuple[str, int]  # a client, and the number of a stretch of theirs
Burdens = tuple[int, ...]  # thousandths of a missed session, by tier: they are compared in that order


@dataclass(frozen=True, slots=True)
class Planned:
    """The best plan for a request: what each tier bears without and with it, and whether nothing better exists."""

    tiers: tuple[TierCost, ...]
    makeups: int
    proven: bool

    @property
    def left(self) -> Burdens:
        """By tier, every tier named."""
        found = {one.tier: one.left for one in self.tiers}
        return tuple(found.get(tier, 0) for tier in Tier)


def planned(request: PlanRequest, solve: Solve) -> Planned:
    """Solve it, and say what it comes to."""
    rows: list[TierCost] = []
    makeups, proven = 0, True
    for part in groups(request):
        done = draft(part, solve)
        taken: dict[Where, list[Contact]] = defaultdict(list)
        for one in done.placed.values():
            if counts_as_contact(one.kind):
                taken[part.ranked_of[one.conflict].client.id, one.stretch].append((one.day, one.chance))
        rows += _rows(part, taken, done.known)
        makeups += len(done.placed)
        proven = proven and done.solution.proven
    return Planned(tuple(_together(rows)), makeups, proven)


def at_least(request: PlanRequest) -> Burdens:
    """What no plan goes below, by tier: as if nobody stood in anybody's way, but for a budget.

    A client who lost one session in a stretch gets their best time; one who lost several gets as many days as
    lighten it most, each as if it came about for sure. Chances count against the client's likeliest open hour, as they
    do in a plan. A budget goes to those whom it helps most, in each tier anew.
    """
    found = dict.fromkeys(Tier, 0)
    for part in groups(request):
        left, eased, own = occupancy(part), defaultdict[Tier, list[int]](list), True
        found_of, known = against_likeliest(Finder(part, left))
        for client, rows in part.ranked_by_client.items():
            open_rows = [one.conflict.id for one in rows if one.conflict.id in part.ask_of]
            options = [
                one for key in open_rows for one in found_of[key].options if counts_as_contact(one.kind)
            ]
            own = own and all(spends_budget(one.kind) for one in options)
            tier = min(one.tier for one in rows)
            for number, stretch in _torn(part, client, known[client]):
                times = [(one.day, one.chance) for one in options if one.stretch == number]
                whole = stretch.remaining(())
                found[tier] += whole
                eased[tier].append(whole - _least(stretch, times, len(open_rows)))
        limited = own and all(ask.absence.id in left.budget_left for ask in part.asks)
        most = sum(left.budget_left.values()) if limited else None
        for tier, some in eased.items():
            found[tier] -= sum(sorted(some, reverse=True)[:most])
    return tuple(found[tier] for tier in Tier)


def _least(stretch: Stretch, times: Sequence[Contact], most: int) -> int:
    if most > 1:
        heavy = least_heavy(stretch, {day for day, _ in times}, most)
        return stretch.remaining_of(heavy)
    return min((stretch.remaining((one,)) for one in set(times)), default=stretch.remaining(()))


def least_heavy(stretch: Stretch, days: Iterable[int], most: int) -> int:
    """The least `heaviness` that up to `most` of these days leave beside those given, by a path through the days."""
    given = {day for day, _ in stretch.given}
    points = sorted(day for day in {*given, *days} if stretch.holds(day))
    part = cache(lambda low, high: replace(stretch, before=low, after=high, given=()).heaviness(()))
    best: dict[tuple[int, int], int] = {
        (stretch.before, 0): 0
    }  # of the path that ends here, with so many chosen
    for point in points:
        last = max((day for day in given if day < point), default=stretch.before)
        for (before, used), heavy in list(best.items()):
            chosen = used + (point not in given)
            if before >= last and chosen <= most:
                key = (point, chosen)
                best[key] = min(best.get(key, heavy + part(before, point)), heavy + part(before, point))
    last = max(given, default=stretch.before)
    ends = (
        heavy + (0 if stretch.closing and point > stretch.before else part(point, stretch.after))
        for (point, _), heavy in best.items()
        if point >= last
    )
    return min(ends)


def _torn(request: PlanRequest, client: str, known: Continuity) -> Iterator[tuple[int, Stretch]]:
    """The stretches that the request's own sessions tear; what other leave tore is not its doing.

    What stands in them counts against the client's likeliest open hour, as what a plan adds does.
    """
    lost = [minute_of(one.conflict.span.start) for one in request.ranked_by_client[client]]
    days = {day_number(start, known.habits.zone) for start in lost}
    yield from ((at, one) for at, one in enumerate(known.stretches) if any(map(one.holds, days)))


def _rows(
    request: PlanRequest, taken: Mapping[Where, Sequence[Contact]], known: Mapping[str, Continuity]
) -> Iterator[TierCost]:
    """One for each client."""
    for client, rows in request.ranked_by_client.items():
        torn = list(_torn(request, client, known[client]))
        with_plan = [(one, taken.get((client, number), ())) for number, one in torn]
        yield TierCost(
            tier=int(min(one.tier for one in rows)),
            clients=1,
            sessions=len(rows),
            wait=max((one.longest(()) for _, one in torn), default=0),
            burden=sum(one.remaining(()) for _, one in torn),
            wait_left=max((one.longest([day for day, _ in got]) for one, got in with_plan), default=0),
            left=sum(one.remaining(got) for one, got in with_plan),
        )


def _together(rows: Iterable[TierCost]) -> Iterator[TierCost]:
    found: dict[int, list[TierCost]] = defaultdict(list)
    for one in rows:
        found[one.tier].append(one)
    for tier, mine in sorted(found.items()):
        yield TierCost(
            tier=tier,
            clients=len(mine),
            sessions=sum(one.sessions for one in mine),
            wait=max(one.wait for one in mine),
            burden=sum(one.burden for one in mine),
            wait_left=max(one.wait_left for one in mine),
            left=sum(one.left for one in mine),
        )
