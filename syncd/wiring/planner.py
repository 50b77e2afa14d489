"""The planner with its solver, and the tokens that name new offers."""

from __future__ import annotations

import base64
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

from syncd.core.planning.pass_request import full_request, request_of
from syncd.core.planning.plan import Plan, plan
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.problem import Problem, Solution, Solve
from syncd.core.state import PassState
from syncd.solver import solver_process, unless_alone

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
ASKED_IN_A_PASS = 16  # more than these are planned anew
REMEMBERED = 64  # problems whose solutions are kept: a poll that changes nothing solves nothing


def tokens() -> Iterator[str]:
    """Fresh offer UIDs: 128 random bits in base32hex, 26 characters that serve as UID, href and Google event id."""
    while True:
        yield base64.b32hexencode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def planner(
    solver: Callable[[], AbstractContextManager[Solve]] = solver_process,
) -> Callable[[PassState], Plan | None]:
    """Plans when something lacks an offer; the solver's process lives only while a problem is new and contested."""
    known: dict[Problem, Solution] = {}
    recent = Recent()

    def planned(pass_state: PassState) -> Plan | None:
        request = request_of(pass_state)
        if request is None:
            return None
        before = recent.find(request)
        if before is not None:
            return before
        with solver() as solve:
            made = plan(request, unless_alone(remembering(solve, known)))
        recent.keep(request, made)
        return made

    return planned


class Recent:
    """The latest plans that keep what is held: while nothing but the time changes, options only vanish, and each
    stays the best.

    One pass may ask for several: how things stand, and how they would if somebody silent gave way.
    """

    def __init__(self) -> None:
        self._plans: deque[tuple[PlanRequest, _Sends, Plan]] = deque(maxlen=ASKED_IN_A_PASS)

    def find(self, request: PlanRequest) -> Plan | None:
        """The plan of an earlier request that differs in nothing but the time; None where there is none.

        Nor could anybody be written to earlier now than by that one.
        """
        asked, sends = _timeless(request), _sends(request)
        return next(
            (
                made
                for before, sent, made in self._plans
                if before == asked and all(sent[key] <= moment for key, moment in sends.items())
            ),
            None,
        )

    def keep(self, request: PlanRequest, made: Plan) -> None:
        """Remember it, unless it places somebody anew: that is another plan once the offer is made."""
        if all(one.kept for one in made.placements):
            self._plans.appendleft((_timeless(request), _sends(request), made))


_Sends = Mapping[str, datetime]  # by conflict


def _sends(request: PlanRequest) -> _Sends:
    held = {f"held {key}": moment for ask in request.asks for key, moment in ask.held_from.items()}
    return {key: moment for ask in request.asks for key, moment in ask.sends_at.items()} | held


def _timeless(request: PlanRequest) -> PlanRequest:
    return replace(
        request, now=ANY_TIME, asks=tuple(replace(ask, sends_at={}, held_from={}) for ask in request.asks)
    )


def explaining_planner(
    verify: int = 40, about: Callable[[PassState], frozenset[str]] | None = None
) -> Callable[[PassState], Plan | None]:
    """Plans whatever is open, each time, with reasons checked for `verify` clients: for people who want to read.

    `about` names the conflicts that they ask for; the others' reasons are not checked.
    """

    def planned(pass_state: PassState) -> Plan | None:
        request = full_request(pass_state, verify, about(pass_state) if about else None)
        if not request.ranked:
            return None
        known: dict[Problem, Solution] = {}
        with solver_process() as solve:
            return plan(request, unless_alone(remembering(solve, known)))

    return planned


def remembering(solve: Solve, known: dict[Problem, Solution]) -> Solve:
    """`solve`, asked once for each problem; the oldest are forgotten first."""

    def solved(problem: Problem) -> Solution:
        found = known.get(problem)
        if found is None:
            found = known[problem] = solve(problem)
            while len(known) > REMEMBERED:
                del known[next(iter(known))]
        return found

    return solved
