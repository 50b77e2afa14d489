"""The loop: looks at every poll and whenever something falls due; signals, readiness, watchdog."""

from __future__ import annotations

import logging
import re
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Event, Lock
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from prometheus_client import Counter, Gauge, start_http_server
from sdnotify import SystemdNotifier

from syncd.core.agenda import next_due
from syncd.core.errors import ConfigError, SafetyStop, StoreError, SyncdError
from syncd.core.model import ReadProblem
from syncd.cycle import PassReport, run_until_quiet, summed
from syncd.ports import Fence, Store
from syncd.settings import without_value
from syncd.wiring import Running

log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"[^\s/\"]+@[^\s/\",;:]+")

PASSES = Counter("syncd_passes", "Passes over the calendars, by how they ended", ["result"])
EFFECTS = Counter("syncd_effects", "Effects on the outside world, by the state they reached", ["state"])
PROBLEMS = Gauge("syncd_problems", "Calendars, events and mailboxes that the last pass could not read")
LAST_PASS = Gauge("syncd_last_pass_timestamp_seconds", "When the last pass finished")
HALTED = Gauge(
    "syncd_halted", "1 while passes read and do nothing else: the clock is wrong, or the store too old"
)
WAITING = Gauge("syncd_effects_waiting", "Recorded effects that have not happened yet")


class Order(Enum):
    """What the main thread waits for."""

    LOOK = auto()
    STOP = auto()


@dataclass(slots=True)
class Daemon:
    """One acting instance. `build` reads settings and wires the parts; on SIGHUP again, around the open store."""

    build: Callable[[Store | None], Running]
    notify: Callable[[str], None] = field(default_factory=lambda: SystemdNotifier().notify)
    stopping: Event = field(default_factory=Event)
    orders: SimpleQueue[Order] = field(
        default_factory=SimpleQueue
    )  # the one queue that a signal handler may use
    failure: SyncdError | None = None

    def run(self) -> None:
        """Run until SIGTERM or SIGINT. Raises ConfigError, StoreError or SafetyStop when it cannot go on."""
        running = self.build(None)
        fence = running.world.store.acquire(_owner(), running.world.clock.now(), _lease(running.poll))
        try:
            self._loop(running, fence)
        finally:
            running.world.store.release(fence)
            running.close()
        if self.failure is not None:
            raise self.failure

    def _loop(self, running: Running, fence: Fence) -> None:
        shift = _Shift(self, running, fence, _scheduler())
        self._install_signals(shift)
        _show_metrics(running.metrics)
        shift.look()
        if not self.stopping.is_set():
            shift.start()
            self.notify("READY=1")
        while self._next_order(shift.running.poll) is not Order.STOP:
            shift.soon()
        self.notify("STOPPING=1")
        shift.end()

    def _next_order(self, poll: timedelta) -> Order:
        """What is asked for, or a look when the poll's time is over: however the wall clock is set meanwhile."""
        try:
            return self.orders.get(timeout=poll.total_seconds())
        except Empty:
            return Order.LOOK

    def _install_signals(self, shift: _Shift) -> None:
        def reload(_signal: int, _frame: FrameType | None) -> None:
            shift.reload_due.set()
            self.orders.put(Order.LOOK)

        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, reload)

    def _stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping.set()
        self.orders.put(Order.STOP)

    def fail(self, error: SyncdError) -> None:
        """Stop the daemon because of an error that only a human or a restart can mend."""
        self.failure = error
        self._stop()


@dataclass(slots=True)
class _Shift:
    """What runs between start and stop: the scheduler's jobs all do the same thing, they look."""

    daemon: Daemon
    running: Running
    fence: Fence
    scheduler: BackgroundScheduler
    reload_due: Event = field(default_factory=Event)
    working: Lock = field(default_factory=Lock)
    unread: frozenset[str] = frozenset()

    def start(self) -> None:
        """Take orders: polls come from the main loop, deadlines and retries add looks of their own."""
        self.scheduler.start()

    def soon(self) -> None:
        """Look as soon as the pass in hand is finished."""
        self.scheduler.add_job(self.look, id="now", replace_existing=True)

    def end(self) -> None:
        """Wait for the look in hand; the scheduler's own wait would hold the lock that its next job needs."""
        with self.working:
            if self.scheduler.running:
                self.scheduler.shutdown(wait=False)

    def look(self) -> None:
        """Passes until nothing is left to do; the watchdog is fed by a finished one only."""
        with self.working:
            if not self.daemon.stopping.is_set():
                self._look()

    def _look(self) -> None:
        if self.reload_due.is_set():
            self._reload()
        world = self.running.world
        try:
            world.store.renew(self.fence, world.clock.now(), _lease(self.running.poll))
            reports = run_until_quiet(world, self.fence, self.daemon.stopping.is_set)
        except (StoreError, SafetyStop) as error:
            PASSES.labels("stopped").inc()
            self.daemon.fail(error)
            return
        except Exception as error:
            PASSES.labels("failed").inc()
            log.error("pass failed: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
            return
        self._finished(reports)

    def _finished(self, reports: tuple[PassReport, ...]) -> None:
        last = summed(reports)
        PASSES.labels("finished").inc()
        for report in reports:
            for _, state in report.outcomes:
                EFFECTS.labels(state.value).inc()
        PROBLEMS.set(len(last.problems))
        LAST_PASS.set(last.now.timestamp())
        waiting = self.running.world.store.load().effects
        WAITING.set(len(waiting))
        self._told(last)
        HALTED.set(last.halted is not None)
        due = next_due(last.decision.standing, waiting)
        if due is not None and last.halted is None:
            self._look_at(due)
        self.daemon.notify(f"WATCHDOG=1\nSTATUS=last pass {last.now:%Y-%m-%d %H:%M}Z, {len(waiting)} waiting")

    def _told(self, last: PassReport) -> None:
        """A line for each thing that could not be read, once: it may stay so for days of polls."""
        unread = dict.fromkeys(map(_unread, last.problems))
        for line in unread:
            if line not in self.unread:
                log.warning("%s", line)
        if self.unread and not unread:
            log.info("everything is read again")
        self.unread = frozenset(unread)

    def _look_at(self, moment: datetime) -> None:
        self.scheduler.add_job(self.look, "date", run_date=moment, id="due", replace_existing=True)

    def _reload(self) -> None:
        """New settings take over between passes; settings that do not load leave the old ones in force."""
        self.reload_due.clear()
        self.daemon.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            fresh = self.daemon.build(self.running.world.store)
        except ConfigError as error:
            log.error("settings not reloaded, %d mistakes; the old ones stay in force", len(error.problems))
            for problem in error.problems:
                log.error("%s", without_value(problem))
        except SyncdError as error:
            log.error("settings not reloaded, the old ones stay in force: %s", type(error).__name__)
        else:
            self.running = fresh
            log.info("settings reloaded")
        self.daemon.notify("READY=1")


def _show_metrics(where: str) -> None:
    """Serve metrics at "host:port", "" nowhere. Raises SyncdError where nobody can listen there."""
    if not where:
        return
    host, _, port = where.rpartition(":")
    try:
        start_http_server(int(port), addr=host)
    except OSError as error:
        raise SyncdError(
            f"metrics cannot be served at {where}: {error.strerror}; change [daemon] metrics"
        ) from error


def _scheduler() -> BackgroundScheduler:
    """One worker: passes never overlap. A look that was missed is made up for, however late."""
    return BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        timezone="UTC",
    )


def _lease(poll: timedelta) -> timedelta:
    """Long enough to outlive a slow pass, short enough that a crash does not block the next start for long."""
    return max(poll * 5, timedelta(minutes=10))


def _unread(problem: ReadProblem) -> str:
    """What a log may say: which calendar, and why where it is the whole of it. People's addresses stay out."""
    why = f": {problem.reason}" if not problem.uid else ""
    return _ADDRESS.sub("…", f"calendar {problem.calendar}: could not be read in full{why}")


def _owner() -> str:
    return f"{socket.gethostname()}:{time.monotonic_ns():x}"
