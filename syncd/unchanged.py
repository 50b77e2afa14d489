"""A look at a world that is as the last pass left it: nothing is detected or decided until something falls due.

Kept by this process alone: the first pass after a start decides anew, whatever the one before it knew.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.agenda import next_due
from syncd.core.decide import Decision
from syncd.core.model.effects import EffectState
from syncd.core.model.ground import stood_still
from syncd.core.state.letter_limit import collected
from syncd.gather import Gathered
from syncd.halting import Watch
from syncd.ports import Clock, Memory

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=1)  # then it is proved anew that nothing has fallen due unnamed


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

    def only_long_ago(self, now: datetime) -> bool:
        """True where nothing has fallen due, and yet it is to be proved."""
        return self.now + LONGEST <= now and (self.due is None or now < self.due)

    def is_so(self, memory: Memory, gathered: Gathered, now: datetime) -> bool:
        """True where store and world are as they were: when they were read, or looked for, is all that differs."""
        before = self.gathered
        same = (gathered.carriage, gathered.copies) == (before.carriage, before.copies)
        still = _unread(gathered, now) == _unread(before, self.now)
        known = replace(memory, grounds=self.memory.grounds, newest=self.memory.newest) == self.memory
        return same and still and _nothing_new(gathered) and known

    def at(self, now: datetime, gathered: Gathered) -> Decision:
        """The same decision, to do nothing, at this moment."""
        pass_state = self.decision.pass_state
        snapshot = replace(pass_state.snapshot, now=now, grounds=gathered.grounds)
        return replace(self.decision, pass_state=replace(pass_state, snapshot=snapshot))


@dataclass(slots=True)
class Unchanged:
    """The last pass, where it found nothing to do. `sources` and the rest of settings are the same while this lives."""

    last: AtRest | None = None
    proving: bool = False  # this pass has nothing to do, unless something fell due that nobody named

    def still(
        self, memory: Memory, gathered: Gathered, now: datetime, watch: Watch, clock: Clock
    ) -> AtRest | None:
        """The last pass, if this one would be like it; a clock that is right is remembered as such."""
        last, self.proving = self.last, False
        if last is None or not last.is_so(memory, gathered, now):
            return None
        if not last.lasts(now):
            self.proving = last.only_long_ago(now)
            return None
        if _shows_hours(stood_still(memory.grounds, None, now), gathered, now):
            return None
        if watch.doubts(now, gathered, memory, clock):
            return None
        watch.believe(clock)
        return last

    def note(self, memory: Memory, gathered: Gathered, decision: Decision, *, idle: bool) -> None:
        """Remember a pass that decided from these; `idle` where it did nothing, and left nothing undone."""
        snapshot = decision.pass_state.snapshot
        if self.proving and not decision.empty:
            log.error(
                "something fell due that no look was named for; please report this: %s", _told(decision)
            )
        hours = _shows_hours(snapshot.stood_still, gathered, snapshot.now)
        plain = not (hours or snapshot.aside or memory.halted)
        still = plain and _nothing_new(gathered) and _settled(memory)
        pending = snapshot.catching_up or any(collected(one) for one in decision.pass_state.offers)
        if idle and still and decision.empty and not pending:
            self.last = AtRest(memory, gathered, decision, next_due(decision.pass_state, memory.effects))
        else:
            self.last = None


def _nothing_new(gathered: Gathered) -> bool:
    """True where what was read says what it said; places that could not be read at all are told of by `_unread`."""
    read = (gathered.changes, gathered.facts, gathered.incoming, gathered.traces, gathered.initial)
    silent = {one.place for one in gathered.grounds if one.silent_since is not None}
    return not any(read) and all(one.calendar in silent and not one.uid for one in gathered.problems)


def _unread(gathered: Gathered, now: datetime) -> frozenset[object]:
    """What could not be read, and since when: while that is so, one place that fails makes nobody decide anew."""
    return frozenset(
        (one.place, one.silent_since, one.unread)
        for one in gathered.grounds
        if not (one.whole and one.read_at == now)
    )


def _shows_hours(stood: Mapping[str, datetime], gathered: Gathered, now: datetime) -> bool:
    """True where a place is read again into which nobody looked for hours."""
    return any(one.place in stood and one.read_at == now for one in gathered.grounds)


def _settled(memory: Memory) -> bool:
    """True where no effect is under way, or unclear: what is ready was not to be had in that pass, and waits."""
    over = (EffectState.ESCALATED, EffectState.READY)
    return all(row.state in over for row in memory.effects)


def _told(decision: Decision) -> str:
    """What is decided, by kinds; or that rows alone are known otherwise."""
    kinds = sorted({one.key.kind for one in decision.intents})
    return ", ".join(kinds) or "nothing leaves for it"
