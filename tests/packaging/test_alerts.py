"""Prometheus's own tool understands the rules that ship, and they fire when they should and not otherwise."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest

RULES = Path(__file__).resolve().parents[2] / "config" / "alerts" / "syncd.rules.yml"

pytestmark = [
    pytest.mark.wider,
    pytest.mark.skipif(which("promtool") is None, reason="promtool is not installed"),
]


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it beside the rules."""
    command = ["promtool", *arguments]
    return subprocess.run(command, cwd=RULES.parent, capture_output=True, text=True, check=False, timeout=600)


def test_every_rule_is_understood() -> None:
    """As many as stand in the file."""
    verdict = promtool("check", "rules", RULES.name)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert f"{len(re.findall('- alert: ', RULES.read_text()))} rules found" in verdict.stdout


def test_they_fire_when_they_should() -> None:
    """A silent account names itself; passes that hang and mail that fails fire, a mail that failed once does not."""
    verdict = promtool("test", "rules", "syncd.rules.test.yml")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
