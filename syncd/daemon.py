"""The loop: looks at every poll and whenever something falls due; signals, readiness, watchdog."""

from __future__ import annotations

import logging
import re
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Event, Lock
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sdnotify import SystemdNotifier

from syncd.asked import Beside
from syncd.core.agenda import next_due
from syncd.core.model import Ground, ReadProblem, problems_of
from syncd.core.model.errors import ConfigError, SafetyStop, StoreError, SyncdError
from syncd.cycle import PassReport, run_until_quiet, summed
from syncd.monitoring import Health, Pinger, journal, metrics, serve
from syncd.ports import Fence, Memory, Store
from syncd.settings import without_value
from syncd.watching import read_on
from syncd.wiring import Running, Stamps, stamps_of

log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"[^\s/\"]+@[^\s/\",;:]+")

PULSE = 60.0  # seconds: how often the main loop turns at least
FIRST_LOOK = 600.0  # what the first look may take before the daemon is ready without its end
LONGEST_LOOK = 3600.0
STILL_READ = "still being read"


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
        running = self.build(None)
        fence = running.world.store.acquire(_owner(), running.world.clock.now(), _lease(running.poll))
        shift = _Shift(self, running, fence, _scheduler(), stamps_of(running.files))
        try:
            self._loop(shift)
        finally:
            shift.running.world.store.release(shift.fence)
            running.close()

    def _loop(self, shift: _Shift) -> None:
        """Settings, store and lock stand: ready once each account has answered, failed or had its time."""
        self._install_signals(shift)
        sources, memory = shift.running.world.sources, shift.running.world.store.load()
        metrics.begin(memory, sources.accounts)
        serve(shift.running.metrics, self.health)
        journal.started(memory, len(sources.therapists), len(sources.clients), len(sources.accounts))
        self.take_up(shift.running)
        shift.start()
        shift.soon()
        shift.rest()
        began, ready = time.monotonic(), False
        self.health.turn()
        while (order := self._next_order(shift)) is not Order.STOP:
            if order is Order.LOOK:
                shift.soon()
            if shift.keeps_time():
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

    def take_up(self, running: Running) -> None:
        """An account that was too slow for a look is taken by another as soon as it is through."""
        running.readers.wake = lambda: self.orders.put(Order.LOOK)

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


@dataclass(slots=True)
class _Shift:
    """What runs between start and stop: the scheduler's jobs all do the same thing, they look."""

    daemon: Daemon
    running: Running
    fence: Fence
    scheduler: BackgroundScheduler
    stamps: Stamps
    reload_due: Event = field(default_factory=Event)
    working: Lock = field(default_factory=Lock)
    unread: frozenset[str] = frozenset()
    stopped: str = ""  # what keeps effects back, as it was logged last
    memory: Memory | None = None  # what the store held last: enough to read on while it cannot be used
    began: float | None = None  # when the look in hand began
    next_poll: float = field(default_factory=time.monotonic)
    beside: Beside = field(default_factory=Beside)
    pinger: Pinger = field(default_factory=Pinger)
    noted: date | None = None  # the day on which the journal last got the end of the audit

    def keeps_time(self) -> bool:
        """True unless a look hangs: what cannot be read is no reason to be started anew."""
        began = self.began
        return began is None or time.monotonic() - began < LONGEST_LOOK

    def rest(self) -> None:
        """The next look by the clock is a poll away."""
        self.next_poll = time.monotonic() + self.running.poll.total_seconds()

    def start(self) -> None:
        """Take orders: polls come from the main loop, deadlines and retries add looks of their own."""
        self.scheduler.start()

    def soon(self) -> None:
        """Look as soon as the pass in hand is finished."""
        self.scheduler.add_job(self.look, id="now", replace_existing=True)

    def end(self) -> None:
        """Wait for the look in hand; the scheduler's own wait would hold the lock that its next job needs."""
        self.beside.stop()
        with self.working:
            if self.scheduler.running:
                self.scheduler.shutdown(wait=False)

    def look(self) -> None:
        """Passes until nothing is left to do."""
        with self.working:
            if self.daemon.stopping.is_set():
                return
            self.began = time.monotonic()
            try:
                self._look()
            finally:
                self.began = None
                self.rest()
                self.daemon.orders.put(Order.LOOKED)

    def _look(self) -> None:
        """What breaks off keeps the process alive: it looks again at the next poll (I26)."""
        stamps = stamps_of(self.running.files)
        if self.reload_due.is_set() or stamps != self.stamps:
            self.stamps = stamps  # whether they load or not: mistakes are named once
            self._reload()
        world = self.running.world
        try:
            self._hold()
            with metrics.LOOK_SECONDS.time():
                reports = run_until_quiet(world, self.fence, self.daemon.stopping.is_set)
            self._finished(reports)
        except (StoreError, SafetyStop) as error:
            metrics.PASSES.labels(metrics.STOPPED).inc()
            self._broke_off(str(error), error)
        except Exception as error:
            metrics.PASSES.labels(metrics.FAILED).inc()
            log.debug("pass failed", exc_info=True)
            self._broke_off(type(error).__name__, error)

    def _hold(self) -> None:
        """Be the acting instance still; where another was in between, again once it has gone."""
        store, now = self.running.world.store, self.running.world.clock.now()
        lease = _lease(self.running.poll)
        try:
            store.renew(self.fence, now, lease)
        except SafetyStop:
            self.fence = store.acquire(self.fence.owner, now, lease)

    def _broke_off(self, why: str, error: Exception) -> None:
        """Nothing is written and nothing sent; the calendars are read all the same, for whoever has to be told."""
        if why != self.stopped:
            log.error("nothing is done: %s", _ADDRESS.sub("…", why))
        self.stopped = why
        self._say("degraded: nothing is done, see the journal", "")
        self.memory = read_on(self.running.world, self.memory, error)
        metrics.show_grounds(self.memory.grounds if self.memory else ())

    def _finished(self, reports: tuple[PassReport, ...]) -> None:
        last = summed(reports)
        self.memory, self.stopped = self.running.world.store.load(), ""
        waiting, grounds = self.memory.effects, last.decision.pass_state.snapshot.grounds
        metrics.show_look(reports, self.memory)
        journal.looked(reports, self.memory)
        if self.noted != last.now.date():
            self.noted = last.now.date()
            journal.noted(self.memory)
        metrics.show_grounds(grounds)
        unread = self._told(last, grounds)
        due = last.rested.due if last.rested else next_due(last.decision.pass_state, waiting)
        if due is not None and last.halted is None:
            self._look_at(due)
        self.beside.after(last, self._keep)
        stopped = "degraded: nothing is done, see `syncd status`" if last.halted else ""
        degraded = stopped or (f"degraded: {unread} unread" if unread else "")
        reading = len(self.running.readers.under_way)
        slow = f", {reading} accounts {STILL_READ}" if reading else ""
        self._say(degraded, f"last pass {last.now:%Y-%m-%d %H:%M}Z, {len(waiting)} waiting{slow}")

    def _say(self, degraded: str, more: str) -> None:
        """How it goes: to the service manager, to who asks over HTTP, and to the dead man's switch."""
        self.daemon.notify(f"STATUS={'; '.join(filter(None, (degraded, more)))}")
        self.daemon.health.degraded = degraded
        self.pinger.ping(self.running.ping, well=not degraded)

    def _told(self, last: PassReport, grounds: tuple[Ground, ...]) -> int:
        """A line for each thing that cannot be read, once: it may stay so for days. Returns how many there are."""
        unread = dict.fromkeys(map(_unread, (*problems_of(grounds), *last.problems)))
        for line in unread:
            if line not in self.unread:
                log.warning("%s", line)
        if self.unread and not unread:
            log.info("everything is read again")
        self.unread = frozenset(unread)
        metrics.PROBLEMS.set(len(unread))
        return len(unread)

    def _keep(self, keep: Callable[[Store, Fence], None]) -> None:
        with self.working:
            if not self.daemon.stopping.is_set():
                keep(self.running.world.store, self.fence)
                self.soon()

    def _look_at(self, moment: datetime) -> None:
        self.scheduler.add_job(self.look, "date", run_date=moment, id="due", replace_existing=True)

    def _reload(self) -> None:
        """New settings take over between passes; settings that do not load leave the old ones in force."""
        self.reload_due.clear()
        self.daemon.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        fresh: Running | None = None
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
            self.daemon.take_up(fresh)
            log.info("settings reloaded")
        metrics.RELOADED.set(fresh is not None)
        self.daemon.notify("READY=1")


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
