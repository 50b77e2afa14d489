"""Why a pass reads and does nothing else: its clock is wrong (I28). Nothing that it sees is recorded as happened."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from syncd.core.wallclock import TOLERANCE, doubt
from syncd.gather import Gathered
from syncd.ports import Clock, Fence, Halt, Halted, Memory, Store

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """The wall clock held against the boot clock, from one pass of this process to the next."""

    started: datetime | None = None  # when the machine was started, by the wall clock that was last believed

    def jumped(self, clock: Clock) -> bool:
        """True when somebody has set the wall clock since. Sleep, of the machine or of this process, is no jump."""
        return self.started is not None and abs(_started(clock) - self.started) > TOLERANCE

    def believe(self, clock: Clock) -> None:
        """From here on it counts as right."""
        self.started = _started(clock)


def _started(clock: Clock) -> datetime:
    return clock.now() - clock.booted()


def halted(memory: Memory, gathered: Gathered, watch: Watch, clock: Clock) -> Halted | None:
    """Why this pass may not act, if it may not; a clock that is right is remembered as such."""
    now = clock.now()
    doubted = doubt(now, gathered.ahead, memory.newest, jumped=watch.jumped(clock))
    if doubted:
        return Halted(Halt.CLOCK, doubted, now)
    watch.believe(clock)
    return None


def note(store: Store, fence: Fence, before: Halted | None, stopped: Halted | None) -> None:
    """The store remembers why nothing is done, for whoever asks it; written when another reason begins, or none."""
    if (before.kind if before else None) == (stopped.kind if stopped else None):
        return
    store.halt(fence, stopped)
    log.warning("%s", f"nothing is done: {stopped.why}" if stopped else "what is due is done again")
