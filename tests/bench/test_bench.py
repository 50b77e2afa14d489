"""The benchmark's own claims: instances that anyone can make again, rules kept by all, the bound reached by ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

import pytest

from syncd.core.time.spans import Span
from tests.bench.answers import MANNERS, Diaries
from tests.bench.asking import Leave, greedy, waves
from tests.bench.hidden import (
    ALIKE,
    INFORMS,
    PASTS,
    READ,
    TOLD,
    USUAL,
    Hidden,
    drawn,
    hidden_outcomes,
    with_pasts,
)
from tests.bench.instances import PRACTICE_10, SOLO_MIXED, SOLO_WEEK, instance
from tests.bench.market import market, market_of
from tests.bench.measure import lines, runs
from tests.bench.methods import METHODS, OURS
from tests.bench.programs import PATIENCE, bound, clairvoyant
from tests.bench.uncertain import BOUND, CLAIRVOYANT, Outcome, outcomes
from tests.panel.baseline import recorded
from tests.panel.burden import burden, relief
from tests.panel.by_hand import day, person, seen
from tests.panel.rules import RULES, outranked
from tests.panel.shapes import practice
from tests.panel.sight import ROUTINE
from tests.panel.spec import ZONE, at
from tests.panel.stretches import taken_off


def test_the_same_name_gives_the_same_instance_and_plans() -> None:
    """Made twice, an instance is equal, and so are all plans on it."""
    first, second = (instance(SOLO_WEEK, "base", 3) for _ in range(2))
    assert first == second
    assert [run.plan for run in runs(first, METHODS)] == [run.plan for run in runs(second, METHODS)]


def test_long_sessions_take_two_hours_side_by_side() -> None:
    """In weeks of mixed lengths some last longer than others, and none runs into another or into a busy hour."""
    (time,) = instance(SOLO_MIXED, "loose", 1).request.therapists
    spans = sorted([one.span for one in time.sessions] + [one.span for one in time.busy])
    assert len({one.span.duration for one in time.sessions}) == 2
    assert not any(before.overlaps(after) for before, after in pairwise(spans))


def test_ours_is_proven_and_reaches_the_bound_and_nobody_beats_it() -> None:
    """Gap 0 and a proof on each instance; every other method is at most as good level by level."""
    every = [run for seed in range(3) for run in runs(instance(SOLO_WEEK, "tight", seed), METHODS)]
    every += runs(instance(PRACTICE_10, "base", 0), METHODS)
    best = {run.instance: run for run in every if run.method == OURS}
    assert all(run.proven for run in best.values())
    assert all(run.levels <= best[run.instance].levels for run in every)
    assert all(line.gap < 0.001 for line in lines(every) if line.method == OURS)


@pytest.fixture(scope="module")
def unsure() -> list[Outcome]:
    """All policies on one leave of part-time mornings."""
    return outcomes("part time mornings", 2)


def test_under_uncertainty_nobody_relieves_more_than_a_clairvoyant(unsure: list[Outcome]) -> None:
    """No policy relieves more than all that was to be had; nobody is asked more than thrice."""
    best = {(one.instance, one.manner): sum(one.relief) for one in unsure if one.strategy == CLAIRVOYANT}
    for one in unsure:
        if one.strategy != BOUND:
            assert sum(one.relief) <= best[one.instance, one.manner] + 1e-9
            assert one.offers <= PATIENCE * 15


def test_the_bound_holds_on_average_for_whoever_asks() -> None:
    """Over many diaries no policy relieves more than the program says; with everybody's yes it is a clairvoyant's."""
    place = market("part time mornings", 2)
    clients = place.sight.clients
    for manner in MANNERS:
        most = bound(place, [manner.accepts(clients[one.client], one.start) for one in place.edges])
        reached = []
        for draw in range(10):
            leave = Leave(place, Diaries(f"bound/{draw}", manner))
            greedy(leave)
            reached.append(sum(place.relief(*one) for one in leave.taken.items()))
        assert 0 < mean(reached) <= most
    sure = sum(one.relief for one in clairvoyant(place, place.edges))
    assert bound(place, [1 - 1e-12] * len(place.edges)) == pytest.approx(sure, abs=0.2)


def test_answers_are_drawn_as_declared() -> None:
    """Near their hour clients say yes more often than far from it, in the flat manner equally; silence is no yes."""
    client = seen([person("ada")]).clients["ada"]
    near, far = ([day(f"7-{n:02d}", clock) for n in range(13, 18)] for clock in ("10:00", "17:00"))
    for manner in MANNERS:
        draws = [Diaries(str(n), manner) for n in range(400)]
        shares = [mean(one.take(client, start) for one in draws for start in times) for times in (near, far)]
        declared = [mean(manner.accepts(client, start) for start in times) for times in (near, far)]
        assert shares == pytest.approx(declared, abs=0.04)
        assert (shares[0] > 2 * shares[1]) is not manner.flat
        assert max(shares) <= 1 - manner.silence


def test_weeks_are_hidden_and_answers_keep_to_them() -> None:
    """The same name gives the same answers; all planners are asked, and whoever is relieved was offered something."""
    every = hidden_outcomes(4, 2)
    assert every == hidden_outcomes(4, 2)
    for manner in PASTS:
        by = {one.strategy: one for one in every if one.manner == manner.name}
        assert list(by) == [TOLD, ALIKE, USUAL, READ]
        assert 0 < by[TOLD].served <= by[TOLD].offers
        assert all(one.served <= one.offers <= 4 * PATIENCE for one in by.values())


def test_whoever_does_not_answer_is_asked_about_nothing_further() -> None:
    """As in `syncd`: silence is no no, and brings no second offer; a no does."""
    shy = replace(INFORMS, silence=0.4)
    lived, weeks = with_pasts(shy, drawn(16, 411))
    place = market_of("x", lived)
    leave = Leave(place, Hidden(place.name, shy, tuple(weeks.items())))
    waves(leave)
    silent = {
        client: [leave.diaries.silent(place.sight.clients[client], start) for start in asked]
        for client, asked in leave.spent.items()
    }
    assert leave.quiet == {client for client, found in silent.items() if any(found)}
    assert all(found.index(True) == len(found) - 1 for found in silent.values() if any(found))
    assert leave.quiet
    assert not leave.quiet & set(leave.taken)
    assert any(len(found) > 1 for found in silent.values())


def test_a_past_that_informs_holds_only_times_at_which_they_can_come() -> None:
    """Where it does not, it holds others as well; windows are nobody's, and told weeks hold just the free hours."""
    for manner in PASTS:
        lived, weeks = with_pasts(manner, drawn(12, 1))
        moved = [(one.id, start) for one in lived.people for _, start in one.moved]
        free = [weeks[client].holds(start) for client, start in moved]
        assert len(moved) > 30
        assert all(free) is (manner is INFORMS)
        for one in lived.people:
            told = weeks[one.id].told(timedelta(minutes=50))
            day = Span(at(date(2026, 7, 6), 0), at(date(2026, 7, 13), 0))
            spans = told.spans(day, ZONE)
            starts = [
                at(date(2026, 7, 6) + timedelta(days=n), half * 30) for n in range(7) for half in range(46)
            ]
            for start in starts:
                inside = any(span.contains(Span(start, start + timedelta(minutes=50))) for span in spans)
                assert inside is weeks[one.id].holds(start)


@pytest.mark.parametrize(
    ("starts", "relieved"),
    [
        pytest.param([], 0, id="none"),
        pytest.param(["7-03"], 1 - (3 / 7) ** 2, id="ten days are left of fourteen"),
        pytest.param(["7-03", "7-01"], 1 - (3 / 7) ** 2, id="a second one in the shorter part gives nothing"),
        pytest.param(["7-16"], 0, id="outside the torn stretch nothing"),
    ],
)
def test_relief_is_what_the_definition_says(starts: list[str], relieved: float) -> None:
    """One missed session of a weekly client is 1; with none of them made good nothing is relieved."""
    made = [("ada", day("7-06"), day(start)) for start in starts]
    client = seen([person("ada")], made).clients["ada"]
    assert relief(client) == pytest.approx(relieved)
    assert burden(client) == pytest.approx(1 - relieved)


@pytest.mark.parametrize(("start", "left"), [("7-03", (4 / 7) ** 2), ("7-08", (9 / 7) ** 2), (None, 4)])
def test_a_last_session_that_was_agreed_on_is_waited_for_from_the_first_day_on(
    start: str | None, left: float
) -> None:
    """Two weeks without it are 4; nobody waits for what would come after it."""
    made = [("ada", day("7-06"), day(start))] if start else []
    client = seen([person("ada", until=day("7-06").date())], made).clients["ada"]
    assert burden(client) == pytest.approx(left)
    assert relief(client) == pytest.approx(4 - left)


def test_the_days_of_the_earlier_planner_cannot_be_had_within_the_panels_rules() -> None:
    """A full week: with all open hours for routine clients alone, make-ups that break no rule take fewer days off."""
    place = market_of("full week/1", practice("full week", 1))
    judges = [rule.judge for rule in RULES if not rule.of_hour and rule.judge is not outranked]
    allowed = [
        replace(one, relief=taken_off(given))
        for one in place.edges
        if one.tier == ROUTINE
        for given in (place.given(one.client, one.start),)
        if not any(judge(place.sight.changed(given), given, given.meetings[0]) for judge in judges)
    ]
    most = sum(one.relief for one in clairvoyant(place, allowed))
    then = recorded().tiers(1, ["full week"], "days_off")
    assert then is not None
    assert 0 < most < 0.7 * then[ROUTINE]
