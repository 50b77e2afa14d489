"""What the tests of the store share: a database file, and real second processes on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest


class Process:
    """A child that obeys one command a line."""

    def __init__(self, url: str, owner: str) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.store.child", url, owner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def tell(self, command: str) -> None:
        """Send a command."""
        assert self._child.stdin is not None
        self._child.stdin.write(f"{command}\n")
        self._child.stdin.flush()

    def hear(self) -> str:
        """Wait for the answer."""
        assert self._child.stdout is not None
        return self._child.stdout.readline().rstrip("\n")

    def ask(self, command: str) -> str:
        """Send a command and wait for its answer."""
        self.tell(command)
        return self.hear()

    def kill(self) -> None:
        """`kill -9`: no handler runs, nothing is flushed."""
        self._child.kill()
        self._child.communicate()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/syncd.db"


@pytest.fixture
def process() -> Iterator[Callable[[str, str], Process]]:
    """Starts children; those that are left are killed at the end."""
    with ExitStack() as stack:

        def start(url: str, owner: str) -> Process:
            child = Process(url, owner)
            stack.callback(child.kill)
            return child

        yield start
