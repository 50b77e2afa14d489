"""The exact solution of one connected Problem by HiGHS: level after level, each fixed before the next.

Importing this module loads HiGHS and NumPy (50 MB): import it where a Problem is solved, nowhere else.

Deterministic by construction: one thread, no presolve, work counted in branch-and-bound nodes, never in time,
and a last level of hashes that leaves one plan only.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import highspy
import numpy as np

from syncd.core.problem import (
    LATER,
    TIERS,
    Problem,
    Solution,
    binding,
    conflicts_of,
    feasible,
    levels,
)

MAX_NODES = 5_000  # per level and component; the instances of the benchmark need one
BOUND_NOTE = "the work bound of the exact solver was reached: this plan is the best found, not proven best"
_SLACK = 0.25  # integers: a level fixed at v may not fall to v - 1

_OPTIONS: dict[str, str | int | float] = {
    "presolve": "off",
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


@dataclass(slots=True)
class _Model:
    """Columns with bounds, integers first; rows as sparse triples; the objective of each level."""

    columns: int
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, terms: Sequence[tuple[int, float]], lower: float, upper: float) -> None:
        self.starts.append(len(self.indices))
        self.indices.extend(column for column, _ in terms)
        self.values.extend(value for _, value in terms)
        self.lower.append(lower)
        self.upper.append(upper)


def solve_connected(problem: Problem, max_nodes: int = MAX_NODES) -> Solution:
    """The best set of choices, proven unless the node bound strikes."""
    if not problem.choices:
        return Solution((), levels(problem, ()), proven=True)
    model, objectives = _model(problem)
    solver = _load(model, len(problem.choices), max_nodes)
    chosen: tuple[int, ...] = ()
    proven = True
    for level, objective in enumerate(objectives):
        if not objective:
            continue
        _aim(solver, model.columns, objective)
        chosen, done = _run(solver, problem, level, chosen)
        if not done:
            proven = False
        _fix(solver, objective, levels(problem, chosen)[level])
        _hint(solver, chosen, len(problem.choices))
    return Solution(chosen, levels(problem, chosen), proven, "" if proven else BOUND_NOTE)


def _model(problem: Problem) -> tuple[_Model, list[list[tuple[int, float]]]]:
    """The rows, and per level the objective as sparse terms; a level that is all zero comes out empty."""
    count = len(problem.choices)
    model = _Model(count)
    for members in conflicts_of(problem).values():
        model.add([(index, 1.0) for index in members], 0.0, 1.0)
    for row in binding(problem):
        model.add([(index, 1.0) for index in row.members], 0.0, float(row.capacity))
    served, value = _clients(problem, model)
    every = range(count)
    plain = [
        [(index, float(number)) for index in every if (number := number_of(problem, index, name))]
        for name in ("keeps", "quality", "tie")
    ]
    asked = set(problem.forced)
    forced = [(index, 1.0) for index in every if problem.choices[index].conflict in asked]
    return model, [forced, *served, value, *plain]


def number_of(problem: Problem, index: int, name: str) -> int:
    """One named integer of one choice."""
    number = getattr(problem.choices[index], name)
    assert isinstance(number, int)  # noqa: S101 - the fields of a Choice are integers
    return number


def _clients(
    problem: Problem, model: _Model
) -> tuple[list[list[tuple[int, float]]], list[tuple[int, float]]]:
    """Objective terms for clients served and for weighted value; adds columns for repeated clients."""
    mine: dict[int, list[int]] = defaultdict(list)
    for index, choice in enumerate(problem.choices):
        mine[choice.client].append(index)
    served: list[list[tuple[int, float]]] = [[] for _ in range(TIERS)]
    value: list[tuple[int, float]] = []
    for client, indices in sorted(mine.items()):
        tier = served[problem.tiers[client]]
        if len({problem.choices[index].conflict for index in indices}) == 1:
            tier.extend((index, 1.0) for index in indices)
            value.extend((index, float(LATER[0] * problem.choices[index].value)) for index in indices)
        else:
            _repeated(problem, model, indices, tier, value)
    return served, [term for term in value if term[1]]


def _repeated(
    problem: Problem,
    model: _Model,
    indices: Sequence[int],
    tier: list[tuple[int, float]],
    value: list[tuple[int, float]],
) -> None:
    """One client with several conflicts: columns u[class, place] share the choices out over 1st, 2nd, 3rd ...

    Given whole choices this is a transport problem, whose best is to sort by value: so u needs not be whole.
    """
    classes: dict[int, list[int]] = defaultdict(list)
    for index in indices:
        classes[problem.choices[index].value].append(index)
    places = len({problem.choices[index].conflict for index in indices})
    columns: dict[tuple[int, int], int] = {}
    for worth in sorted(classes, reverse=True):
        for place in range(places):
            columns[worth, place] = model.columns
            factor = LATER[min(place, len(LATER) - 1)]
            value.append((model.columns, float(factor * worth)))
            model.columns += 1
        taken = [(index, -1.0) for index in classes[worth]]
        model.add([*((columns[worth, place], 1.0) for place in range(places)), *taken], 0.0, 0.0)
    for place in range(places):
        model.add([(columns[worth, place], 1.0) for worth in classes], 0.0, 1.0)
    seen = model.columns
    model.columns += 1
    model.add([(seen, 1.0), *((index, -1.0) for index in indices)], -float(len(indices)), 0.0)
    tier.append((seen, 1.0))


def _load(model: _Model, integers: int, max_nodes: int) -> highspy.Highs:
    with _quiet():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    solver.setOptionValue("output_flag", False)
    for name, setting in _OPTIONS.items():
        solver.setOptionValue(name, setting)
    solver.setOptionValue("mip_max_nodes", max_nodes)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.columns, len(model.starts)
    lp.col_cost_ = np.zeros(model.columns)
    lp.col_lower_, lp.col_upper_ = np.zeros(model.columns), np.ones(model.columns)
    lp.row_lower_, lp.row_upper_ = np.array(model.lower), np.array(model.upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array([*model.starts, len(model.indices)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array(model.indices, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(model.values)
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger] * integers + [kinds.kContinuous] * (model.columns - integers)
    lp.sense_ = highspy.ObjSense.kMaximize
    solver.passModel(lp)
    return solver


@contextmanager
def _quiet() -> Iterator[None]:
    """HiGHS greets on file descriptor 1 when first made; that is no place for a greeting."""
    sys.stdout.flush()
    kept, void = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(void, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(void)


def _aim(solver: highspy.Highs, columns: int, objective: Sequence[tuple[int, float]]) -> None:
    costs = np.zeros(columns)
    for column, value in objective:
        costs[column] = value
    solver.changeColsCost(columns, np.arange(columns, dtype=np.int32), costs)


def _run(
    solver: highspy.Highs, problem: Problem, level: int, before: tuple[int, ...]
) -> tuple[tuple[int, ...], bool]:
    """The choices this level takes, and whether that is its proven best; never worse than `before`."""
    solver.run()
    done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return before, False
    columns = solver.getSolution().col_value
    chosen = tuple(index for index in range(len(problem.choices)) if columns[index] > 0.5)
    if not feasible(problem, chosen):
        return before, False
    if levels(problem, chosen)[: level + 1] < levels(problem, before)[: level + 1]:
        return before, False
    return chosen, done


def _fix(solver: highspy.Highs, objective: Sequence[tuple[int, float]], reached: int) -> None:
    columns = np.array([column for column, _ in objective], dtype=np.int32)
    values = np.array([value for _, value in objective])
    solver.addRow(reached - _SLACK, solver.inf, len(objective), columns, values)


def _hint(solver: highspy.Highs, chosen: Sequence[int], integers: int) -> None:
    """Start the next level from this plan: continuous columns are left for HiGHS to complete."""
    taken = set(chosen)
    columns = np.arange(integers, dtype=np.int32)
    values = np.array([1.0 if index in taken else 0.0 for index in range(integers)])
    solver.setSolution(integers, columns, values)
