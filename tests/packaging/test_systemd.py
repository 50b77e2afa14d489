"""The unit that ships: known to systemd in every line, and shut off from the host it runs on."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which
from threading import Thread

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "systemd"
UNIT, FAILED = FOLDER / "syncd.service", FOLDER / "syncd-failed.service"
# In tenths, as --threshold takes it: an exposure of at most 1.5.
MOST_EXPOSED = 15

pytestmark = pytest.mark.skipif(which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze, which needs no running systemd for these subcommands."""
    command = ["systemd-analyze", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.parametrize("unit", [UNIT, FAILED])
def test_exposure_is_small(unit: Path) -> None:
    """`systemd-analyze security` rates either service at 1.5 or less."""
    rating = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(unit))
    assert rating.returncode == 0, rating.stdout + rating.stderr


def test_every_line_is_understood(tmp_path: Path) -> None:
    """`systemd-analyze verify` has no complaint: an unknown key would be ignored silently at start."""
    installed = tmp_path / UNIT.name
    # The command is not installed here, and verify wants it executable.
    installed.write_text(UNIT.read_text().replace("/opt/syncd/bin/syncd", "/bin/true"))
    (tmp_path / FAILED.name).write_text(FAILED.read_text())
    verdict = analyze("verify", "--recursive-errors=no", "--man=no", str(installed))
    assert verdict.stderr == ""
    assert verdict.returncode == 0


def test_the_lines_for_many_practices_are_understood_and_expose_nothing(tmp_path: Path) -> None:
    """What docs/admin/workers.md adds to the unit."""
    (added,) = re.findall(
        r"```ini\n(.*?)```", (FOLDER.parent / "docs/admin/workers.md").read_text(), re.DOTALL
    )
    installed = tmp_path / UNIT.name
    installed.write_text(f"{UNIT.read_text()}\n{added}".replace("/opt/syncd/bin/syncd", "/bin/true"))
    (tmp_path / FAILED.name).write_text(FAILED.read_text())
    verdict = analyze("verify", "--recursive-errors=no", "--man=no", str(installed))
    assert (verdict.stderr, verdict.returncode) == ("", 0)
    rating = analyze(
        "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(installed)
    )
    assert rating.returncode == 0, rating.stdout + rating.stderr


def test_what_it_starts_is_understood_and_what_it_fails_to_is_its_own() -> None:
    """The unit that tells of a failure has no line that systemd does not know, and the service names it."""
    verdict = analyze("verify", "--recursive-errors=no", "--man=no", str(FAILED))
    assert (verdict.stderr, verdict.returncode) == ("", 0)
    assert f"OnFailure={FAILED.name}\n" in UNIT.read_text()


@pytest.mark.skipif(which("curl") is None, reason="curl is not installed")
def test_the_address_hears_of_a_failure_and_stands_in_no_argument(tmp_path: Path) -> None:
    """The unit's own command, as systemd would run it: `/fail` behind the address of the credential, once."""
    heard: list[str] = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Note what was asked for."""
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    with HTTPServer(("127.0.0.1", 0), Watcher) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        (tmp_path / "ping").write_text(f"http://127.0.0.1:{server.server_port}/secret\n")
        (command,) = re.findall(r"^ExecStart=(.*)$", FAILED.read_text(), re.MULTILINE)
        arguments = shlex.split(command.replace("%%", "%").replace("$$", "$"))
        done = subprocess.run(
            arguments, env={"PATH": os.environ["PATH"], "CREDENTIALS_DIRECTORY": str(tmp_path)}, check=False
        )
        thread.join()
    assert done.returncode == 0
    assert heard == ["/secret/fail"]
    assert "secret" not in command
