"""The table of faults and places, as the tests hold it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import tests.faults  # fills the table
from tests.faults.table import CELLS, Cell, Fault, Place

_PLAYED = f"{tests.faults.__name__.replace('.', '/')}/test_cells.py"


def table(_: Path) -> Iterator[str]:
    """A row for each fault, a column for each place: what is promised, and where that is shown if not in the cell."""
    yield f"| fault | {' | '.join(Place)} |"
    yield f"|---|{'---|' * len(Place)}"
    for fault in Fault:
        yield f"| {fault} | {' | '.join(_said(CELLS.get((fault, place))) for place in Place)} |"


def _said(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    return " ".join((cell.promised.rstrip("."), *(f"`{test}`" for test in cell.elsewhere)))
