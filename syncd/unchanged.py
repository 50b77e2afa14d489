"""A look at a world that is as the last pass left it: nothing is detected or decided until something falls due.

Kept by this process alone: the first pass after a start decides anew, whatever the one before it knew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.agenda import next_due
from syncd.core.decide import Decision
from syncd.core.model.effects import EffectRow, EffectState
from syncd.core.model.ground import stood_still
from syncd.gather import Gathered
from syncd.halting import Watch
from syncd.ports import Clock, Memory

LONGEST = timedelta(minutes=10)  # a moment that nobody thought of is made up for by then


@dataclass(frozen=True, slots=True)
class AtRest:
    """A pass that found nothing to do: from what it decided, and when something falls due; None: nothing is ahead."""

    memory: Memory
    gathered: Gathered
    decision: Decision
    due: datetime | None

    @property
    def now(self) -> datetime:
        """When it was."""
        return self.decision.pass_state.now

    def lasts(self, now: datetime) -> bool:
        """True while nothing falls due; a clock that was set back is no reason to believe so."""
        until = self.now + LONGEST
        return self.now <= now < (until if self.due is None else min(until, self.due))

    def is_so(self, memory: Memory, gathered: Gathered, now: datetime) -> bool:
        """True where store and world are as they were: how long ago they were read is all that differs."""
        before = self.gathered
        same = (gathered.carriage, gathered.copies) == (before.carriage, before.copies)
        known = replace(memory, grounds=self.memory.grounds) == self.memory
        return same and _nothing_new(gathered, now) and known

    def at(self, now: datetime, gathered: Gathered) -> Decision:
        """The same decision, to do nothing, at this moment."""
        pass_state = self.decision.pass_state
        snapshot = replace(pass_state.snapshot, now=now, grounds=gathered.grounds)
        return replace(self.decision, pass_state=replace(pass_state, snapshot=snapshot))


@dataclass(slots=True)
class Unchanged:
    """The last pass, where it found nothing to do. `sources` and the rest of settings are the same while this lives."""

    last: AtRest | None = None

    def still(
        self, memory: Memory, gathered: Gathered, now: datetime, watch: Watch, clock: Clock
    ) -> AtRest | None:
        """The last pass, if this one would be like it; a clock that is right is remembered as such."""
        last = self.last
        if last is None or not last.lasts(now) or not last.is_so(memory, gathered, now):
            return None
        if stood_still(memory.grounds, None, now):
            return None
        if watch.doubts(now, gathered, memory, clock):
            return None
        watch.believe(clock)
        return last

    def note(self, memory: Memory, gathered: Gathered, decision: Decision, *, idle: bool) -> None:
        """Remember a pass that decided from these; `idle` where it did nothing, and left nothing undone."""
        snapshot = decision.pass_state.snapshot
        plain = not (decision.paused or snapshot.aside or snapshot.stood_still or memory.halted)
        still = plain and _nothing_new(gathered, snapshot.now) and _settled(memory, snapshot.now)
        pending = snapshot.catching_up or any(one.news for one in decision.pass_state.offers)
        if idle and still and decision.empty and not pending:
            self.last = AtRest(memory, gathered, decision, next_due(decision.pass_state, memory.effects))
        else:
            self.last = None


def _nothing_new(gathered: Gathered, now: datetime) -> bool:
    """True where all was read in this pass, and says what it said."""
    read = (gathered.changes, gathered.facts, gathered.incoming, gathered.traces, gathered.initial)
    return not any((*read, gathered.problems)) and all(
        one.whole and one.read_at == now for one in gathered.grounds
    )


def _settled(memory: Memory, now: datetime) -> bool:
    """True where no recorded effect is under way, or could be had now."""
    return all(_waits(row, now) for row in _open(memory.effects))


def _open(effects: Iterable[EffectRow]) -> Iterable[EffectRow]:
    return (row for row in effects if row.state is not EffectState.ESCALATED)


def _waits(row: EffectRow, now: datetime) -> bool:
    return row.state is EffectState.READY and row.not_before is not None and row.not_before > now
