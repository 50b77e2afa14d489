"""Answers are uncertain: clients whose hidden diaries say no, and what is rescued of what could be.

The declared model: half of each client's half-days are impossible for them, which nobody knows before they
answer; they accept exactly what is possible; up to three offers each. A clairvoyant plans with their diaries open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from syncd.core.model import Tier
from syncd.core.planning.drafts import draft
from syncd.core.planning.solving.problem import VALUE_LEVEL, Choice, Problem, Row, Solution, Solve, levels
from syncd.core.state.gates import WAVES
from syncd.solver import solve_here
from tests.bench.instances import Instance
from tests.bench.methods import greedy_least_blocking

ROUNDS = 3
HIDDEN = 0.5
_HALF_DAY = 720


@dataclass(frozen=True)
class Outcome:
    """What one strategy achieved on one leave."""

    instance: str
    strategy: str
    rescued: float  # share of the clairvoyant's weighted value
    offers: int


@dataclass(slots=True)
class _World:
    """The Problem, who could really come, and what has happened so far."""

    problem: Problem
    possible: list[bool]
    accepted: set[int]
    declined: set[int]
    asked: dict[int, int]
    offers: int = 0

    def open(self) -> tuple[Problem, list[int]]:
        """What is left to plan, and where its choices stand in the whole."""
        every = self.problem.choices
        settled = {every[index].conflict for index in self.accepted}
        spent = {conflict for conflict, count in self.asked.items() if count >= ROUNDS}
        kept = [
            index
            for index, choice in enumerate(every)
            if choice.conflict not in settled | spent and index not in self.declined
        ]
        return _restrict(self.problem, kept, self.accepted), kept

    def ask(self, index: int) -> None:
        """Send one offer and take the answer."""
        self.offers += 1
        conflict = self.problem.choices[index].conflict
        self.asked[conflict] = self.asked.get(conflict, 0) + 1
        (self.accepted if self.possible[index] else self.declined).add(index)


def outcomes(one: Instance) -> list[Outcome]:
    """All strategies on one leave of one therapist."""
    made = draft(one.request, lambda problem: Solution((), levels(problem, ()), proven=False))
    problem = replace(
        made.problem, choices=tuple(replace(choice, keeps=0) for choice in made.problem.choices)
    )
    client = [made.options[index].conflict for index in range(len(made.options))]
    possible = [
        _free(one.name, client[index], made.options[index].start // _HALF_DAY) for index in range(len(client))
    ]
    clear = _restrict(problem, [index for index, yes in enumerate(possible) if yes], set())
    most = max(1, solve_here(clear).levels[VALUE_LEVEL])
    found = []
    for name, strategy in STRATEGIES.items():
        world = _World(problem, possible, set(), set(), {})
        strategy(world)
        value = levels(problem, world.accepted)[VALUE_LEVEL]
        found.append(Outcome(one.name, name, value / most, world.offers))
    return found


def _free(instance: str, client: str, half_day: int) -> bool:
    digest = sha256(f"{instance}|{client}|{half_day}".encode()).digest()
    return digest[0] / 256 >= HIDDEN


def _restrict(problem: Problem, kept: Sequence[int], taken: set[int]) -> Problem:
    place = {index: new for new, index in enumerate(kept)}
    rows = []
    for row in problem.rows:
        members = tuple(place[index] for index in row.members if index in place)
        if members:
            rows.append(Row(members, max(0, row.capacity - len(taken.intersection(row.members)))))
    return Problem(tuple(problem.choices[index] for index in kept), problem.tiers, tuple(rows))


def _all_at_once(solve: Solve) -> Callable[[_World], None]:
    def run(world: _World) -> None:
        for _ in range(ROUNDS):
            rest, kept = world.open()
            for index in solve(rest).chosen:
                world.ask(kept[index])

    return run


def _waves(world: _World) -> None:
    """Everybody is planned, the first wave is asked first; plans not yet sent are kept where they can be."""
    held: frozenset[int] = frozenset()
    for wave in sorted(set(WAVES.values())):
        for _ in range(ROUNDS):
            rest, kept = world.open()
            chosen = [kept[index] for index in solve_here(_keeping(rest, kept, held)).chosen]
            now = [
                index
                for index in chosen
                if WAVES[Tier(world.problem.tiers[world.problem.choices[index].client])] == wave
            ]
            held = frozenset(chosen) - set(now)
            for index in now:
                world.ask(index)


def _keeping(problem: Problem, kept: Sequence[int], held: frozenset[int]) -> Problem:
    def kept_choice(choice: Choice, index: int) -> Choice:
        return replace(choice, keeps=int(index in held))

    choices = (kept_choice(choice, index) for choice, index in zip(problem.choices, kept, strict=True))
    return replace(problem, choices=tuple(choices))


STRATEGIES: dict[str, Callable[[_World], None]] = {
    "by rank, least blocking, all at once": _all_at_once(lambda problem: greedy_least_blocking(problem, ())),
    "syncd, all at once": _all_at_once(solve_here),
    "syncd, waves by tier": _waves,
}
