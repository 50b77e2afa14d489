"""The benchmark's own claims: instances that anyone can make again, rules kept by all, the bound reached by ours."""

from __future__ import annotations

from collections import defaultdict

from tests.bench.instances import PRACTICE_10, SOLO_WEEK, instance
from tests.bench.measure import lines, runs
from tests.bench.methods import METHODS, OURS
from tests.bench.uncertain import outcomes


def test_the_same_name_gives_the_same_instance_and_plans() -> None:
    """Made twice, an instance is equal, and so are all plans on it."""
    first, second = (instance(SOLO_WEEK, "base", 3) for _ in range(2))
    assert first == second
    assert [run.plan for run in runs(first, METHODS)] == [run.plan for run in runs(second, METHODS)]


def test_ours_is_proven_and_reaches_the_bound_and_nobody_beats_it() -> None:
    """Gap 0 and a proof on each instance; every other method is at most as good level by level."""
    every = [run for seed in range(3) for run in runs(instance(SOLO_WEEK, "tight", seed), METHODS)]
    every += runs(instance(PRACTICE_10, "base", 0), METHODS)
    best = {run.instance: run for run in every if run.method == OURS}
    assert all(run.proven for run in best.values())
    assert all(run.levels <= best[run.instance].levels for run in every)
    assert all(line.gap < 0.001 for line in lines(every) if line.method == OURS)


def test_under_uncertainty_nobody_rescues_more_than_all() -> None:
    """Shares stay within what a clairvoyant reaches on the tiers' own terms; nobody is asked more than thrice."""
    one = instance(SOLO_WEEK, "base", 0)
    for outcome in outcomes(one):
        assert 0 < outcome.rescued <= 1.2  # strict tiers may cost the clairvoyant some value
        assert outcome.offers <= 3 * len(one.request.ask_of)


def test_waves_rescue_more_than_asking_everybody_at_once() -> None:
    """Where answers are uncertain, what higher tiers decline is known before lower tiers are asked."""
    rescued: dict[str, float] = defaultdict(float)
    for seed in range(5):
        for outcome in outcomes(instance(SOLO_WEEK, "tight", seed)):
            rescued[outcome.strategy] += outcome.rescued
    assert rescued["syncd, waves by tier"] > rescued["syncd, all at once"]
