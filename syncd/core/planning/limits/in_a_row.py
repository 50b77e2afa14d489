"""Sessions in a row: how many follow each other without a pause, and which new ones together are too many.

A call is no session, but a pause with one in it is none: it counts nothing, and joins what stands on both sides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from syncd.core.time.minutes import Minutes

PAUSE = 25  # minutes in which nobody is met that end a row


class Met(NamedTuple):
    """When somebody is met, in minutes, and what that counts in a row: 1 a session, 0 a call."""

    start: int
    end: int
    counts: int = 1

    @property
    def when(self) -> Minutes:
        """The same without what it counts."""
        return self.start, self.end


def row_length(taken: Sequence[Met], new: Met) -> int:
    """How many sessions would follow each other with a new one among them; 0 where it makes no row longer.

    `taken` is what the therapist has, sorted.
    """
    place = bisect_left(taken, new)
    before = after = 0
    first, last = new.start, new.end
    for one in reversed(taken[:place]):
        if first - one.end >= PAUSE:
            break
        before, first = before + one.counts, min(first, one.start)
    for one in taken[place:]:
        if one.start - last >= PAUSE:
            break
        after, last = after + one.counts, max(last, one.end)
    joins = before and after and taken[place].start - max(one.end for one in taken[:place]) >= PAUSE
    return before + new.counts + after if new.counts or joins else 0


def too_many(
    taken: Sequence[Met], possible: Sequence[Met], most: int, together: int
) -> Iterator[tuple[Met, ...]]:
    """Sets of two or more new ones, at most `together`, that make more than `most` in a row with what stands.

    Both are of one day and sorted. Whoever takes no such set as a whole has no row that is too long, as long as
    `row_length` allows each of them alone.
    """
    fresh = sorted(set(possible))
    nodes = sorted([*((one, False) for one in set(taken)), *((one, True) for one in fresh)])
    if together < 2 or len(fresh) < 2:
        return
    found: set[tuple[Met, ...]] = set()
    for place in range(len(nodes)):
        for row in _rows(nodes, place, most + 1, together) if nodes[place][0].counts else ():
            if len(row) > 1 and row not in found:
                found.add(row)
                yield row


def _rows(
    nodes: Sequence[tuple[Met, bool]], place: int, length: int, left: int, bridged: int | None = None
) -> Iterator[tuple[Met, ...]]:
    """The new ones in each row of `length` sessions that begins at this place, `left` of them at most.

    `bridged` is when the last session ended, where calls follow it: they join only what a pause lies between.
    """
    one, new = nodes[place]
    needless = bridged is not None and one.counts and one.start - bridged < PAUSE
    if needless or (new and not left):
        return
    own, length = (one,) if new else (), length - one.counts
    if not length:
        yield own
        return
    for other in range(place + 1, len(nodes)):
        following = nodes[other][0].start
        if following - one.end >= PAUSE:
            return
        if following >= one.end or not (new or nodes[other][1]):
            since = bridged if not one.counts else None if nodes[other][0].counts else one.end
            for rest in _rows(nodes, other, length, left - len(own), since):
                yield (*own, *rest)
