"""What is held moves only for a gain that a therapist would notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from syncd.core.planning.solving.problem import (
    TIER_LEVEL,
    TIERS,
    Choice,
    Problem,
    Solution,
    Solve,
    components,
    first_level,
    levels,
    strand_worth,
    worth_level,
)


def steadied(problem: Problem, solve: Solve) -> Solution:
    """The best plan, or in a part where it moves holds for too little the best that keeps them.

    A hold that is kept by neither costs nothing. Parts that share nothing are weighed apart.
    """
    free = solve(problem)
    if not problem.pinned and not _moved(problem, free.chosen):
        return free
    chosen: list[int] = []
    proven, notes = free.proven, {free.note} - {""}
    for part in components(problem):
        place = {index: new for new, index in enumerate(part.indices)}
        mine = tuple(place[index] for index in free.chosen if index in place)
        if _moved(part.problem, mine):
            pinned = solve(replace(part.problem, pinned=True))
            proven, notes = proven and pinned.proven, notes | ({pinned.note} - {""})
            mine = mine if worth_moving(part.problem, mine, pinned.chosen) else pinned.chosen
        chosen.extend(part.indices[index] for index in mine)
    chosen.sort()
    return Solution(tuple(chosen), levels(problem, chosen), proven, "; ".join(sorted(notes)))


def _moved(problem: Problem, chosen: Collection[int]) -> bool:
    """True where a conflict with a hold that could be kept is not in it."""
    taken = set(chosen)
    held = {one.conflict for one in problem.choices if one.keeps}
    kept = {problem.choices[index].conflict for index in taken if problem.choices[index].keeps}
    return held != kept


def worth_moving(problem: Problem, free: Collection[int], pinned: Collection[int]) -> bool:
    """True where, on the first tier on which they differ, `free` gains a tenth per hold moved, or serves one more."""
    moved = sum(problem.choices[index].keeps for index in pinned) - sum(
        problem.choices[index].keeps for index in free
    )
    one, other = levels(problem, free), levels(problem, pinned)
    if moved <= 0:
        return one[TIER_LEVEL:] >= other[TIER_LEVEL:]
    for tier in range(TIERS):
        span = slice(first_level(tier) - 1, worth_level(tier) + 1)
        if one[span] != other[span]:
            served, tenths = _reach(problem, free, tier)
            before, had = _reach(problem, pinned, tier)
            return one[span] > other[span] and (served > before or tenths - had >= moved)
    return False


def _reach(problem: Problem, chosen: Collection[int], tier: int) -> tuple[int, Fraction]:
    """How many strands of a tier get anything, and the tenths of their own burdens that it takes off.

    Parts of a tenth count as what they are: whole tenths would take the last bit of one for all of it.
    """
    mine: dict[int, list[Choice]] = defaultdict(list)
    for index in chosen:
        mine[problem.choices[index].strand].append(problem.choices[index])
    reached = [strand for strand in mine if problem.tiers[strand] == tier]
    tenths = (
        Fraction(strand_worth(problem, strand, mine[strand])[1], max(1, problem.steps[strand]))
        for strand in reached
    )
    return len(reached), sum(tenths, Fraction(0))
