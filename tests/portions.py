"""Random trials in portions: the first in every run, all of them in the long one (`make soak`)."""

from __future__ import annotations

import pytest


def portions(trials: int, each: int, quick: int = 1) -> list[object]:
    """The number of the first trial of each portion; those after the first `quick` portions are `long`."""
    later = pytest.mark.long
    return [
        first if first < quick * each else pytest.param(first, marks=later)
        for first in range(0, trials, each)
    ]
