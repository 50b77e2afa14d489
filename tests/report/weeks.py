"""Small frozen inputs for the picture: made-up initials, hand-set times."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from syncd.core.model import Tier
from syncd.core.planning.ranking import Part
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span, local
from syncd.picture import Displaced, Kept, WeekPicture
from tests.core.people import BERLIN

HOURS = WeeklyHours(week=((ClockRange(9 * 60, 12 * 60),),) * 5 + ((), ()))
PARTS = (
    Part("interval", 1.0, 25.0, "comes weekly"),
    Part("gap", 0.5, 7.5, "14 days without"),
    Part("relationship", 0.25, 5.0, "in treatment for 3 months"),
)


def span(day: date, clock: str, minutes: int = 50) -> Span:
    """A span on a day at a wall-clock time in Berlin."""
    hour, minute = (int(part) for part in clock.split(":"))
    start: datetime = local(day, time(hour, minute), BERLIN)
    return Span(start, start + timedelta(minutes=minutes))


def away(first: date, until: date) -> Span:
    """Whole days of leave."""
    return Span(local(first, time(0), BERLIN), local(until, time(0), BERLIN))


def displaced(rank: int, original: Span, slot: Span | None = None, initials: str = "AB") -> Displaced:
    """One displaced session."""
    reason = "" if slot else "Two make-ups on Thursday are the cap."
    return Displaced(rank, initials, Tier.ROUTINE, 375, PARTS, original, slot, reason=reason)


def small() -> WeekPicture:
    """A leave of one day, one session moved, one without a time, one that takes place."""
    monday, tuesday, thursday = date(2026, 7, 6), date(2026, 7, 7), date(2026, 7, 9)
    return WeekPicture(
        therapist="dana",
        zone=BERLIN,
        hours=HOURS,
        leave=(away(monday, tuesday),),
        sessions=(Kept(span(tuesday, "09:00"), "EF"),),
        displaced=(
            displaced(1, span(monday, "09:00"), span(thursday, "10:00")),
            displaced(2, span(monday, "10:00", 30), None, "CD"),
        ),
        weeks_around=0,
    )
