"""Limits that a therapist would set, each by an example: full days and weeks, rows, the end of the year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.core.model import Client, ClientFacts, Mode, Phase, Session, Tier
from syncd.core.model.practice import Approach, Eligibility, Policy, SlotRules
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.in_a_row import Met, row_length, too_many
from syncd.core.planning.limits.workload import beside_leave
from syncd.core.planning.plan import plan
from syncd.core.planning.ranking import Candidate, rank, speaks_for
from syncd.core.planning.request import PlanRequest, TherapistTime
from syncd.core.planning.slots import Openings
from syncd.core.reading.history import UsualLoad, usual_load
from syncd.core.time.hours import WeeklyHours
from syncd.core.time.spans import Span
from syncd.solver import solve_here
from tests.core.plan_worlds import (
    BERLIN,
    NOW,
    OFFICE,
    at,
    conflict,
    days,
    hours,
    session,
    solo,
    span,
    therapist,
)

BEFORE = Eligibility(approach=Approach.ALL, extension=timedelta(0), after=False)
WEEKDAYS = therapist(weekly=hours({day: [(9, 17)] for day in range(5)}))
FRIDAY = therapist(weekly=hours({4: [(9, 17)]}))
NAMES = ("ab", "cd", "ef", "gh", "ij", "kl", "mn")


def standing(day: int, count: int) -> list[Session]:
    """So many sessions of others on a day, from nine on."""
    return [session(f"x{day}{number}", span(day, 9 + number)) for number in range(count)]


def placed(request: PlanRequest) -> list[datetime]:
    """When the make-ups of the plan begin."""
    return sorted(one.span.start.astimezone(BERLIN) for one in plan(request, solve_here).placements)


def displaced(count: int, **more: object) -> PlanRequest:
    """So many clients displaced on the Monday of the leave; make-ups in the week before."""
    rows = [conflict(name, span(7, 9 + number)) for number, name in enumerate(NAMES[:count])]
    rules = replace(SlotRules(), horizon_before=timedelta(days=4), **more.pop("rules", {}))  # type: ignore[arg-type]
    return solo(rows, now=at(-3, 8), policy=Policy(eligibility=BEFORE, slots=rules), **more)  # type: ignore[arg-type]


def test_a_day_without_other_sessions_takes_twice_as_many() -> None:
    """Four on the empty Friday; two where one session stands; and no more than is said by hand."""
    assert len(placed(displaced(7, who=FRIDAY))) == 4
    assert len(placed(displaced(7, who=FRIDAY, sessions=standing(4, 1)))) == 2
    assert len(placed(displaced(7, who=FRIDAY, rules={"max_makeups_on_empty_day": 3}))) == 3
    assert len(placed(displaced(7, who=FRIDAY, rules={"max_makeups_per_day": 1}))) == 1


@pytest.mark.parametrize(("stand", "makeups"), [(3, 2), (4, 1), (5, 0), (6, 0)])
def test_the_last_day_before_leave_is_not_fuller_than_a_usual_one(stand: int, makeups: int) -> None:
    """With five sessions on a usual day."""
    usual = {"usual": UsualLoad(day=5, fullest=7, week=25)}
    found = displaced(7, who=FRIDAY, sessions=standing(4, stand), time=usual, rules={"max_in_a_row": 9})
    assert len(placed(found)) == makeups


def test_which_days_are_right_beside_leave() -> None:
    """Weekends, holidays and days without hours do not count; an appointment of hours is no leave to rest before."""
    time = displaced(1, who=WEEKDAYS).therapists[0]
    first = (date(2026, 7, 6) - date(1970, 1, 1)).days  # the Monday of the week before
    known = replace(time, usual=UsualLoad(5, 6, 25))
    assert beside_leave(known) == {first + 4: 5, first + 14: 6}
    feast = frozenset({date(2026, 7, 10)})
    assert beside_leave(replace(known, holidays=feast)) == {first + 3: 5, first + 14: 6}
    assert beside_leave(replace(known, leave=(Span(at(8, 9), at(8, 14)),))) == {}
    assert beside_leave(time) == {}, "nothing is usual yet"


def test_a_week_holds_four_more_than_usual_and_never_more_than_thirty() -> None:
    """The usual week and four; of 29 sessions a week one make-up is left; without a habit up to thirty."""
    few = {"usual": UsualLoad(5, 6, 2)}
    assert len(placed(displaced(7, who=WEEKDAYS, time=few, sessions=standing(3, 4)))) == 2
    full = [one for day in range(4) for one in standing(day, 7)] + standing(4, 1)
    many = {"usual": UsualLoad(7, 7, 28)}
    assert len(placed(displaced(7, who=WEEKDAYS, time=many, sessions=full))) == 1
    opened = {**many, "opened": (span(5, 9, 110),)}
    assert len(placed(displaced(7, who=WEEKDAYS, time=opened, sessions=full))) == 3, (
        "two hours opened by hand"
    )


def test_no_row_without_a_pause_gets_longer_than_five() -> None:
    """Four sessions from nine on: one more may follow at once, a second one only after 25 minutes."""
    found = placed(displaced(2, who=FRIDAY, sessions=standing(4, 4)))
    assert len(found) == 2
    starts = sorted(one.hour * 60 + one.minute for one in found)
    assert starts[-1] >= 13 * 60 + 50 + 25 or starts[0] >= 12 * 60 + 50 + 25


def test_a_row_is_counted_to_both_sides_and_ends_with_a_pause() -> None:
    """25 minutes end it, 24 do not."""
    assert row_length([Met(0, 50), Met(60, 110), Met(200, 250)], Met(120, 170)) == 3
    assert row_length([Met(0, 50), Met(60, 110), Met(194, 244)], Met(120, 170)) == 4
    assert row_length([Met(0, 50), Met(60, 110)], Met(135, 185)) == 1


def test_new_sessions_that_are_too_many_only_together() -> None:
    """Each alone lengthens a row of two to three; both together to four."""
    standing_day, possible = [Met(60, 110), Met(120, 170)], [Met(0, 50), Met(180, 230), Met(300, 350)]
    assert list(too_many(standing_day, possible, 3, 2)) == [(Met(0, 50), Met(180, 230))]
    assert list(too_many(standing_day, possible, 4, 2)) == []
    assert list(too_many(standing_day, possible, 3, 1)) == []


def test_nothing_is_offered_on_24_and_31_december_unless_opened() -> None:
    """They count as closed like holidays; `#makeup` opens an hour there."""
    christmas = Span(datetime(2026, 12, 23, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
    week = hours({day: [(9, 12)] for day in range(7)})
    days = {one.start.day for one in Openings(BERLIN, week).spans(christmas)}
    assert days == {23, 25, 26, 27, 28, 29, 30, 1}
    hour = Span(datetime(2026, 12, 24, 9, tzinfo=UTC), datetime(2026, 12, 24, 10, tzinfo=UTC))
    assert hour in Openings(BERLIN, week, opened=(hour,)).spans(christmas)


def test_what_is_usual_is_the_median_of_what_stands() -> None:
    """A day of three, a Thursday of five, a week of eight; make-ups and one thin week change nothing."""
    weeks = [one for week in range(4) for one in (*standing(7 * week, 3), *standing(7 * week + 3, 5))]
    extra = session("ab", span(1, 9), offer="made-up")
    now = span(1, 9).start
    assert usual_load([*weeks, extra, *standing(28, 1)], BERLIN, now) == UsualLoad(day=3, fullest=5, week=8)
    assert usual_load([], BERLIN, now) is None


def test_series_that_end_next_year_make_no_week_of_today_a_full_one() -> None:
    """Eight a week for four weeks, and a single one in each of the forty after them."""
    weeks = [one for week in range(4) for one in (*standing(7 * week, 3), *standing(7 * week + 3, 5))]
    later = [one for week in range(9, 49) for one in standing(7 * week, 1)]
    found = usual_load([*weeks, *later], BERLIN, span(1, 9).start)
    assert found == UsualLoad(day=5, fullest=5, week=8)


def test_where_full_and_thin_weeks_take_turns_a_full_one_is_usual() -> None:
    """Fortnightly clients: nine and three in turns."""
    weeks = [one for week in range(8) for one in standing(7 * week, 3 if week % 2 else 9)]
    found = usual_load(weeks, BERLIN, span(1, 9).start)
    assert found is not None
    assert found.week == 9


AB, CD = conflict("ab", span(7, 9)), conflict("cd", span(7, 11))
ALL = Policy(eligibility=BEFORE)


def where(request: PlanRequest) -> dict[str, datetime]:
    """When the make-up of each client begins, in Berlin."""
    made = plan(request, solve_here).placements
    return {one.conflict.split("-")[0]: one.span.start.astimezone(BERLIN) for one in made}


def binding(request: PlanRequest) -> dict[str, tuple[Rule | None, str]]:
    """What binds for whom, and the sentence."""
    return {one.client: (one.binds, one.sentence) for one in plan(request, solve_here).unplaced}


def test_whoever_comes_more_often_than_every_third_day_gets_none() -> None:
    """Unless in crisis or protected, or settings say otherwise."""
    often = solo([AB, CD], who=WEEKDAYS, policy=ALL)
    rows = [
        replace(one, candidate=replace(one.candidate, facts=ClientFacts("dana", one.client.id, interval=2.0)))
        for one in often.asks[0].ranked
    ]
    rows[0] = replace(rows[0], tier=Tier.CRISIS)
    asked = replace(often, asks=(replace(often.asks[0], ranked=tuple(rows)),))
    spared = rows[1].client.id
    assert set(where(asked)) == {rows[0].client.id}
    assert binding(asked)[spared] == (Rule.OFTEN, "This client comes so often that none is made up for.")


def test_what_a_public_holiday_would_have_cancelled_is_not_made_up_for() -> None:
    """The sentence says what the therapist can do about it."""
    asked = solo(
        [AB, conflict("cd", span(8, 11))], policy=ALL, time={"holidays": frozenset({date(2026, 7, 13)})}
    )
    assert set(where(asked)) == {"cd"}
    rule, sentence = binding(asked)["ab"]
    assert rule is Rule.HOLIDAY_SESSION
    assert "entered by hand makes up for it" in sentence


def fortnightly(asked: PlanRequest) -> PlanRequest:
    """The same, of people who come every other week."""
    (one,) = asked.asks
    ranked = tuple(
        replace(
            each,
            candidate=replace(
                each.candidate,
                facts=replace(each.candidate.facts, interval=14.0) if each.candidate.facts else None,
                previous=each.conflict.span.start - timedelta(days=14),
                following=each.conflict.span.start + timedelta(days=14),
            ),
        )
        for each in one.ranked
    )
    return replace(asked, asks=(replace(one, ranked=ranked),))


@pytest.mark.parametrize("phase", [Phase.EXPOSURE, Phase.CRUCIAL])
def test_nothing_delicate_in_the_last_week_before_three_weeks_away(phase: Phase) -> None:
    """From seven days before the leave on; before two weeks it may be, and for others always."""
    wide = replace(ALL, slots=replace(SlotRules(), horizon_before=timedelta(days=14)))
    roster = {"ab": Client("ab", phase=phase)}
    long, short = (
        where(
            fortnightly(
                solo([AB, CD], now=at(-10, 8), policy=wide, roster=roster, away=days(7, until), who=WEEKDAYS)
            )
        )
        for until in (28, 21)
    )
    assert long["ab"] < at(0, 0) <= long["cd"]
    assert short["ab"] >= at(0, 0)


def test_a_fixed_hour_is_kept_to_the_minute() -> None:
    """On another day, at the client's own hour, on the grid or not; through the change of the clocks."""
    row = conflict("ab", span(7, 9, minute=20))
    found = where(solo([row], policy=ALL, who=WEEKDAYS, roster={"ab": Client("ab", fixed_hour=True)}))
    assert (found["ab"].hour, found["ab"].minute) == (9, 20)


def test_two_who_must_not_meet_have_an_hour_between() -> None:
    """Both new, in a morning of four hours; and beside what stands, whoever of the two it is."""
    apart = {"ab": Client("ab", apart_from=("cd",)), "cd": Client("cd", apart_from=("ab",))}
    morning = therapist(weekly=hours({3: [(9, 12)]}))
    found = where(solo([AB, CD], policy=ALL, now=at(-1, 8), who=morning, roster=apart))
    assert abs(found["ab"] - found["cd"]) >= timedelta(minutes=110)
    shorter = therapist(weekly=hours({3: [(9, 11)]}))
    assert len(where(solo([AB, CD], policy=ALL, now=at(-1, 8), who=shorter))) == 2
    assert len(where(solo([AB, CD], policy=ALL, now=at(-1, 8), who=shorter, roster=apart))) == 1
    beside = solo(
        [AB], policy=ALL, now=at(-1, 8), who=shorter, roster=apart, sessions=[session("cd", span(3, 9))]
    )
    assert where(beside) == {}
    _, sentence = binding(beside)["ab"]
    assert "kept apart from another appointment" in sentence
    assert "cd" not in sentence


@pytest.mark.parametrize(("mode", "meets"), [(Mode.ANY, True), (Mode.ONLINE, False)])
def test_those_who_must_not_meet_are_apart_in_the_place_too(mode: Mode, meets: bool) -> None:
    """With a colleague in the same rooms; one whose sessions are online meets nobody."""
    apart = {
        "ab": Client("ab", apart_from=("cd",), mode=mode),
        "cd": Client("cd", apart_from=("ab",), therapists=("eli",)),
    }
    hour = therapist(weekly=hours({3: [(10, 11)]}))
    asked = solo([AB], policy=ALL, now=at(-1, 8), who=hour, roster=apart)
    colleague = TherapistTime(therapist("eli"), (session("cd", span(3, 11), "eli"),))
    assert (where(replace(asked, therapists=(*asked.therapists, colleague))) == {}) is meets


def ends(asked: PlanRequest, when: Span) -> PlanRequest:
    """The same where the last session that was agreed on is then."""
    (one,) = asked.asks
    ranked = tuple(replace(each, candidate=replace(each.candidate, ends=when.end)) for each in one.ranked)
    return replace(asked, asks=(replace(one, ranked=ranked),))


def test_nothing_follows_the_agreed_last_session_but_that_one_itself() -> None:
    """After the leave there is time: for a session with another one to come none, for the last one some."""
    after = Policy(eligibility=replace(BEFORE, before=False, after=True))
    asked = solo([conflict("ab", span(11, 9))], policy=after, who=WEEKDAYS)
    assert where(asked)["ab"] >= at(14, 0)
    assert where(ends(asked, span(12, 9))) == {}
    assert "after the last session that was agreed on" in binding(ends(asked, span(12, 9)))["ab"][1]
    assert where(ends(asked, span(11, 9)))["ab"] >= at(14, 0)
    assert where(ends(asked, span(15, 9)))["ab"] < at(15, 10)


def test_the_agreed_last_session_is_saved_before_the_leave_and_else_as_long_as_there_is_time() -> None:
    """The sooner the better; with nothing free before the leave a time long after it, which nobody else would get."""
    row = conflict("ab", span(9, 9))
    both = Policy(eligibility=replace(BEFORE, after=True))

    def last(policy: Policy, weekly: WeeklyHours) -> PlanRequest:
        (one,) = (asked := solo([row], policy=policy, who=therapist(weekly=weekly), now=at(-1, 8))).asks
        ranked = tuple(
            replace(each, candidate=replace(each.candidate, ends=row.span.end, following=None))
            for each in one.ranked
        )
        return replace(asked, asks=(replace(one, ranked=ranked),))

    fridays = hours({4: [(9, 13)]})
    after = replace(both, eligibility=replace(both.eligibility, before=False))
    assert where(last(both, OFFICE))["ab"].date() == at(4, 9).date()
    assert where(last(after, fridays))["ab"].date() == at(18, 9).date()
    assert where(solo([row], policy=after, who=therapist(weekly=fridays))) == {}


def test_the_agreed_last_session_ranks_as_crucial() -> None:
    """Ahead of routine, and the reason says why."""
    rows = [Candidate(row, Client(row.client), BERLIN) for row in (CD, AB)]
    first, second = rank([rows[0], replace(rows[1], ends=AB.span.end)], NOW)
    assert (first.client.id, first.tier, second.tier) == ("ab", Tier.CRUCIAL, Tier.ROUTINE)
    assert first.sentence.startswith("Ahead of routine: the last session that was agreed on")
    assert speaks_for(first)[0] == ("tier_last", 0)
