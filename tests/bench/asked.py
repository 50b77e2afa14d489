"""What a question mark takes to work out, in plannings of its week, and how near its bounds come to the best plans."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import TypeVar

from syncd.core.planning.asked.burden import at_least, planned
from syncd.core.planning.asked.costing import costs
from syncd.core.planning.asked.due import wanted
from syncd.core.planning.asked.question import questions
from syncd.core.planning.asked.supposed import nearby, suppose
from syncd.solver import solve_here, unless_alone
from tests.core.asked_worlds import asked, standing_of

CLIENTS = 25
SEEDS = range(3)
_SOLVE = unless_alone(solve_here)
_Made = TypeVar("_Made")


def line() -> str:
    """Means over some weeks of 25 clients."""
    times, bounds, left = 0.0, 0, 0
    for seed in SEEDS:
        snapshot = asked(clients=CLIENTS, seed=seed)
        standing = standing_of(snapshot)
        (one,) = questions(standing)
        diary = standing.diaries[one.therapist.id]
        jobs = wanted(standing)
        alone, _ = _timed(lambda: planned(suppose(snapshot, standing.diaries, one.block).request, _SOLVE))  # noqa: B023
        whole, _ = _timed(lambda: costs(snapshot, jobs, _SOLVE))  # noqa: B023
        times += whole / alone / len(SEEDS)
        for by in nearby(snapshot, diary, one.block):
            request = suppose(snapshot, standing.diaries, one.block, by).request
            bounds += sum(at_least(request))
            left += sum(planned(request, _SOLVE).left)
    said = f"A question mark over a week of {CLIENTS} takes {times:.0f} plannings of it"
    return f"{said}; bounds lie at {bounds / left:.0%} of what the best plans leave"


def _timed(work: Callable[[], _Made]) -> tuple[float, _Made]:
    begun = process_time()
    made = work()
    return process_time() - begun, made
