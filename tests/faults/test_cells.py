"""Every cell of the table that is played here."""

from __future__ import annotations

import pytest

from tests.faults.practice import Practice
from tests.faults.table import CELLS, Cell

PLAYED = [cell for cell in CELLS.values() if cell.story]


@pytest.mark.parametrize("cell", PLAYED, ids=[cell.name for cell in PLAYED])
def test_cell(two: Practice, cell: Cell) -> None:
    """What the cell promises."""
    assert cell.story
    cell.story(two)
