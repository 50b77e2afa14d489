"""What tags would give to those without a time is what they give."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import Client, OfferKind, Priority
from syncd.core.model.practice import Approach, Ceiling
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.plan import Plan, plan
from syncd.core.planning.request import PlanRequest, TherapistTime
from syncd.core.planning.solving.likeliest import against_likeliest
from syncd.core.policy.precedence import merge
from syncd.solver import solve_here
from tests.core.plan_worlds import conflict, days, hours, offer, random_request, solo, span, therapist
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
            shared += after.kept is before.kept
    assert shared > 60


def two_practising(clients: tuple[str, ...] = ("ab",)) -> PlanRequest:
    """Dana is away for a week and has no other hour; Eli, who shares no client with her, could cover on its Tuesday."""
    rows = [conflict(key, span(9, 11 + number)) for number, key in enumerate(clients)]
    roster = {key: Client(key, cover_ok=True) for key in clients}
    asked = solo(rows, who=therapist(weekly=hours({})), roster=roster)
    eli = therapist("eli", hours({1: [(9, 10)]}), covers_for=("dana",))
    return replace(asked, therapists=(*asked.therapists, TherapistTime(eli)), tags=True, verify=9)


def test_a_colleague_is_named_where_cover_is_off() -> None:
    """As a remedy and as a tag, with that very time, though both are planned apart while cover is off."""
    asked = two_practising()
    (found,) = plan(asked, solve_here).unplaced
    (way,) = found.by_tag
    (remedy,) = (one for one in found.remedies if one.rule is Rule.COVER)
    assert (way.therapist, way.span) == (remedy.therapist, remedy.span) == ("eli", span(8, 9))
    (there,) = plan(with_tag(asked, plan(asked, solve_here), "cover"), solve_here).placements
    assert (there.kind, there.therapist, there.span) == (OfferKind.COVER, "eli", span(8, 9))


def test_an_hour_of_a_colleague_is_promised_once() -> None:
    """Not where a client of the colleague's own who comes first has it, nor to both of two."""
    asked = two_practising()
    row, first = conflict("cd", span(3, 9), "eli", "a2"), {"cd": Client("cd", priority=Priority.CRISIS)}
    own = solo([row], away=days(0, 7), who=asked.therapists[1].therapist, roster=first)
    both = replace(
        asked,
        asks=(*asked.asks, *own.asks),
        therapists=(asked.therapists[0], replace(own.therapists[0], leave=(days(0, 7),))),
        clients=(*asked.clients, *own.clients),
    )
    made = plan(both, solve_here)
    assert [(one.client, one.span) for one in made.placements] == [("cd", span(8, 9))]
    (found,) = made.unplaced
    assert found.by_tag == ()
    assert Rule.COVER not in {one.rule for one in found.remedies}
    two = plan(two_practising(("ab", "ef")), solve_here).unplaced
    assert sum(len(one.by_tag) for one in two) == 1


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
