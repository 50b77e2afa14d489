"""The machine's clock, from the command line: what it shows, what was noted by it, and that it is right now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from syncd.core.model import Offer
from syncd.core.model.effects import EffectState
from syncd.core.model.errors import SyncdError
from syncd.core.policy.clock import doubt
from syncd.core.policy.early_endings import resumed
from syncd.cycle import Look, Practicing, look
from syncd.ports import Fence

UNTOUCHED = "What was done last lies before it: there is nothing to accept."
NOT_SENT = (
    "Nothing is written to calendars and nobody is mailed by this; what is due leaves with the next look."
)


def clock(world: Practicing, fence: Fence | None) -> tuple[str, ...]:
    """What the clock shows, what servers say of it, and what was noted at moments that lie ahead of it.

    With a fence it counts as right: what was noted later was noted now, and invitations that ended by that clock alone
    go on. Raises SyncdError while calendar servers say that it is wrong, and while a calendar cannot be read.
    """
    seen = look(world)
    now, newest = seen.snapshot.now, seen.memory.newest
    wrong = doubt(now, seen.gathered.ahead, None, jumped=False)
    if wrong:
        raise SyncdError(wrong)
    says = _says(now, seen.gathered.ahead)
    if newest is None or not doubt(now, seen.gathered.ahead, newest, jumped=False):
        return (says, UNTOUCHED)
    unread = {one.calendar for one in seen.snapshot.therapists} - seen.snapshot.fresh
    if newest > now and unread:
        raise SyncdError(f"calendar {min(unread)} cannot be read now: which invitations go on cannot be told")
    go_on = resumed(seen.snapshot.offers, frozenset(seen.snapshot.ours), _removed(seen), now)
    lines = (says, f"Something was done last at {newest:%Y-%m-%d %H:%M} UTC.", *_lines(seen, go_on))
    if fence is None:
        return (*lines, f"If the clock is right now: `syncd clock --accept`. {NOT_SENT}")
    changed = world.store.accept_clock(fence, go_on, now)
    return (*lines, f"Accepted: {changed} values were noted later than now. {NOT_SENT}")


def _removed(seen: Look) -> frozenset[str]:
    """UIDs of entries that we deleted."""
    keys = seen.snapshot.keys.items()
    return frozenset(key.subject for key, state in keys if key.kind == "delete" and state is EffectState.DONE)


def _says(now: datetime, ahead: Sequence[timedelta]) -> str:
    agree = f"{len(ahead)} accounts agree" if ahead else "no calendar server has said yet whether that is so"
    return f"The clock of this machine shows {now:%Y-%m-%d %H:%M} UTC; {agree}."


def _lines(seen: Look, go_on: Sequence[Offer]) -> Iterator[str]:
    for one in sorted(go_on, key=lambda each: (each.span, each.uid)):
        start = one.span.start.astimezone(seen.snapshot.therapist[one.therapist].zone)
        who = seen.snapshot.short(one.client)
        yield f"{one.therapist} {start:%Y-%m-%d %H:%M} {who}: {one.state.value} again; it ended by the wrong clock"
