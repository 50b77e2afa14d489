"""What tags would give to those without a time is what they give."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import OfferKind
from syncd.core.model.practice import Approach, Ceiling
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.plan import Plan, plan
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.likeliest import against_likeliest
from syncd.core.policy.precedence import merge
from syncd.solver import solve_here
from tests.core.plan_worlds import offer, random_request
from tests.portions import portions

TAGS = {OfferKind.CALL: "call", OfferKind.EXTEND: "extend", OfferKind.COVER: "cover"}


@pytest.mark.parametrize("first", portions(200, 100))
def test_what_a_tag_would_give_it_gives(first: int) -> None:
    """With the tag in the leave, and what was planned held, everybody of whom it is said has that very time.

    So have they alone of those who lacked one: who gets a call so that somebody else can have their hour gains nothing.
    """
    told = 0
    for seed in range(first, first + 100):
        asked = replace(without_alternatives(random_request(seed)), tags=True)
        made = plan(asked, solve_here)
        for kind, tag in TAGS.items():
            said = {
                (one.client, way.therapist, way.span)
                for one in made.unplaced
                for way in one.by_tag
                if way.kind is kind
            }
            then = plan(with_tag(asked, made, tag), solve_here).placements
            lacked = {one.conflict: one.client for one in made.unplaced}
            more = {lacked[one.conflict] for one in then if one.conflict in lacked}
            got = {
                (one.client, one.therapist, one.span)
                for one in then
                if one.kind is kind and one.client in more
            }
            assert said == got, f"seed {seed}: #{tag}"
            told += len(said)
    assert told > 10


def test_a_tag_that_the_practice_forbids_is_not_named() -> None:
    """Neither is one under an approach of none: there nothing is to be offered."""
    asked = replace(without_alternatives(random_request(2)), tags=True)
    forbidden = Ceiling(cover=False, call=timedelta(0), extension=timedelta(0))
    for change in (
        {"ceiling": forbidden},
        {"eligibility": replace(asked.asks[0].policy.eligibility, approach=Approach.NONE)},
    ):
        asks = tuple(replace(one, policy=replace(one.policy, **change)) for one in asked.asks)
        assert not any(one.by_tag for one in plan(replace(asked, asks=asks), solve_here).unplaced)


def test_what_plannings_share_is_what_each_would_find() -> None:
    """A finder that goes on from the plan without the tag has the same options, counts and chances as a fresh one."""
    shared = 0
    for seed in range(60):
        asked = replace(without_alternatives(random_request(seed)), tags=True)
        made, before = plan(asked, solve_here), Finder(asked, occupancy(asked))
        against_likeliest(before)
        for tag in TAGS.values():
            tagged = with_tag(asked, made, tag)
            found, tops = against_likeliest(after := before.under(tagged))
            assert (found, tops) == against_likeliest(Finder(tagged, occupancy(tagged))), (seed, tag)
            shared += after.moves is before.moves
    assert shared > 60


def without_alternatives(request: PlanRequest) -> PlanRequest:
    """Nothing but make-ups of the therapist's own time."""
    asks = []
    for one in request.asks:
        rules = replace(one.policy.eligibility, call=timedelta(0), extension=timedelta(0), cover=False)
        asks.append(replace(one, policy=replace(one.policy, eligibility=rules)))
    return replace(request, asks=tuple(asks), preferred=(), agreed=frozenset())


def with_tag(request: PlanRequest, made: Plan, tag: str) -> PlanRequest:
    """The same once the tag stands in each leave that leaves somebody without a time, what was placed being held."""
    lacking = {request.ask_of[one.conflict].absence.id for one in made.unplaced}
    asks = tuple(
        replace(one, policy=merge(one.policy, (tag,)))
        if one.absence.id in lacking and one.policy.eligibility.approach is not Approach.NONE
        else one
        for one in request.asks
    )
    held = tuple(
        offer(request.ranked_of[one.conflict].conflict, one.span, one.kind, one.therapist)
        for one in made.placements
    )
    return replace(request, asks=asks, preferred=held, tags=False)
