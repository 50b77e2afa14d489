"""What tests of releases need of the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from release.pins import HASHED, pinned
from tests.packaging.test_wheel import ROOT


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small file of a package index; where none answers, the test is skipped with pip's reason."""
    folder = tmp_path_factory.mktemp("index")
    wanted = f"six=={pinned((ROOT / HASHED).read_text())['six']}"
    asked = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", str(folder), wanted]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no package index: {done.stderr.strip().splitlines()[-1:]}")
    return folder
