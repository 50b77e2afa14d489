"""How good a slot is for a client: near the original, at the client's own hour, leaving no useless gaps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from syncd.core.planning.ranking import Ranked
from syncd.core.time.minutes import Minutes, hits, local_minute, minute_of

GAP_POINTS = 50
CLOCK_POINTS = 30
WEEKDAY_POINTS = 20
TIDY_POINTS = 10
RESERVED_POINTS = 10
_DAY = 1440
_CLOCK_REACH = 240  # minutes from the usual hour at which its points are used up


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
    clock: int  # minutes of the local day
    weekday: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Free stretches of the therapist, the time set aside for make-ups, and what makes a gap useless."""

    stretches: Sequence[Minutes]
    reserved: Sequence[Minutes]
    usable: int  # a free rest shorter than this serves nobody


def original_of(ranked: Ranked) -> Original:
    """The reference that a client's slots are measured against."""
    candidate = ranked.candidate
    start = minute_of(ranked.conflict.span.start)
    shown = local_minute(start, candidate.zone)
    return Original(
        start=start,
        previous=minute_of(candidate.before),
        following=minute_of(candidate.after),
        clock=shown % _DAY,
        weekday=shown // _DAY % 7,
    )


def quality_points(
    original: Original, around: Surroundings, span: Minutes, shown: int
) -> tuple[int, int, int, int, int]:
    """Points for gap, time of day, weekday, tidiness, reserved hours; `shown` is the start on the wall clock."""
    apart = abs(shown % _DAY - original.clock)
    apart = min(apart, _DAY - apart)
    return (
        _gap_points(original, span[0]),
        CLOCK_POINTS * max(0, _CLOCK_REACH - apart) // _CLOCK_REACH,
        WEEKDAY_POINTS if shown // _DAY % 7 == original.weekday else 0,
        _tidy_points(around, span),
        RESERVED_POINTS if hits(around.reserved, *span) else 0,
    )


def quality_parts(points: tuple[int, int, int, int, int]) -> tuple[QualityPart, ...]:
    """The same with names."""
    return (
        QualityPart("gap days removed", points[0], GAP_POINTS),
        QualityPart("time of day", points[1], CLOCK_POINTS),
        QualityPart("weekday", points[2], WEEKDAY_POINTS),
        QualityPart("no useless gaps", points[3], TIDY_POINTS),
        QualityPart("reserved hours", points[4], RESERVED_POINTS),
    )


def longest_gap(original: Original, start: int) -> int:
    """The longest stretch without a session that remains with a make-up at `start`, in minutes."""
    whole = original.following - original.previous
    if not original.previous < start < original.following:
        return whole
    return max(start - original.previous, original.following - start)


def _gap_points(original: Original, start: int) -> int:
    """All points for halving the gap; none for a slot that leaves it as it is."""
    whole = original.following - original.previous
    removed = whole - longest_gap(original, start)
    return GAP_POINTS * 2 * removed // whole if whole > 0 else 0


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
