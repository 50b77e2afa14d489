"""Two days a week off for a month: four sessions in a row are lost, and the sets of times are too many to list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import Client, Conflict, Session
from syncd.core.model.practice import Approach, Eligibility, Policy
from syncd.core.planning.plan import plan
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.problem import Problem, Solution
from syncd.core.planning.solving.worth import MOST_SETS
from syncd.core.time.spans import Span
from syncd.solver import solve_here
from tests.core.plan_worlds import ask, at, conflict, days, session, solo, span

ALL = Policy(eligibility=Eligibility(approach=Approach.ALL, extension=timedelta(0)))
WEEKLY = (("ab", 1, 9), ("cd", 2, 11))


def _request(lost: Sequence[Conflict], off: Mapping[int, Span], usual: Sequence[Session]) -> PlanRequest:
    """An absence for each week."""
    whole = solo(lost, away=off[3], sessions=usual, policy=ALL, now=at(0, 8))
    clients = {one.client: Client(one.client) for one in lost}
    asks = (
        ask([one for one in lost if one.absence == f"a{week}"], away, ALL, clients)
        for week, away in off.items()
    )
    who = replace(whole.therapists[0], leave=tuple(off.values()))
    return replace(whole, asks=tuple(asks), therapists=(who,))


def test_what_is_listed_is_bounded_and_the_plan_proven() -> None:
    """Both clients get several times on different days, and the plan is the best by what was listed."""
    off = {week: days(7 * week + 1, 7 * week + 3) for week in (3, 4, 5, 6)}
    lost = [
        conflict(who, span(7 * week + day, hour), absence=f"a{week}")
        for week in off
        for who, day, hour in WEEKLY
    ]
    usual = [
        session(who, span(7 * week + day, hour)) for week in (0, 1, 2, 7, 8) for who, day, hour in WEEKLY
    ]
    listed: list[int] = []

    def solve(problem: Problem) -> Solution:
        listed.extend(len(sets) for sets in problem.bundles)
        return solve_here(problem)

    made = plan(_request(lost, off, usual), solve)
    assert made.proven
    assert 0 < max(listed) <= MOST_SETS
    for who, _, _ in WEEKLY:
        given = [one.span.start.date() for one in made.placements if one.client == who]
        assert len(given) == len(set(given)) >= 2
