"""Why somebody has no place: each reason is checked by doing what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.model import Client, OfferKind, Phase, Priority, Slot
from syncd.core.model.practice import Aim, Approach, Eligibility, Policy, SlotRules
from syncd.core.model.unplaced import Cause, Remedy, Rule, Unplaced
from syncd.core.planning.drafts import carried_over
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.plan import explain, plan
from syncd.core.planning.reasons.loosened import ORDER, relaxed
from syncd.core.planning.request import PlanRequest, TherapistTime
from syncd.core.planning.slots import Occupied
from syncd.core.planning.solving.problem import Problem, Solution
from syncd.solver import solve_here
from tests.bench.instances import SOLO_FORTNIGHT, instance
from tests.core.plan_worlds import (
    at,
    conflict,
    days,
    hours,
    random_request,
    session,
    solo,
    span,
    therapist,
)
from tests.portions import portions

AB, CD = conflict("ab", span(7, 9)), conflict("cd", span(7, 11))
WEDNESDAYS = [conflict("ab", span(9, 9)), conflict("cd", span(9, 11))]
BEFORE = Eligibility(approach=Approach.ALL, extension=timedelta(0), after=False)
MORNING = therapist(weekly=hours({3: [(9, 13)]}))
ONE_HOUR = therapist(weekly=hours({3: [(10, 11)]}))

NOT_AFTER = {"after": True, "horizon_after": timedelta(0)}  # without leaving it to a tag

NEVER = Client("cd", makeups=False)

Fields = Mapping[str, Any]


def request(base: Fields, change: Fields | None = None) -> PlanRequest:
    """AB and CD displaced, a Thursday morning before the leave; `base` and `change` say what is otherwise.

    Keys of Eligibility and SlotRules go there, the rest to `solo`.
    """
    fields = {**base, **(change or {})}
    allowed = {key: fields.pop(key) for key in list(fields) if key in Eligibility.__dataclass_fields__}
    rules = {key: fields.pop(key) for key in list(fields) if key in SlotRules.__dataclass_fields__}
    policy = Policy(eligibility=replace(BEFORE, **allowed), slots=replace(SlotRules(), **rules))
    known: dict[str, Any] = {"now": at(-1, 8), "who": MORNING, "policy": policy, "verify": 9}
    return solo(fields.pop("rows", [AB, CD]), **(known | fields))


@dataclass(frozen=True)
class Example:
    """A world in which `rule` costs somebody their place, and the same with what the remedy says done by hand."""

    rule: Rule
    world: Fields
    change: Fields


EXAMPLES = [
    Example(Rule.MAKEUPS_PER_DAY, {"max_makeups_per_day": 1}, {"max_makeups_per_day": 2}),
    Example(Rule.MAKEUPS_PER_WEEK, {"max_makeups_per_week": 1}, {"max_makeups_per_week": 2}),
    Example(Rule.SESSIONS_PER_DAY, {"max_sessions_per_day": 1}, {"max_sessions_per_day": 2}),
    Example(
        Rule.IN_A_ROW,
        {"max_in_a_row": 1, "who": therapist(weekly=hours({3: [(9, 11)]}))},
        {"max_in_a_row": 2},
    ),
    Example(Rule.SESSIONS_PER_WEEK, {"max_sessions_per_week": 1}, {"max_sessions_per_week": 2}),
    Example(
        Rule.BESIDE_LEAVE,
        {"max_before_leave": 1, "who": therapist(weekly=hours({4: [(9, 13)]}))},
        {"max_before_leave": 7},
    ),
    Example(Rule.BUDGET, {"approach": Approach.LIMITED, "budget": 1}, {"budget": 2}),
    Example(
        Rule.APPROACH,
        {"approach": Approach.EXCEPTIONAL, "roster": {"ab": Client("ab", priority=Priority.CRISIS)}},
        {"approach": Approach.ALL},
    ),
    Example(Rule.CLIENT, {"roster": {"ab": Client("ab", makeups=False)}}, {"roster": {}}),
    Example(Rule.BARRED, {"asked": {"excluded": frozenset({"ab"})}}, {"asked": {}}),
    Example(Rule.CLIENT_MAKEUPS, {"roster": {"ab": Client("ab", max_makeups=0)}}, {"roster": {}}),
    Example(
        Rule.WINDOWS,
        {"roster": {"ab": Client("ab", windows=hours({0: [(9, 10)]}))}},
        {"roster": {"ab": Client("ab")}},
    ),
    Example(
        Rule.OFTEN,
        {"min_interval": timedelta(days=8), "roster": {"ab": Client("ab", priority=Priority.CRISIS)}},
        {"min_interval": timedelta(0)},
    ),
    Example(
        Rule.APART,
        {
            "who": therapist(weekly=hours({3: [(9, 11)]})),
            "sessions": [session("xy", span(3, 9))],
            "roster": {"ab": Client("ab", apart_from=("xy",)), "cd": NEVER},
        },
        {"roster": {"ab": Client("ab"), "cd": NEVER}},
    ),
    Example(
        Rule.FIXED_HOUR,
        {
            "who": therapist(weekly=hours({3: [(9, 11)]})),
            "sessions": [session("xy", span(3, 9))],
            "roster": {"ab": Client("ab", fixed_hour=True), "cd": NEVER},
        },
        {"roster": {"ab": Client("ab"), "cd": NEVER}},
    ),
    Example(
        Rule.LONG_BREAK,
        {"away": days(7, 28), "roster": {"ab": Client("ab", phase=Phase.EXPOSURE)}},
        {"roster": {"ab": Client("ab")}},
    ),
    Example(
        Rule.DISTANCE,
        {"sessions": [session("ab", span(0, 9))], "client_distance": timedelta(days=4)},
        {"client_distance": timedelta(0)},
    ),
    Example(Rule.NOTICE, {"now": at(1, 14)}, {"min_notice": timedelta(hours=36)}),
    Example(Rule.ANSWER, {"asked": {"sends_at": {AB.id: at(2, 16)}}}, {"asked": {}}),
    Example(Rule.VETOED, {"asked": {"vetoed": (Slot("dana", span(3, 9, 240)),)}}, {"asked": {}}),
    Example(Rule.AWAY, {"own": {"away": (days(3, 4),)}}, {"own": {}}),
    Example(Rule.REFUSED, {"own": {"refused": (span(3, 9, 240),)}}, {"own": {}}),
    Example(
        Rule.HORIZON,
        {"horizon_before": timedelta(days=3), "now": at(-10, 8)},
        {"horizon_before": timedelta(days=10)},
    ),
    Example(
        Rule.SIDE,
        {"rows": WEDNESDAYS, "who": therapist(weekly=hours({0: [(10, 11)], 4: [(10, 11)]}))},
        {"after": True},
    ),
    Example(
        Rule.GAIN,
        {"who": therapist(weekly=hours({1: [(9, 13)]}))},
        {"aim": Aim.SESSIONS},
    ),
    Example(
        Rule.EXTENSION,
        {"who": therapist(weekly=hours({3: [(9, 12)]})), "sessions": [session("ab", span(3, 10))]}
        | NOT_AFTER,
        {"extension": timedelta(minutes=30)},
    ),
    Example(
        Rule.HOLIDAY,
        {"time": {"holidays": frozenset({at(3, 12).date()})}},
        {"time": {"holidays": frozenset()}},
    ),
]


def test_past_an_agreed_end_there_is_time_if_the_end_is_another() -> None:
    """The rule is named, and without it the client is placed where the remedy says."""
    thursday = conflict("ab", span(10, 9))
    tuesdays = therapist(weekly=hours({1: [(9, 13)]}))
    asked = request({"before": False, "after": True, "rows": [thursday], "who": tuesdays})
    (one,) = asked.asks
    agreed = tuple(
        replace(each, candidate=replace(each.candidate, ends=span(11, 9).end)) for each in one.ranked
    )
    found = remedies(replace(asked, asks=(replace(one, ranked=agreed),)))
    after = {one.conflict: one.span for one in plan(asked, solve_here).placements}
    assert found[thursday.id, Rule.SERIES_END].span == after[thursday.id]


def remedies(asked: PlanRequest) -> dict[tuple[str, Rule], Remedy]:
    """Everything that would free somebody, by conflict and rule."""
    return {
        (one.conflict, remedy.rule): remedy
        for one in plan(asked, solve_here).unplaced
        for remedy in one.remedies
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule.value)
def test_doing_what_the_reason_says_gives_the_client_a_place(example: Example) -> None:
    """The rule is named; with it loosened by hand, and nothing else, the client is placed where the remedy says."""
    found = remedies(request(example.world))
    mine = [key for key, rule in found if rule is example.rule]
    assert mine, sorted(rule.value for _, rule in found)
    after = {one.conflict: one for one in plan(request(example.world, example.change), solve_here).placements}
    remedy = found[mine[0], example.rule]
    place = after[mine[0]]
    assert (remedy.therapist, remedy.kind, remedy.span) == (place.therapist, place.kind, place.span)


def test_one_hour_opened_by_a_makeup_event_is_named_and_helps() -> None:
    """The remedy names one hour outside hours; that hour opened, and no other, places the client in it."""
    world = {"who": ONE_HOUR}
    found = {rule: (key, remedy) for (key, rule), remedy in remedies(request(world)).items()}
    key, remedy = found[Rule.HOURS]
    opened = request(world, {"time": {"opened": (remedy.span,)}})
    made = {one.conflict: one.span for one in plan(opened, solve_here).placements}
    assert made[key] == remedy.span
    assert "#makeup" in remedy.words


def two_therapists(rooms: int | None, *, cover: bool = False) -> PlanRequest:
    """AB with Dana, who has the same single hour as Eli; Eli holds a session then, in the only room or not."""
    roster = {"ab": Client("ab", cover_ok=cover)}
    base = request({"who": ONE_HOUR, "cover": cover, "roster": roster} | NOT_AFTER)
    other = therapist("eli", hours({3: [(10, 11), (15, 16)]}), covers_for=("dana",))
    other = replace(other, policy=base.asks[0].policy)
    eli = TherapistTime(other, (session("x", span(3, 10), "eli"),))
    alone = replace(base.asks[0], ranked=tuple(one for one in base.asks[0].ranked if one.client.id == "ab"))
    return replace(base, asks=(alone,), therapists=(*base.therapists, eli), rooms=rooms)


def test_a_second_room_and_a_colleague_free_a_place() -> None:
    """The only room is taken: a second one helps, and so does Eli in the afternoon."""
    found = remedies(two_therapists(1))
    assert {rule for _, rule in found} == {Rule.ROOMS, Rule.COVER}
    (place,) = plan(two_therapists(2), solve_here).placements
    assert place.span == found[AB.id, Rule.ROOMS].span
    (place,) = plan(two_therapists(1, cover=True), solve_here).placements
    assert (place.kind, place.span) == (OfferKind.COVER, found[AB.id, Rule.COVER].span)


def one(asked: PlanRequest) -> Unplaced:
    """The only client without a place."""
    (found,) = plan(asked, solve_here).unplaced
    return found


def test_a_higher_tier_takes_the_only_hour() -> None:
    """Outranked: the rival is named by conflict and in words by tier, never by name."""
    found = one(
        request({"who": ONE_HOUR, "roster": {"cd": Client("cd", "Cleo Dorn", priority=Priority.CRISIS)}})
    )
    assert (found.cause, found.displaces) == (Cause.OUTRANKED, (CD.id,))
    assert "it would take the place of a client who comes first (1 crisis client)" in found.sentence
    assert "Cleo" not in found.sentence


def test_a_client_of_the_same_tier_who_counts_for_more_takes_it() -> None:
    """Less value: serving this one instead would give up more than it brings."""
    roster = {"ab": Client("ab", significance=5), "cd": Client("cd", significance=1)}
    found = one(request({"who": ONE_HOUR, "roster": roster}))
    assert (found.client, found.cause, found.displaces) == ("cd", Cause.LESS_VALUE, (AB.id,))
    assert "it would take the place of a client whom it helps more (1 routine client)" in found.sentence


def test_what_binds_is_said_with_its_number() -> None:
    """The budget as it is, and what one more would give."""
    roster = {"ab": Client("ab", significance=5), "cd": Client("cd", significance=1)}
    found = one(request({"approach": Approach.LIMITED, "budget": 1, "roster": roster}))
    assert found.sentence.startswith(
        "13 times would fit, but each would take the place of a client whom it helps more"
    )
    assert (
        "What binds: the budget of 1 make-up. With a budget of 2 make-ups there is a place on"
        in found.sentence
    )


def test_equals_are_told_so() -> None:
    """Nothing but the slot or the tie-break decided."""
    assert one(request({"who": ONE_HOUR})).cause is Cause.EQUAL


def test_beside_the_clients_own_make_up_nobody_took_anything() -> None:
    """Two sessions fall out, one make-up closes the gap: that no second one is found is nobody else's doing."""
    rows = [conflict("ab", span(7, 9)), conflict("ab", span(14, 9))]
    made = plan(request({"rows": rows}), solve_here)
    (found,) = made.unplaced
    assert len(made.placements) == 1
    assert (found.cause, found.displaces) == (Cause.SERVED, ())
    assert {one.rule for one in found.remedies} == {Rule.SIDE}
    assert "others" not in found.sentence
    assert "Beside the client's other make-up no further time" in found.sentence


def test_a_worse_time_for_somebody_who_comes_first_is_a_reason() -> None:
    """Of two hours the crisis client's windows hold one: nobody would lose a place to CD but the hour is hers."""
    roster = {
        "ab": Client("ab", priority=Priority.CRISIS),
        "cd": Client("cd", windows=hours({3: [(10, 11)]})),
    }
    who = therapist(weekly=hours({3: [(10, 11)], 4: [(16, 17)]}))
    found = one(request({"who": who, "roster": roster}))
    assert (found.client, found.cause) == ("cd", Cause.OUTRANKED)
    assert "a client who comes first would have to take a worse time for it" in found.sentence


def test_the_funnel_counts_what_struck_each_start() -> None:
    """Nine starts on Thursday morning: some busy, the rest too near the client's own session."""
    world = {
        "time": {"busy": (Occupied(span(3, 9, 60), timedelta(0)),)},
        "sessions": [session("ab", span(4, 11))],
        "max_makeups_per_day": 1,
        "client_distance": timedelta(hours=26),
    }
    made = plan(request(world), solve_here)
    found = next(row for row in made.unplaced if row.client == "ab")
    assert found.cause is Cause.NO_OPTION
    assert dict(found.killed) == {Rule.BUSY: 4, Rule.DISTANCE: 9}
    assert "of 13 starts looked at" in found.sentence


def test_of_times_that_would_help_it_is_said_what_struck_them() -> None:
    """A Thursday would help and lies outside the client's times: no talk of waits that are hardly shortened."""
    roster = {"ab": Client("ab", windows=hours({0: [(9, 10)]})), "cd": NEVER}
    found = one(request({"rows": [AB], "roster": roster}))
    assert found.cause is Cause.NO_OPTION
    assert found.binds is Rule.WINDOWS
    assert found.sentence.startswith("No time fits: of 13 that would help, 13 outside the client's times.")


def test_only_as_many_reasons_are_worked_out_as_asked_for() -> None:
    """Beyond `verify` the funnel stands without rivals and remedies; `explain` works one out in full."""
    asked = replace(request({"who": ONE_HOUR}), verify=0)
    found = one(asked)
    assert (found.cause, found.remedies) == (Cause.UNCHECKED, ())
    full = explain(asked, found.conflict, solve_here)
    assert isinstance(full, Unplaced)
    assert full.remedies


@pytest.mark.parametrize("first", portions(150, 50))
def test_on_random_practices_every_remedy_keeps_its_word(first: int) -> None:
    """Whatever a remedy says, planning with it places the client there."""
    checked = 0
    for seed in range(first, first + 50):
        asked = replace(random_request(seed), verify=9)
        for row in plan(asked, solve_here).unplaced:
            for remedy in row.remedies:
                if remedy.rule is Rule.HOURS:
                    continue  # one hour, checked above
                tried = (relaxed(asked, row.conflict, remedy.rule, steps) for steps in range(1, 9))
                loosened = next(one for one in tried if one and one.change == remedy.change)
                after = {
                    place.conflict: place.span for place in plan(loosened.request, solve_here).placements
                }
                assert after[row.conflict] == remedy.span
                checked += 1
    assert checked > 16


@pytest.mark.parametrize("first", portions(150, 50))
def test_a_larger_budget_is_named_to_those_whom_it_helps(first: int) -> None:
    """With the numbers that are named, everybody of whom it is said has a time, and nobody else who had none."""
    helped = others = 0
    for seed in range(first, first + 100):
        asked = with_budgets(random_request(seed), {})
        made = plan(asked, solve_here)
        needed = {one.conflict: one.budget for one in made.unplaced}
        budgets = {
            asked.ask_of[key].absence.id: number for key, number in needed.items() if number is not None
        }
        if not budgets:
            continue
        wide = {one.conflict for one in plan(with_budgets(asked, budgets), solve_here).placements}
        gains = {key for key, number in needed.items() if number is not None}
        assert set(needed) & wide == gains, f"seed {seed}"
        helped += len(gains)
        others += len(set(needed) - gains)
    assert helped > 5
    assert others > 2


def with_budgets(request: PlanRequest, budgets: Mapping[str, int]) -> PlanRequest:
    """Limited to a budget by absence id, elsewhere to 1."""
    return replace(
        request,
        asks=tuple(
            replace(
                one,
                policy=replace(
                    one.policy,
                    eligibility=replace(
                        one.policy.eligibility,
                        approach=Approach.LIMITED,
                        budget=budgets.get(one.absence.id, 1),
                    ),
                ),
            )
            for one in request.asks
        ),
    )


def test_what_helps_several_is_worked_out_once() -> None:
    """A fortnight with 56 sessions and hardly a free hour: fewer plannings than there are people without a time."""
    asked = replace(instance(SOLO_FORTNIGHT, "tight", 3).request, verify=40)
    solved = 0

    def counting(problem: Problem) -> Solution:
        nonlocal solved
        solved += 1
        return solve_here(problem)

    made = plan(asked, counting)
    assert len(made.unplaced) > 40
    assert solved < 32


@pytest.mark.parametrize("first", portions(60, 30))
def test_what_another_planning_found_out_is_kept_only_where_it_is_so(first: int) -> None:
    """With any rule loosened the options are those that would be found anew, and something is kept."""
    kept = 0
    for seed in range(first, first + 30):
        asked = random_request(seed)
        known = Finder(asked, occupancy(asked))
        keys = sorted(asked.ask_of)
        for key in keys:
            known.of(key)
        for rule in ORDER:
            loosened = relaxed(asked, keys[seed % len(keys)], rule) if keys else None
            if loosened is None:
                continue
            fresh = Finder(loosened.request, occupancy(loosened.request))
            found = carried_over(known, loosened.request)
            kept += len(found.kept)
            assert [found.of(key) for key in keys] == [fresh.of(key) for key in keys], (seed, rule)
    assert kept
