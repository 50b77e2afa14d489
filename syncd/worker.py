"""Many practices in one process: each settings file of a folder is one, served by itself, a turn at a time."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING

from sdnotify import SystemdNotifier

from syncd.core.model.errors import SyncdError
from syncd.daemon import FIRST_LOOK, Order
from syncd.monitoring import Health, metrics, serve
from syncd.practices import AGAIN, Building, Practice, State
from syncd.wiring import Places, SystemClock

if TYPE_CHECKING:
    from syncd.wakeups import Taken, Wakeups

log = logging.getLogger(__name__)

PULSE = 5.0  # seconds: how often the folder is looked at
SWEEP = 300.0  # seconds after which a turn that may have been lost from the queue is asked for
ELSEWHERE = 600.0  # seconds after which a practice that others have looked at is put down here
ENDING = ".toml"


@dataclass(slots=True)
class Worker:
    """Serves the practices of `folder`, as many at once as `threads`; a mistake in one stops that one alone."""

    folder: Path
    build: Building
    env: Mapping[str, str]
    threads: int = 4
    metrics: str = ""  # where they are served, as "host:port"; "" nowhere
    queue: str = ""  # a PostgreSQL database by which workers share the turns; "": all of them are taken here
    notify: Callable[[str], None] = field(default_factory=lambda: SystemdNotifier().notify)
    stopping: Event = field(default_factory=Event)
    orders: SimpleQueue[Order] = field(default_factory=SimpleQueue)
    health: Health = field(default_factory=Health)
    practices: dict[str, Practice] = field(default_factory=dict)
    _places: Places = field(default_factory=Places)
    _leaving: list[Practice] = field(default_factory=list)
    _wakeups: Wakeups | None = None
    _unlisted: bool = False
    _said: str = ""

    def run(self) -> None:
        """Run until SIGTERM or SIGINT. Raises SyncdError where metrics cannot be served, or the queue not used."""
        self._install_signals()
        metrics.begin()
        serve(self.metrics, self.health)
        with ThreadPoolExecutor(self.threads, "turn") as pool:
            try:
                self._wakeups = self._shared(pool) if self.queue else None
                self._loop(pool)
            finally:
                self.stopping.set()
                if self._wakeups is not None:
                    self._wakeups.end()
                pool.shutdown(cancel_futures=True)
                for practice in (*self.practices.values(), *self._leaving):
                    practice.end()

    def _shared(self, pool: ThreadPoolExecutor) -> Wakeups:
        # Who has one machine has no queue, and does without its library.
        try:
            from syncd.wakeups import Wakeups  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise SyncdError(
                f"--queue needs {error.name}; run: pip install procrastinate psycopg[binary]"
            ) from None

        found = Wakeups(self.queue, self._take, self._left, pool, self.threads, SystemClock())
        found.begin()
        return found

    def _take(self, name: str) -> Taken:
        """A turn that the queue gives to this worker; one of a practice that is not known here is left to others."""
        from syncd.wakeups import READING, Taken  # noqa: PLC0415

        practice = self.practices.get(name)
        if practice is None:
            return Taken(AGAIN)
        practice.look()
        practice.keep_turn(READING if practice.reading else 0.0)
        return Taken(self._left(name), practice.reading)

    def _left(self, name: str) -> float:
        practice = self.practices.get(name)
        return max(0.0, practice.due - time.monotonic()) if practice else AGAIN

    @property
    def _circle(self) -> str:
        """Whoever takes its turns from the same queue."""
        return self._wakeups.circle if self._wakeups is not None else ""

    @property
    def _parted(self) -> bool:
        """True while turns are shared and nobody can be asked for them."""
        return self._wakeups is not None and not self._wakeups.reached.is_set()

    def _loop(self, pool: ThreadPoolExecutor) -> None:
        began = looked = time.monotonic()
        self._look_round()
        while not self.stopping.is_set():
            self._begin_turns(pool)
            self._say(began)
            order = self._next_order(looked + PULSE)
            if order in {Order.LOOK, Order.TICK}:
                looked = time.monotonic()
                self._look_round()
            if order is Order.LOOK:
                for practice in self.practices.values():
                    practice.reload()
        self.health.ready = False
        self.notify("STOPPING=1")

    def _next_order(self, look_round: float) -> Order:
        """What is asked for; a tick when it is time to look round again."""
        due = (one.due for one in self.practices.values() if one.rests and not self._parted)
        left = min((look_round, *due)) - time.monotonic()
        try:
            return self.orders.get(timeout=max(0.0, left))
        except Empty:
            return Order.TICK if time.monotonic() >= look_round else Order.LOOKED

    def _look_round(self) -> None:
        """Practices come and go with their files, and an edit is noticed."""
        found = self._found()
        if found is None:
            return
        for name in self.practices.keys() - found.keys():
            self._leave(name)
        for name, path in found.items():
            if name not in self.practices:
                self.practices[name] = self._joins(name, path)
            self.practices[name].look_at_file()
        self._leaving = [one for one in self._leaving if not one.left()]
        if self._wakeups is not None:
            for practice in self.practices.values():
                practice.leave_to_others(ELSEWHERE)

    def _found(self) -> dict[str, Path] | None:
        """The settings files by what they are called; None where the folder cannot be read: nothing changes then."""
        try:
            names = sorted(os.listdir(self.folder))
        except OSError as error:
            if not self._unlisted:
                log.error("the folder of practices cannot be read: %s; those served go on", error.strerror)
            self._unlisted = True
            return None
        self._unlisted = False
        return {
            one.removesuffix(ENDING): self.folder / one
            for one in names
            if one.endswith(ENDING) and not one.startswith(".")
        }

    def _joins(self, name: str, path: Path) -> Practice:
        return Practice(
            name, path, self.build, self.env, self._places, self.stopping, self._wake, self._circle
        )

    def _leave(self, name: str) -> None:
        practice = self.practices.pop(name)
        log.info("practice %s is served no more: its settings file is gone", name)
        practice.gone.set()
        self._places.forget(name)
        self._leaving.append(practice)

    def _wake(self) -> None:
        """From whatever thread: something is to be done, or has been."""
        self.orders.put(Order.LOOKED)

    def _begin_turns(self, pool: ThreadPoolExecutor) -> None:
        now = time.monotonic()
        for practice in self.practices.values():
            if self._parted or practice.due > now or not practice.rests:
                continue
            if self._wakeups is None:
                practice.asked.set()
                pool.submit(practice.look)
            else:
                # One that nobody asked for is asked for in case that it was lost; as a rule it waits in the queue.
                self._wakeups.ask(practice.name, SWEEP if practice.due else 0.0)
                practice.is_asked_for(SWEEP)

    def _say(self, began: float) -> None:
        """To the service manager, to who asks over HTTP; the watchdog is fed while anybody's turn can go on."""
        states = Counter(one.state for one in self.practices.values())
        if sum(not one.keeps_time() for one in self.practices.values()) < self.threads:
            self.health.turn()
            self.notify("WATCHDOG=1")
        for state in State:
            metrics.PRACTICES.labels(state.value).set(states[state])
        self.health.degraded = "; ".join(self._wrong(states))
        said = f"{len(self.practices)} practices, {states[State.SERVED]} of them well"
        if self._wakeups is not None:
            said += f", {states[State.NEW]} not looked at here of late"
        line = f"STATUS={'; '.join(filter(None, (self.health.degraded, said)))}"
        if line != self._said:
            self._said = line
            self.notify(line)
        tried = self._wakeups is not None or all(one.tried for one in self.practices.values())
        if not self.health.ready and (tried or time.monotonic() - began >= FIRST_LOOK):
            self.health.ready = True
            self.notify("READY=1")

    def _wrong(self, states: Mapping[State, int]) -> Iterator[str]:
        if self._parted:
            yield "degraded: the queue does not answer"
        if self._unlisted:
            yield "degraded: the folder of practices cannot be read"
        elif not self.practices:
            yield "degraded: no settings file in the folder of practices"
        if states[State.REFUSED]:
            yield f"degraded: {states[State.REFUSED]} practices cannot be served, see the journal"
        if states[State.DEGRADED]:
            yield f"degraded: {states[State.DEGRADED]} practices, see the journal"

    def _install_signals(self) -> None:
        def stop(_signal: int, _frame: FrameType | None) -> None:
            self.stopping.set()
            self.orders.put(Order.STOP)

        def reload(_signal: int, _frame: FrameType | None) -> None:
            self.orders.put(Order.LOOK)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGHUP, reload)
