"""Who reads the accounts: one after the other in this thread, or side by side, waiting for none of them for long."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Condition, Lock, Thread
from typing import Generic, Protocol, TypeVar

from syncd.rests import Rests

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=2)  # what a pass of the daemon waits for an account
LANE = 16  # accounts that are read at once; as many again of those that failed or were late
HANGS = 30.0  # seconds after which nobody counts on an account to be through soon


class Read(Protocol):
    """One calendar as it was read, or was not."""

    @property
    def fresh(self) -> bool:
        """True where it was read well."""


Part = TypeVar("Part", bound=Read)


class Readers(Protocol[Part]):
    """Accounts are begun, and what has been read of them is taken, each calendar once."""

    def begin(self, account: str, now: datetime, read: Callable[[], Iterator[Part]]) -> None:
        """Read an account, unless that is under way still or it failed a moment ago."""

    def taken(self) -> tuple[Part, ...]:
        """The calendars that were read since they were taken last, after what patience there is."""

    @property
    def under_way(self) -> Mapping[str, datetime]:
        """The accounts that are not through, or not taken whole, each with the `now` at which it was begun."""

    @property
    def unanswered(self) -> frozenset[str]:
        """The accounts that are under way, or failed and are asked again later: nothing is to be written there yet."""


@dataclass(slots=True)
class InTurn(Generic[Part]):
    """Each account when it is begun, to its end."""

    read: list[Part] = field(default_factory=list)

    def begin(self, _account: str, _now: datetime, read: Callable[[], Iterator[Part]]) -> None:
        """Reads it at once."""
        self.read.extend(list(read()))

    def taken(self) -> tuple[Part, ...]:
        """All that was begun."""
        taken, self.read = tuple(self.read), []
        return taken

    @property
    def under_way(self) -> Mapping[str, datetime]:
        """None ever is."""
        return {}

    @property
    def unanswered(self) -> frozenset[str]:
        """Whoever failed is asked again at once."""
        return frozenset()


@dataclass(slots=True)
class _Round(Generic[Part]):
    """One account being read."""

    now: datetime
    began: float
    read: list[Part] = field(default_factory=list)
    over: bool = False
    well: bool = False
    late: bool = False  # a pass went on without it
    stale: bool = False  # somebody else has read and recorded since it began


@dataclass(slots=True)
class _Lane:
    """So many threads at most; what comes when all are at work waits for the first that is through."""

    free: int = LANE
    waiting: deque[Callable[[], None]] = field(default_factory=deque)
    lock: Lock = field(default_factory=Lock)

    def take(self, work: Callable[[], None]) -> None:
        """The process does not wait for it to end; what it logs is said of the practice that asked for it."""
        context = copy_context()
        with self.lock:
            self.waiting.append(lambda: context.run(work))
            if not self.free:
                return
            self.free -= 1
        Thread(target=self._work, name="reading", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self.lock:
                if not self.waiting:
                    self.free += 1
                    return
                work = self.waiting.popleft()
            work()


@dataclass(slots=True)
class SideBySide(Generic[Part]):
    """Accounts are read in threads; what takes longer than `patience` is taken by a later pass.

    `patience` None: every account is waited for, and asked each time. Else one that fails rests (`Rests`); and `wake`
    is called when those that were not waited for are through, but for one that hangs.
    """

    patience: timedelta | None = None
    wake: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.monotonic
    _rests: Rests = field(init=False)
    _rounds: dict[str, _Round[Part]] = field(default_factory=dict)
    _slow: set[str] = field(default_factory=set)  # accounts that were late or failed
    _changed: Condition = field(default_factory=Condition)
    _lane: _Lane = field(default_factory=_Lane)
    _slow_lane: _Lane = field(default_factory=_Lane)

    def __post_init__(self) -> None:
        """By the same clock."""
        self._rests = Rests(self.clock)

    def begin(self, account: str, now: datetime, read: Callable[[], Iterator[Part]]) -> None:
        """Beside this thread, as soon as one of its lane is free."""
        with self._changed:
            if account in self._rounds or self._rests.resting(account):
                return
            one: _Round[Part] = _Round(now, self.clock())
            self._rounds[account] = one
        lane = self._slow_lane if account in self._slow else self._lane
        lane.take(lambda: self._run(one, read))

    def _run(self, one: _Round[Part], read: Callable[[], Iterator[Part]]) -> None:
        try:
            for part in read():
                with self._changed:
                    one.read.append(part)
                    one.well = one.well or part.fresh
        except Exception as error:  # it is over for this account, and for nobody else
            log.error("reading an account breaks: %s", type(error).__name__)
        with self._changed:
            one.over = True
            last = one.late and not any(map(self._comes_soon, self._rounds.values()))
            self._changed.notify_all()
        if last:
            self.wake()

    def _comes_soon(self, one: _Round[Part]) -> bool:
        return one.late and not one.over and self.clock() < one.began + HANGS

    def taken(self) -> tuple[Part, ...]:
        """Waits for an account no longer than `patience` from its beginning."""
        with self._changed:
            while (left := self._left()) is None or left > 0:
                self._changed.wait(left)
            return tuple(part for account in sorted(self._rounds) for part in self._take(account))

    def _left(self) -> float | None:
        """Seconds to wait still, None without end."""
        waited = [one.began for one in self._rounds.values() if not one.over]
        if not waited:
            return 0.0
        if self.patience is None:
            return None
        return max(waited) + self.patience.total_seconds() - self.clock()

    def _take(self, account: str) -> list[Part]:
        one = self._rounds[account]
        read, one.read = [] if one.stale else one.read, []
        if one.over:
            del self._rounds[account]
            self._judge(account, one)
        else:
            one.late = True
            self._slow.add(account)
        return read

    def forget(self) -> None:
        """Another instance acted meanwhile: what was read before it is older than what it recorded."""
        with self._changed:
            for one in self._rounds.values():
                one.stale = True

    def _judge(self, account: str, one: _Round[Part]) -> None:
        if one.well:
            self._rests.answered(account)
            if not one.late:
                self._slow.discard(account)
        elif self.patience is not None:
            self._slow.add(account)
            self._rests.failed(account)

    @property
    def under_way(self) -> Mapping[str, datetime]:
        """As of the last time that something was taken: what came in since is not taken yet."""
        with self._changed:
            return {account: one.now for account, one in self._rounds.items()}

    @property
    def unanswered(self) -> frozenset[str]:
        """As of the last time that something was taken."""
        with self._changed:
            return self._rests.failing.union(self._rounds)
