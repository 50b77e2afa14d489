"""What holds of every plan: order changes nothing, more never serves fewer, replanning moves the least."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from syncd.core.model import Client, Offer, OfferState, Priority
from syncd.core.model.practice import Aim, Approach, Eligibility, Policy, SlotRules, Weights
from syncd.core.model.unplaced import Cause, Rule
from syncd.core.planning.drafts import draft
from syncd.core.planning.placements import Placement
from syncd.core.planning.plan import Plan, plan
from syncd.core.planning.ranking import rank
from syncd.core.planning.request import Booked, ClientTime, PlanRequest
from syncd.core.planning.solving.problem import KEEPS_LEVEL, levels
from syncd.core.time.hours import WeeklyHours
from syncd.solver import solve_greedy, solve_here
from tests.core.plan_worlds import (
    NOW,
    OFFICE,
    at,
    conflict,
    days,
    hours,
    offer,
    random_request,
    session,
    solo,
    span,
    therapist,
)
from tests.portions import portions

SEEDS = 2_000  # from here on
EACH = 50
practices = pytest.mark.parametrize("first", portions(150, EACH))


def shuffled(request: PlanRequest, seed: int) -> PlanRequest:
    """The same request with everything in another order."""
    dice = Random(seed)

    def mix(ones: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(dice.sample(ones, len(ones)))

    return replace(
        request,
        asks=mix(tuple(replace(one, ranked=mix(one.ranked)) for one in request.asks)),  # type: ignore[arg-type]
        therapists=mix(tuple(replace(one, sessions=mix(one.sessions)) for one in request.therapists)),  # type: ignore[arg-type]
        clients=mix(request.clients),  # type: ignore[arg-type]
        fixed=mix(request.fixed),  # type: ignore[arg-type]
        preferred=mix(request.preferred),  # type: ignore[arg-type]
    )


@practices
def test_the_same_request_in_any_order_gives_the_same_plan(first: int) -> None:
    """Shuffled absences, clients, sessions and offers: the plans are equal, reasons and digests too."""
    for seed in range(SEEDS + first, SEEDS + first + EACH):
        request = replace(random_request(seed), verify=2)
        assert plan(shuffled(request, seed), solve_here) == plan(request, solve_here)


SCRIPT = """
from tests.core.plan_worlds import random_request
from syncd.core.planning.plan import plan
from syncd.solver import {solver}
print([plan(random_request(seed), {solver}).digest for seed in range(3000, 3030)])
"""


@pytest.mark.parametrize("solver", ["solve_here", "solve_greedy"])
def test_hash_seeds_change_nothing(solver: str) -> None:
    """Plans of two processes with different hash seeds are the same, with and without the exact solver."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT.format(solver=solver)],
            env=dict(os.environ, PYTHONHASHSEED=seed),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(outputs) == 1


@practices
def test_more_hours_never_serve_fewer_in_the_top_tier(first: int) -> None:
    """With every working hour open the plan that was can still be had, and what is made is no worse for the top tier.

    Both are valued as the wider world does: there other hours may be a client's likeliest. Without calls: one gives
    way to any useful hour, be it an unlikely one that is worth less on paper.
    """
    for seed in range(SEEDS + first, SEEDS + first + EACH):
        request = without_calls(random_request(seed))
        wide = tuple(
            replace(one, therapist=replace(one.therapist, hours=_wider(one.therapist.hours)))
            for one in request.therapists
        )
        less, more = draft(request, solve_here), draft(replace(request, therapists=wide), solve_here)
        place = {one.order: index for index, one in enumerate(more.options)}
        before = levels(more.problem, [place[one.order] for one in less.placed.values()])
        assert more.solution.levels[1:5] >= before[1:5]


def without_calls(request: PlanRequest) -> PlanRequest:
    """The same where nobody is called in place of a session."""
    asks = []
    for one in request.asks:
        rules = replace(one.policy.eligibility, call=timedelta(0))
        asks.append(replace(one, policy=replace(one.policy, eligibility=rules)))
    return replace(request, asks=tuple(asks))


def _wider(weekly: WeeklyHours) -> WeeklyHours:
    return WeeklyHours(tuple(one or two for one, two in zip(OFFICE.week, weekly.week, strict=True)))


@practices
def test_a_crisis_flag_never_costs_a_client_their_place(first: int) -> None:
    """Whoever is placed stays placed when a care note raises them."""
    for seed in range(SEEDS + first, SEEDS + first + EACH):
        request = random_request(seed)
        for one in plan(request, solve_here).placements[:1]:
            after = plan(_raised(request, one), solve_here)
            assert one.client in {place.client for place in after.placements}


def _raised(request: PlanRequest, one: Placement) -> PlanRequest:
    asks = tuple(
        replace(
            asked,
            ranked=rank(
                [
                    replace(row.candidate, crisis=row.candidate.crisis or row.client.id == one.client)
                    for row in asked.ranked
                ],
                NOW,
            ),
        )
        for asked in request.asks
    )
    return replace(request, asks=asks)


@practices
def test_leaving_out_who_is_not_placed_changes_nothing(first: int) -> None:
    """A client without a place takes nothing from the others' plan.

    Which of a served client's sessions goes without is only known once their times are: each is for the nearest.
    """
    for seed in range(SEEDS + first, SEEDS + first + EACH):
        request = random_request(seed)
        made = plan(request, solve_here)
        served = {one.client for one in made.placements}
        for gone in [one for one in made.unplaced if one.client not in served][:1]:
            asks = tuple(
                replace(one, ranked=tuple(row for row in one.ranked if row.conflict.id != gone.conflict))
                for one in request.asks
            )
            # Its displaced session is no longer known as one: it must not come back as a standing session.
            without = replace(request, asks=asks)
            after = {place.conflict: place.span for place in plan(without, solve_here).placements}
            assert after == {place.conflict: place.span for place in made.placements}


def week(count: int = 8, **more: object) -> PlanRequest:
    """A full week of clients around a leave, with room for some of them."""
    rows = [conflict(f"c{n}", span(7 + n // 2, 9 + 2 * (n % 2))) for n in range(count)]
    weekly = hours({0: [(9, 12)], 3: [(9, 13)]})
    rules = Policy(
        eligibility=Eligibility(approach=Approach.ALL, extension=timedelta(0)),
        slots=SlotRules(horizon_before=timedelta(days=7), horizon_after=timedelta(days=7)),
    )
    return solo(rows, who=therapist(weekly=weekly), policy=rules, now=at(-3, 8), **more)  # type: ignore[arg-type]


def offers_of(request: PlanRequest, made: Plan, **more: object) -> dict[str, Offer]:
    """The plan's placements as offers."""
    rows = {one.conflict.id: one.conflict for one in request.ranked}
    return {
        one.conflict: offer(rows[one.conflict], one.span, one.kind, one.therapist, **more)
        for one in made.placements
    }


def test_replanning_an_unchanged_world_keeps_every_hold() -> None:
    """Held offers preferred: the same plan again, everything kept."""
    request = week()
    made = plan(request, solve_here)
    held = offers_of(request, made, state=OfferState.HELD, invited_at=None)
    again = plan(replace(request, preferred=tuple(held.values())), solve_here)
    assert {one.conflict: one.span for one in again.placements} == {
        one.conflict: one.span for one in made.placements
    }
    assert all(one.kept for one in again.placements)


def test_holds_that_are_worse_slots_are_kept_all_the_same() -> None:
    """A hold on a time that is not the best stays where it is: nothing is moved for a better hour alone."""
    request = week(count=1)
    (best,) = plan(request, solve_here).placements
    row = request.ranked[0].conflict
    elsewhere = next(span(day, hour) for day in (3, 14) for hour in (9, 10) if span(day, hour) != best.span)
    held = offer(row, elsewhere, state=OfferState.HELD, invited_at=None)
    (again,) = plan(replace(request, preferred=(held,)), solve_here).placements
    assert (again.span, again.kept) == (elsewhere, True)


def test_after_a_decline_no_sent_offer_moves_and_the_fewest_unsent_ones_do() -> None:
    """One client says no: sent offers stay, and no plan as good keeps more of the holds."""
    request = week()
    made = plan(request, solve_here)
    sent = offers_of(request, made)
    held = offers_of(request, made, state=OfferState.HELD, invited_at=None)
    keys = sorted(sent)
    decliner, fixed, unsent = keys[0], keys[1:3], keys[3:]
    gone = next(one for one in request.clients if one.client.id == sent[decliner].client)
    again = replace(
        request,
        fixed=tuple(Booked(sent[key], "a1") for key in fixed),
        preferred=tuple(held[key] for key in unsent),
        clients=(
            *(one for one in request.clients if one is not gone),
            ClientTime(gone.client, gone.sessions, gone.away, (sent[decliner].span,)),
        ),
    )
    after = plan(again, solve_here)
    assert not {one.conflict for one in after.placements} & set(fixed)
    assert all(not one.span.overlaps(sent[key].span) for one in after.placements for key in fixed)
    new = {one.conflict: one.span for one in after.placements}
    assert new.get(decliner) != sent[decliner].span
    moved = [key for key in unsent if new.get(key) != held[key].span]
    scratch = {one.conflict: one.span for one in plan(replace(again, preferred=()), solve_here).placements}
    assert len(moved) <= len([key for key in unsent if scratch.get(key) != held[key].span])
    assert after.levels[KEEPS_LEVEL] == len(unsent) - len(moved)
    assert len(moved) <= 1


BAD: dict[str, Callable[[], PlanRequest]] = {
    "all weights zero": lambda: solo(
        [conflict("ab", span(7, 9))], policy=Policy(weights=Weights(0, 0, 0, 0, 0))
    ),
    "a budget of 0": lambda: solo(
        [conflict("ab", span(7, 9))],
        policy=Policy(eligibility=Eligibility(approach=Approach.LIMITED, budget=0)),
    ),
    "a negative budget": lambda: solo(
        [conflict("ab", span(7, 9))],
        policy=Policy(eligibility=Eligibility(approach=Approach.LIMITED, budget=-3)),
    ),
    "negative caps": lambda: solo(
        [conflict("ab", span(7, 9))],
        policy=Policy(
            slots=SlotRules(max_makeups_per_day=-1, max_sessions_per_day=-1, max_makeups_per_week=-1)
        ),
    ),
    "negative weights": lambda: solo(
        [conflict("ab", span(7, 9))], policy=Policy(weights=Weights(-1, -1, -1, -1, -1))
    ),
    "a leave longer than the horizon": lambda: solo([conflict("ab", span(40, 9))], away=days(7, 90)),
    "a leave that has begun long ago": lambda: solo([conflict("ab", span(7, 9))], now=at(9, 12)),
    "a leave that is over": lambda: solo([conflict("ab", span(7, 9))], now=at(60, 12)),
    "more crisis clients than slots": lambda: solo(
        [conflict(f"c{n}", span(7, 8 + n)) for n in range(9)],
        who=therapist(weekly=hours({3: [(10, 11)]})),
        roster={f"c{n}": Client(f"c{n}", priority=Priority.CRISIS) for n in range(9)},
    ),
    "windows that exclude everything": lambda: solo(
        [conflict("ab", span(7, 9))], roster={"ab": Client("ab", windows=hours({}))}
    ),
    "a session longer than any free time": lambda: solo([conflict("ab", span(7, 9, minutes=600))]),
    "a grid of nothing": lambda: solo(
        [conflict("ab", span(7, 9))], policy=Policy(slots=SlotRules(grid=timedelta(0)))
    ),
    "no hours at all": lambda: solo([conflict("ab", span(7, 9))], who=therapist(weekly=hours({}))),
    "a therapist nobody knows": lambda: replace(solo([conflict("ab", span(7, 9))]), therapists=()),
    "no rooms": lambda: solo([conflict("ab", span(7, 9))], rooms=0),
    "fixed offers that overlap": lambda: week(
        fixed=(
            Booked(offer(conflict("x", span(7, 9)), span(3, 10)), "a1"),
            Booked(offer(conflict("y", span(7, 9)), span(3, 10)), "a1"),
        )
    ),
    "sessions that overlap": lambda: week(sessions=[session("x", span(3, 10)), session("y", span(3, 10))]),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("solver", [solve_here, solve_greedy], ids=["exact", "fallback"])
def test_bad_input_gives_a_plan_with_reasons(name: str, solver: Callable[..., object]) -> None:
    """Never an exception: everybody is placed or has a reason in words."""
    request = replace(BAD[name](), verify=3)
    made = plan(request, solver)  # type: ignore[arg-type]
    assert len(made.placements) + len(made.unplaced) == len(request.ask_of)
    assert all(one.sentence for one in made.unplaced)


def test_more_crisis_clients_than_slots_leaves_the_rest_with_that_reason() -> None:
    """Two Thursdays before, two after: the others are told who takes them."""
    made = plan(replace(BAD["more crisis clients than slots"](), verify=9), solve_here)
    assert 0 < len(made.placements) < 9
    assert all(one.cause in {Cause.EQUAL, Cause.LESS_VALUE} for one in made.unplaced)


def test_two_leaves_of_one_clients_therapists_are_planned_together() -> None:
    """AB misses a session with each and is owed both: two make-ups, not on the same day."""
    rules = Policy(
        eligibility=Eligibility(approach=Approach.ALL, extension=timedelta(0)),
        slots=SlotRules(aim=Aim.SESSIONS),
    )
    first = solo([conflict("ab", span(7, 9))], policy=rules)
    second = solo([conflict("ab", span(8, 9), "eli", "a2")], policy=rules, who=therapist("eli"))
    both = replace(
        first, asks=(*first.asks, *second.asks), therapists=(*first.therapists, *second.therapists)
    )
    made = plan(both, solve_here)
    one, other = sorted(place.span for place in made.placements)
    assert other.start - one.end >= timedelta(hours=20)


def test_two_leaves_of_one_clients_therapists_are_one_wait() -> None:
    """Two missed on two days running make one wait: the second make-up would take nothing more off it."""
    rules = Policy(eligibility=Eligibility(approach=Approach.ALL, extension=timedelta(0)))
    first = solo([conflict("ab", span(7, 9))], policy=rules)
    second = solo([conflict("ab", span(8, 9), "eli", "a2")], policy=rules, who=therapist("eli"))
    both = replace(
        first, asks=(*first.asks, *second.asks), therapists=(*first.therapists, *second.therapists)
    )
    assert len(plan(both, solve_here).placements) == 1


def test_a_budget_spent_is_said() -> None:
    """A budget of 0 names itself."""
    made = plan(BAD["a budget of 0"](), solve_here)
    assert made.unplaced[0].binds is Rule.BUDGET


def test_the_fallback_is_flagged_in_the_plan() -> None:
    """A plan without proof says so, one with it says nothing."""
    assert plan(week(), solve_here).note == ""
    made = plan(week(), solve_greedy)
    assert not made.proven
    assert "not proven" in made.note


def test_groups_that_share_nothing_are_planned_as_if_alone() -> None:
    """Two therapists without cover or rooms: the plan of both is the plan of each."""
    one = week()
    rules = one.asks[0].policy
    other = solo([conflict("zz", span(7, 9), "eli", "a2")], policy=rules, who=therapist("eli"), now=at(-3, 8))
    both = replace(
        one,
        asks=(*one.asks, *other.asks),
        therapists=(*one.therapists, *other.therapists),
        clients=(*one.clients, *other.clients),
    )
    together, apart = plan(both, solve_here), [plan(one, solve_here), plan(other, solve_here)]
    assert {(p.conflict, p.span) for p in together.placements} == {
        (p.conflict, p.span) for made in apart for p in made.placements
    }
