"""Run every method on every instance and put down what came out, as plain numbers."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from statistics import median
from time import perf_counter

from syncd.core.planning.drafts import draft, groups
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.problem import (
    TIERS,
    Problem,
    Solution,
    feasible,
    first_level,
    levels,
    worth_level,
)
from syncd.solver.highs import value_bound
from tests.bench.instances import Instance, Kind, instance
from tests.bench.methods import METHODS, OURS, Method

_ROUNDING = 0.5
UNIT = 40_000  # of worth: one missed session made good for whoever comes last in a tier


@dataclass(frozen=True)
class Run:
    """One method on one instance; `seconds` for solving, `building` for finding options and rows."""

    instance: str
    family: str
    method: str
    displaced: int
    options: int
    levels: tuple[int, ...]
    proven: bool
    seconds: float
    building: float
    bound: float
    plan: str


@dataclass(frozen=True)
class Task:
    """One group of therapists as a Problem, with the original times of its conflicts."""

    problem: Problem
    dates: tuple[int, ...]
    displaced: int
    building: float


def tasks_of(request: PlanRequest) -> list[Task]:
    """The Problems of an instance: groups that share nothing are separate tasks."""
    found = []
    for part in groups(request):
        begun = perf_counter()
        made = draft(part, _unsolved)
        spent = perf_counter() - begun
        keys = sorted({one.conflict for one in made.options})
        dates = tuple(int(part.ranked_of[key].conflict.span.start.timestamp()) for key in keys)
        found.append(Task(made.problem, dates, len(part.ask_of), spent))
    return found


def _unsolved(problem: Problem) -> Solution:
    return Solution((), levels(problem, ()), proven=False)


def measure(
    kind: Kind, tightness: Iterable[str], seeds: Sequence[int], methods: Sequence[Method] = METHODS
) -> list[Run]:
    """All runs of a family of instances."""
    return [run for one in tightness for seed in seeds for run in runs(instance(kind, one, seed), methods)]


def runs(one: Instance, methods: Sequence[Method]) -> list[Run]:
    """All methods on one instance."""
    tasks = tasks_of(one.request)
    found = {method.name: [_solve(method, task) for task in tasks] for method in methods}
    best = found[OURS] if OURS in found else next(iter(found.values()))
    bound = sum(
        value_bound(task.problem, solved.levels) for task, (solved, _) in zip(tasks, best, strict=True)
    )
    return [_run(one, method.name, tasks, found[method.name], bound) for method in methods]


def _solve(method: Method, task: Task) -> tuple[Solution, float]:
    begun = perf_counter()
    solved = method.solve(task.problem, task.dates)
    spent = perf_counter() - begun
    if not feasible(task.problem, solved.chosen):
        raise AssertionError(f"{method.name} breaks a rule")
    return solved, spent


def _run(
    one: Instance, method: str, tasks: list[Task], solved: list[tuple[Solution, float]], bound: float
) -> Run:
    chosen = [list(solution.chosen) for solution, _ in solved]
    return Run(
        instance=one.name,
        family=one.kind.name,
        method=method,
        displaced=sum(task.displaced for task in tasks),
        options=sum(len(task.problem.choices) for task in tasks),
        levels=tuple(sum(level) for level in zip(*(solution.levels for solution, _ in solved), strict=True)),
        proven=all(solution.proven for solution, _ in solved),
        seconds=sum(spent for _, spent in solved),
        building=sum(task.building for task in tasks),
        bound=bound,
        plan=sha256(repr(chosen).encode()).hexdigest()[:12],
    )


@dataclass(frozen=True)
class Line:
    """One line of the table: a method over the instances of a family."""

    family: str
    method: str
    leaves: int
    all_tiers: float  # share of instances on which every tier is relieved as well as possible
    relief: tuple[float, ...]  # weighted expected relief per tier, mean per instance
    value_lost: float  # mean share of the best weighted relief of all tiers that is missing
    value_lost_worst: float
    gap: float  # worst distance to the bound of the linear relaxation, as a share of it
    proven: float
    seconds: float  # median, options included
    plans: str  # one hash over all plans


def worth(run: Run) -> int:
    """The weighted expected relief of all tiers."""
    return sum(run.levels[worth_level(tier)] for tier in range(TIERS))


def lines(every: Sequence[Run]) -> list[Line]:
    """Runs summed up by family and method."""
    best = {run.instance: run for run in every if run.method == OURS}
    keys = list(dict.fromkeys((run.family, run.method) for run in every))
    return [_line([run for run in every if (run.family, run.method) == key], best) for key in keys]


def _line(mine: Sequence[Run], best: dict[str, Run]) -> Line:
    lost = [1 - worth(run) / max(1, worth(best[run.instance])) for run in mine]
    tiers = slice(first_level(0) - 1, worth_level(TIERS - 1) + 1)
    return Line(
        family=mine[0].family,
        method=mine[0].method,
        leaves=len(mine),
        all_tiers=sum(run.levels[tiers] == best[run.instance].levels[tiers] for run in mine) / len(mine),
        relief=tuple(
            sum(run.levels[worth_level(tier)] for run in mine) / len(mine) / UNIT for tier in range(TIERS)
        ),
        value_lost=sum(lost) / len(lost),
        value_lost_worst=max(lost),
        gap=max(max(0.0, run.bound - worth(run) - _ROUNDING) / max(1.0, run.bound) for run in mine),
        proven=sum(run.proven for run in mine) / len(mine),
        seconds=median(run.seconds + run.building for run in mine),
        plans=sha256("".join(run.plan for run in mine).encode()).hexdigest()[:12],
    )


def as_json(every: Sequence[Run]) -> list[dict[str, object]]:
    """Runs as documented in FORMAT.md."""
    return [asdict(run) for run in every]


def peak_megabytes() -> int:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
