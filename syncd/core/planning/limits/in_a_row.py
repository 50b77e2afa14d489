"""Sessions in a row: how many follow each other without a pause, and which new ones together are too many."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from syncd.core.time.minutes import Minutes

PAUSE = 25  # minutes without a session that end a row


def row_length(taken: Sequence[Minutes], start: int, end: int) -> int:
    """How many sessions a new one at [start, end) would follow and be followed by, itself counted.

    `taken` are the therapist's sessions, sorted by start.
    """
    place = bisect_left(taken, (start, end))
    before = after = 0
    first, last = start, end
    for one in reversed(taken[:place]):
        if first - one[1] >= PAUSE:
            break
        before, first = before + 1, min(first, one[0])
    for one in taken[place:]:
        if one[0] - last >= PAUSE:
            break
        after, last = after + 1, max(last, one[1])
    return before + 1 + after


def too_many(
    taken: Sequence[Minutes], possible: Sequence[Minutes], most: int, together: int
) -> Iterator[tuple[Minutes, ...]]:
    """Sets of two or more new sessions, at most `together`, that make more than `most` in a row with what stands.

    Both are of one day and sorted. Whoever takes no such set as a whole has no row that is too long, as long as
    `row_length` allows each of its sessions alone.
    """
    fresh = sorted(set(possible))
    nodes = sorted([*((one, False) for one in set(taken)), *((one, True) for one in fresh)])
    if together < 2 or len(fresh) < 2:
        return
    found: set[tuple[Minutes, ...]] = set()
    for place in range(len(nodes)):
        for row in _rows(nodes, place, most + 1, together):
            if len(row) > 1 and row not in found:
                found.add(row)
                yield row


def _rows(
    nodes: Sequence[tuple[Minutes, bool]], place: int, length: int, left: int
) -> Iterator[tuple[Minutes, ...]]:
    """The new sessions in each row of `length` that begins at this place, `left` of them at most."""
    (start, end), new = nodes[place]
    if new and not left:
        return
    own = ((start, end),) if new else ()
    if length == 1:
        yield own
        return
    for other in range(place + 1, len(nodes)):
        following = nodes[other][0][0]
        if following - end >= PAUSE:
            return
        if following >= end or not (new or nodes[other][1]):
            for rest in _rows(nodes, other, length - 1, left - len(own)):
                yield (*own, *rest)
