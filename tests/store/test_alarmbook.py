"""What was told is remembered where the disk has no room for a new file: nobody is told once more at each start."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncd.core.telling.alarms.heard import AlarmState
from syncd.store import AlarmFile

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
FIRST = {"store": AlarmState(NOW, {"dana": NOW})}
LATER = {"store": AlarmState(NOW, {"dana": NOW, "office": NOW + timedelta(days=1)})}


def no_new_file(path: Path) -> None:
    """Nothing can be put beside it, as on a full disk."""
    path.with_name(f"{path.name}.new").mkdir()


def test_it_is_written_in_its_place_where_nothing_new_can_be(tmp_path: Path) -> None:
    """The next process reads what was told last."""
    path = tmp_path / "alarms.json"
    AlarmFile(path).write(FIRST)
    no_new_file(path)
    AlarmFile(path).write(LATER)
    assert AlarmFile(path).read() == LATER
    AlarmFile(path).write({})
    assert AlarmFile(path).read() == {}


def test_what_could_not_be_remembered_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where there never was a file, there is no place either."""
    path = tmp_path / "alarms.json"
    no_new_file(path)
    with caplog.at_level(logging.INFO):
        AlarmFile(path).write(FIRST)
    assert "cannot be written" in caplog.text
