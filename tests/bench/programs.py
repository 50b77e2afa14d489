"""Linear programs over a market's edges: what a clairvoyant rescues, whom to ask next, and a bound for every policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log1p

import highspy

from tests.bench.market import Edge, Market

PATIENCE = 3  # offers that a client gets
_CUTS = 60
_SLACK = 1e-6


class _Program:
    """Maximise the sum of worth x over columns between 0 and 1."""

    def __init__(self, worth: Iterable[float], whole: bool = False) -> None:
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.solver.setOptionValue("random_seed", 0)
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        for number, one in enumerate(worth):
            self.solver.addCol(-one, 0.0, 1.0, 0, [], [])
            if whole:
                self.solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)

    def at_most(self, columns: Sequence[int], factors: Sequence[float], most: float) -> None:
        """One more row."""
        self.solver.addRow(-highspy.kHighsInf, most, len(columns), list(columns), list(factors))

    def solved(self) -> list[float]:
        """The best values."""
        self.solver.run()
        return list(self.solver.getSolution().col_value)


def clairvoyant(market: Market, edges: Sequence[Edge]) -> list[Edge]:
    """The edges of most relief, of those that would be accepted."""
    known = list(edges)
    program = _Program((one.relief for one in known), whole=True)
    for members, most in market.row(known):
        program.at_most(members, [1.0] * len(members), most)
    return [one for one, taken in zip(known, program.solved(), strict=True) if taken > 0.5]


def queries(
    market: Market,
    edges: Sequence[Edge],
    chance: Sequence[float],
    worth: Sequence[float],
    patience: dict[str, int],
) -> list[float]:
    """How much of each edge a query-commit program asks: expected matches keep every row, questions the patience.

    The relaxation that query-commit policies with patience round (arXiv 2603.13487 and what it builds on).
    """
    known = list(edges)
    program = _Program(p * w for p, w in zip(chance, worth, strict=True))
    for members, most in market.row(known):
        program.at_most(members, [chance[n] for n in members], most)
    for client, left in patience.items():
        mine = [n for n, one in enumerate(known) if one.client == client]
        program.at_most(mine, [1.0] * len(mine), left)
    return program.solved()


def bound(market: Market, chance: Sequence[float]) -> float:
    """No policy's expected relief is above it: the program of Gamlath et al. (arXiv 1909.12760), with patience.

    Columns say how likely an edge is to be matched. Of any set of a client's edges, or of the edges over one hour, at
    most one is matched, and only where one would say yes: their sum is at most 1 less the chance that all say no.
    """
    known = list(market.edges)
    program = _Program(one.relief for one in known)
    for n, single_yes in enumerate(chance):
        program.at_most([n], [1.0], single_yes)
    rows = list(market.row(known))
    for members, most in rows:
        program.at_most(members, [1.0] * len(members), most)
    for client in sorted({one.client for one in known}):
        mine = [n for n, one in enumerate(known) if one.client == client]
        program.at_most(mine, [1 / chance[n] for n in mine], PATIENCE)
    single = [members for members, most in rows if most == 1]
    values = program.solved()
    for _ in range(_CUTS):
        broken = [cut for members in single if (cut := _cut(members, values, chance)) is not None]
        if not broken:
            break
        for members, likely in broken:
            program.at_most(members, [1.0] * len(members), likely)
        values = program.solved()
    return sum(value * one.relief for value, one in zip(values, known, strict=True))


def _cut(
    members: Sequence[int], values: Sequence[float], chance: Sequence[float]
) -> tuple[list[int], float] | None:
    """The set of edges that breaks the rule most; it is a beginning of those in order of value for their chance."""
    weight = {n: -log1p(-chance[n]) for n in members}
    order = sorted((n for n in members if values[n] > _SLACK), key=lambda n: (-values[n] / weight[n], n))
    total, none, worst, found = 0.0, 1.0, _SLACK, None
    for place, n in enumerate(order):
        total, none = total + values[n], none * (1 - chance[n])
        if total - (1 - none) > worst:
            worst, found = total - (1 - none), (sorted(order[: place + 1]), 1 - none)
    return found
