"""Half-open spans of time and the algebra on them. Everything is kept in UTC; a zone is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def aware(moment: datetime) -> datetime:
    """Return `moment` in UTC; raise ValueError for a naive one."""
    if moment.tzinfo is UTC:  # nearly all are
        return moment
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: give it a zone")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval [start, end) of absolute time, in UTC; never empty, never naive."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Normalise to UTC, refuse naive and empty."""
        object.__setattr__(self, "start", aware(self.start))
        object.__setattr__(self, "end", aware(self.end))
        if self.end <= self.start:
            raise ValueError(f"empty span {self.start.isoformat()} .. {self.end.isoformat()}")

    @property
    def duration(self) -> timedelta:
        """Elapsed time, daylight saving taken into account."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """True when both share at least an instant; touching is not overlapping."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """True when `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def holds(self, moment: datetime) -> bool:
        """True when the instant lies inside."""
        return self.start <= moment < self.end

    def padded(self, before: timedelta, after: timedelta | None = None) -> Span:
        """Grow by `before` at the start and `after` (default: `before`) at the end."""
        return Span(self.start - before, self.end + (before if after is None else after))

    def moved_to(self, start: datetime) -> Span:
        """Same duration, starting at `start`."""
        return Span(start, aware(start) + self.duration)


@dataclass(frozen=True, slots=True, order=True)
class AllDay:
    """Whole calendar days [first, until): dates without a zone, until a zone makes them a span."""

    first: date
    until: date

    def __post_init__(self) -> None:
        """Refuse an empty range and datetimes posing as dates."""
        if isinstance(self.first, datetime) or isinstance(self.until, datetime):
            raise ValueError("an all-day range takes dates")
        if self.until <= self.first:
            raise ValueError(f"empty days {self.first} .. {self.until}")

    def span(self, zone: ZoneInfo) -> Span:
        """The time from local midnight to local midnight in `zone`."""
        return Span(midnight(self.first, zone), midnight(self.until, zone))


When = Span | AllDay


def span_of(when: When, zone: ZoneInfo) -> Span:
    """The span of a timed or an all-day range; `zone` matters to the latter only."""
    return when.span(zone) if isinstance(when, AllDay) else when


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` in `zone`, in UTC (some zones skip midnight at a DST change)."""
    return local(day, time(0), zone)


def local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which wall clocks in `zone` show `clock` on `day`; a skipped time moves forward."""
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


def shifted(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """The instant that far away on the wall clocks of `zone`, whatever they are changed by in between."""
    shown = aware(moment).astimezone(zone).replace(tzinfo=None) + by
    return local(shown.date(), shown.time(), zone)


def day_span(day: date, zone: ZoneInfo) -> Span:
    """The whole of `day` as lived in `zone`: 23, 24 or 25 hours."""
    return Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in `zone`."""
    return aware(moment).astimezone(zone).date()


def days_of(span: Span, zone: ZoneInfo) -> tuple[date, ...]:
    """Every local day that `span` touches, in order."""
    first = local_date(span.start, zone)
    last = local_date(span.end - timedelta(microseconds=1), zone)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, disjoint spans covering the same time; touching spans are joined."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of `spans` when every hole is cut out; sorted and disjoint."""
    left = list(union(spans))
    for hole in union(holes):
        left = [piece for span in left for piece in _cut(span, hole)]
    return tuple(left)


def _cut(span: Span, hole: Span) -> list[Span]:
    if not span.overlaps(hole):
        return [span]
    pieces: list[Span] = []
    if span.start < hole.start:
        pieces.append(Span(span.start, hole.start))
    if hole.end < span.end:
        pieces.append(Span(hole.end, span.end))
    return pieces


def intersect(first: Iterable[Span], second: Iterable[Span]) -> tuple[Span, ...]:
    """The time covered by both; sorted and disjoint."""
    others = union(second)
    return tuple(
        Span(max(one.start, two.start), min(one.end, two.end))
        for one in union(first)
        for two in others
        if one.overlaps(two)
    )


def first_and_last_day(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    """First and last local day of a span."""
    last = span.end - timedelta(microseconds=1)
    return span.start.astimezone(zone).date(), last.astimezone(zone).date()
