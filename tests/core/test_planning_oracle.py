"""The planner against brute force: every rule by a second opinion, every level by trying all combinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from syncd.core.model import Offer, OfferKind, OfferState, Tier
from syncd.core.model.practice import Aim, Approach
from syncd.core.planning.drafts import SolvedPlan, draft
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.relief.chance import habits_of
from syncd.core.planning.relief.option import Option
from syncd.core.planning.request import Booked, PlanRequest
from syncd.core.planning.solving.rows import tie_of
from syncd.core.time.minutes import minute_of
from syncd.core.time.spans import Span
from syncd.solver import solve_greedy, solve_here
from tests.core.plan_oracle import Place, World, candidates, legal, sets, together
from tests.core.plan_worlds import BERLIN, offer, random_request
from tests.core.relief_oracle import SHARES, Beside, Given, Wait, allowed, waits
from tests.portions import portions

SEEDS = 1_200
CHUNK = 50
BESIDE = {OfferKind.COVER: 6, OfferKind.CALL: 4}  # beside useful hours of the client's own therapist
OWED = {OfferKind.MOVE: 200, OfferKind.COVER: 120, OfferKind.EXTEND: 100, OfferKind.CALL: 60}
MOST = 6_000  # combinations; worlds with more are only checked for feasibility


def place(option: Option) -> Place:
    """An option as the oracle names it."""
    return Place(option.conflict, option.kind, option.therapist, option.span)


def likeliest_open(request: PlanRequest, who: str) -> int:
    """What counts as 100 for a client: the chance of the likeliest hour that is theirs to have with nobody's make-up.

    From 90 on it is as good as their own. Hours are those of whole sessions, where there are any.
    """
    habits = habits_of(request, who)
    starts, hours = set(), set()
    for one in (request, replace(request, fixed=())):
        finder = Finder(one, occupancy(one))
        mine = (key for key in one.ask_of if one.ranked_of[key].client.id == who)
        options = [option for key in mine for option in finder.of(key).options]
        starts |= {option.start for option in options}
        hours |= {one.start for one in options if one.kind in {OfferKind.MOVE, OfferKind.COVER}}
    best = max((habits.chance(start) for start in hours or starts), default=100)
    return best if best < 90 else 100


@dataclass
class Judge:
    """What sets of places are worth in one world; chances, comfort and hashes are the planner's own."""

    world: World
    options: dict[Place, Option]
    waits: dict[str, list[Wait]]
    aims: dict[str, Aim]
    chances: dict[str, dict[str, int]]
    units: dict[tuple[str, int, tuple[Given, ...], tuple[Beside, ...]], int] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, options: Iterable[Option]) -> Judge:
        """`options` are all that the planner looked at."""
        request = world.request
        known = {place(one): one for one in options}
        found, aims, chances = {}, {}, {}
        for who in {one.client.id for one in request.ranked}:
            habits = replace(habits_of(request, who), likeliest=likeliest_open(request, who))
            chance = {one.offer.uid: habits.chance(minute_of(one.offer.span.start)) for one in request.fixed}
            found[who], chances[who] = waits(request, who, BERLIN, chance), chance
            first = next(one for one in request.ranked if one.client.id == who)
            aims[who] = world.ask(first.conflict.id).policy.slots.aim
        return cls(world, known, found, aims, chances)

    def strand(self, one: Place) -> tuple[str, int]:
        """Whose wait it shortens: the client and the number of the wait; -1 where every session is owed."""
        who = self.world.ranked(one.conflict).client.id
        if self.aims[who] is Aim.SESSIONS:
            return who, -1
        day = self.day(one)
        if one.kind is OfferKind.EXTEND:
            day = self.world.ranked(one.conflict).conflict.span.start.astimezone(BERLIN).date()
        return who, next(n for n, wait in enumerate(self.waits[who]) if wait.before < day < wait.after)

    def day(self, one: Place) -> date:
        """Its day for the client's therapist."""
        return one.span.start.astimezone(BERLIN).date()

    def worth(self, strand: tuple[str, int], places: Sequence[Place]) -> tuple[int, int, int] | None:
        """The best one by itself and all together, in units times rank and burden, and days; None: they may not be."""
        who, number = strand
        every = [one for one in self.options if self.strand(one) == strand]
        weight = max(weight_of(self.world.ranked(one.conflict).score) for one in every)
        if self.aims[who] is Aim.SESSIONS:
            mine = [self.owed(one) for one in places]
            return max(0, max(mine) - self.had(who)), sum(mine), 0
        wait = self.waits[who][number]
        unit = weight * wait.step
        own_hours = wait.own or any(one.kind is OfferKind.MOVE for one in every)
        own, beside = [], []
        for one in places:
            if one.kind in BESIDE and own_hours:
                beside.append((self.day(one), BESIDE[one.kind]))
            elif one.kind is not OfferKind.EXTEND:
                own.append((self.day(one), self.options[one].chance))
        longer = sum(3 for one in places if one.kind is OfferKind.EXTEND)
        if not own and not beside:
            return 0, unit * longer, 0
        key = (who, number, tuple(sorted(own)), tuple(sorted(beside)))
        if key not in self.units:
            self.units[key] = allowed(wait, sorted(own), sorted(beside))
        if not self.units[key]:
            return None
        before = max((wait.steps([one]) for one in wait.given), default=0)
        best = max([10 * wait.steps([one]) for one in own] + [worth for _, worth in beside])
        days = wait.off([day for day, _ in (*own, *beside)])
        return unit * max(0, best - 10 * before), unit * (self.units[key] + longer), days

    def had(self, who: str) -> int:
        """What the best one that stands would be worth by itself."""
        best = 0
        for one in (booked.offer for booked in self.world.request.fixed if booked.offer.client == who):
            day, eased = one.span.start.astimezone(BERLIN).date(), 0
            for wait in self.waits[who]:
                if wait.before < day < wait.after and one.kind is not OfferKind.EXTEND:
                    eased = int(wait.relief(((day, 100),)) * 100)
            sure = one.state in {OfferState.ACCEPTED, OfferState.SETTLED}
            chance = 100 if sure else self.chances[who][one.uid]
            chance = chance * SHARES.get(one.kind, 100) // 100
            kind = OWED[one.kind]
            preferred = int(Fraction(chance * (100 + eased), 2000) + Fraction(1, 2))
            score = self.world.ranked(one.conflict).score
            best = max(best, weight_of(score) * 10 * (kind + 10 * preferred))
        return best

    def owed(self, one: Place) -> int:
        """Two hundred units for a session, up to ten steps more for a wait that it shortens and a likely hour."""
        ranked = self.world.ranked(one.conflict)
        day, eased = self.day(one), 0
        for wait in self.waits[ranked.client.id]:
            if wait.before < day < wait.after and one.kind is not OfferKind.EXTEND:
                before, after = wait.relief(wait.given), wait.relief((*wait.given, (day, 100)))
                eased = max(0, int(after * 100) - int(before * 100))
        kind = OWED[one.kind]
        preferred = int(Fraction(self.options[one].chance * (100 + eased), 2000) + Fraction(1, 2))
        return weight_of(ranked.score) * 10 * (kind + 10 * preferred)

    def reached(self, places: Iterable[Place]) -> tuple[int, ...] | None:
        """The levels of docs/planning.md; None where the places may not be taken together."""
        taken = list(places)
        world, request = self.world, self.world.request
        holds = [one for one in request.preferred if one.conflict in world.open]
        held = {_hold(world, one) for one in holds}
        agreed = {_hold(world, one) for one in holds if one.uid in request.agreed}
        tiers: dict[str, int] = {}
        for one in self.options:
            ranked = world.ranked(one.conflict)
            tiers[ranked.client.id] = min(ranked.tier, tiers.get(ranked.client.id, Tier.MAINTENANCE))
        levels = [[0, 0, 0, 0] for _ in range(4)]
        strands: dict[tuple[str, int], list[Place]] = defaultdict(list)
        for one in taken:
            strands[self.strand(one)].append(one)
            levels[tiers[world.ranked(one.conflict).client.id]][0] += _slot(world, one) in agreed
        for strand, mine in strands.items():
            worth = self.worth(strand, mine)
            if worth is None:
                return None
            levels[tiers[strand[0]]][1] += worth[0]
            levels[tiers[strand[0]]][2] += worth[1]
            levels[tiers[strand[0]]][3] += worth[2]
        keeps = sum(1 for one in taken if _slot(world, one) in held)
        comfort = sum(self.options[one].comfort for one in taken)
        tie = sum(tie_of(self.options[one]) for one in taken)
        return (0, 0, *(level for tier in levels for level in tier), keeps, comfort, tie)


def weight_of(score: int) -> int:
    """Four times as much for the highest rank as for the lowest; 25 points of a thousand decide nothing."""
    return 40 + 3 * min(40, (score + 12) // 25)


def useful(world: World, judge: Judge, one: Place) -> bool:
    """True where every session is owed, or the place takes enough off the wait that its session leaves."""
    who = world.ranked(one.conflict).client.id
    if judge.aims[who] is Aim.SESSIONS:
        return True
    day = judge.day(one)
    if one.kind is OfferKind.EXTEND:
        day = world.ranked(one.conflict).conflict.span.start.astimezone(BERLIN).date()
        return any(wait.before < day < wait.after and wait.burden(()) for wait in judge.waits[who])
    habits = replace(habits_of(world.request, who), likeliest=likeliest_open(world.request, who))
    chance = habits.chance(minute_of(one.span.start))
    chance = chance * SHARES.get(one.kind, 100) // 100
    lost = world.ranked(one.conflict).conflict.span.start.astimezone(BERLIN).date()
    mine = [wait for wait in judge.waits[who] if wait.before < lost < wait.after] or judge.waits[who]
    return any(wait.before < day < wait.after and wait.units([(day, chance)], []) > 0 for wait in mine)


def _hold(world: World, one: Offer) -> tuple[str, str, OfferKind, str, Span]:
    return one.client, world.ask(one.conflict).absence.id, one.kind, one.therapist, one.span


def _slot(world: World, one: Place) -> tuple[str, str, OfferKind, str, Span]:
    """Whose hour it is in which absence: a hold is kept for whichever of the client's sessions there."""
    client, absence = world.ranked(one.conflict).client.id, world.ask(one.conflict).absence.id
    return client, absence, one.kind, one.therapist, one.span


@pytest.mark.parametrize("first", portions(SEEDS, CHUNK, quick=2))
def test_plans_are_feasible_and_best_on_every_level(first: int) -> None:
    """On small random practices the plan's options, feasibility and all levels equal those of brute force."""
    tried = 0
    for seed in range(first, first + CHUNK):
        request = random_request(seed)
        world = World(request)
        made = draft(request, solve_here)
        judge = Judge.of(world, made.options)
        expected = {key: sorted_places(world, judge, key) for key in world.open}
        got = {
            key: sorted({place(o) for o in made.options if o.conflict == key}, key=repr) for key in world.open
        }
        assert got == expected, f"seed {seed}: other options"
        best = solve_here(made.problem)
        for solution in (best, made.solution):
            chosen = [place(made.options[index]) for index in solution.chosen]
            assert together(world, chosen), f"seed {seed}: a rule is broken"
            assert solution.proven
            assert solution.levels == judge.reached(chosen), f"seed {seed}"
        size = 1
        for options in expected.values():
            size *= 1 + len(options)
        if size <= MOST:
            tried += 1
            every = (judge.reached(one) for one in sets(world, expected))
            assert best.levels == max(one for one in every if one), f"seed {seed}: a better plan exists"
    assert tried > CHUNK // 2


def sorted_places(world: World, judge: Judge, key: str) -> list[Place]:
    """The oracle's options of one conflict."""
    found = {one for one in candidates(world, key) if legal(world, one) and useful(world, judge, one)}
    return sorted(found, key=repr)


def tight(request: PlanRequest) -> PlanRequest:
    """The same practice with a budget of two for each absence."""
    asks = []
    for one in request.asks:
        rules = replace(one.policy.eligibility, approach=Approach.LIMITED, budget=2, max_makeups_per_client=3)
        asks.append(replace(one, policy=replace(one.policy, eligibility=rules)))
    return replace(request, asks=tuple(asks), fixed=(), preferred=(), agreed=frozenset(), rooms=None)


def sent(request: PlanRequest, made: SolvedPlan, dice: Random) -> PlanRequest:
    """The request once some of what was planned has been sent, and the rest is held."""
    rows = {key: request.ranked_of[key] for key in made.paired}
    offers = {
        key: offer(rows[key].conflict, one.span, one.kind, one.therapist) for key, one in made.paired.items()
    }
    gone = {key for key in sorted(offers) if dice.random() < 0.5}
    fixed = [Booked(offers[key], rows[key].conflict.absence) for key in sorted(gone)]
    held = tuple(one for key, one in sorted(offers.items()) if key not in gone)
    return replace(request, fixed=(*request.fixed, *fixed), preferred=held)


@pytest.mark.parametrize("first", portions(SEEDS // 2, CHUNK))
def test_what_is_sent_changes_nothing_of_the_rest(first: int) -> None:
    """Once some of a plan has left, the best plan for the rest is what it was: nobody loses a hold to a second one."""
    several = 0
    for seed in range(first, first + 3 * CHUNK):
        if seed >= first + CHUNK and several > CHUNK // 6:
            break  # there was something to lose in enough of these worlds
        request = tight(random_request(seed))
        made = draft(request, solve_here)
        after = sent(request, made, Random(seed))
        left = {one.conflict: one.span for one in after.preferred}
        again = draft(after, solve_here)
        assert {key: one.span for key, one in again.paired.items()} == left, f"seed {seed}"
        several += len(made.paired) > 1
    assert several > CHUNK // 6


@pytest.mark.parametrize("first", portions(SEEDS // 4, CHUNK))
def test_the_fallback_breaks_no_rule_and_never_claims_a_proof(first: int) -> None:
    """Without a solver plans are feasible, never better than the optimum, and say that they are not proven."""
    for seed in range(first, first + CHUNK):
        request = random_request(seed)
        made = draft(request, solve_greedy)
        assert together(World(request), [place(one) for one in made.placed.values()])
        assert not made.solution.proven
        assert "not proven" in made.solution.note
        assert made.solution.levels <= draft(request, solve_here).solution.levels
