"""Who comes first: tiers before scores, monotone factors, sense without any roster field, one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import Client, ClientFacts, ConflictState, Phase, Priority, Session, Tier
from syncd.core.model.practice import Weights
from syncd.core.planning.ranking import Candidate, Ranked, rank
from syncd.core.reading.history import facts_of
from syncd.core.time.spans import local_date
from tests.core.plan_worlds import BERLIN, MONDAY, NOW, conflict, session, span

DISPLACED = span(7, 10)


def candidate(client: str = "ab", **more: Any) -> Candidate:  # noqa: ANN401 - fields of three classes
    """A weekly client, half a year in treatment; `more` are fields of Client, ClientFacts or Candidate."""
    own = {key: more.pop(key) for key in list(more) if key in Client.__dataclass_fields__}
    known: dict[str, Any] = {
        key: more.pop(key) for key in list(more) if key in ClientFacts.__dataclass_fields__
    }
    facts = replace(ClientFacts("dana", client, date(2026, 1, 5), 7.0), **known)
    fields: dict[str, Any] = {
        "previous": DISPLACED.start - timedelta(days=7),
        "following": DISPLACED.start + timedelta(days=7),
        "facts": facts,
    } | more
    return Candidate(conflict(client, DISPLACED), Client(client, **own), BERLIN, **fields)


def only(one: Candidate) -> Ranked:
    """A candidate ranked alone."""
    return rank([one], NOW)[0]


def of_points(points: Sequence[float]) -> Weights:
    """Weights from five numbers: interval, gap, tenure, phase, fairness."""
    interval, gap, tenure, phase, fairness = points
    return Weights(interval, gap, tenure, phase, fairness, significance=0)


def part(one: Candidate, name: str) -> float:
    """The value of one factor."""
    return next(part.value for part in only(one).parts if part.name == name)


def test_tiers_are_never_traded_against_scores() -> None:
    """Crisis and protected before crucial before routine before maintenance, whatever the factors say."""
    strong = {
        "interval": 3.0,
        "since": date(2016, 1, 1),
        "significance": 5,
        "disruptions": (date(2026, 5, 4),),
    }
    order = rank(
        [
            candidate("maintenance", priority=Priority.MAINTENANCE, **strong),
            candidate("routine", **strong),
            candidate("crucial", phase=Phase.CRUCIAL, interval=28.0, since=date(2026, 7, 1)),
            candidate("protected", priority=Priority.PROTECTED, interval=60.0, since=date(2026, 7, 1)),
        ],
        NOW,
    )
    assert [one.client.id for one in order] == ["protected", "crucial", "routine", "maintenance"]
    assert [one.tier for one in order] == [Tier.CRISIS, Tier.CRUCIAL, Tier.ROUTINE, Tier.MAINTENANCE]
    assert order[2].score > order[1].score


def test_a_care_note_raises_to_crisis_and_no_flag_ever_lowers() -> None:
    """A care note puts anybody into the top tier; with it nobody's position is worse than without."""
    for priority in (None, *Priority):
        for phase in (None, *Phase):
            plain = candidate("ab", priority=priority, phase=phase)
            others = [candidate(f"o{n}", priority=other) for n, other in enumerate(Priority)]
            without = {one.client.id: one.position for one in rank([plain, *others], NOW)}
            with_note = {
                one.client.id: one.position for one in rank([replace(plain, crisis=True), *others], NOW)
            }
            assert with_note["ab"] <= without["ab"]
            assert only(replace(plain, crisis=True)).tier is Tier.CRISIS


def test_without_any_roster_field_the_calendar_gives_a_sensible_order() -> None:
    """Weekly before fortnightly, the longer relationship before the shorter, the one passed over before both."""
    order = rank(
        [
            candidate("fortnightly", interval=14.0),
            candidate("weekly"),
            candidate("weekly_long", first=date(2022, 1, 3)),
            candidate("weekly_lost", disruptions=(date(2026, 4, 6), date(2026, 5, 4))),
        ],
        NOW,
    )
    assert [one.client.id for one in order] == ["weekly_lost", "weekly_long", "weekly", "fortnightly"]


def test_nothing_known_at_all_is_no_error() -> None:
    """No facts, no neighbours, no fields: a routine rank with values in range and a sentence."""
    found = only(Candidate(conflict("ab", DISPLACED), Client("ab"), BERLIN))
    assert found.tier is Tier.ROUTINE
    assert all(0 <= one.value <= 1 for one in found.parts)
    assert found.sentence.endswith(".")


def test_weekly_first_and_longest_gap_first_are_a_switch() -> None:
    """A skipped fortnightly session tears 28 days, a weekly one 14: `gap_in_days` decides which counts for more."""
    fortnight: dict[str, Any] = {
        "interval": 14.0,
        "previous": DISPLACED.start - timedelta(days=14),
        "following": DISPLACED.start + timedelta(days=14),
    }

    def scores(*, in_days: bool) -> tuple[int, int]:
        weights = replace(of_points([0, 1, 0, 0, 0]), gap_in_days=in_days)
        return only(candidate(weights=weights)).score, only(candidate(weights=weights, **fortnight)).score

    weekly, fortnightly = scores(in_days=False)
    assert weekly == fortnightly
    weekly, fortnightly = scores(in_days=True)
    assert fortnightly > weekly


@given(st.floats(1, 90), st.floats(1, 90))
def test_the_interval_factor_never_rises_with_rarer_sessions(one: float, other: float) -> None:
    """Rarer sessions never count for more."""
    low, high = sorted((one, other))
    assert part(candidate(interval=low), "interval") >= part(candidate(interval=high), "interval")


@given(st.integers(1, 80), st.integers(1, 80), st.booleans())
def test_the_gap_factor_never_falls_with_a_longer_gap(one: int, other: int, in_days: bool) -> None:
    """A longer gap never counts for less, measured either way."""
    low, high = sorted((one, other))
    weights = Weights(gap_in_days=in_days)

    def value(days: int) -> float:
        return part(candidate(weights=weights, following=DISPLACED.start + timedelta(days=days)), "gap")

    assert 0 <= value(low) <= value(high) <= 1


@given(st.integers(0, 4000), st.integers(0, 4000), st.sampled_from([None, 1, 3, 5]))
def test_the_relationship_factor_never_falls_with_its_length(
    one: int, other: int, significance: int | None
) -> None:
    """A longer treatment never counts for less; nor does a higher significance by hand."""
    low, high = sorted((one, other))

    def value(days: int, by_hand: int | None = significance) -> float:
        since = MONDAY - timedelta(days=days)
        return part(candidate(since=since, significance=by_hand), "relationship")

    assert 0 <= value(low) <= value(high) <= 1
    assert value(low, 1) <= value(low, 3) <= value(low, 5)


@given(st.integers(0, 8), st.integers(0, 8))
def test_the_fairness_factor_never_falls_with_more_disruptions(one: int, other: int) -> None:
    """Each session lost in the last year counts, none counts backwards."""
    low, high = sorted((one, other))

    def value(count: int) -> float:
        lost = tuple(date(2026, 1, 5) + timedelta(days=7 * n) for n in range(count))
        return part(candidate(disruptions=lost), "fairness")

    assert 0 <= value(low) <= value(high) < 1


@given(st.integers(0, 400), st.integers(0, 400))
def test_early_treatment_never_counts_less_than_later(one: int, other: int) -> None:
    """Without a phase by hand the early weeks count most and then ever less."""
    low, high = sorted((one, other))

    def value(days: int) -> float:
        return part(candidate(since=DISPLACED.start.date() - timedelta(days=days)), "phase")

    assert 1 >= value(low) >= value(high) >= 0


@given(st.lists(st.floats(-5, 50), min_size=5, max_size=5))
def test_any_weights_give_scores_in_range(points: list[float]) -> None:
    """Negative weights count as none and all zero as no order; nothing leaves 0..1000."""
    weights = of_points(points)
    assert 0 <= only(candidate(weights=weights)).score <= 1000
    assert only(candidate(weights=Weights(0, 0, 0, 0, 0))).score == 0


def test_each_weight_decides_where_it_stands_alone() -> None:
    """With one factor only, the client who leads in that factor is first."""
    leaders = {
        "interval": candidate("interval"),
        "gap": candidate("gap", interval=14.0, following=DISPLACED.start + timedelta(days=40)),
        "tenure": candidate("tenure", interval=14.0, since=date(2019, 1, 1), phase=Phase.STEADY),
        "phase": candidate("phase", interval=14.0, phase=Phase.EARLY),
        "fairness": candidate("fairness", interval=14.0, disruptions=(date(2026, 5, 4),)),
    }
    for name in leaders:
        alone = of_points([float(key == name) for key in leaders])
        field = [replace(one, weights=alone) for one in leaders.values()]
        assert (
            rank([*field, replace(candidate("zz", interval=14.0), weights=alone)], NOW)[0].client.id == name
        )


def test_the_order_of_input_changes_nothing() -> None:
    """Shuffled candidates give the same ranking."""
    field = [
        candidate(f"c{n}", interval=float(7 + n % 3), since=date(2025, 1 + n % 12, 1)) for n in range(20)
    ]
    expected = rank(field, NOW)
    for seed in range(10):
        shuffled = Random(seed).sample(field, len(field))
        assert rank(shuffled, NOW) == expected


def test_the_sentence_says_what_speaks_for_the_client() -> None:
    """Tier, cadence, time in treatment, gap and lost sessions in words, and no name."""
    client = candidate("ab", name="Ada Brandt", priority=Priority.CRISIS, disruptions=(date(2026, 5, 4),))
    sentence = only(client).sentence
    assert sentence.startswith("First: in crisis or protected")
    assert "comes weekly" in sentence
    assert "lost a session once in the last year" in sentence
    assert "14 days from one session to the next" in sentence
    assert "Ada" not in sentence


def past(client: str, gaps: list[int], end: int = -8) -> list[Session]:
    """Sessions that took place, the last one `end` days after MONDAY, with these gaps before it."""
    day, found = end, [session(client, span(end, 10))]
    for gap in reversed(gaps):
        day -= gap
        found.append(session(client, span(day, 10)))
    return found


def test_cadence_is_the_usual_gap_whatever_was_cancelled() -> None:
    """Weekly with cancellations is weekly; a change to fortnightly is followed; a long break is no cadence."""
    sessions = [
        *past("weekly", [7, 7, 14, 7, 21, 7, 7]),
        *past("twice", [3, 4, 3, 4, 3, 4]),
        *past("changed", [7] * 10 + [14] * 12),
        *past("back", [7, 7, 120, 7, 7]),
    ]
    found = {one.client: one.interval for one in facts_of("dana", sessions, NOW, BERLIN)}
    assert found == {"weekly": 7.0, "twice": 3.5, "changed": 14.0, "back": 7.0}


def test_who_has_hardly_begun_is_read_from_what_is_booked() -> None:
    """One past session and a weekly series ahead: weekly; one session alone: not known."""
    booked = [session("new", span(day, 10)) for day in (-8, -1, 6, 13, 20)]
    found = {
        one.client: one for one in facts_of("dana", [*booked, session("once", span(-8, 9))], NOW, BERLIN)
    }
    assert found["new"].interval == 7.0
    assert found["once"].interval is None
    assert found["new"].first == found["new"].last == local_date(span(-8, 10).start, BERLIN)


def test_lost_sessions_are_those_that_passed_without_a_make_up() -> None:
    """Closed and still open past conflicts count; settled, healed and future ones do not; nor another therapist's."""
    rows = [
        replace(conflict("ab", span(day, 10)), state=state)
        for day, state in [
            (-30, ConflictState.CLOSED),
            (-23, ConflictState.OPEN),
            (-16, ConflictState.SETTLED),
            (-9, ConflictState.HEALED),
            (30, ConflictState.OPEN),
        ]
    ]
    rows.append(replace(conflict("ab", span(-37, 10), by="eli"), state=ConflictState.CLOSED))
    (found,) = facts_of("dana", [], NOW, BERLIN, rows)
    assert found.disruptions == tuple(local_date(span(day, 10).start, BERLIN) for day in (-30, -23))


def test_facts_do_not_depend_on_the_order_of_sessions() -> None:
    """Shuffled sessions give the same facts."""
    sessions = [*past("ab", [7, 7, 14]), *past("cd", [14, 14])]
    expected = facts_of("dana", sessions, NOW, BERLIN)
    for seed in range(5):
        assert facts_of("dana", Random(seed).sample(sessions, len(sessions)), NOW, BERLIN) == expected
