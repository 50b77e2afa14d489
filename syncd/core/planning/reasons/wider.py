"""What a larger budget would give: the same planning where no budget binds, and how many make-ups that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from syncd.core.planning.drafts import SolvedPlan, drafted
from syncd.core.planning.limits.occupancy import budget_left, budget_spent
from syncd.core.planning.relief.option import Option
from syncd.core.planning.request import Ask, PlanRequest, spends_budget
from syncd.core.planning.solving.problem import Solve


@dataclass(frozen=True, slots=True)
class Wider:
    """The planning with as large a budget as the practice allows where one was used up.

    `budgets` is what each absence needs for it, by absence id. `gains` are the conflicts that have a time only then.
    """

    draft: SolvedPlan
    budgets: Mapping[str, int]
    gains: frozenset[str]


def wider(base: SolvedPlan, solve: Solve) -> Wider | None:
    """The planning of `base` without the budgets that leave somebody without a time; None where none is used up."""
    request, placed = base.request, base.paired
    left, used = budget_left(request), _used(request, placed.values())
    missing = {request.ask_of[key].absence.id for key in set(request.ask_of) - set(placed)}
    spent = {key for key in missing if key in left and used[key] >= left[key]}
    asks = tuple(_lifted(ask) if ask.absence.id in spent else ask for ask in request.asks)
    if asks == request.asks:
        return None
    done = drafted(base.finder.under(replace(request, asks=asks)), solve)
    needed = _used(request, done.paired.values())
    budgets = {
        ask.absence.id: budget_spent(request, ask) + needed[ask.absence.id]
        for ask in asks
        if ask.absence.id in spent
    }
    return Wider(done, budgets, frozenset(set(done.paired) - set(placed)))


def _lifted(ask: Ask) -> Ask:
    """As many make-ups as there are sessions, and no more than the practice allows."""
    eligibility, most = ask.policy.eligibility, ask.policy.ceiling.budget
    many = ask.budget + len(ask.ranked)
    budget = max(ask.budget, min(many, many if most is None else most))
    return replace(ask, policy=replace(ask.policy, eligibility=replace(eligibility, budget=budget)))


def _used(request: PlanRequest, options: Iterable[Option]) -> Counter[str]:
    """Make-ups of the therapist's own time by absence."""
    return Counter(request.ask_of[one.conflict].absence.id for one in options if spends_budget(one.kind))
