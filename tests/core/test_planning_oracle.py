"""The planner against brute force: every rule by a second opinion, every level by trying all combinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from syncd.core.model import OfferKind, Tier
from syncd.core.model.practice import Approach
from syncd.core.planning import Booked, PlanRequest
from syncd.core.planning.drafts import Draft, draft
from syncd.core.planning.options import Option
from syncd.core.planning.solving.problem import AGREED
from syncd.core.planning.solving.rows import tie_of
from syncd.core.time.spans import Span
from syncd.solver import solve_greedy, solve_here
from tests.core.plan_oracle import Place, World, candidates, legal, sets, together
from tests.core.plan_worlds import offer, random_request
from tests.portions import portions

SEEDS = 1_200
CHUNK = 50
KIND = {OfferKind.MOVE: 10, OfferKind.COVER: 6, OfferKind.EXTEND: 5}
LATER = (10, 6, 4, 3, 3, 3)
MOST = 6_000  # combinations; worlds with more are only checked for feasibility


def place(option: Option) -> Place:
    """An option as the oracle names it."""
    return Place(option.conflict, option.kind, option.therapist, option.span)


def reached(world: World, made: Draft, places: Iterable[Place]) -> tuple[int, ...]:
    """The levels of docs/planning.md, computed from scratch; slot points and hashes are the planner's own."""
    options = {place(one): one for one in made.options}
    held = {
        (one.client, world.ask(one.conflict).absence.id, one.kind, one.therapist, one.span)
        for one in world.request.preferred
    }
    agreed = {
        (one.client, world.ask(one.conflict).absence.id, one.kind, one.therapist, one.span)
        for one in world.request.preferred
        if one.uid in world.request.agreed and one.conflict in world.open
    }
    taken = list(places)
    tiers: dict[str, int] = {}
    for option in made.options:
        ranked = world.ranked(option.conflict)
        tiers[ranked.client.id] = min(ranked.tier, tiers.get(ranked.client.id, Tier.MAINTENANCE))
    values = defaultdict(list)
    for one in taken:
        ranked = world.ranked(one.conflict)
        values[ranked.client.id].append((ranked.score + 1) * KIND[one.kind])
    for given in world.request.fixed:
        if given.offer.client in tiers:
            values[given.offer.client].append((given.score + 1) * KIND[given.offer.kind])
    served = [sum(1 for client in values if tiers[client] == tier) for tier in range(4)]
    for one in taken:
        served[tiers[world.ranked(one.conflict).client.id]] += AGREED * (_slot(world, one) in agreed)
    value = sum(
        worth * LATER[number]
        for mine in values.values()
        for number, worth in enumerate(sorted(mine, reverse=True))
    )
    keeps = sum(1 for one in taken if _slot(world, one) in held)
    quality = sum(sum(options[one].points) for one in taken)
    return (0, *served, value, keeps, quality, sum(tie_of(options[one]) for one in taken))


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
        expected = {key: sorted_places(world, key) for key in world.open}
        got = {
            key: sorted({place(o) for o in made.options if o.conflict == key}, key=repr) for key in world.open
        }
        assert got == expected, f"seed {seed}: other options"
        chosen = [place(one) for one in made.placed.values()]
        assert together(world, chosen), f"seed {seed}: a rule is broken"
        assert made.solution.proven
        assert made.solution.levels == reached(world, made, chosen)
        size = 1
        for options in expected.values():
            size *= 1 + len(options)
        if size <= MOST:
            tried += 1
            best = max(reached(world, made, one) for one in sets(world, expected))
            assert made.solution.levels == best, f"seed {seed}: a better plan exists"
    assert tried > CHUNK // 2


def sorted_places(world: World, key: str) -> list[Place]:
    """The oracle's options of one conflict."""
    return sorted({one for one in candidates(world, key) if legal(world, one)}, key=repr)


def tight(request: PlanRequest) -> PlanRequest:
    """The same practice with a budget of two for each absence."""
    asks = []
    for one in request.asks:
        rules = replace(one.policy.eligibility, approach=Approach.LIMITED, budget=2, max_makeups_per_client=3)
        asks.append(replace(one, policy=replace(one.policy, eligibility=rules)))
    return replace(request, asks=tuple(asks), fixed=(), preferred=(), agreed=frozenset(), rooms=None)


def sent(request: PlanRequest, made: Draft, dice: Random) -> PlanRequest:
    """The request once some of what was planned has been sent, and the rest is held."""
    rows = {key: request.ranked_of[key] for key in made.paired}
    offers = {
        key: offer(rows[key].conflict, one.span, one.kind, one.therapist) for key, one in made.paired.items()
    }
    gone = {key for key in sorted(offers) if dice.random() < 0.5}
    fixed = [Booked(offers[key], rows[key].conflict.absence, score=rows[key].score) for key in sorted(gone)]
    held = tuple(one for key, one in sorted(offers.items()) if key not in gone)
    return replace(request, fixed=(*request.fixed, *fixed), preferred=held)


@pytest.mark.parametrize("first", portions(SEEDS // 2, CHUNK))
def test_what_is_sent_changes_nothing_of_the_rest(first: int) -> None:
    """Once some of a plan has left, the best plan for the rest is what it was: nobody loses a hold to a second one."""
    several = 0
    for seed in range(first, first + 2 * CHUNK):
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
