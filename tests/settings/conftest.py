"""A folder for settings."""

from pathlib import Path

import pytest

from tests.settings.practices import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
