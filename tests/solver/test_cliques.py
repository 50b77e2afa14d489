"""Rows that several other rows make together: true of every plan, and enough where a relaxation takes halves."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from syncd.core.planning.solving.problem import Bundle, Choice, Problem, Row, feasible
from syncd.solver.cliques import Cliques
from syncd.solver.highs import solve_connected
from tests.portions import portions
from tests.solver.problems import best_by_trying, odd_cycle, random_problem


def three_by_pairs() -> Problem:
    """A client's two times, of which one is to be had, and somebody else's time that overlaps both."""
    return odd_cycle(3)


def test_halves_that_exclude_each_other_need_no_branching() -> None:
    """With no node allowed three choices of which each two exclude each other are proven all the same."""
    found = solve_connected(three_by_pairs(), max_nodes=0)
    assert found.proven
    assert found.levels == best_by_trying(three_by_pairs())


def test_a_clique_takes_in_whatever_excludes_all_of_it() -> None:
    """A fourth choice that no half stands for is part of the row: else it would be halved next."""
    choices = tuple(Choice(index, index, 10, 10, 0, 1, index) for index in range(5))
    rows = tuple(Row(pair, 1) for pair in combinations(range(4), 2))
    cliques = Cliques(Problem(choices, (2,) * 5, rows))
    assert cliques.broken([0.5, 0.5, 0.5, 0.0, 1.0]) == [(0, 1, 2, 3)]
    assert cliques.broken([0.5, 0.5, 0.0, 0.0, 1.0]) == []


def test_cells_that_no_bundle_has_together_exclude_each_other() -> None:
    """One client's times without a common bundle, and somebody else's that overlaps both."""
    mine = (Choice(0, 0, 50, 50, 0, 0, 1, cell=0), Choice(1, 0, 60, 60, 0, 0, 1, cell=1))
    problem = Problem(
        (*mine, Choice(2, 1, 40, 40, 0, 0, 1)),
        (2, 2),
        (Row((0, 2), 1), Row((1, 2), 1)),
        bundles=((Bundle((0,), 50, 50), Bundle((1,), 60, 60)), ()),
    )
    assert Cliques(problem).broken([0.5, 0.5, 0.5]) == [(0, 1, 2)]


@pytest.mark.parametrize("first", portions(600, 200))
def test_no_plan_takes_two_of_a_clique(first: int) -> None:
    """Whatever is halved, no feasible pair of choices lies in a clique that is found."""
    found = 0
    for seed in range(first, first + 200):
        problem, dice = random_problem(seed), Random(seed)
        cliques = Cliques(problem)
        for _ in range(4):
            for members in cliques.broken([dice.choice([0.0, 0.5, 0.5, 1.0]) for _ in problem.choices]):
                found += 1
                assert not any(feasible(problem, pair) for pair in combinations(members, 2)), f"seed {seed}"
    assert found
