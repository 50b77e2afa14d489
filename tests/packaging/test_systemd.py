"""The unit that ships: known to systemd in every line, and shut off from the host it runs on."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pytest

UNIT = Path(__file__).resolve().parents[2] / "systemd" / "syncd.service"
# In tenths, as --threshold takes it: an exposure of at most 1.5.
MOST_EXPOSED = 15

pytestmark = pytest.mark.skipif(which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze, which needs no running systemd for these subcommands."""
    command = ["systemd-analyze", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def test_exposure_is_small() -> None:
    """`systemd-analyze security` rates the service at 1.5 or less."""
    rating = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(UNIT))
    assert rating.returncode == 0, rating.stdout + rating.stderr


def test_every_line_is_understood(tmp_path: Path) -> None:
    """`systemd-analyze verify` has no complaint: an unknown key would be ignored silently at start."""
    installed = tmp_path / UNIT.name
    # The command is not installed here, and verify wants it executable.
    installed.write_text(UNIT.read_text().replace("/opt/syncd/bin/syncd", "/bin/true"))
    verdict = analyze("verify", "--recursive-errors=no", "--man=no", str(installed))
    assert verdict.stderr == ""
    assert verdict.returncode == 0
