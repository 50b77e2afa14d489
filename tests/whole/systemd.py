"""The service manager's end of sd_notify: a datagram socket that hears what a daemon says of itself."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from threading import Thread

from syncd.served import STILL_READ
from tests.whole.holding import PATIENCE

_names = count(1)
OVER = b"over"


@dataclass
class Notified:
    """What was said, in order: `READY=1`, `WATCHDOG=1` and the like.

    It is taken at once, as systemd does it: a daemon waits while ten messages lie there.
    """

    address: str
    arrived: SimpleQueue[list[str]] = field(default_factory=SimpleQueue)
    heard: list[str] = field(default_factory=list)

    def await_state(self, state: str) -> None:
        """Return when this is said from now on."""
        while state not in self._take(PATIENCE):
            pass

    def await_look(self, ask: Callable[[], None]) -> None:
        """Ask for a look, and return when one has ended since."""
        self.so_far()
        ask()
        self.await_status()

    def await_status(self) -> None:
        """Return when a look has ended that left no account out."""
        while not any(one.startswith("STATUS=") and STILL_READ not in one for one in self._take(PATIENCE)):
            pass

    def so_far(self) -> list[str]:
        """Everything that was said until now."""
        try:
            while True:
                self._take(0)
        except Empty:
            return self.heard

    def listen(self, listener: socket.socket) -> None:
        """Until it is over."""
        while (said := listener.recv(4096)) != OVER:
            self.arrived.put(said.decode().splitlines())

    def _take(self, patience: float) -> list[str]:
        said = self.arrived.get(timeout=patience) if patience else self.arrived.get_nowait()
        self.heard.extend(said)
        return said


@contextmanager
def notify_socket() -> Iterator[Notified]:
    """A socket for NOTIFY_SOCKET, in the abstract namespace."""
    address = f"syncd-{os.getpid()}-{next(_names)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{address}")
        notified = Notified(f"@{address}")
        listening = Thread(target=notified.listen, args=(listener,), daemon=True)
        listening.start()
        try:
            yield notified
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
                last.sendto(OVER, f"\0{address}")
            listening.join(PATIENCE)
