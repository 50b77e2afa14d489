"""The practice's daemon in a process of its own, through days: the calendar server and its clock are moved together."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests import forked
from tests.outside.practice.house import House
from tests.whole.systemd import Notified, notify_socket

PATIENCE = 600  # seconds


@dataclass
class Daemon:
    """`syncd run`, as a service manager sees it. Between two looks it rests; nothing of it waits for real time."""

    house: House
    process: forked.Process
    said: Notified
    log: Path
    server: ExitStack  # where the calendars are served: it looks on by itself, too

    def looks(self, moment: datetime, machine: datetime | None = None) -> None:
        """It is this moment, settings are read again; the second look does what fell due in the first.

        `machine`: what the machine's own clock shows, where it is wrong.
        """
        self.server.close()
        self.server.enter_context(self.house.at(moment))
        self.process.at(machine or moment)
        for _ in range(2):
            self.said.so_far()
            self.process.signal(signal.SIGHUP)
            self.said.await_state("RELOADING=1")
            self.said.await_status()

    def stops(self) -> None:
        """It ends as systemd ends it."""
        self.process.signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0, self.log.read_text()


@contextmanager
def running(house: House, moment: datetime) -> Iterator[Daemon]:
    """It has started at this moment and looked once; it is killed when the block ends, if it still runs."""
    log = house.folder / "run.log"
    with notify_socket() as said, log.open("ab") as out, ExitStack() as server:
        server.enter_context(house.at(moment))
        env = {**house.env, "NOTIFY_SOCKET": said.address}
        with forked.started(["run", "--config", str(house.settings)], env, out, moment) as process:
            try:
                said.await_state("READY=1")
                yield Daemon(house, process, said, log, server)
            finally:
                process.signal(signal.SIGKILL)
                process.wait(PATIENCE)
