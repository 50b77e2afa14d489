"""What goes on while nothing may be done: calendars are read, and whoever must hear of it does (I26)."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.telling.alarms.wrong import broken, unread
from syncd.cycle import Practicing
from syncd.gather import gather
from syncd.ports import Memory


def read_on(world: Practicing, memory: Memory | None, error: Exception) -> Memory | None:
    """A pass broke off by this error: tell of it, and of what cannot be read; write nothing and send nothing else.

    `memory` is what the store held last, None where it was never read; returned with how reading went.
    """
    now, therapists = world.clock.now(), world.sources.therapists
    grounds = gather(world.sources, memory, now, dry=True).grounds if memory is not None else ()
    if world.alarms is not None:
        for alarm in (broken(error, therapists), *unread(grounds, therapists, now)):
            world.alarms.ring_beside(alarm, now)
    return replace(memory, grounds=grounds) if memory is not None else None
