"""The planner with its solver, and the tokens that name new offers."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator

from syncd.core.asking import full_request, request_of
from syncd.core.planning import Plan, plan
from syncd.core.problem import Problem, Solution, Solve
from syncd.core.standing import Standing
from syncd.solver import solver_process

REMEMBERED = 64  # problems whose solutions are kept: a poll that changes nothing solves nothing


def tokens() -> Iterator[str]:
    """Fresh offer UIDs: 128 random bits in base32hex, 26 characters that serve as UID, href and Google event id."""
    while True:
        yield base64.b32hexencode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def planner() -> Callable[[Standing], Plan | None]:
    """Plans when something lacks an offer; the solver's process lives only while a problem is new."""
    known: dict[Problem, Solution] = {}

    def planned(standing: Standing) -> Plan | None:
        request = request_of(standing)
        if request is None:
            return None
        with solver_process() as solve:
            return plan(request, remembering(solve, known))

    return planned


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
