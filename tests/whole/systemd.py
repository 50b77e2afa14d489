"""The service manager's end of sd_notify: a datagram socket that hears what a daemon says of itself."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from syncd.daemon import STILL_READ
from tests.whole.holding import PATIENCE

_names = count(1)


@dataclass
class Notified:
    """What was said, in order: `READY=1`, `WATCHDOG=1` and the like."""

    socket: socket.socket
    address: str
    heard: list[str] = field(default_factory=list)

    def await_state(self, state: str) -> None:
        """Return when this is said from now on."""
        self.socket.settimeout(PATIENCE)
        while state not in self._take():
            pass

    def await_look(self, ask: Callable[[], None]) -> None:
        """Ask for a look, and return when one has ended since."""
        self.so_far()
        ask()
        self.await_status()

    def await_status(self) -> None:
        """Return when a look has ended that left no account out."""
        self.socket.settimeout(PATIENCE)
        while not any(one.startswith("STATUS=") and STILL_READ not in one for one in self._take()):
            pass

    def so_far(self) -> list[str]:
        """Everything that was said until now."""
        self.socket.setblocking(False)
        try:
            while True:
                self._take()
        except BlockingIOError:
            return self.heard

    def _take(self) -> list[str]:
        said = self.socket.recv(4096).decode().splitlines()
        self.heard.extend(said)
        return said


@contextmanager
def notify_socket() -> Iterator[Notified]:
    """A socket for NOTIFY_SOCKET, in the abstract namespace."""
    address = f"syncd-{os.getpid()}-{next(_names)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{address}")
        yield Notified(listener, f"@{address}")
