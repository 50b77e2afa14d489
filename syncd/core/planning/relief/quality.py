"""How good a slot is apart from what it is worth: leaving no useless gaps, in reserved hours, near the usual hour."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from syncd.core.planning.ranking import Ranked
from syncd.core.time.minutes import Minutes, hits, minute_of

TIDY_POINTS = 10
RESERVED_POINTS = 10
NEAR_POINTS = 16  # for the usual hour, one less for each quarter of an hour away: among equal times
NOT_ODD_POINTS = (
    50  # for any time but one three hours away that nothing speaks for: more than all others together
)
_DAY = 1440
_QUARTER = 15


@dataclass(frozen=True, slots=True)
class QualityPart:
    """One named part of a slot's quality, in points of its maximum."""

    name: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Original:
    """The displaced session and its neighbours, in minutes, as slots are compared with it."""

    start: int
    previous: int
    following: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Free stretches of the therapist, the time set aside for make-ups, and what makes a gap useless."""

    stretches: Sequence[Minutes]
    reserved: Sequence[Minutes]
    usable: int  # a free rest shorter than this serves nobody


def original_of(ranked: Ranked) -> Original:
    """The reference that a client's slots are measured against."""
    candidate = ranked.candidate
    return Original(
        start=minute_of(ranked.conflict.span.start),
        previous=minute_of(candidate.before),
        following=minute_of(candidate.after),
    )


def comfort_points(around: Surroundings, span: Minutes) -> tuple[int, int]:
    """Points for tidiness and for reserved hours."""
    return (_tidy_points(around, span), RESERVED_POINTS if hits(around.reserved, *span) else 0)


def nearness(away: int, *, odd: bool) -> int:
    """Points for a time that many minutes from the usual hour; with an `odd` one nothing else makes up for it."""
    return max(0, NEAR_POINTS - away // _QUARTER) + (0 if odd else NOT_ODD_POINTS)


def quality_parts(relief: int, chance: int, points: tuple[int, int]) -> tuple[QualityPart, ...]:
    """What speaks for a slot, with names."""
    return (
        QualityPart("relief", relief, 100),
        QualityPart("chance", chance, 100),
        QualityPart("no useless gaps", points[0], TIDY_POINTS),
        QualityPart("reserved hours", points[1], RESERVED_POINTS),
    )


def longest_gap(original: Original, start: int) -> int:
    """The longest stretch without a session that remains with a make-up at `start`, in minutes."""
    whole = original.following - original.previous
    if not original.previous < start < original.following:
        return whole
    return max(start - original.previous, original.following - start)


def _tidy_points(around: Surroundings, span: Minutes) -> int:
    place = bisect_right(around.stretches, span) - 1
    if place < 0 or around.stretches[place][1] < span[1]:
        place += 1
    if place >= len(around.stretches):
        return 0
    start, end = around.stretches[place]
    rests = (span[0] - start, end - span[1])
    spoiled = sum(1 for rest in rests if 0 < rest < around.usable)
    return TIDY_POINTS - TIDY_POINTS // 2 * spoiled
