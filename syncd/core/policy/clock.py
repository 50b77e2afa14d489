"""Whether the wall clock may be acted upon (I28)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

TOLERANCE = timedelta(minutes=5)
UNHEARD = timedelta(days=2)  # so long after what was done last a clock alone is not believed
UNTOLD = "no calendar server has said yet what time it is"


def doubt(
    now: datetime,
    ahead: Sequence[timedelta],
    newest: datetime | None,
    *,
    jumped: bool,
    slipped: bool = False,
    vouched: bool = False,
) -> str:
    """Why nothing may be done at `now`, or "".

    `ahead` is how far each account that was read finds our clock ahead of its server's Date; their median counts.
    `newest` is when this store did something last. `jumped`: the clock was set since a comparison last agreed, so
    that another one is needed; `slipped`: it was since `now` was read, which says nothing any more. A long stop alone
    is no reason, where a server says that it was one, or `vouched`: this process has believed the clock before.
    """
    if slipped:
        return "the clock of this machine was set while calendars were read: the next look goes by it"
    off = timedelta(seconds=median(one.total_seconds() for one in ahead)) if ahead else timedelta()
    if abs(off) > TOLERANCE:
        side = "ahead of" if off > timedelta() else "behind"
        return f"the clock of this machine is {_length(abs(off))} {side} the calendar servers: set it right"
    if newest is not None and newest - now > TOLERANCE:
        late = _length(newest - now)
        return f"the clock of this machine is {late} behind what was done last: set it right, or see `syncd clock`"
    if jumped and not ahead:
        return f"the clock of this machine was set, and {UNTOLD}"
    if newest is not None and now - newest > UNHEARD and not (ahead or vouched):
        return f"the clock of this machine is {_length(now - newest)} past what was done last, and {UNTOLD}"
    return ""


def _length(length: timedelta) -> str:
    if length >= timedelta(days=2):
        return f"{length.days} days"
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
