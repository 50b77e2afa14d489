"""Prometheus's own tool understands the rules that ship, and they fire when they should and not otherwise."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest
import yaml

RULES = Path(__file__).resolve().parents[2] / "config" / "alerts" / "syncd.rules.yml"
CASES = RULES.with_name("syncd.rules.test.yml")


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it beside the rules."""
    command = ["promtool", *arguments]
    return subprocess.run(command, cwd=RULES.parent, capture_output=True, text=True, check=False, timeout=600)


def test_each_rule_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    """A rule that somebody adds without them is missed."""
    rules = {one["alert"] for group in yaml.safe_load(RULES.read_text())["groups"] for one in group["rules"]}
    cases = [one for case in yaml.safe_load(CASES.read_text())["tests"] for one in case["alert_rule_test"]]
    assert {one["alertname"] for one in cases if one.get("exp_alerts")} == rules
    assert {one["alertname"] for one in cases if not one.get("exp_alerts")} == rules


@pytest.mark.wider
@pytest.mark.skipif(which("promtool") is None, reason="promtool is not installed")
class TestByPromtool:
    def test_every_rule_is_understood(self) -> None:
        """As many as stand in the file."""
        verdict = promtool("check", "rules", RULES.name)
        assert verdict.returncode == 0, verdict.stdout + verdict.stderr
        assert f"{len(re.findall('- alert: ', RULES.read_text()))} rules found" in verdict.stdout

    def test_they_fire_when_they_should(self) -> None:
        """Each in its time: mail that failed once is no reason, nor a pause of half a day, nor what a pause holds."""
        verdict = promtool("test", "rules", CASES.name)
        assert verdict.returncode == 0, verdict.stdout + verdict.stderr
