"""Everything that a pass works with, and the one value from which it decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from syncd.alarms import Alarms
from syncd.core.model.ground import stood_still
from syncd.core.model.practice import Practice
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.offers_of_plan import Planner
from syncd.core.policy.dead_addresses import addressed, with_returned
from syncd.core.time.spans import Span
from syncd.deciding import Counted
from syncd.effecting.workbench import Decode, Done
from syncd.gather import Gathered, Sources, doubted, events_before
from syncd.halting import Watch
from syncd.lanes import Lanes, OneByOne
from syncd.outcome import EffectPorts
from syncd.ports import MAILED, Clock, Memory, Store
from syncd.reading import in_sight
from syncd.rests import Rests
from syncd.unchanged import Unchanged


@dataclass(frozen=True, slots=True)
class Practicing:
    """Everything a pass works with. Built once by wiring; settings end here."""

    practice: Practice
    sources: Sources
    hands: Callable[[Span], EffectPorts]
    store: Store
    clock: Clock
    word: Counted
    decode: Decode
    planner: Planner
    tokens: Iterator[str]
    watch: Watch = field(default_factory=Watch)
    evidence: bool = False  # a mailbox of ours gets a copy of all that is mailed
    answerable: bool = False  # therapists can say yes by mail
    catching_up: bool = False  # after `adopt`
    alarms: Alarms | None = None  # None: nobody hears of what is wrong, as where nothing is to leave
    unchanged: Unchanged = field(default_factory=Unchanged)
    lanes: Lanes[Done] = field(default_factory=OneByOne)  # who has effects
    rests: Rests = field(default_factory=Rests)  # where effects are not to be had just now


def snapshot_of(world: Practicing, memory: Memory, gathered: Gathered, now: datetime) -> Snapshot:
    """The one value from which a pass decides."""
    facts = {(one.therapist, one.client): one for one in (*memory.facts, *gathered.facts)}
    carried = {one.id: gathered.carriage.get(one.calendar, MAILED) for one in world.sources.therapists}
    roster = world.sources.clients
    new = (one for one in gathered.replies if one.id not in memory.replies)
    return Snapshot(
        now=now,
        instance=memory.instance,
        practice=world.practice,
        therapists=world.sources.therapists,
        clients=with_returned(roster, memory.came_back, memory.offers),
        events=gathered.events,
        before=tuple(events_before(memory, gathered)),
        changed=frozenset((one.state.calendar, put.uid) for one in gathered.changes for put in one.put),
        fresh=gathered.fresh,
        initial=gathered.initial,
        conflicts=memory.conflicts,
        offers=memory.offers,
        replies=tuple(addressed(one, memory.ledger, roster) for one in new),
        known_replies=memory.replies,
        approvals=memory.approvals,
        seen=memory.seen,
        leave=memory.leave,
        doubted=doubted(memory, gathered),
        facts=tuple(facts[key] for key in sorted(facts)),
        effects=memory.effects,
        keys=memory.keys,
        ledger=memory.ledger,
        delivery={therapist: one.delivery for therapist, one in carried.items()},
        organizer={therapist: one.organizer for therapist, one in carried.items() if one.organizer},
        mail=world.hands(in_sight(now)).mailer is not None,
        answerable=world.answerable,
        paused=memory.paused,
        paused_since=memory.paused_since,
        catching_up=world.catching_up,
        grounds=gathered.grounds,
        costs=memory.costs,
        stood_still=_stood_still(memory, now),
    )


def _stood_still(memory: Memory, now: datetime) -> Mapping[str, datetime]:
    """Calendars in which nothing was seen, or nothing done, for hours before this pass."""
    since = memory.halted.since if memory.halted is not None else None
    return stood_still(memory.grounds, since, now)
