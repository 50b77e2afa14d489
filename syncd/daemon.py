"""The loop: looks at every poll and whenever something falls due; signals, readiness, watchdog."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Event
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sdnotify import SystemdNotifier

from syncd.monitoring import Health, serve
from syncd.ports import Store
from syncd.served import Served, until_poll
from syncd.wiring.world import Running

PULSE = 60.0  # seconds: how often the main loop turns at least
FIRST_LOOK = 600.0  # what the first look may take before the daemon is ready without its end


class Order(Enum):
    """What the main thread waits for."""

    LOOK = auto()
    LOOKED = auto()
    TICK = auto()
    STOP = auto()


@dataclass(slots=True)
class Daemon:
    """One acting instance. `build` reads settings and wires the parts; on SIGHUP again, around the open store."""

    build: Callable[[Store | None], Running]
    notify: Callable[[str], None] = field(default_factory=lambda: SystemdNotifier().notify)
    stopping: Event = field(default_factory=Event)
    # The one queue that a signal handler may use.
    orders: SimpleQueue[Order] = field(default_factory=SimpleQueue)
    health: Health = field(default_factory=Health)

    def run(self) -> None:
        """Run until SIGTERM or SIGINT. Raises ConfigError, StoreError or SafetyStop when it cannot begin."""
        served = Served(self.build, self, owner("run"), self.build(None))
        try:
            served.hold()
            self._loop(_Shift(self, served))
        finally:
            served.end()

    def _loop(self, shift: _Shift) -> None:
        """Settings, store and lock stand: ready once each account has answered, failed or had its time."""
        self._install_signals(shift)
        serve(shift.served.running.metrics, self.health)
        shift.served.begin()
        shift.start()
        shift.soon()
        shift.rest()
        began, ready = time.monotonic(), False
        self.health.turn()
        while (order := self._next_order(shift)) is not Order.STOP:
            if order is Order.LOOK:
                shift.soon()
            if shift.served.keeps_time():
                self.health.turn()
                self.notify("WATCHDOG=1")
            if not ready and (order is Order.LOOKED or time.monotonic() - began >= FIRST_LOOK):
                ready = self.health.ready = True
                self.notify("READY=1")
        self.health.ready = False
        self.notify("STOPPING=1")
        shift.end()

    def _next_order(self, shift: _Shift) -> Order:
        """What is asked for, or a look when the poll's time is over: however the wall clock is set meanwhile."""
        left = shift.next_poll - time.monotonic()
        try:
            return self.orders.get(timeout=max(0.0, min(left, PULSE)))
        except Empty:
            if time.monotonic() < shift.next_poll:
                return Order.TICK
            shift.rest()
            return Order.LOOK

    def stops(self) -> bool:
        """SIGTERM or SIGINT came."""
        return self.stopping.is_set()

    def soon(self) -> None:
        """From whatever thread."""
        self.orders.put(Order.LOOK)

    def reloading(self, *, over: bool) -> None:
        """The service manager is told of both ends."""
        self.notify("READY=1" if over else f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def went(self, degraded: str, more: str) -> None:
        """To the service manager, and to who asks over HTTP."""
        self.notify(f"STATUS={'; '.join(filter(None, (degraded, more)))}")
        self.health.degraded = degraded

    def _install_signals(self, shift: _Shift) -> None:
        def reload(_signal: int, _frame: FrameType | None) -> None:
            shift.served.reload_due.set()
            self.soon()

        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, reload)

    def _stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping.set()
        self.orders.put(Order.STOP)


@dataclass(slots=True)
class _Shift:
    """What runs between start and stop: the scheduler's jobs all do the same thing, they look."""

    daemon: Daemon
    served: Served
    scheduler: BackgroundScheduler = field(default_factory=lambda: scheduler(threads=1))
    next_poll: float = field(default_factory=time.monotonic)

    def rest(self) -> None:
        """The next look by the clock is about a poll away."""
        self.next_poll = time.monotonic() + until_poll(self.served.running.poll)

    def start(self) -> None:
        """Take orders: polls come from the main loop, deadlines and retries add looks of their own."""
        self.scheduler.start()

    def soon(self) -> None:
        """Look as soon as the pass in hand is finished."""
        self.scheduler.add_job(self.look, id="now", replace_existing=True)

    def end(self) -> None:
        """Wait for the look in hand; the scheduler's own wait would hold the lock that its next job needs."""
        with self.served.working:
            if self.scheduler.running:
                self.scheduler.shutdown(wait=False)

    def look(self) -> None:
        """A turn of the practice."""
        try:
            due = self.served.turn()
        finally:
            self.rest()
            self.daemon.orders.put(Order.LOOKED)
        if due is not None:
            self._look_at(due)

    def _look_at(self, moment: datetime) -> None:
        self.scheduler.add_job(self.look, "date", run_date=moment, id="due", replace_existing=True)


def scheduler(threads: int) -> BackgroundScheduler:
    """So many turns at once. A look that was missed is made up for, however late."""
    return BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(threads)},
        job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        timezone="UTC",
    )


def owner(command: str) -> str:
    """Who acts: of this machine, by this command, since this moment."""
    return f"{socket.gethostname()}:{command}:{time.monotonic_ns():x}"
