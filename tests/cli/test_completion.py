"""What a shell completes: `syncd completion`, read by the shells themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

WITH_COMMAND = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def told(*words: str) -> str:
    """What the command writes."""
    return subprocess.run(
        ["syncd", *words], env=WITH_COMMAND, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        (["syncd", "re"], {"report", "restore", "resume", "retire"}),
        (["syncd", "store", "c"], {"calendar", "copy"}),
        (["syncd", "completion", ""], {"bash", "zsh", "fish"}),
        (["syncd", "status", "--js"], {"--json"}),
    ],
)
def test_bash_completes_commands_and_options(line: list[str], completed: set[str]) -> None:
    """As after `source <(syncd completion bash)` and a touch of the tabulator."""
    words = " ".join(f'"{word}"' for word in line)
    script = (
        "source <(syncd completion bash); complete -p syncd >/dev/null || exit 9\n"
        f'COMP_WORDS=({words}); COMP_CWORD={len(line) - 1}; _syncd_completion syncd; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(
        ["bash", "-c", script], env=WITH_COMMAND, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert set(done.stdout.split()) == completed


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_understand_theirs(shell: str) -> None:
    """It names the command; where the shell is installed, it finds no fault with it."""
    text = told("completion", shell)
    assert "_SYNCD_COMPLETE=complete_" in text
    if which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([shell, "-n"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_said() -> None:
    """By the option that everybody tries first."""
    assert told("--version").startswith("syncd ")
