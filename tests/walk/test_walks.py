"""Some lives in every run, shared out by the test runner; a hundred of them, and any number more, by `make soak`."""

from __future__ import annotations

import pytest

from tests.portions import portions
from tests.walk.generate import LONG
from tests.walk.walking import replay, walk

LIVES, EACH = 100, 10
SHORT = 4  # steps of nine lives out of ten


@pytest.mark.parametrize("first", portions(LIVES, EACH))
def test_every_promise_holds_after_every_step(first: int) -> None:
    """Whatever a life of absences brings, docs/promises.md holds; a failure prints the life as a diary."""
    for seed in range(first, first + EACH):
        lived = walk(seed, SHORT if seed % 10 else LONG)
        assert lived.broken is None, f"seed {seed}: {lived}"


@pytest.mark.parametrize("rules", ["hours, choices", "hours, choices, few asked"])
def test_so_it_does_where_clients_take_one_of_several_times(rules: str) -> None:
    """A short life by each of these rules; any number more by `python -m tests.walk --rules`."""
    lived = walk(7, SHORT, rules)
    assert lived.broken is None, f"{lived}"


def test_a_seed_lives_the_same_life_again() -> None:
    """What a failing seed prints is what happened: the dice fall the same way, and the diary replays exactly."""
    first = walk(7, SHORT)
    assert first == walk(7, SHORT)
    assert first == replay(first.diary)
