"""Limits that follow a therapist's own habit: the week as a whole, and the days right beside leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from syncd.core.planning.request import TherapistTime
from syncd.core.time.minutes import day_number, minute_of, week_number
from syncd.core.time.spans import Span, day_span, local_date, union

WEEK_MORE, WEEK_MOST = 4, 30  # above the usual week, and at most
SESSION = timedelta(minutes=50)
FEW = 4  # sessions that make no day a full one
_DAY = timedelta(days=1)
_NEAR = 7  # days within which a working day is right beside leave
_WHOLE = timedelta(hours=23)  # the shortest day that lived clocks have


def sessions_per_week(time: TherapistTime) -> int:
    """How many sessions a week may hold, make-ups among them."""
    if time.rules.max_sessions_per_week is not None:
        return time.rules.max_sessions_per_week
    return min(WEEK_MOST, time.usual.week + WEEK_MORE) if time.usual else WEEK_MOST


def opened_sessions(time: TherapistTime) -> Counter[int]:
    """How many sessions of a usual length go into the hours that the therapist opened by hand, by week number."""
    found: Counter[int] = Counter()
    for one in union(time.opened):
        found[week_number(day_number(minute_of(one.start), time.therapist.zone))] += one.duration // SESSION
    return found


def beside_leave(time: TherapistTime) -> dict[int, int]:
    """How many sessions a working day right beside whole days of leave may hold, by day number.

    By the therapist's number the last day before. By itself: the last day not above the usual day, and the first one
    after not above the fullest weekday, so that the fullest day of all is never right beside leave.
    """
    by_hand, usual = time.rules.max_before_leave, time.usual
    found: dict[int, int] = {}
    for away in union(time.leave):
        if away.duration < _WHOLE or (by_hand is None and usual is None):
            continue
        before, after = _working(time, away, -1), _working(time, away, 1)
        if before is not None:
            cap = by_hand if by_hand is not None else max(FEW, usual.day if usual else 0)
            found[before] = min(cap, found.get(before, cap))
        if after is not None and by_hand is None and usual is not None:
            found[after] = min(max(FEW, usual.fullest), found.get(after, max(FEW, usual.fullest)))
    return found


def _working(time: TherapistTime, away: Span, step: int) -> int | None:
    """The nearest day with working hours before (-1) or after (1) the leave, by its number."""
    zone = time.therapist.zone
    for day in _days(local_date(away.start if step < 0 else away.end, zone), step):
        whole = day_span(day, zone)
        free = time.therapist.hours.spans(whole, zone)
        if day not in time.holidays and any(not away.contains(span) for span in free):
            return day_number(minute_of(whole.start), zone)
    return None


def _days(first: date, step: int) -> Iterator[date]:
    yield from (first + step * number * _DAY for number in range(_NEAR + 1))
