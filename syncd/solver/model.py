"""A Problem as columns and rows of an integer program, and the objective of each level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from syncd.core.planning.solving.problem import (
    ALONE,
    KEEPS_LEVEL,
    LEVELS,
    Bundle,
    Problem,
    conflicts_of,
    days_level,
    first_level,
    worth_level,
)

Terms = list[tuple[int, float]]  # (column, coefficient)


@dataclass(slots=True)
class Model:
    """Columns: choices first, then helpers in 0..1; rows as sparse triples."""

    columns: int
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, terms: Sequence[tuple[int, float]], lower: float, upper: float) -> None:
        """One more row: lower <= sum of terms <= upper."""
        self.starts.append(len(self.indices))
        self.indices.extend(column for column, _ in terms)
        self.values.extend(value for _, value in terms)
        self.lower.append(lower)
        self.upper.append(upper)


def asked(problem: Problem) -> tuple[Terms, Terms]:
    """The objectives of the levels that differ from question to question: what is forced, what is pinned."""
    wanted = set(problem.forced)
    forced = [(index, 1.0) for index, one in enumerate(problem.choices) if one.conflict in wanted]
    keeps = [(index, float(one.keeps)) for index, one in enumerate(problem.choices) if one.keeps]
    return forced if wanted else [], keeps if problem.pinned else []


def model_of(problem: Problem) -> tuple[Model, list[Terms]]:
    """The rows, and per level the objective as sparse terms; a level that is all zero comes out empty, and so do those
    of `asked`.
    """
    count = len(problem.choices)
    model = Model(count)
    for members in conflicts_of(problem).values():
        model.add([(index, 1.0) for index in members], 0.0, 1.0)
    for row in problem.binding:
        model.add([(index, 1.0) for index in row.members], 0.0, float(row.capacity))
    objectives: list[Terms] = [[] for _ in range(LEVELS)]
    _strands(problem, model, objectives)
    for index, choice in enumerate(problem.choices):
        tier = problem.tiers[choice.strand]
        plain = {
            first_level(tier) - 1: choice.agreed,
            KEEPS_LEVEL: choice.keeps,
            KEEPS_LEVEL + 1: choice.quality,
            KEEPS_LEVEL + 2: choice.tie,
        }
        for level, value in plain.items():
            if value:
                objectives[level].append((index, float(value)))
    return model, objectives


def _strands(problem: Problem, model: Model, objectives: list[Terms]) -> None:
    """Objective terms for what strands are worth; adds columns for those with several choices."""
    mine: dict[int, list[int]] = defaultdict(list)
    for index, choice in enumerate(problem.choices):
        mine[choice.strand].append(index)
    for strand, indices in sorted(mine.items()):
        tier = problem.tiers[strand]
        first, worth, days = (objectives[level(tier)] for level in (first_level, worth_level, days_level))
        alone = [index for index in indices if problem.choices[index].cell == ALONE]
        cells = [index for index in indices if problem.choices[index].cell != ALONE]
        worth.extend((index, float(value)) for index in alone if (value := problem.choices[index].value))
        days.extend((index, float(value)) for index in alone if (value := problem.choices[index].days))
        bundled = _bundled(problem, model, strand, cells) if cells else []
        days.extend((column, float(bundle.days)) for column, bundle in bundled if bundle.days)
        worth.extend((column, float(bundle.worth)) for column, bundle in bundled)
        best = [index for index in alone if problem.choices[index].first]
        if not bundled and len({problem.choices[index].conflict for index in best}) <= 1:
            first.extend((index, float(problem.choices[index].first)) for index in best)
        elif not best:
            first.extend((column, float(bundle.first)) for column, bundle in bundled if bundle.first)
        else:
            first.extend(_best_of(problem, model, best, bundled))


def _bundled(problem: Problem, model: Model, strand: int, indices: Sequence[int]) -> list[tuple[int, Bundle]]:
    """A column for each bundle: at most one of them, and each cell is taken as often as bundles with it are.

    Given whole choices only the bundle of exactly the cells taken can be 1: so these columns need not be whole.
    """
    members: dict[int, Terms] = defaultdict(list)
    for index in indices:
        members[problem.choices[index].cell].append((index, -1.0))
    bundles = [one for one in problem.bundles[strand] if all(cell in members for cell in one.cells)]
    found = []
    for bundle in bundles:
        found.append((model.columns, bundle))
        for cell in bundle.cells:
            members[cell].append((model.columns, 1.0))
        model.columns += 1
    for terms in members.values():
        model.add(terms, 0.0, 0.0)
    model.add([(column, 1.0) for column, _ in found], 0.0, 1.0)
    return found


def _best_of(
    problem: Problem, model: Model, alone: Sequence[int], bundled: Sequence[tuple[int, Bundle]]
) -> Terms:
    """Columns that may be 1 where a choice or bundle of that worth is taken, one in all: the best one counts."""
    classes: dict[int, list[int]] = defaultdict(list)
    for index in alone:
        classes[problem.choices[index].first].append(index)
    for column, bundle in bundled:
        classes[bundle.first].append(column)
    terms: Terms = []
    for worth, taken in sorted(classes.items()):
        model.add([(model.columns, 1.0), *((column, -1.0) for column in taken)], -float(len(taken)), 0.0)
        terms.append((model.columns, float(worth)))
        model.columns += 1
    model.add([(column, 1.0) for column, _ in terms], 0.0, 1.0)
    return [term for term in terms if term[1]]
