"""The planner with its solver, and the tokens that name new offers."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from syncd.core.asking import full_request, request_of
from syncd.core.planning import Plan, plan
from syncd.core.planning.request import PlanRequest
from syncd.core.problem import Problem, Solution, Solve
from syncd.core.standing import Standing
from syncd.solver import solver_process

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
REMEMBERED = 64  # problems whose solutions are kept: a poll that changes nothing solves nothing


def tokens() -> Iterator[str]:
    """Fresh offer UIDs: 128 random bits in base32hex, 26 characters that serve as UID, href and Google event id."""
    while True:
        yield base64.b32hexencode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def planner() -> Callable[[Standing], Plan | None]:
    """Plans when something lacks an offer; the solver's process lives only while a problem is new.

    While nothing but the time changes, options only vanish: a plan that keeps what is held stays the best.
    """
    known: dict[Problem, Solution] = {}
    last: list[tuple[PlanRequest, Plan]] = []

    def planned(standing: Standing) -> Plan | None:
        request = request_of(standing)
        if request is None:
            return None
        if last and only_later(last[0][0], request):
            return last[0][1]
        with solver_process() as solve:
            made = plan(request, remembering(solve, known))
        last[:] = [(request, made)] if all(one.kept for one in made.placements) else []
        return made

    return planned


def only_later(before: PlanRequest, after: PlanRequest) -> bool:
    """True when nothing differs but the time, and nobody could be written to earlier than before."""
    if _timeless(before) != _timeless(after):
        return False
    sends = {key: moment for ask in before.asks for key, moment in ask.sends_at.items()}
    return all(sends[key] <= moment for ask in after.asks for key, moment in ask.sends_at.items())


def _timeless(request: PlanRequest) -> PlanRequest:
    return replace(request, now=ANY_TIME, asks=tuple(replace(ask, sends_at={}) for ask in request.asks))


def explaining_planner(verify: int = 40) -> Callable[[Standing], Plan | None]:
    """Plans whatever is open, each time, with reasons checked for `verify` clients: for people who want to read."""

    def planned(standing: Standing) -> Plan | None:
        request = full_request(standing, verify)
        if not request.ranked:
            return None
        with solver_process() as solve:
            return plan(request, solve)

    return planned


def remembering(solve: Solve, known: dict[Problem, Solution]) -> Solve:
    """`solve`, asked once for each problem; the oldest are forgotten first."""

    def solved(problem: Problem) -> Solution:
        if problem not in known:
            known[problem] = solve(problem)
            while len(known) > REMEMBERED:
                del known[next(iter(known))]
        return known[problem]

    return solved
