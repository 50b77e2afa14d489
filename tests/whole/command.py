"""The real command in processes of its own, as systemd or an admin starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import forked
from tests.whole.holding import Gate, wait_until

TIMEOUT = 600  # seconds; a busy machine takes long
SYNCD = Path(sys.executable).with_name("syncd")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    out: str
    said: tuple[str, ...]  # lines on standard error


@dataclass
class Running:
    """A process that runs; its standard error goes to `log`."""

    process: forked.Process
    log: Path

    def kill(self) -> None:
        """`kill -9`: no handler runs, nothing is flushed."""
        self.process.signal(signal.SIGKILL)
        self.process.wait(TIMEOUT)

    def await_gate(self, gate: Gate) -> None:
        """Return when it stands before the gate."""
        wait_until(lambda: gate.reached or self.process.over)
        assert gate.reached, self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.signal(number)

    def ends(self) -> int:
        """Wait for its end; the exit status."""
        return self.process.wait(TIMEOUT)


def syncd(config: Path, *arguments: str, prefix: tuple[str, ...] = ()) -> Ended:
    """Run a command to its end. `prefix`: a program that starts it."""
    if not prefix:
        ended = forked.run(arguments, _env(config), TIMEOUT)
        return Ended(ended.status, ended.out, tuple(ended.err.splitlines()))
    done = subprocess.run(
        [*prefix, str(SYNCD), *arguments],
        env=_env(config),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Ended(done.returncode, done.stdout, tuple(done.stderr.splitlines()))


@contextmanager
def started(config: Path, *arguments: str, **env: str) -> Iterator[Running]:
    """Start a command; it is killed when the block ends, if it still runs."""
    log = config.with_name(f"{arguments[0]}.log")
    with log.open("ab") as out, forked.started(arguments, {**_env(config), **env}, out) as process:
        running = Running(process, log)
        try:
            yield running
        finally:
            running.kill()


def _env(config: Path) -> dict[str, str]:
    return {**os.environ, "SYNCD_CONFIG": str(config), "COLUMNS": "250", "NO_COLOR": "1"}
