"""How long somebody goes without a session, in days of the clock on the wall, and what make-ups take off it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from tests.panel.sight import Client, Given

_DAY = timedelta(days=1)
FAR = timedelta(days=3650)


def gain(client: Client, one: Given) -> float:
    """Days that one make-up takes off the stretch in which it lies, all other contacts kept; 0 where none is torn.

    An agreed last session that is saved counts from the contact before it.
    """
    others = client.without(one)
    if client.last_agreed is not None and one.start > max(client.kept, default=one.start):
        earlier = [this.start for this in others.meetings if this.start < one.start]
        return (one.start - max((*client.kept, *earlier))) / _DAY
    begin, end = _around(others, one.start)
    if not any(begin < lost < end for lost in client.displaced):
        return 0.0
    return max(0.0, min(one.start - begin, end - one.start) / _DAY)


def taken_off(client: Client) -> float:
    """Days that all make-ups together take off the longest parts of the stretches that the leave tears."""
    return sum(max(0.0, (end - begin) / _DAY - _longest(client, begin, end)) for begin, end in torn(client))


def torn(client: Client) -> list[tuple[datetime, datetime]]:
    """The stretches between sessions that take place in which one is missing."""
    ends = assumed_ends(client)
    return sorted({_around(client, lost, ends, given=False) for lost in client.displaced})


def _longest(client: Client, begin: datetime, end: datetime) -> float:
    """The longest part that is left; where the agreed last session is saved, nothing is waited for after it."""
    inside = [one.start for one in client.meetings if begin < one.start < end]
    if client.last_agreed is not None and begin >= max(client.kept, default=begin):
        saved = [one.start for one in client.meetings if one.start > begin]
        points = [begin, *saved] if saved else [begin, end]
    else:
        points = [begin, *inside, end]
    return max((later - earlier) / _DAY for earlier, later in pairwise(points))


def _around(
    client: Client, moment: datetime, ends: tuple[datetime, ...] | None = None, *, given: bool = True
) -> tuple[datetime, datetime]:
    """The contacts before and after a moment."""
    points: Iterable[datetime] = (*client.kept, *(ends or assumed_ends(client)))
    if given:
        points = (*points, *(one.start for one in client.meetings))
    known = sorted(points)
    before = [one for one in known if one < moment]
    after = [one for one in known if one > moment]
    return (before[-1] if before else moment - FAR), (after[0] if after else moment + FAR)


def assumed_ends(client: Client) -> tuple[datetime, ...]:
    """Where nothing is booked before or after what is displaced, one at the usual interval is assumed."""
    if not client.displaced:
        return ()
    usual = timedelta(days=client.person.interval)
    first, last = min(client.displaced), max(client.displaced)
    early = () if any(one < first for one in client.kept) else (first - usual,)
    late = () if any(one > last for one in client.kept) else (last + usual,)
    return (*early, *late)
