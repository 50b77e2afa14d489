"""One of many practices: begun when its settings can be used, looked at in turns, told apart from the others."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from threading import Event, Lock
from typing import Protocol

from syncd.core.model.errors import ConfigError, ConfigProblem, SafetyStop, StoreError, SyncdError
from syncd.core.telling.alarms.heard import BRIEF
from syncd.daemon import owner
from syncd.monitoring import journal, metrics
from syncd.ports import Store
from syncd.served import Served, until_poll
from syncd.settings import without_value
from syncd.wiring import Places, Stamps, stamps_of
from syncd.wiring.world import Running

log = logging.getLogger(__name__)

AGAIN = 60.0  # seconds until a practice that could not be begun is tried again
_NAME = re.compile(r"[\w.-]{1,64}")


class State(Enum):
    """How one of many practices is."""

    NEW = "new"
    SERVED = "served"
    DEGRADED = "degraded"
    REFUSED = "refused"


class Building(Protocol):
    """Reads a practice's settings and wires its parts, around an open store or a new one."""

    def __call__(
        self, path: Path, env: Mapping[str, str], store: Store | None, *, rings: bool = True
    ) -> Running:
        """Raises ConfigError and StoreError; where it `rings`, therapists are told of the latter."""


@dataclass(slots=True)
class Practice:
    """What is known of one settings file. Only `look` does anything, in one thread at a time.

    `asked`: a turn stands in the queue, or is in hand and is to be repeated.
    """

    name: str
    path: Path
    build: Building
    env: Mapping[str, str]
    places: Places
    stopping: Event
    wake: Callable[[], None]
    circle: str = ""  # of workers that share its turns
    served: Served | None = None
    state: State = State.NEW
    due: float = 0.0  # on the monotonic clock
    asked: Event = field(default_factory=Event)
    gone: Event = field(default_factory=Event)
    tried: bool = False
    _looked: float = 0.0
    _kept: float = 0.0
    _busy: Lock = field(default_factory=Lock)
    _stamps: Stamps = ()
    _complained: str = ""
    _since: float | None = None  # when the store could not be opened first
    _degraded: str = ""
    _guard: Lock = field(default_factory=Lock)  # of `due`

    def look_at_file(self) -> None:
        """An edit of the settings file is looked at soon; others, of rosters, with the next turn."""
        stamps = stamps_of((self.path,))
        if stamps != self._stamps:
            self._stamps = stamps
            if self._can_act:
                self.places.read(self.name, self.path, self.env)
            self._next(0.0)

    def reload(self) -> None:
        """Read settings and secrets again, whether they look changed or not."""
        if self.served is not None:
            self.served.reload_due.set()
        self._next(0.0)

    def stops(self) -> bool:
        """The worker ends, or this practice's file is gone."""
        return self.stopping.is_set() or self.gone.is_set()

    def soon(self) -> None:
        """From whatever thread."""
        self._next(0.0)
        self.wake()

    def reloading(self, *, over: bool) -> None:
        """Nobody waits for one of many."""

    def went(self, degraded: str, more: str) -> None:
        """A turn is over."""
        self._degraded = degraded

    def keeps_time(self) -> bool:
        """True unless a turn hangs."""
        served = self.served
        return served is None or served.keeps_time()

    @property
    def rests(self) -> bool:
        """True while its turn is neither in hand nor in the queue, nor kept until accounts are read."""
        kept = time.monotonic() < self._kept
        return not (kept or self.asked.is_set() or self._busy.locked())

    @property
    def reading(self) -> bool:
        """True while an account is being read that the last turn did not wait for."""
        served = self.served
        return served is not None and bool(served.running.readers.under_way)

    def keep_turn(self, seconds: float) -> None:
        """Who took its turn takes the next ones, too, as soon as they are due; for so long at most."""
        self._kept = time.monotonic() + seconds

    def is_asked_for(self, seconds: float) -> None:
        """Its turn stands in a queue; after so long it may have been lost."""
        self._next(time.monotonic() + seconds, at_least=True)

    def leave_to_others(self, seconds: float) -> None:
        """Where others have had its turns for so long, nothing is kept of it here."""
        if self.state is State.NEW or time.monotonic() - self._looked < seconds:
            return
        if self.left():
            self.state = State.NEW

    def look(self) -> None:
        """A turn; the next is due when something falls due, at the latest a poll later."""
        try:
            with self._busy, journal.about(self.name):
                self.asked.clear()
                if not self.stops():
                    self._look()
        except Exception as error:  # it is over for this practice, and for no other
            self.state = State.REFUSED
            log.error("practice %s breaks: %s", self.name, type(error).__name__)
            log.debug("practice breaks", exc_info=True)
        finally:
            self.tried, self._looked = True, time.monotonic()
            self.wake()

    def _look(self) -> None:
        self._next(time.monotonic() + AGAIN, at_least=True)
        served = self.served = self.served or self._begun()
        if served is None:
            self.state = State.REFUSED
            return
        self._next(time.monotonic() + until_poll(served.running.poll), at_least=True)
        moment = served.turn()
        if moment is not None:
            left = (moment - served.running.world.clock.now()).total_seconds()
            self._next(time.monotonic() + max(0.0, left))
        well = served.current and not self._degraded
        self.state = State.SERVED if well else State.DEGRADED
        if served.moved:
            self._end()
            self._next(0.0)

    def _next(self, moment: float, *, at_least: bool = False) -> None:
        """A turn is due at this moment, if it is not due before; `at_least`: not before, either."""
        with self._guard:
            self.due = moment if at_least else min(self.due, moment)

    def _begun(self) -> Served | None:
        """None where it cannot be: that is said once, and it is tried again in a while."""
        served: Served | None = None
        try:
            self._refuse_shared()
            running = self.build(self.path, self.env, None, rings=self._rings())
            board = metrics.Board(self.name)
            served = Served(self._again, self, owner("worker"), running, board, True, self.circle)
            if not self.circle:
                served.hold()
            served.begin()
        except SyncdError as error:
            if served is not None:
                served.end()
            self._complain(error)
            return None
        self._complained, self._since = "", None
        return served

    @property
    def _can_act(self) -> bool:
        """True for what is called as a practice may be: what never acts takes no store from another."""
        return _NAME.fullmatch(self.name) is not None

    def _refuse_shared(self) -> None:
        """Raise ConfigError for a name that is none, and for a store or a state directory that is another's, too."""
        if not self._can_act:
            expected = "a name of letters, digits, '.', '_' and '-' before .toml"
            raise ConfigError((ConfigProblem(str(self.path), "the file's name", self.name, expected),))
        problems = tuple(self.places.shared(self.name, self.path))
        if problems:
            raise ConfigError(problems)

    def _again(self, store: Store | None) -> Running:
        return self.build(self.path, self.env, store)

    def _rings(self) -> bool:
        """Therapists are told of a store that cannot be opened once that has lasted: a database may be restarted."""
        return self._since is not None and time.monotonic() - self._since >= BRIEF.total_seconds()

    def _complain(self, error: SyncdError) -> None:
        if isinstance(error, StoreError) and self._since is None:
            self._since = time.monotonic()
        said = str(error)
        known = type(error).__name__ if isinstance(error, SafetyStop) else said  # until when it acts changes
        if known == self._complained:
            return
        self._complained = known
        if not isinstance(error, ConfigError):
            log.error("not served: %s", said)
            return
        log.error("not served: %d mistakes in its settings", len(error.problems))
        for problem in error.problems:
            log.error("%s", without_value(problem))

    def left(self) -> bool:
        """End, unless a turn is in hand; True once it has."""
        if not self._busy.acquire(blocking=False):
            return False
        try:
            self._end()
        finally:
            self._busy.release()
        return True

    def end(self) -> None:
        """Wait for the turn in hand, and end."""
        with self._busy:
            self._end()

    def _end(self) -> None:
        served, self.served = self.served, None
        if served is not None:
            served.end()
            served.board.clear()
