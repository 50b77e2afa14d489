"""When a client is awake: no message leaves for them in their quiet hours (I9)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model.practice import QuietHours
from syncd.core.time.spans import local, local_date

URGENT_FROM = time(6, 0)
EVES = frozenset({(12, 24), (12, 31)})  # half days wherever people keep them: what can wait leaves by noon
SPARE = timedelta(hours=1)  # before a last waking moment: what is put off once must not be put off overnight


def waking(
    moment: datetime, zone: ZoneInfo, quiet: QuietHours, holidays: frozenset[date], urgent: bool = False
) -> datetime:
    """The first instant at or after `moment` outside the client's quiet hours, in UTC.

    Urgent messages only wait for 06:00, on any day.
    """
    for ahead in range(15):
        day = local_date(moment, zone) + timedelta(days=ahead)
        closed = not urgent and ((quiet.sundays and day.weekday() == 6) or day in holidays)
        if closed:
            continue
        opens, closes = _open_hours(day, zone, quiet, urgent)
        if max(moment, opens) < closes:
            return max(moment, opens)
    return moment


def night_falls(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """When the waking hours of that day end."""
    return _open_hours(local_date(moment, zone), zone, quiet, urgent=False)[1]


def last_waking(moment: datetime, zone: ZoneInfo, quiet: QuietHours, holidays: frozenset[date]) -> datetime:
    """The last instant at or before `moment` outside the client's quiet hours; `moment` if a fortnight has none."""
    for back in range(15):
        day = local_date(moment, zone) - timedelta(days=back)
        if (quiet.sundays and day.weekday() == 6) or day in holidays:
            continue
        opens, closes = _open_hours(day, zone, quiet, urgent=False)
        if opens <= moment and opens < closes:
            return min(moment, closes - timedelta(minutes=1))
    return moment


def _open_hours(day: date, zone: ZoneInfo, quiet: QuietHours, urgent: bool) -> tuple[datetime, datetime]:
    next_day = local(day + timedelta(days=1), time(0), zone)
    if urgent:
        return local(day, URGENT_FROM, zone), next_day
    closes = local(day, quiet.start, zone) if quiet.start > quiet.end else next_day
    if (day.month, day.day) in EVES:
        closes = min(closes, local(day, time(12), zone))
    return local(day, quiet.end, zone), closes
