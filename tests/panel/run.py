"""A practice from its shape and seed to its figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from syncd.core.planning.plan import plan
from syncd.solver import solve_here
from tests.panel.door import request_of_files
from tests.panel.judged import Figures, judged
from tests.panel.shapes import practice
from tests.panel.sight import Sight, sight

# Limits that the earlier planner of the baseline did not know, so wide that none binds.
LIFTED = {"max_before_leave": "20", "max_sessions_per_week": "60", "max_in_a_row": "12"}


def seen(shape: str, seed: int, *, lifted: bool = False) -> tuple[Sight, bool]:
    """The plan of a practice as an outsider sees it, and whether it is proven best; `lifted`: see `LIFTED`."""
    made_up = practice(shape, seed)
    if lifted:
        made_up = replace(made_up, policy={**LIFTED, **made_up.policy})
    with TemporaryDirectory() as folder:
        request = request_of_files(made_up, Path(folder))
    made = plan(request, solve_here)
    return sight(made_up, request, made), made.proven


def figures(shape: str, seed: int, *, lifted: bool = False) -> Figures:
    """The plan judged; `lifted`: see `LIFTED`."""
    view, proven = seen(shape, seed, lifted=lifted)
    return judged(view, proven=proven)
