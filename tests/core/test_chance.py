"""How likely a client takes a time: the declared table, what sharpens it, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from syncd.core.model import Client, ClientFacts, OfferState, Phase, Session
from syncd.core.planning.drafts import draft, left_beside
from syncd.core.planning.relief.chance import (
    DECLINED,
    HOURS,
    ODD_HOUR,
    OTHER_WEEKDAY,
    SHOWN_HOURS,
    SHOWN_ODD_HOUR,
    UNSEEN_WEEKDAY,
    Habits,
    habits_of,
)
from syncd.core.planning.request import Booked, PlanRequest
from syncd.core.time.minutes import minute_of
from syncd.core.time.spans import Span
from syncd.solver import solve_here
from tests.core.plan_worlds import (
    BERLIN,
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

AB = conflict("ab", span(7, 10))  # a Monday at ten
MONDAY_TEN = Habits(zone=BERLIN, usual=(600,), weekdays=frozenset({4}))  # days count from a Thursday
MOST = 75  # hundredths of its relief that a nearer time must have to be the better one
SEEDS, CHUNK = 600, 50


def chance(habits: Habits, day: int, hour: int, minute: int = 0) -> int:
    """Of a time on the wall clock."""
    return habits.chance(minute_of(at(day, hour, minute)))


@pytest.mark.parametrize(
    ("day", "hour", "minute", "expected"),
    [
        pytest.param(0, 10, 0, 100, id="their own hour and weekday"),
        pytest.param(0, 10, 30, 100, id="half an hour is nothing"),
        pytest.param(0, 9, 0, 96, id="an hour"),
        pytest.param(0, 11, 30, 92, id="an hour and a half"),
        pytest.param(0, 8, 0, 88, id="two hours"),
        pytest.param(0, 12, 59, 78, id="nearly three"),
        pytest.param(0, 13, 0, ODD_HOUR, id="three are odd"),
        pytest.param(0, 20, 0, ODD_HOUR, id="and no odder in the evening"),
        pytest.param(3, 10, 0, 95, id="another weekday"),
    ],
)
def test_the_hour_and_the_weekday(day: int, hour: int, minute: int, expected: int) -> None:
    """From the usual hour outwards."""
    assert chance(MONDAY_TEN, day, hour, minute) == expected


def test_the_farther_the_less_likely() -> None:
    """At every minute of the day, on both sides."""
    for side in (1, -1):
        found = [chance(MONDAY_TEN, 0, 10 + side * n // 60, side * n % 60) for n in range(600)]
        assert found == sorted(found, reverse=True)


def test_through_a_change_of_the_clocks_ten_is_ten() -> None:
    """In November as in July."""
    assert chance(MONDAY_TEN, 7 * 20, 10) == 100


def test_an_odd_hour_is_worth_less_than_any_nearer_one_with_most_of_its_relief() -> None:
    """Three quarters of the relief at the least likely near hour, on another weekday, beat an odd hour by far."""
    least = min(one for _, one in HOURS) * OTHER_WEEKDAY // 100
    assert least * MOST > 2 * 100 * ODD_HOUR
    shown = min(one for _, one in SHOWN_HOURS) * UNSEEN_WEEKDAY // 100
    assert shown * MOST > 2 * 100 * SHOWN_ODD_HOUR


def test_windows_are_a_word_that_any_hour_in_them_suits() -> None:
    """No hour counts against it."""
    free = replace(MONDAY_TEN, free=True)
    assert {chance(free, 0, hour) for hour in range(8, 20)} == {100}
    assert not free.odd(minute_of(at(0, 18)))


def test_an_hour_once_attended_is_as_good_as_the_usual_one() -> None:
    """It came from somewhere: a moved session, an earlier series, an accepted offer."""
    came = replace(MONDAY_TEN, attended=(17 * 60,))
    assert chance(came, 0, 17) == 100
    assert chance(came, 0, 18) == 96
    assert not came.odd(minute_of(at(0, 17)))


def test_an_hour_once_attended_vouches_for_an_hour_around_it() -> None:
    """Who came at five once is not known to come at three: that is five hours from their usual one."""
    came = replace(MONDAY_TEN, attended=(17 * 60,))
    assert chance(came, 0, 16) == 96
    assert chance(came, 0, 15) == ODD_HOUR
    assert came.odd(minute_of(at(0, 15)))


def test_whoever_came_at_several_other_times_has_shown_what_suits() -> None:
    """Far from all of those, and on weekdays on which they never came, they are less likely than others are."""
    came = replace(MONDAY_TEN, attended=(11 * 60, 15 * 60), came_on=frozenset({6}), shown=True)
    assert chance(came, 0, 10) == chance(came, 0, 15) == 100
    assert chance(came, 0, 12) < chance(replace(came, shown=False), 0, 12)
    assert chance(came, 0, 19) == SHOWN_ODD_HOUR < chance(MONDAY_TEN, 0, 19)
    assert chance(came, 2, 10) == OTHER_WEEKDAY  # a Wednesday
    assert chance(came, 3, 10) == UNSEEN_WEEKDAY
    assert came.sentence(minute_of(at(2, 10))).endswith("a weekday on which they came before")
    assert came.sentence(minute_of(at(3, 10))).endswith("a weekday that is new to them")


@pytest.mark.parametrize(
    ("came", "shown", "any_hour"),
    [
        (((0, 600), (1, 660), (2, 900), (4, 930)), True, False),  # two parts of the day
        (((0, 600), (1, 780), (2, 900), (4, 1080)), False, True),  # all over the day
        (((0, 600), (1, 780)), False, False),  # too few to tell
    ],
)
def test_whoever_came_all_over_the_day_has_shown_that_any_hour_suits(
    came: tuple[tuple[int, int], ...], shown: bool, any_hour: bool
) -> None:
    """Hours say something only where they lie together; else none is less likely than another."""
    found = _with_past(came)
    assert (found.shown, found.any_hour) == (shown, any_hour)
    assert ({chance(found, 0, hour) for hour in range(8, 20)} == {100}) is any_hour
    assert found.odd(minute_of(at(0, 20))) is not any_hour


def test_the_whole_past_counts_not_only_the_last_weeks() -> None:
    """Hours ever attended are read off the calendar's past, by weekday and local minute."""
    found = _with_past(((0, 600), (1, 900), (2, 930), (4, 660)))
    assert (found.attended, found.shown) == ((660, 900, 930), True)
    assert [day for day in range(7) if chance(found, day, 10) == OTHER_WEEKDAY] == [1, 2, 4]


@pytest.mark.parametrize(
    ("day", "hour", "noes"),
    [
        pytest.param(0, 10, 2, id="their own hour and weekday, after any number"),
        pytest.param(1, 11, 2, id="when they came before"),
        pytest.param(3, 10, 1, id="their hour on a new weekday, after one"),
        pytest.param(2, 15, 2, id="their other part of the day"),
        pytest.param(1, 12, 1, id="an hour and a half beside it, after one"),
        pytest.param(3, 12, 0, id="the same on a new weekday, after none"),
        pytest.param(0, 19, 0, id="an evening, after none"),
    ],
)
def test_after_so_many_noes_an_hour_is_still_asked_about(day: int, hour: int, noes: int) -> None:
    """And after one more it is not, where that counts at all; without a past that shows something every hour is."""
    found = _with_past(((0, 600), (1, 660), (2, 900), (4, 930)))
    start = minute_of(at(day, hour))
    assert found.shown
    assert found.asked_again(start, noes)
    assert found.asked_again(start, noes + 1) is (noes == 2)
    assert MONDAY_TEN.asked_again(start, 9)
    assert replace(found, likeliest=4).asked_again(start, noes + 1) is (noes == 2)


def _with_past(came: tuple[tuple[int, int], ...]) -> Habits:
    request = asked()
    (ask,) = request.asks
    (row,) = ask.ranked
    row = replace(row, candidate=replace(row.candidate, facts=ClientFacts("dana", "ab", came=came)))
    return habits_of(replace(request, asks=(replace(ask, ranked=(row,)),)), "ab")


def test_a_declined_hour_is_less_likely_on_that_weekday_alone() -> None:
    """Near the hour; other days stay as they were."""
    declined = replace(MONDAY_TEN, declined=((0, 10 * 60),))  # a Thursday at ten
    assert chance(declined, 3, 10) == 95 * DECLINED // 100
    assert chance(declined, 3, 12) == chance(MONDAY_TEN, 3, 12)
    assert chance(declined, 4, 10) == chance(MONDAY_TEN, 4, 10)


def asked(**more: object) -> PlanRequest:
    """Somebody who comes on Mondays at ten, with leave in the second week."""
    return solo([AB], roster={"ab": Client("ab")}, **more)  # type: ignore[arg-type]


def past(day: int, hour: int) -> Session:
    """A session that took place."""
    return session("ab", span(day, hour))


def test_habits_are_read_off_the_calendar_and_earlier_offers() -> None:
    """Sessions that took place and what was accepted; what is still to come says nothing."""
    found = habits_of(asked(sessions=[past(-14, 10), past(-18, 17), past(3, 8)]), "ab")
    assert (found.usual, found.attended) == ((600,), (17 * 60,))
    yes = offer(conflict("ab", span(8, 10)), span(2, 15), state=OfferState.ACCEPTED)
    assert habits_of(asked(fixed=(Booked(yes),)), "ab").attended == (15 * 60,)


@pytest.mark.parametrize("state", [OfferState.INVITED, OfferState.UNANSWERED])
def test_silence_and_maybe_say_nothing(state: OfferState) -> None:
    """Neither for the hour nor against it."""
    said = offer(conflict("ab", span(8, 10)), span(2, 15), state=state)
    found = habits_of(asked(fixed=(Booked(said),)), "ab")
    assert (found.attended, found.declined) == ((), ())


def test_what_was_declined_counts_against_that_hour() -> None:
    """Read from the client's refused times."""
    found = habits_of(asked(own={"refused": (span(3, 15),)}), "ab")
    assert found.declined == ((0, 15 * 60),)


def test_a_lower_tier_has_nothing_of_it_that_an_hour_is_likelier_for_them() -> None:
    """Five in the afternoon is Ada's hour, ten is Ben's: at ten it is Ada, in a crucial phase, all the same."""
    ada, ben = conflict("ab", span(7, 17)), conflict("cd", span(7, 10))
    roster = {"ab": Client("ab", phase=Phase.CRUCIAL)}
    thursday_ten = therapist(weekly=hours({3: [(10, 11)]}))
    made = draft(solo([ada, ben], now=at(-1, 8), who=thursday_ten, roster=roster), solve_here)
    assert set(made.placed) == {ada.id}


@pytest.mark.parametrize("first", portions(SEEDS, CHUNK, quick=2))
def test_nobody_gets_an_odd_hour_while_a_nearer_one_with_most_of_its_relief_is_free(first: int) -> None:
    """On random practices, on the same day or another, everybody else keeping their place."""
    seen = 0
    for seed in range(first, first + CHUNK):
        request = replace(random_request(seed), preferred=(), agreed=frozenset())
        made = draft(request, solve_here).placed
        for key, mine in made.items():
            who = request.ranked_of[key].client.id
            habits = habits_of(request, who)
            if mine.stretch < 0 or not habits.odd(mine.start) or len(request.ranked_by_client[who]) > 1:
                continue
            others = [one for other, one in made.items() if other != key]
            seen += 1
            for near in left_beside(request, others).of(key).options:
                if near.kind is mine.kind and not habits.odd(near.start):
                    assert 100 * near.relief < MOST * mine.relief, f"seed {seed}: {near.span}"
    assert seen or first


@pytest.mark.parametrize("refused", [(), (span(19, 10),)], ids=["silent", "declined"])
def test_beside_a_likely_make_up_a_time_may_be_of_no_use(refused: tuple[Span, ...]) -> None:
    """Mondays at ten, three fall out, and one make-up stands at an unlikely hour, likeliest of those that are open.

    What the make-up's own chance leaves over is planned or given up, at whatever hours Dana works.
    """
    lost = [conflict("ab", span(day, 10)) for day in (7, 14, 21)]
    own = {"refused": refused, "displaced": (lost[1].span,)}
    beside = [session("ab", span(0, 10)), session("ab", span(28, 10))]
    for stands, opens in product((9, 13, 17), (8, 13, 17)):
        given = Booked(offer(lost[1], span(19, stands)))
        who = therapist(weekly=hours({day: [(opens, opens + 1)] for day in range(5)}))
        request = solo(
            [lost[0], lost[2]], away=days(6, 15), who=who, sessions=beside, fixed=(given,), own=own
        )
        made = draft(request, solve_here)
        for one in made.placed.values():
            assert made.known["ab"].stretches[one.stretch].useful((one.day, one.chance))
