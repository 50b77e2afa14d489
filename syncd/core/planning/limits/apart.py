"""Clients who must not meet: an hour between their sessions, at the same therapist or in the same place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from syncd.core.planning.limits.occupancy import Occupancy, TakenTime
from syncd.core.time.minutes import Minutes, merged

HOUR = 60  # minutes between the sessions of two clients who must not meet


@dataclass(frozen=True, slots=True)
class Visit:
    """When a client comes, to which therapist, and where; `place` as in `TakenTime`."""

    when: Minutes
    therapist: str
    place: str | None

    def near(self, other: Visit) -> bool:
        """True where two who come so may meet."""
        start, end = _around(self.when)
        together = self.therapist == other.therapist or _meet(self.place, other.place)
        return together and other.when[0] < end and start < other.when[1]


def kept_apart(occupancy: Occupancy, others: Iterable[str], giver: str, place: str | None) -> list[Minutes]:
    """The time around what stands of these clients in which nothing of the one they must not meet may lie.

    `giver` and `place` are those of the session that is looked for.
    """
    named = frozenset(others)
    if not named:
        return []
    return merged(
        _around(one.when)
        for therapist, one in _taken(occupancy)
        if one.client in named and (therapist == giver or _meet(one.place, place))
    )


def _around(when: Minutes) -> Minutes:
    """A session with the hour before and after it."""
    return when[0] - HOUR, when[1] + HOUR


def _meet(one: str | None, other: str | None) -> bool:
    """True where sessions at these two places may bring people together; a place that nobody named may be any."""
    if one is None or other is None:
        return False
    return not one or not other or one.casefold().strip() == other.casefold().strip()


def _taken(occupancy: Occupancy) -> Iterator[tuple[str, TakenTime]]:
    yield from ((key, one) for key, load in occupancy.loads.items() for one in load.taken)
