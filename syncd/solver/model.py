"""A Problem as columns and rows of an integer program, and the objective of each level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from syncd.core.planning.solving.problem import AGREED, LATER, TIERS, Choice, Problem, binding, conflicts_of

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


def model_of(problem: Problem) -> tuple[Model, list[Terms]]:
    """The rows, and per level the objective as sparse terms; a level that is all zero comes out empty."""
    count = len(problem.choices)
    model = Model(count)
    for members in conflicts_of(problem).values():
        model.add([(index, 1.0) for index in members], 0.0, 1.0)
    for row in binding(problem):
        model.add([(index, 1.0) for index in row.members], 0.0, float(row.capacity))
    tiers, value = _clients(problem, model)
    for index, choice in enumerate(problem.choices):
        if choice.agreed:
            tiers[problem.tiers[choice.client]].append((index, float(AGREED)))
    plain: list[Terms] = [
        [(index, float(of(choice))) for index, choice in enumerate(problem.choices) if of(choice)]
        for of in (_keeps, _quality, _tie)
    ]
    asked = set(problem.forced)
    forced = [(index, 1.0) for index, choice in enumerate(problem.choices) if choice.conflict in asked]
    return model, [forced, *map(_summed, tiers), value, *plain]


def _summed(terms: Terms) -> Terms:
    """One coefficient for each column."""
    total: dict[int, float] = defaultdict(float)
    for column, value in terms:
        total[column] += value
    return list(total.items())


def _keeps(choice: Choice) -> int:
    return choice.keeps


def _quality(choice: Choice) -> int:
    return choice.quality


def _tie(choice: Choice) -> int:
    return choice.tie


def _clients(problem: Problem, model: Model) -> tuple[list[Terms], Terms]:
    """Objective terms for clients served and for weighted value; adds columns for repeated clients."""
    mine: dict[int, list[int]] = defaultdict(list)
    for index, choice in enumerate(problem.choices):
        mine[choice.client].append(index)
    served: list[Terms] = [[] for _ in range(TIERS)]
    value: Terms = []
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
    model: Model,
    indices: Sequence[int],
    tier: Terms,
    value: Terms,
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
