"""The German practice that is kept to be read (`python -m tests.look FOLDER --practice`): its first days play."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.look.practice.weeks import VOGT, play


@pytest.mark.lengthy(minutes=9)
@pytest.mark.long
def test_the_first_days(tmp_path: Path) -> None:
    """Leave, its plan and the yes to it; all that is read lies there, and no line of it is English."""
    counted = play(tmp_path, 1)
    letters = sorted((tmp_path / VOGT).glob("*.txt"))
    assert [one.name.split("-", 3)[3] for one in letters][:1] == [
        "Ihre-Abwesenheit-1-Juni-5-Juni-2026-13-Termine-war.txt"
    ]
    assert f"2 {VOGT}" in counted
    said = (tmp_path / "everything.txt").read_text()
    assert "Your time away" not in said
