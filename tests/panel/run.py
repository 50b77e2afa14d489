"""A practice from its shape and seed to its figures."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from syncd.core.planning.plan import plan
from syncd.solver import solve_here
from tests.panel.door import request_of_files
from tests.panel.judged import Figures, judged
from tests.panel.shapes import practice
from tests.panel.sight import Sight, sight


def seen(shape: str, seed: int) -> tuple[Sight, bool]:
    """The plan of a practice as an outsider sees it, and whether it is proven best."""
    made_up = practice(shape, seed)
    with TemporaryDirectory() as folder:
        request = request_of_files(made_up, Path(folder))
    made = plan(request, solve_here)
    return sight(made_up, request, made), made.proven


def figures(shape: str, seed: int) -> Figures:
    """The plan judged."""
    view, proven = seen(shape, seed)
    return judged(view, proven=proven)
