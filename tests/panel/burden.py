"""What a tear costs a client, and what make-ups take off it: from the definition in words, no planner's code.

A stretch between two contacts is too long by what exceeds the usual interval, or the longest gap of the client's own
rhythm in it, if that is longer. That excess in intervals, squared, is its burden: one missed session is 1, two are 4.
An agreed last session is waited for from the first day on, and once it has been had nobody waits any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from tests.panel.sight import Client
from tests.panel.stretches import assumed_ends

_DAY = timedelta(days=1)


def burden(client: Client) -> float:
    """The burden of all stretches in which a session is missing, with the make-ups that the client has."""
    ends = assumed_ends(client)
    rhythm = sorted((*client.kept, *client.displaced, *ends))
    contacts = sorted((*client.kept, *ends, *(one.start for one in client.meetings)))
    usual, until = client.person.interval, _last_before(client)
    torn = sum(
        _of_stretch(begin, end, usual, rhythm)
        for begin, end in pairwise(contacts)
        if any(begin < lost < end for lost in client.displaced) and (until is None or begin < until)
    )
    return torn + (_of_goodbye(client, until, contacts[-1]) if until is not None else 0.0)


def _last_before(client: Client) -> datetime | None:
    """The last contact before an agreed last session that is lost, other make-ups left aside; None: none is lost."""
    return None if client.last_agreed is None else max((*client.kept, *assumed_ends(client)[:-1]))


def _of_goodbye(client: Client, before: datetime, too_late: datetime) -> float:
    saved = sorted(one.start for one in client.meetings if one.start > before)
    points = [before, *(saved or [too_late])]
    parts = (_days(begin, end) / client.person.interval for begin, end in pairwise(points))
    return float(sum(part**2 for part in parts))


def relief(client: Client) -> float:
    """What the client's make-ups take off the burden of having none."""
    bare = client
    for one in client.given:
        bare = bare.without(one)
    return max(0.0, burden(bare) - burden(client))


def _of_stretch(begin: datetime, end: datetime, interval: float, rhythm: list[datetime]) -> float:
    inside = [begin, *(one for one in rhythm if begin < one < end), end]
    own = max(_days(earlier, later) for earlier, later in pairwise(inside))
    excess = max(0.0, _days(begin, end) - max(interval, own))
    return float((excess / interval) ** 2)


def _days(begin: datetime, end: datetime) -> int:
    """Calendar days from one to the other."""
    return (end.date() - begin.date()).days
