"""How much work reasons are: solvers asked, and branching needed; counted, whatever the machine."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.planning.plan import plan
from syncd.core.planning.solving.problem import Problem, Solution, solve_apart
from syncd.solver import unless_alone
from syncd.solver.highs import solve_connected
from syncd.wiring.planner import remembering
from tests.bench.instances import SOLO_FORTNIGHT, instance

MOST_ASKED = 25  # 21 and 19 with remedies for forty clients; one a client were 90


def test_a_fortnights_reasons_ask_little_and_branch_nowhere() -> None:
    """Some fifty displaced sessions, remedies and tags included: few problems, each proven without one branch."""
    for seed, tightness in ((0, "base"), (0, "tight")):
        asked: list[Problem] = []

        def rooted(problem: Problem, asked: list[Problem] = asked) -> Solution:
            asked.append(problem)
            return solve_apart(problem, lambda part: solve_connected(part, max_nodes=0))

        request = replace(instance(SOLO_FORTNIGHT, tightness, seed).request, verify=40, tags=True)
        made = plan(request, unless_alone(remembering(rooted, {})))
        assert len(made.ranked) >= 48
        assert made.proven
        assert any(one.remedies for one in made.unplaced)
        assert len(asked) <= MOST_ASKED
