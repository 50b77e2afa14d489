"""What the calendar's own past says: who has just begun, how far history reaches, what was cut out of a series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from syncd.core.model import Client, ClientFacts, ConflictState, OccurrenceRef, Phase, Session
from syncd.core.planning.ranking import Candidate, Ranked, rank
from syncd.core.reading.history import agreed_end, cut_out, facts_of
from tests.core.plan_worlds import BERLIN, NOW, at, conflict, session, span

LONG_AGO = NOW - timedelta(days=730)


def series(client: str, days: Iterable[int], moved: int | None = None) -> list[Session]:
    """Occurrences of a series, as calendars name them; one of them was moved by two days."""
    return [
        replace(
            session(client, span(day + (2 if day == moved else 0), 10)),
            ref=OccurrenceRef(
                "home/dana", f"{client}-dana", at(day, 10).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
            ),
        )
        for day in days
    ]


def weekly(client: str, first: int, *missing: int) -> list[Session]:
    """A weekly series up to MONDAY, without these days."""
    return series(client, (day for day in range(first, 0, 7) if day not in missing))


def facts(*sessions: list[Session], **more: object) -> dict[str, ClientFacts]:
    """The facts of each client, history reaching back two years."""
    every = [one for some in sessions for one in some]
    found = facts_of("dana", every, NOW, BERLIN, since=LONG_AGO, **more)  # type: ignore[arg-type]
    return {one.client: one for one in found}


def lost(sessions: list[Session]) -> list[date]:
    """The days on which something is missing."""
    return [day for _, day in cut_out(sessions, NOW, BERLIN)]


def on(day: int) -> date:
    """The date of a day after MONDAY."""
    return at(day, 12).date()


def test_what_is_missing_in_a_series_is_a_loss() -> None:
    """One and two in a row; not what was moved, what another session stands near, or a pause of months."""
    assert lost(weekly("ab", -70, -28)) == [on(-28)]
    assert lost(weekly("ab", -70, -35, -28)) == [on(-35), on(-28)]
    assert lost(weekly("ab", -70)) == []
    assert lost(series("ab", range(-70, 0, 7), moved=-28)) == []
    assert lost([*weekly("ab", -70, -28), session("ab", span(-26, 15))]) == []
    assert lost(series("ab", [*range(-140, -119, 7), *range(-35, 0, 7)])) == []


def test_each_weekday_of_a_series_counts_for_itself() -> None:
    """Mondays and Thursdays in one series: the missing Thursday alone, though sessions stand three days away."""
    both = [day for week in range(-70, 0, 7) for day in (week, week + 3)]
    assert lost(series("ab", (day for day in both if day != -25))) == []
    assert lost(series("ab", (day for day in range(-70, 0, 14) if day != -28))) == [on(-28)]


def test_a_session_that_was_moved_for_once_changes_no_rhythm() -> None:
    """A new weekly client of four sessions whose second was two days late: 9 and 5 days are no other interval."""
    days = range(-42, -14, 7)
    assert facts(series("ab", days, moved=-35))["ab"].interval == 7.0
    assert facts(series("ab", days))["ab"].interval == 7.0


def test_what_is_remembered_of_a_conflict_is_not_counted_again() -> None:
    """The hole of a session that was made up for is none; one that was passed over counts once."""
    rows = [
        replace(conflict("ab", span(day, 10)), state=state)
        for day, state in [(-35, ConflictState.SETTLED), (-28, ConflictState.CLOSED)]
    ]
    found = facts(weekly("ab", -70, -35, -28, -21), conflicts=rows)["ab"]
    assert found.disruptions == (on(-28), on(-21))


def test_how_far_history_reaches_is_said() -> None:
    """Who was there when the calendar begins may have come long before; who came later has not."""
    found = facts(weekly("old", -700), weekly("older", -721), weekly("new", -21))
    assert {who: one.at_least for who, one in found.items()} == {"old": True, "older": True, "new": False}
    young = facts(weekly("ab", -70), weekly("cd", -63), weekly("ef", -14))
    assert {who: one.at_least for who, one in young.items()} == {"ab": True, "cd": True, "ef": False}


def ranked(known: ClientFacts, earlier: int | None, **own: object) -> Ranked:
    """A client displaced in the second week, ranked alone."""
    row = conflict(known.client, span(7, 10))
    client = Client(known.client, **own)  # type: ignore[arg-type]
    return rank([Candidate(row, client, BERLIN, known, earlier=earlier)], NOW)[0]


def says(one: Ranked, factor: str) -> str:
    """What a factor says."""
    return next(part.says for part in one.parts if part.name == factor)


@pytest.mark.parametrize(("earlier", "first"), [(0, True), (3, True), (4, False), (None, False)])
def test_the_first_four_sessions_count_like_a_crucial_phase(earlier: int | None, first: bool) -> None:
    """Counted, not guessed from the date; where nothing was counted nothing is said."""
    found = ranked(facts(weekly("ab", -400), weekly("new", -21))["new"], earlier)
    assert (says(found, "phase") == "one of the first four sessions") is first


def test_a_phase_by_hand_and_a_short_history_know_of_no_first_sessions() -> None:
    """The therapist's word stands; where history ends the first sessions are unknown, and lengths are "at least"."""
    new = facts(weekly("ab", -400), weekly("new", -21))["new"]
    assert says(ranked(new, 2, phase=Phase.ENDING), "phase") == "ending phase"
    cut = facts(weekly("cut", -21))["cut"]
    assert says(ranked(cut, 2), "phase") == "phase not known"
    assert says(ranked(cut, 2), "relationship") == "in treatment for at least 4 weeks"
    assert says(ranked(cut, 2, since=date(2024, 7, 1)), "relationship") == "in treatment for 2 years"


def test_scores_are_rounded_before_they_decide() -> None:
    """Steps of 25; within one the earlier session comes first, whoever is a day longer in treatment."""
    long = ranked(ClientFacts("dana", "ab", date(2020, 1, 6), 7.0), 300)
    longer = ranked(ClientFacts("dana", "cd", date(2020, 1, 1), 7.0), 300)
    assert long.score == longer.score
    assert long.score % 25 == 0


def ending(*days: int) -> list[Session]:
    """Occurrences of a series that ends."""
    return [replace(one, bounded=True) for one in series("ab", days)]


def test_the_agreed_end_is_the_last_of_a_series_that_ends() -> None:
    """With nothing booked after it; a make-up after it, or leave over it, changes nothing of that."""
    last = span(7, 10).end
    assert agreed_end(ending(-7, 0, 7), (), NOW) == last
    assert agreed_end(series("ab", (-7, 0, 7)), (), NOW) is None
    booked = replace(session("ab", span(9, 10)), ref=OccurrenceRef("home/dana", "single"))
    assert agreed_end([*ending(-7, 0, 7), booked], (), NOW) is None
    assert agreed_end([*ending(-7, 0, 7), replace(booked, offer="made-up")], (), NOW) == last
    gone = replace(conflict("ab", span(7, 10)), ref=ending(7)[0].ref)  # its event is cancelled already
    assert agreed_end(ending(-7, 0), [gone], NOW) == last
    assert agreed_end(ending(-7, 0, 330), (), NOW) is None, "too far away to know"


def test_odd_pasts_are_read_without_harm() -> None:
    """Twice on one day is one day; a month is a month; one session says nothing; two that take turns are halved."""
    twice = [*weekly("ab", -70), *(session("ab", span(day, 15)) for day in range(-70, 0, 7))]
    monthly = [session("cd", span(day, 10)) for day in (-120, -90, -59, -29)]
    turns = [session("ef", span(day, 10)) for week in range(-28, 0, 7) for day in (week, week + 2)]
    found = facts(twice, monthly, [session("gh", span(-14, 10))], turns[:-1])
    assert found["ab"].interval == 7
    assert found["cd"].interval == pytest.approx(30, abs=1)
    assert found["gh"].interval is None
    assert found["ef"].interval == pytest.approx(3.5), "Mondays and Wednesdays are no daily client"
    assert found["gh"].disruptions == ()
    assert facts() == {}
