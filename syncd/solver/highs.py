"""The exact solution of one connected Problem by HiGHS: level after level, each fixed before the next.

Importing this module loads HiGHS and NumPy (50 MB): import it where a Problem is solved, nowhere else.

Each level is first solved as a linear program from the basis of the level before. Its optimum is a bound; where
the best plan known reaches it, that is the proof, and every choice that could not be part of an equally good
plan is struck. Where it does not, rows are added that whole plans keep and this optimum breaks (`cliques.py`), for
all levels to come; only where that is not enough, branch and bound runs. Deterministic by construction: one thread, no
presolve, work counted in nodes and never in time, and a last level of hashes that leaves one plan only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor, log2

import highspy
import numpy as np
from numpy.typing import NDArray

from syncd.core.planning.solving.greedy import State, by_rank, mend
from syncd.core.planning.solving.problem import (
    KEEPS_LEVEL,
    LEVELS,
    TIER_LEVEL,
    Problem,
    Solution,
    feasible,
    levels,
    tier_of_level,
    worth_level,
)
from syncd.solver.cliques import Cliques
from syncd.solver.model import Model, Terms, asked, model_of

MAX_NODES = 5_000  # per level and component; the instances of the benchmark need one
BOUND_NOTE = "the work bound of the exact solver was reached: this plan is the best found, not proven best"
PIVOTS = 10_000  # per level, and one a column: a relaxation needs hundreds, one that circles is given up
CUTS = 20  # times that a level's relaxation is cut; two are usual
_MARGIN = 0.25  # objectives are whole numbers: what costs more than this much costs at least one
_GAP = 0.5  # and what is nearer to the bound than this much has reached it
_WHOLE = 1e-6
_HELD = 1e-8  # as the solver counts: less than a whole plan can lose of a level, and nothing that a later one could buy
_LARGE = 1024.0  # the solver's tolerances are absolute: coefficients of millions make them meaningless
_UNBOUNDED = (1 << 31) - 1
_INTEGER, _CONTINUOUS = int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous)
_FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible

_OPTIONS: dict[str, str | int | float | bool] = {
    "presolve": "off",
    "solver": "simplex",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    # The relaxation, rounding and `mend` bring a good plan along: branch and bound has to prove, not to guess.
    "mip_detect_symmetry": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}


def solve_connected(
    problem: Problem, max_nodes: int = MAX_NODES, threads: int = 1, pivots: int = PIVOTS
) -> Solution:
    """The best set of choices, proven unless the node bound strikes; `pivots` bounds each relaxation."""
    if not problem.choices:
        return Solution((), levels(problem, ()), proven=True)
    known = _prepared(replace(problem, forced=(), pinned=False))
    objectives = [*asked(problem), *known.objectives[TIER_LEVEL:]]
    columns = known.model.columns
    search = _Search(
        problem=problem,
        solver=_load(known.lp, max_nodes, threads),
        columns=columns,
        order=tuple(by_rank(problem)),
        cliques=known.cliques,
        pivots=pivots + (columns if pivots else 0),
    )
    before: Terms = []
    for level, objective in enumerate(objectives):
        if objective and objective != before:  # else the level before fixed it
            search.climb(level, objective)
            before = objective
    chosen = search.chosen
    return Solution(chosen, levels(problem, chosen), search.proven, "" if search.proven else BOUND_NOTE)


@dataclass(frozen=True)
class _Prepared:
    """What is the same for a Problem whatever is forced: one with fifty reasons is asked about fifty times."""

    model: Model
    lp: highspy.HighsLp
    objectives: list[Terms]
    cliques: Cliques


@lru_cache(maxsize=1)
def _prepared(problem: Problem) -> _Prepared:
    model, objectives = model_of(problem)
    return _Prepared(model, _program(model), objectives, Cliques(problem))


def value_bound(problem: Problem, reached: Sequence[int]) -> float:
    """The linear relaxation's worth of all tiers, each with these levels held before it: no plan can exceed it."""
    if not problem.choices:
        return 0.0
    model, objectives = model_of(problem)
    total = 0.0
    for level in range(TIER_LEVEL, KEEPS_LEVEL):
        tier = tier_of_level(level)
        if tier is not None and level == worth_level(tier):
            total += _relaxed_best(model, objectives[level])
        model.add(objectives[level], float(reached[level]), float("inf"))
    return total


def _relaxed_best(model: Model, objective: Terms) -> float:
    solver = _load(_program(model), 0, 1)
    costs = np.zeros(model.columns)
    for column, value in objective:
        costs[column] = value
    solver.changeColsCost(model.columns, np.arange(model.columns, dtype=np.int32), costs)
    solver.run()
    return float(solver.getObjectiveValue())


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """The optimum of a level's linear relaxation, with the reduced cost of every column."""

    bound: float
    values: NDArray[np.float64]
    duals: NDArray[np.float64]


@dataclass(slots=True)
class _Search:
    """The state of one solution: the solver, and the best choices known on the levels so far."""

    problem: Problem
    solver: highspy.Highs
    columns: int
    order: tuple[int, ...]
    cliques: Cliques
    pivots: int
    chosen: tuple[int, ...] = ()
    reached: tuple[int, ...] = (0,) * LEVELS  # by `chosen`
    proven: bool = True
    scale: float = 1.0  # what a unit of the level at work is in the solver

    def climb(self, level: int, objective: Terms) -> None:
        """Bring one level to its best and fix it."""
        columns = np.array([column for column, _ in objective], dtype=np.int32)
        values = np.array([value for _, value in objective])
        self.scale = _scale(values)
        costs = np.zeros(self.columns)
        costs[columns] = values * self.scale
        self.solver.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), costs)
        relaxed = self._cut(level, self._relaxed(level))
        if self._open(level, relaxed):
            self._branch(level)
        if relaxed is not None:
            self._strike(relaxed, relaxed.bound - self.reached[level])
        held = self.reached[level] * self.scale - _HELD
        self.solver.addRow(held, self.solver.inf, len(objective), columns, values * self.scale)

    def _open(self, level: int, relaxed: _Relaxed | None) -> bool:
        """True where a plan may be better than the best one known, as far as the relaxation says."""
        return relaxed is None or floor(relaxed.bound + _MARGIN) > self.reached[level]

    def _cut(self, level: int, relaxed: _Relaxed | None) -> _Relaxed | None:
        """The relaxation without optima that break a clique; what is left of it is rounded."""
        count = len(self.problem.choices)
        for _ in range(CUTS):
            broken = (
                self.cliques.broken(relaxed.values[:count].tolist())
                if relaxed and self._open(level, relaxed)
                else ()
            )
            for members in broken:
                columns = np.array(members, dtype=np.int32)
                self.solver.addRow(-self.solver.inf, 1.0, len(members), columns, np.ones(len(members)))
            if not broken:
                break
            relaxed = self._relaxed(level)
        if relaxed is not None and self._open(level, relaxed):
            self._round(level, relaxed.values)
        return relaxed

    def _relaxed(self, level: int) -> _Relaxed | None:
        """The optimum of the linear relaxation; a whole solution of it is taken over. None: it was not found."""
        self.solver.setOptionValue("simplex_iteration_limit", self.pivots)
        self.solver.run()
        self.solver.setOptionValue("simplex_iteration_limit", _UNBOUNDED)
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.solver.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.col_dual)
        self._take(level, values)
        return _Relaxed(float(self.solver.getObjectiveValue()) / self.scale, values, duals / self.scale)

    def _take(self, level: int, values: NDArray[np.float64]) -> None:
        """Make these values the best plan known, if they are whole, feasible and not worse."""
        own = values[: len(self.problem.choices)]
        if np.abs(own - own.round()).max() > _WHOLE:
            return
        self._adopt(level, tuple(int(index) for index in np.flatnonzero(own > 0.5)))

    def _adopt(self, level: int, chosen: tuple[int, ...]) -> None:
        if chosen == self.chosen:
            return
        now = levels(self.problem, chosen)
        if now[: level + 1] >= self.reached[: level + 1] and feasible(self.problem, chosen):
            self.chosen, self.reached = chosen, now

    def _round(self, level: int, values: NDArray[np.float64]) -> None:
        """A plan from a fractional one: the largest parts first, then whoever still fits, by rank."""
        state = State.empty(self.problem)
        weights = values[: len(self.problem.choices)]
        for index in np.argsort(-weights, kind="stable"):
            choice = self.problem.choices[index]
            if weights[index] <= _WHOLE:
                break
            if choice.conflict not in state.placed and state.free(int(index)):
                state.take(int(index))
        mend(state, self.order)
        self._adopt(level, tuple(sorted(state.placed.values())))

    def _branch(self, level: int) -> None:
        """Branch and bound, from the best plan known; then back to the linear program and its basis."""
        basis = self.solver.getBasis()
        count = len(self.problem.choices)
        columns = np.arange(count, dtype=np.int32)
        self.solver.changeColsIntegrality(count, columns, np.full(count, _INTEGER, dtype=np.uint8))
        start = np.zeros(count)
        start[list(self.chosen)] = 1.0
        self.solver.setSolution(count, columns, start)
        self.solver.setOptionValue("mip_abs_gap", _GAP * self.scale)
        self.solver.run()
        self.proven &= self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if self.solver.getInfo().primal_solution_status == _FEASIBLE:
            self._take(level, np.array(self.solver.getSolution().col_value))
        self.solver.changeColsIntegrality(count, columns, np.full(count, _CONTINUOUS, dtype=np.uint8))
        self.solver.setBasis(basis)

    def _strike(self, relaxed: _Relaxed, gap: float) -> None:
        """Fix each choice whose other value would cost more than the level has to give (reduced costs)."""
        count = len(self.problem.choices)
        values, duals = relaxed.values[:count], relaxed.duals[:count]
        out = np.flatnonzero((values < _WHOLE) & (-duals > gap + _MARGIN)).astype(np.int32)
        within = np.flatnonzero((values > 1 - _WHOLE) & (duals > gap + _MARGIN)).astype(np.int32)
        self.solver.changeColsBounds(len(out), out, np.zeros(len(out)), np.zeros(len(out)))
        self.solver.changeColsBounds(len(within), within, np.ones(len(within)), np.ones(len(within)))


def _scale(values: NDArray[np.float64]) -> float:
    """The power of two that brings the largest coefficient to `_LARGE` at most: no digit is lost by it."""
    largest = float(np.abs(values).max())
    return 1.0 if largest <= _LARGE else 2.0 ** -ceil(log2(largest / _LARGE))


def _program(model: Model) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.columns, len(model.starts)
    lp.col_cost_ = np.zeros(model.columns)
    lp.col_lower_, lp.col_upper_ = np.zeros(model.columns), np.ones(model.columns)
    lp.row_lower_, lp.row_upper_ = np.array(model.lower), np.array(model.upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array([*model.starts, len(model.indices)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array(model.indices, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(model.values)
    lp.sense_ = highspy.ObjSense.kMaximize
    return lp


def _load(lp: highspy.HighsLp, max_nodes: int, threads: int) -> highspy.Highs:
    with _quiet():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    solver.setOptionValue("output_flag", False)
    for name, setting in _OPTIONS.items():
        solver.setOptionValue(name, setting)
    solver.setOptionValue("mip_max_nodes", max_nodes)
    solver.setOptionValue("threads", threads)
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
