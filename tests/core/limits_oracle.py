"""What a therapist's own limits allow, from docs/planning.md: for the second opinion of `plan_oracle`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from syncd.core.planning.request import TherapistTime
from syncd.core.time.spans import Span


def rows_of(spans: Sequence[Span]) -> list[list[Span]]:
    """What follows each other within less than 25 minutes."""
    rows: list[list[Span]] = []
    for one in sorted(spans):
        if rows and one.start - max(each.end for each in rows[-1]) < timedelta(minutes=25):
            rows[-1].append(one)
        else:
            rows.append([one])
    return rows


def most_a_week(time: TherapistTime) -> int:
    """What is set, else four more than a usual week, and never above thirty."""
    if time.rules.max_sessions_per_week is not None:
        return time.rules.max_sessions_per_week
    return min(30, time.usual.week + 4) if time.usual else 30


def most_beside_leave(time: TherapistTime, day: date) -> int:
    """What the day holds as the last working day before leave, or the first after it; a large number elsewhere."""
    zone, found = time.therapist.zone, 1_000
    for away in time.leave:
        if last_before(time, away.start.astimezone(zone).date()) == day:
            usual = max(4, time.usual.day) if time.usual else 1_000
            found = min(found, usual if time.rules.max_before_leave is None else time.rules.max_before_leave)
        first = away.end.astimezone(zone).date()
        while not works(time, first) and first < away.end.astimezone(zone).date() + timedelta(days=7):
            first += timedelta(days=1)
        if first == day and time.usual and time.rules.max_before_leave is None:
            found = min(found, max(4, time.usual.fullest))
    return found


def last_before(time: TherapistTime, first: date) -> date:
    """The last working day before whole days of leave."""
    day = first - timedelta(days=1)
    while not works(time, day) and day > first - timedelta(days=7):
        day -= timedelta(days=1)
    return day


def works(time: TherapistTime, day: date) -> bool:
    """A day with hours that is no holiday."""
    return bool(time.therapist.hours.on(day)) and day not in time.holidays
