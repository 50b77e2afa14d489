"""One practice between two sleeps: its settings in force, its fence, and the turn at which it is looked at."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event, Lock
from typing import Protocol

from syncd.asked import Beside
from syncd.core.agenda import next_due
from syncd.core.model import Ground, ReadProblem, problems_of
from syncd.core.model.errors import ConfigError, SafetyStop, StoreError, SyncdError
from syncd.core.telling.alarms.heard import BRIEF
from syncd.cycle import PassReport, run_until_quiet, summed
from syncd.monitoring import Pinger, journal, metrics
from syncd.ports import Fence, Memory, Store
from syncd.settings import without_value
from syncd.watching import read_on
from syncd.wiring import Place, Stamps, stamps_of
from syncd.wiring.world import Running

log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"[^\s/\"]+@[^\s/\",;:]+")

LONGEST_LOOK = 3600.0
_SPREAD = (0.9, 1.0)  # of the poll that settings name
AGAIN = timedelta(seconds=10)  # until a fence is asked for again that another of the circle holds
STILL_READ = "still being read"


class Keeper(Protocol):
    """Whoever has turns taken, and hears how they go."""

    def stops(self) -> bool:
        """True from the moment on at which only the effect in hand is finished."""

    def soon(self) -> None:
        """A turn is asked for, as soon as the one in hand is over."""

    def reloading(self, *, over: bool) -> None:
        """Settings are read again, or have been."""

    def went(self, degraded: str, more: str) -> None:
        """A turn is over: what is wrong, "" where nothing is, and what else there is to say; nobody is named."""


@dataclass(slots=True)
class Served:
    """A practice, and what a turn leaves to the next. `build` reads settings and wires parts around an open store."""

    build: Callable[[Store | None], Running]
    keeper: Keeper
    owner: str
    running: Running
    board: metrics.Board = field(default_factory=metrics.Board)
    one_of_many: bool = False  # connections are given back between turns
    circle: str = ""  # who shares its turns: one of these may act between ours, and nobody else
    current: bool = True  # the settings in force are those on the disk
    moved: bool = False  # they name another store by now: only a beginning takes it up
    fence: Fence | None = None
    _token: int | None = (
        None  # of the fence that was held last: the next is one more, unless another acted meanwhile
    )
    reload_due: Event = field(default_factory=Event)
    working: Lock = field(default_factory=Lock)
    began: float | None = None  # when the turn in hand began
    memory: Memory | None = None  # what the store held last: enough to read on while it cannot be used
    _stamps: Stamps = ()
    _close: Callable[[], None] = lambda: None
    _rest: Callable[[], None] = lambda: None
    _place: Place = frozenset()
    _unread: frozenset[str] = frozenset()
    _stopped: str = ""  # what keeps effects back, as it was logged last
    _beside: Beside = field(default_factory=Beside)
    _pinger: Pinger = field(default_factory=Pinger)
    _refused: float | None = None  # since when another has held the fence
    _noted: date | None = None  # the day on which the journal last got the end of the audit

    def __post_init__(self) -> None:
        first = self.running
        self._close, self._rest = first.close, first.rest
        self._place, self._stamps = first.place, stamps_of(first.files)
        self._take_up(self.running)

    def begin(self) -> None:
        """Say what is known before the first turn. Raises StoreError."""
        memory, sources = self.running.world.store.load(), self.running.world.sources
        self.board.begin(memory, sources.accounts)
        self._show_accounts()
        journal.started(memory, len(sources.therapists), len(sources.clients), len(sources.accounts))

    def hold(self) -> None:
        """Be the acting instance still, or from now on. Raises SafetyStop while another is."""
        store, now = self.running.world.store, self.running.world.clock.now()
        lease = _lease(self.running.poll)
        before, self.fence = self.fence, None
        if before is not None and not self.circle:
            with suppress(SafetyStop):
                store.renew(before, now, lease)
                self.fence = before
                return
        self.fence = store.acquire(self.owner, now, lease, self.circle)
        if self._token not in {None, self.fence.token - 1}:
            self.running.readers.forget()
        self._token = self.fence.token

    def let_go(self) -> None:
        """Act no more, and leave the store alone."""
        fence, self.fence = self.fence, None
        try:
            if fence is not None:
                self.running.world.store.release(fence)
        except StoreError as error:  # the lease runs out
            log.warning("the lease is not given back: %s", error)
        self._rest()

    def end(self) -> None:
        """Wait for the turn in hand, then give back fence and store."""
        self._beside.stop()
        with self.working:
            try:
                self.let_go()
            finally:
                self._close()

    def keeps_time(self) -> bool:
        """True unless a turn hangs: what cannot be read is no reason to be started anew."""
        began = self.began
        return began is None or time.monotonic() - began < LONGEST_LOOK

    def turn(self) -> datetime | None:
        """Passes until nothing is left to do; when something falls due, None: nothing that is known.

        What breaks off keeps the process alive: it looks again at the next turn (I26).
        """
        with self.working:
            if self.keeper.stops():
                return None
            self.began = time.monotonic()
            try:
                return self._turn()
            finally:
                self.began = None
                self._between()

    def _turn(self) -> datetime | None:
        stamps = stamps_of(self.running.files)
        if self.reload_due.is_set() or stamps != self._stamps:
            self._stamps = stamps  # whether they load or not: mistakes are named once
            self._reload()
        try:
            if self._left_to_another():
                return self.running.world.clock.now() + AGAIN
            return self._finished(self._looked())
        except (StoreError, SafetyStop) as error:
            metrics.PASSES.labels(metrics.STOPPED).inc()
            self._broke_off(str(error), error)
        except Exception as error:
            metrics.PASSES.labels(metrics.FAILED).inc()
            log.debug("pass failed", exc_info=True)
            self._broke_off(type(error).__name__, error)
        return None

    def _left_to_another(self) -> bool:
        """Hold the fence; True where another has it who is expected to give it back, for a while. Raises SafetyStop."""
        try:
            self.hold()
        except SafetyStop:
            self._refused = self._refused or time.monotonic()
            if not self.circle or time.monotonic() - self._refused >= BRIEF.total_seconds():
                raise
            return True
        self._refused = None
        return False

    def _between(self) -> None:
        """Whoever asks who acts gets one answer in a turn and between turns."""
        if self.circle and self.fence is not None:
            store, until = (
                self.running.world.store,
                self.running.world.clock.now() + _lease(self.running.poll),
            )
            try:
                store.leave_to(self.fence, self.circle, until)
            except (StoreError, SafetyStop) as error:  # the lease runs out, or is another's
                log.warning("the lease is not left to the others: %s", error)
        if self.one_of_many:
            self._rest()

    def _looked(self) -> tuple[PassReport, ...]:
        with metrics.LOOK_SECONDS.time():
            return run_until_quiet(self.running.world, self._fence(), self.keeper.stops)

    def _fence(self) -> Fence:
        if self.fence is None:
            raise SafetyStop("this instance holds no fence")
        return self.fence

    def _broke_off(self, why: str, error: Exception) -> None:
        """Nothing is written and nothing sent; the calendars are read all the same, for whoever has to be told."""
        if why != self._stopped:
            log.error("nothing is done: %s", _ADDRESS.sub("…", why))
        self._stopped = why
        self._say("degraded: nothing is done, see the journal", "")
        self.memory = read_on(self.running.world, self.memory, error)
        self.board.show_grounds(self.memory.grounds if self.memory else ())

    def _finished(self, reports: tuple[PassReport, ...]) -> datetime | None:
        last = summed(reports)
        self.memory, self._stopped = self.running.world.store.load(), ""
        waiting, grounds = self.memory.effects, last.decision.pass_state.snapshot.grounds
        self.board.show_look(reports, self.memory)
        self._show_accounts()
        journal.looked(reports, self.memory)
        if self._noted != last.now.date():
            self._noted = last.now.date()
            journal.noted(self.memory)
        self.board.show_grounds(grounds)
        unread = self._told(last, grounds)
        self._beside.after(last, self._keep)
        stopped = "degraded: nothing is done, see `syncd status`" if last.halted else ""
        degraded = stopped or (f"degraded: {unread} unread" if unread else "")
        reading = len(self.running.readers.under_way)
        slow = f", {reading} accounts {STILL_READ}" if reading else ""
        self._say(degraded, f"last pass {last.now:%Y-%m-%d %H:%M}Z, {len(waiting)} waiting{slow}")
        if last.halted is not None:
            return None
        return last.rested.due if last.rested else next_due(last.decision.pass_state, waiting)

    def _show_accounts(self) -> None:
        self.board.show_usage(self.running.usage())
        self.board.show_sign_ins(self.running.world.sources.accounts, self.running.ends())

    def _say(self, degraded: str, more: str) -> None:
        """How it goes: to whoever keeps the turns, and to the dead man's switch."""
        self.keeper.went(degraded, more)
        self._pinger.ping(self.running.ping, well=not degraded)

    def _told(self, last: PassReport, grounds: tuple[Ground, ...]) -> int:
        """A line for each thing that cannot be read, once: it may stay so for days. Returns how many there are."""
        unread = dict.fromkeys(map(_unread, (*problems_of(grounds), *last.problems)))
        for line in unread:
            if line not in self._unread:
                log.warning("%s", line)
        if self._unread and not unread:
            log.info("everything is read again")
        self._unread = frozenset(unread)
        self.board.show(metrics.PROBLEMS, len(unread))
        return len(unread)

    def _keep(self, keep: Callable[[Store, Fence], None]) -> None:
        with self.working:
            if self.keeper.stops():
                return
            try:
                self.hold()
                keep(self.running.world.store, self._fence())
            finally:
                self._between()
            self.keeper.soon()

    def _take_up(self, running: Running) -> None:
        """An account that was too slow for a turn is taken by another as soon as it is through."""
        self.running = running
        running.readers.wake = self.keeper.soon

    def _reload(self) -> None:
        """New settings take over between passes; settings that do not load leave the old ones in force."""
        self.reload_due.clear()
        self.keeper.reloading(over=False)
        fresh: Running | None = None
        try:
            fresh = self.build(self.running.world.store)
        except ConfigError as error:
            log.error("settings not reloaded, %d mistakes; the old ones stay in force", len(error.problems))
            for problem in error.problems:
                log.error("%s", without_value(problem))
        except SyncdError as error:
            log.error("settings not reloaded, the old ones stay in force: %s", type(error).__name__)
        else:
            self.moved = fresh.place != self._place
            if self.moved:
                log.warning("[store] is another one from the next start on")
            self._take_up(fresh)
            log.info("settings reloaded")
        self.current = fresh is not None
        self.board.show(metrics.RELOADED, self.current)
        self.keeper.reloading(over=True)


def until_poll(poll: timedelta) -> float:
    """Seconds, never quite the same: daemons that began together do not ask together."""
    return poll.total_seconds() * random.uniform(*_SPREAD)  # noqa: S311


def _lease(poll: timedelta) -> timedelta:
    """Long enough to outlive a slow pass, short enough that a crash does not block the next start for long."""
    return max(poll * 5, timedelta(minutes=10))


def _unread(problem: ReadProblem) -> str:
    """What a log may say: which calendar, and why where it is the whole of it. People's addresses stay out."""
    why = f": {problem.reason}" if not problem.uid else ""
    return _ADDRESS.sub("…", f"calendar {problem.calendar}: could not be read in full{why}")
