"""Who gets a make-up session: the seven considerations and the alternatives, each by a named example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncd.core.model import Client, Mode, OfferKind, OfferState, Phase, Priority, Slot
from syncd.core.model.practice import Approach, Eligibility, Policy, SlotRules, Weights
from syncd.core.model.unplaced import Cause, Rule
from syncd.core.planning.plan import Plan, alternatives, plan
from syncd.core.planning.ranking import rank
from syncd.core.planning.request import Booked, PlanRequest, TherapistTime
from syncd.core.planning.slots import Occupied
from syncd.core.policy.precedence import merge
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span
from syncd.solver import solve_here
from tests.core.plan_worlds import (
    BERLIN,
    MONDAY,
    NOW,
    OFFICE,
    ask,
    at,
    conflict,
    days,
    hours,
    offer,
    session,
    solo,
    span,
    therapist,
)

ONE_HOUR = hours({3: [(10, 11)]})  # a single free hour a week, on Thursdays
ALL = Eligibility(approach=Approach.ALL, extension=timedelta(0))
AB, CD = conflict("ab", span(7, 9)), conflict("cd", span(7, 11))


def placed(made: Plan) -> dict[str, Span]:
    """Where each client's make-up stands."""
    return {one.client: one.span for one in made.placements}


def policy(eligibility: Eligibility = ALL, **rules: object) -> Policy:
    """A policy with these slot rules."""
    return Policy(eligibility=eligibility, slots=replace(SlotRules(), **rules))  # type: ignore[arg-type]


def only_before(**more: object) -> PlanRequest:
    """AB and CD displaced, and one hour before the leave for both."""
    fields = {"who": therapist(weekly=ONE_HOUR), "policy": policy(replace(ALL, after=False))} | more
    return solo([AB, CD], now=at(-1, 8), **fields)  # type: ignore[arg-type]


def test_1_a_client_in_crisis_comes_first() -> None:
    """One hour for two: the client in crisis gets it."""
    roster = {"cd": Client("cd", priority=Priority.CRISIS)}
    assert placed(plan(only_before(roster=roster), solve_here)) == {"cd": span(3, 10)}


def test_1_a_protected_client_comes_first_too() -> None:
    """Protected counts as crisis."""
    roster = {"cd": Client("cd", priority=Priority.PROTECTED)}
    assert list(placed(plan(only_before(roster=roster), solve_here))) == ["cd"]


def test_1_a_client_in_maintenance_comes_last() -> None:
    """Routine before maintenance, however the factors stand."""
    roster = {"ab": Client("ab", priority=Priority.MAINTENANCE, since=date(2016, 1, 1), significance=5)}
    assert list(placed(plan(only_before(roster=roster), solve_here))) == ["cd"]


def ranked_with(request: PlanRequest, facts: Mapping[str, Mapping[str, object]]) -> PlanRequest:
    """The request with other facts for some clients."""
    (one,) = request.asks
    candidates = [row.candidate for row in one.ranked]
    changed = [
        replace(
            candidate,
            **{
                key: replace(candidate.facts, **value) if key == "facts" else value  # type: ignore[type-var, arg-type]
                for key, value in facts.get(candidate.client.id, {}).items()
            },
        )
        for candidate in candidates
    ]
    return replace(request, asks=(replace(one, ranked=rank(changed, NOW)),))


def test_2_a_weekly_client_before_a_fortnightly_one() -> None:
    """Frequency decides between two routine clients."""
    request = ranked_with(only_before(), {"ab": {"facts": {"interval": 14.0}}})
    assert list(placed(plan(request, solve_here))) == ["cd"]


def test_2_the_longer_gap_before_the_shorter() -> None:
    """Who would wait longest from one session to the next comes first."""
    request = ranked_with(only_before(), {"cd": {"following": at(21, 11)}})
    assert list(placed(plan(request, solve_here))) == ["cd"]


def test_3_the_longer_and_the_more_significant_relationship() -> None:
    """Years of treatment, or significance by hand, decide where nothing else does."""
    phase = Phase.STEADY
    long = {"ab": Client("ab", phase=phase), "cd": Client("cd", since=date(2018, 1, 1), phase=phase)}
    assert list(placed(plan(only_before(roster=long), solve_here))) == ["cd"]
    by_hand = {"ab": Client("ab", significance=1), "cd": Client("cd", significance=5)}
    assert list(placed(plan(only_before(roster=by_hand), solve_here))) == ["cd"]


def test_4_a_crucial_phase_is_a_tier_and_an_early_one_a_factor() -> None:
    """Crucial beats any routine score; early beats steady."""
    roster = {"ab": Client("ab", since=date(2016, 1, 1)), "cd": Client("cd", phase=Phase.CRUCIAL)}
    assert list(placed(plan(only_before(roster=roster), solve_here))) == ["cd"]
    early = {"ab": Client("ab", phase=Phase.STEADY), "cd": Client("cd", phase=Phase.EARLY)}
    assert list(placed(plan(only_before(roster=early), solve_here))) == ["cd"]


def test_5_only_inside_hours_and_around_what_is_busy() -> None:
    """The free hour is busy: nobody is placed, and the reason says so."""
    made = plan(only_before(time={"busy": (Occupied(span(3, 10, 30)),)}), solve_here)
    assert placed(made) == {}
    assert {one.cause for one in made.unplaced} == {Cause.NO_OPTION}
    assert all(Rule.BUSY in dict(one.killed) for one in made.unplaced)


def test_5_hours_by_date_reserved_hours_and_makeup_events_open_time() -> None:
    """An exception by date, reserved hours and a #makeup event each give the second client a place."""
    friday = MONDAY + timedelta(days=4)
    by_date = WeeklyHours.of(ONE_HOUR.week, {friday: (ClockRange(10 * 60, 11 * 60),)})
    reserved = replace(therapist(weekly=ONE_HOUR), reserved=hours({4: [(10, 11)]}))
    for request in (
        only_before(who=therapist(weekly=by_date)),
        only_before(who=reserved),
        only_before(time={"opened": (span(4, 10),)}),
    ):
        assert sorted(placed(plan(request, solve_here)).values()) == [span(3, 10), span(4, 10)]


def test_5_reserved_hours_can_be_the_only_ones() -> None:
    """With `reserved_only` the ordinary hours are not touched."""
    who = replace(therapist(), reserved=hours({4: [(17, 18)]}))
    rules = policy(replace(ALL, after=False), reserved_only=True)
    made = plan(solo([AB], who=who, policy=rules), solve_here)
    assert placed(made) == {"ab": span(4, 17)}


def test_5_nothing_on_public_holidays() -> None:
    """The only hour falls on a holiday."""
    made = plan(only_before(time={"holidays": frozenset({MONDAY + timedelta(days=3)})}), solve_here)
    assert placed(made) == {}
    assert all(Rule.HOLIDAY in dict(one.killed) for one in made.unplaced)


@pytest.mark.parametrize(
    ("approach", "served"),
    [
        (Approach.NONE, set()),
        (Approach.EXCEPTIONAL, {"cd"}),
        (Approach.LIMITED, {"cd"}),
        (Approach.ALL, {"ab", "cd"}),
    ],
)
def test_6_the_therapists_approach(approach: Approach, served: set[str]) -> None:
    """No make-ups, crisis only, a budget of one, everybody."""
    rules = policy(Eligibility(approach=approach, budget=1, extension=timedelta(0)))
    roster = {"cd": Client("cd", priority=Priority.CRISIS)}
    assert set(placed(plan(solo([AB, CD], policy=rules, roster=roster), solve_here))) == served


@pytest.mark.parametrize(
    ("tags", "served"),
    [(("none",), 0), (("exceptional",), 0), (("all",), 2), (("before",), 2), (("after",), 2)],
)
def test_6_tags_in_the_leave_block_change_the_approach(tags: tuple[str, ...], served: int) -> None:
    """The same leave with other tags; #before and #after say on which side."""
    rules = merge(policy(), tags)
    wednesdays = [conflict("ab", span(9, 9)), conflict("cd", span(9, 11))]
    made = plan(solo(wednesdays, policy=rules), solve_here)
    assert len(made.placements) == served
    away = days(7, 14)
    if tags == ("before",):
        assert all(one.span.end <= away.start for one in made.placements)
    if tags == ("after",):
        assert all(one.span.start >= away.end for one in made.placements)


def test_6_a_client_excluded_by_the_block_or_by_the_roster() -> None:
    """`#none AB` and a roster that says never: no make-up, and the reason names which."""
    made = plan(solo([AB, CD], asked={"excluded": frozenset({"ab"})}), solve_here)
    assert set(placed(made)) == {"cd"}
    assert made.unplaced[0].binds is Rule.BARRED
    made = plan(solo([AB, CD], roster={"ab": Client("ab", makeups=False)}), solve_here)
    assert made.unplaced[0].binds is Rule.CLIENT


def test_7_the_practices_caps() -> None:
    """Make-ups a day, make-ups a week, sessions a day: each holds the number down."""
    rows = [conflict(f"c{n}", span(10, 9 + n)) for n in range(4)]
    side = replace(ALL, before=False)
    day = plan(
        solo(rows, policy=policy(side, max_makeups_per_day=1, horizon_after=timedelta(days=2))), solve_here
    )
    assert len(day.placements) == 2
    week = plan(
        solo(rows, policy=policy(side, max_makeups_per_week=3, horizon_after=timedelta(days=7))), solve_here
    )
    assert len(week.placements) == 3
    standing = [session("x", span(14, 9)), session("y", span(14, 10))]
    rules = policy(side, max_sessions_per_day=3, horizon_after=timedelta(days=1))
    sessions = plan(solo(rows, policy=rules, sessions=standing), solve_here)
    assert len(sessions.placements) == 1


def test_7_rooms_are_shared_between_therapists() -> None:
    """One room for two therapists: the online client and one in the room, never two in the room at once."""
    rules = policy(replace(ALL, after=False), horizon_before=timedelta(days=7))
    rows = {"dana": [AB], "eli": [conflict("cd", span(7, 11), "eli", "a2")]}

    def request(mode: Mode) -> PlanRequest:
        clients = {"ab": Client("ab", mode=Mode.ROOM), "cd": Client("cd", mode=mode)}
        return PlanRequest(
            now=NOW,
            asks=tuple(ask(mine, days(7, 14), rules, clients) for mine in rows.values()),
            therapists=tuple(
                TherapistTime(replace(therapist(key, ONE_HOUR), policy=rules), leave=(days(7, 14),))
                for key in rows
            ),
            rooms=1,
        )

    assert len(plan(request(Mode.ONLINE), solve_here).placements) == 2
    assert len(plan(request(Mode.ROOM), solve_here).placements) == 1


def test_alternative_an_extended_session_where_no_hour_is_free() -> None:
    """No free hour, but time right after the client's own session: half an hour more."""
    own = session("ab", span(3, 10))
    who = therapist(weekly=hours({3: [(10, 12)]}))
    rules = policy(
        replace(ALL, extension=timedelta(minutes=30), after=False), client_distance=timedelta(hours=20)
    )
    made = plan(solo([AB], who=who, policy=rules, sessions=[own], now=at(-1, 8)), solve_here)
    (one,) = made.placements
    assert one.kind is OfferKind.EXTEND
    assert one.span == Span(own.span.end, own.span.end + timedelta(minutes=30))
    never = solo(
        [AB],
        who=who,
        policy=rules,
        sessions=[own],
        now=at(-1, 8),
        roster={"ab": Client("ab", extend_ok=False)},
    )
    assert plan(never, solve_here).placements == ()


def covering(*, practice: bool = True, client: bool = True, colleague: bool = True) -> PlanRequest:
    """Dana is away and has no hour; Eli could see AB on the Thursday of the leave."""
    rules = policy(replace(ALL, cover=practice))
    request = solo(
        [AB], who=therapist(weekly=hours({})), policy=rules, roster={"ab": Client("ab", cover_ok=client)}
    )
    eli = replace(therapist("eli", ONE_HOUR), policy=rules, covers_for=("dana",) if colleague else ())
    return replace(request, therapists=(*request.therapists, TherapistTime(eli)))


def test_alternative_a_colleague_covers_where_all_three_agree() -> None:
    """Practice, colleague and client permitting, while Dana is away; any of them not, and nobody covers."""
    (one,) = plan(covering(), solve_here).placements
    assert (one.kind, one.therapist) == (OfferKind.COVER, "eli")
    assert one.span in {span(10, 10), span(17, 10)}
    assert "Eli" in one.sentence
    for kwargs in ({"practice": False}, {"client": False}, {"colleague": False}):
        assert plan(covering(**kwargs), solve_here).placements == ()


def test_a_move_is_worth_more_than_a_colleague_or_an_extension() -> None:
    """Where all are possible the client's own therapist sees them for a whole session."""
    request = covering()
    own = replace(request.therapists[0].therapist, hours=OFFICE)
    times = (replace(request.therapists[0], therapist=own), request.therapists[1])
    (one,) = plan(replace(request, therapists=times), solve_here).placements
    assert one.kind is OfferKind.MOVE


def test_the_clients_windows_zone_and_absences() -> None:
    """Only Fridays at three; only their own waking hours abroad; never while they are away."""
    friday = {"ab": Client("ab", windows=hours({4: [(15, 16)]}))}
    assert set(placed(plan(solo([AB], roster=friday), solve_here)).values()) <= {span(4, 15), span(18, 15)}
    tokyo = {"ab": Client("ab", zone=ZoneInfo("Asia/Tokyo"))}
    (when,) = placed(plan(solo([AB], roster=tokyo), solve_here)).values()
    assert when.start.astimezone(ZoneInfo("Asia/Tokyo")).hour >= 7
    assert when.end.astimezone(ZoneInfo("Asia/Tokyo")).hour <= 21
    away = solo([AB], own={"away": (days(-7, 3), days(4, 40))})
    (when,) = placed(plan(away, solve_here)).values()
    assert when.start.astimezone(BERLIN).date() == MONDAY + timedelta(days=3)


def test_windows_that_exclude_everything_leave_a_reason() -> None:
    """No hour of the week suits the client: unplaced, windows named."""
    made = plan(solo([AB], roster={"ab": Client("ab", windows=hours({}))}), solve_here)
    assert dict(made.unplaced[0].killed)[Rule.WINDOWS] > 0


def test_refused_and_vetoed_times_are_not_offered_again() -> None:
    """What the client declined, or lost, they are not offered; what the therapist vetoed nobody is."""
    base = only_before()
    mine = next(one for one in base.clients if one.client.id == "ab")
    for own in (replace(mine, refused=(span(3, 10),)), replace(mine, taken_back=(span(3, 10),))):
        assert list(placed(plan(replace(base, clients=(own,)), solve_here))) == ["cd"]
    assert plan(only_before(asked={"vetoed": (Slot("dana", span(3, 10)),)}), solve_here).placements == ()


def test_notice_and_time_to_answer() -> None:
    """48 hours for most, less in a crisis, and never less than twelve hours to answer before the last day."""
    friday = therapist(weekly=hours({3: [(10, 11)]}))
    rules = policy(replace(ALL, after=False))

    def at_notice(hours_before: int, client: Client) -> bool:
        now = at(3, 10) - timedelta(hours=hours_before)
        request = solo([AB], who=friday, policy=rules, roster={"ab": client}, now=now)
        return bool(plan(request, solve_here).placements)

    crisis = Client("ab", priority=Priority.CRISIS)
    assert at_notice(48, Client("ab"))
    assert not at_notice(47, Client("ab"))
    assert at_notice(36, crisis)
    assert not at_notice(35, crisis)


def test_an_invitation_that_leaves_late_needs_a_later_slot() -> None:
    """Notice, and the time to answer, count from when the invitation can leave."""
    late = {"sends_at": {AB.id: at(2, 4), CD.id: at(2, 4)}}
    made = plan(only_before(asked=late), solve_here)
    assert made.placements == ()
    assert all(Rule.NOTICE in dict(one.killed) for one in made.unplaced)
    made = plan(only_before(asked=late, roster={"ab": Client("ab", priority=Priority.CRISIS)}), solve_here)
    assert Rule.ANSWER in dict(made.unplaced[0].killed)


def test_a_client_keeps_their_distance_from_their_own_sessions() -> None:
    """Not on the day of their own session, unless the rules allow it."""
    own = session("ab", span(3, 16))
    request = only_before(sessions=[own])
    assert list(placed(plan(request, solve_here))) == ["cd"]


def test_from_one_day_to_the_next_for_somebody_in_crisis() -> None:
    """Their own session is on Thursday at three; Friday at eleven is the day after it, be it four hours short of one.

    Nobody else may lie so near: for a weekly client it is two days.
    """
    own = session("ab", span(3, 15))
    who = therapist(weekly=hours({4: [(11, 12)]}))
    rules = policy(replace(ALL, after=False), horizon_before=timedelta(days=7))
    for priority, times in ((Priority.CRISIS, [at(4, 11)]), (None, [])):
        roster = {"ab": Client("ab", priority=priority)}
        request = solo(
            [AB], away=days(7, 14), policy=rules, who=who, roster=roster, sessions=[own], now=at(-9, 8)
        )
        assert [one.span.start for one in plan(request, solve_here).placements] == times, priority


def test_twice_a_week_a_day_is_as_long_as_a_day() -> None:
    """Their own session is on Thursday at three: Friday at three is a day after it, Friday at one is none."""
    own = session("ab", span(3, 15))
    rules = policy(replace(ALL, after=False), horizon_before=timedelta(days=7))
    for hour, times in ((13, []), (15, [at(4, 15)])):
        who = therapist(weekly=hours({4: [(hour, hour + 1)]}))
        request = solo([AB], away=days(7, 14), policy=rules, who=who, sessions=[own], now=at(-9, 8))
        request = ranked_with(request, {"ab": {"facts": {"interval": 3.5}}})
        assert [one.span.start for one in plan(request, solve_here).placements] == times, hour


def seldom(hour: int, noes: int, priority: Priority | None = None) -> PlanRequest:
    """AB has come at nine and at three on several days; open is one hour on the Friday before their leave."""
    who, came = therapist(weekly=hours({4: [(hour, hour + 1)]})), ((0, 540), (1, 600), (2, 900), (3, 930))
    rules = policy(replace(ALL, after=False))
    request = solo([AB], policy=rules, who=who, roster={"ab": Client("ab", priority=priority)})
    request = ranked_with(request, {"ab": {"facts": {"came": came}}})
    return replace(request, asks=(replace(request.asks[0], noes={"ab": noes}),))


@pytest.mark.parametrize(
    ("hour", "noes", "priority", "served"),
    [
        pytest.param(18, 0, None, True, id="whoever was asked about nothing yet is asked about any hour"),
        pytest.param(18, 1, None, False, id="after a no, not about one that their past speaks against"),
        pytest.param(9, 1, None, True, id="but about their own hour on another day"),
        pytest.param(9, 2, None, False, id="and not after two, on a weekday that is new to them"),
        pytest.param(18, 2, Priority.CRISIS, True, id="in crisis each hour is worth asking about"),
    ],
)
def test_an_hour_that_the_past_speaks_against_is_offered_once(
    hour: int, noes: int, priority: Priority | None, served: bool
) -> None:
    """One more mail for one more no helps nobody; the reason says so."""
    made = plan(seldom(hour, noes, priority), solve_here)
    assert bool(made.placements) is served
    if not served:
        (left,) = made.unplaced
        assert dict(left.killed)[Rule.UNLIKELY] > 0
        assert "that their own past speaks against, not asked about after a no" in left.sentence


def test_a_long_leave_gives_everybody_one_before_anybody_two() -> None:
    """Two hours, AB displaced twice and in front: AB and CD get one each."""
    rows = [AB, replace(conflict("ab", span(14, 9))), CD]
    roster = {"ab": Client("ab", since=date(2016, 1, 1), significance=5)}
    who = therapist(weekly=hours({2: [(10, 11)], 4: [(10, 11)]}))
    rules = policy(replace(ALL, after=False), horizon_before=timedelta(days=7))
    made = plan(solo(rows, away=days(7, 21), policy=rules, who=who, roster=roster, now=at(-3, 8)), solve_here)
    assert sorted(placed(made)) == ["ab", "cd"]


def test_no_more_make_ups_for_one_client_than_allowed() -> None:
    """Three displaced, two allowed by policy, one by the roster."""
    rows = [conflict("ab", span(day, 9)) for day in (9, 16, 23)]
    rules = policy(replace(ALL, max_makeups_per_client=2))
    away = days(7, 28)
    assert len(plan(solo(rows, away=away, policy=rules), solve_here).placements) == 2
    roster = {"ab": Client("ab", max_makeups=1)}
    assert len(plan(solo(rows, away=away, policy=rules, roster=roster), solve_here).placements) == 1


def test_fixed_offers_take_time_caps_and_budget() -> None:
    """A sent offer holds its hour and its share of the budget; its conflict is not planned again."""
    sent = Booked(offer(AB, span(3, 10)), "a1")
    made = plan(only_before(fixed=(sent,)), solve_here)
    assert made.placements == ()
    assert [one.client for one in made.unplaced] == ["cd"]
    limited = policy(Eligibility(approach=Approach.LIMITED, budget=1))
    made = plan(solo([AB, CD], policy=limited, fixed=(sent,)), solve_here)
    assert made.unplaced[0].binds is Rule.BUDGET


def test_an_accepted_make_up_counts_once() -> None:
    """As session and as fixed offer it is one of the day's make-ups, not two."""
    rules = policy(replace(ALL, after=False), horizon_before=timedelta(days=4), max_makeups_per_day=2)
    taken = offer(AB, span(3, 9), state=OfferState.ACCEPTED)
    standing = session("ab", taken.span, offer=taken.uid)
    who = therapist(weekly=hours({3: [(9, 13)]}))
    made = plan(
        solo(
            [AB, CD], who=who, policy=rules, fixed=(Booked(taken, "a1"),), sessions=[standing], now=at(-1, 8)
        ),
        solve_here,
    )
    assert list(placed(made)) == ["cd"]


def test_up_to_three_alternatives_on_days_of_their_own() -> None:
    """Other times for a client while all others keep theirs, on different days, the planned one left out."""
    request = solo([AB, CD])
    made = plan(request, solve_here)
    others = alternatives(request, made, AB.id)
    mine = placed(made)
    assert len(others) == 3
    assert mine["ab"] not in {one.span for one in others}
    assert all(not one.span.overlaps(mine["cd"].padded(timedelta(minutes=10))) for one in others)
    assert len({one.span.start.date() for one in others}) == 3


def test_each_placement_says_why() -> None:
    """Day and hour, where it lies from the leave, what it does to the gap."""
    made = plan(only_before(), solve_here)
    (one,) = made.placements
    assert one.sentence.startswith("Thu 9 Jul 10:00: 4 days before the leave")
    assert "gap falls from 14 to" in one.sentence


def test_the_asks_weights_reach_the_plan() -> None:
    """With all weight on fairness the client passed over last time gets the hour."""
    rules = replace(policy(replace(ALL, after=False)), weights=Weights(0, 0, 0, 0, 15))
    lost = {"cd": {"facts": {"disruptions": (date(2026, 5, 4),)}}}
    request = ranked_with(only_before(policy=rules), lost)
    assert list(placed(plan(request, solve_here))) == ["cd"]


def test_nothing_to_plan_is_an_empty_plan() -> None:
    """No conflicts: an empty, proven plan."""
    made = plan(solo([]), solve_here)
    assert (made.placements, made.unplaced, made.proven) == ((), (), True)


THREE = [conflict("ab", span(day, 9)) for day in (9, 16, 23)]  # Wednesdays; the next one is on day 30


@pytest.mark.parametrize(
    ("free", "named"),
    [
        ({0: [(10, 11)], 4: [(10, 11)]}, {span(4, 10): span(9, 9), span(28, 10): span(23, 9)}),
        ({0: [(9, 10)], 5: [(9, 10)]}, {span(5, 9): span(9, 9), span(28, 9): span(23, 9)}),
    ],
    ids=["Mondays and Fridays", "Mondays and Saturdays"],
)
def test_each_make_up_is_for_the_nearest_of_a_clients_sessions(
    free: Mapping[int, list[tuple[int, int]]], named: Mapping[Span, Span]
) -> None:
    """Three weeks away, one make-up before and one after: for the first and for the last session."""
    rules = policy(
        replace(ALL, max_makeups_per_client=2),
        horizon_before=timedelta(days=6),
        horizon_after=timedelta(days=7),
    )
    request = solo(THREE, away=days(7, 28), policy=rules, who=therapist(weekly=hours(free)), now=at(-3, 8))
    made = plan(request, solve_here)
    spans = {one.id: one.span for one in THREE}
    assert {one.span: spans[one.conflict] for one in made.placements} == named
    assert [spans[one.conflict] for one in made.unplaced] == [span(16, 9)]


def test_a_hold_stays_with_the_session_that_it_is_held_for() -> None:
    """Though another of the client's sessions is nearer; and the hour is kept whichever session it is for."""
    rules = policy(replace(ALL, max_makeups_per_client=1, after=False), horizon_before=timedelta(days=7))
    held = offer(THREE[1], span(4, 10), state=OfferState.HELD, invited_at=None)
    request = solo(THREE, away=days(7, 28), policy=rules, preferred=(held,), now=at(-3, 8))
    (made,) = plan(request, solve_here).placements
    assert (made.conflict, made.span, made.kept) == (THREE[1].id, span(4, 10), True)
