"""Why a pass reads and does nothing else: its clock is wrong (I28), or its store is older than what it did (I22)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from syncd.core.model import Event
from syncd.core.model.snapshot import Snapshot
from syncd.core.policy.clock import TOLERANCE, doubt
from syncd.core.reading.speaker import own_addresses
from syncd.core.reading.store_age import Count, entries, signs
from syncd.gather import Gathered
from syncd.ports import Clock, Fence, Halt, Halted, Memory, Store

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """The wall clock held against the boot clock, from one pass of this process to the next."""

    started: datetime | None = None  # when the machine was started, by the wall clock that was last believed
    begun: datetime | None = None  # the same, by the wall clock as this look began

    def begin(self, clock: Clock) -> datetime:
        """The moment that a look goes by."""
        now = clock.now()
        self.begun = now - clock.booted()
        return now

    def slipped(self, clock: Clock) -> bool:
        """True when the clock was set since this look began: the moment that it goes by is none, then or now."""
        return self.begun is not None and abs(_started(clock) - self.begun) > TOLERANCE

    def jumped(self, clock: Clock) -> bool:
        """True when somebody has set the wall clock since. Sleep, of the machine or of this process, is no jump."""
        return self.started is not None and abs(_started(clock) - self.started) > TOLERANCE

    def doubts(self, now: datetime, gathered: Gathered, memory: Memory, clock: Clock) -> str:
        """Why nothing may be done in a look that began at `now` and read this, or ""."""
        jumped, slipped, vouched = self.jumped(clock), self.slipped(clock), self.started is not None
        return doubt(now, gathered.ahead, memory.newest, jumped=jumped, slipped=slipped, vouched=vouched)

    def believe(self, clock: Clock) -> None:
        """From here on it counts as right."""
        self.started = _started(clock)


def _started(clock: Clock) -> datetime:
    return clock.now() - clock.booted()


def halted(
    memory: Memory, gathered: Gathered, snapshot: Snapshot, watch: Watch, clock: Clock
) -> Halted | None:
    """Why this pass may not act, if it may not; a clock that is right is remembered as such."""
    now = snapshot.now
    doubted = watch.doubts(now, gathered, memory, clock)
    if doubted:
        return Halted(Halt.CLOCK, doubted, clock.now())
    watch.believe(clock)
    found = [*signs(count_of(memory), entries_of(snapshot), gathered.copies, now), *_strays(snapshot)]
    if found:
        older = f"the store is older than {' and '.join(found)}: run `syncd adopt`"
        return Halted(Halt.OLDER, older, now)
    return None


def count_of(memory: Memory) -> Count:
    """How far the store has counted, and what it knows."""
    return Count(
        number=memory.number,
        vouched=memory.vouched,
        witnessed=memory.witnessed,
        known=frozenset(one.message_id for one in memory.ledger),
        under_way=frozenset(row.number for row in memory.effects),
    )


def entries_of(snapshot: Snapshot) -> tuple[Event, ...]:
    """Our own entries, wherever a therapist of the practice has them."""
    own = frozenset(address for one in snapshot.therapists for address in own_addresses(one))
    accounts = frozenset(address.lower() for address in snapshot.organizer.values())
    return entries(snapshot.events, own | accounts)


def _strays(snapshot: Snapshot) -> Iterator[str]:
    for calendar in sorted({event.calendar for event in snapshot.strays}):
        yield f"calendar {calendar}, which holds entries of a syncd that this store does not know"


def note(store: Store, fence: Fence, before: Halted | None, stopped: Halted | None) -> None:
    """The store remembers why nothing is done, for whoever asks it; written when another reason begins, or none."""
    if (before.kind if before else None) == (stopped.kind if stopped else None):
        return
    store.halt(fence, stopped)
    log.warning("%s", f"nothing is done: {stopped.why}" if stopped else "what is due is done again")
