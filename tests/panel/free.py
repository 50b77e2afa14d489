"""Whether a time could be somebody's: the therapist's hours and day, the client's windows, notice and horizon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.time.spans import Span
from tests.core.plan_oracle import rested
from tests.panel.sight import Client, Limits, Sight
from tests.panel.spec import ZONE, Range, minute_of

_NIGHT_ENDS, _NIGHT_BEGINS = 7 * 60, 21 * 60  # for people in another zone without windows
LONG_LEAVE = 19  # days: three weeks from Monday to the third Friday
GRID = timedelta(minutes=30)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=8)
Taken = tuple[datetime, datetime]


def open_times(sight: Sight, client: Client, original: datetime) -> Iterator[datetime]:
    """Every half hour at which this displaced session could be made up for, beside all that stands."""
    limits = sight.displacing(client, original)
    if limits is None or not limits.owes(original):
        return
    taken = list(_taken(sight, client, limits))
    begin, end = limits.leave.begin - limits.before, limits.leave.end + limits.after
    start = begin.replace(minute=0, second=0) + timedelta(hours=1)
    while start < end:
        free = not _shut(client, limits, start) and _open(sight, client, original, start, taken)
        if free and day_allows(sight, client, limits, start):
            yield start
        start += GRID


def fits(sight: Sight, client: Client, original: datetime, start: datetime) -> bool:
    """Time that is open and taken by nobody, and that this client's notice, horizon and windows allow."""
    limits = sight.displacing(client, original)
    return (
        limits is not None
        and not _shut(client, limits, start)
        and _open(sight, client, original, start, list(_taken(sight, client, limits)))
    )


def _shut(client: Client, limits: Limits, start: datetime) -> bool:
    """In a pause of their own; for delicate work in the last week before a long leave."""
    delicate = client.person.exposure or client.person.phase == "crucial"
    last = timedelta(0) < limits.leave.begin - start <= timedelta(days=7) and limits.leave.days >= LONG_LEAVE
    return client.pausing(start) or (delicate and last)


def _open(sight: Sight, client: Client, original: datetime, start: datetime, taken: list[Taken]) -> bool:
    limits = sight.displacing(client, original)
    end = start + timedelta(minutes=client.person.minutes)
    if limits is None or start.date() in limits.holidays or not _within(limits, client, original, start, end):
        return False
    desk = sight.desk[client.person.therapist]
    inside = _in_ranges((*desk.hours, *desk.reserved), start, end) and suits(client, start)
    return inside and not any(first < end and start < last for first, last in taken)


def _within(limits: Limits, client: Client, original: datetime, start: datetime, end: datetime) -> bool:
    leave = limits.leave
    earliest = limits.earliest.get((client.person.id, original))
    side = leave.begin - limits.before <= start and end <= leave.begin
    other = leave.end <= start and end <= leave.end + limits.after
    return earliest is not None and start >= earliest and (side or other)


def suits(client: Client, start: datetime) -> bool:
    """What the roster says of a client's own time; for people in another zone, their day."""
    zone = ZoneInfo(client.person.zone) if client.person.zone else ZONE
    there = start.astimezone(zone)
    end = there + timedelta(minutes=client.person.minutes)
    if client.person.windows:
        return _in_ranges(client.person.windows, there, end)
    if zone.key == ZONE.key:
        return True
    return there.date() == end.date() and minute_of(there) >= _NIGHT_ENDS and minute_of(end) <= _NIGHT_BEGINS


def day_allows(sight: Sight, client: Client, limits: Limits, start: datetime) -> bool:
    """Room for one more session on the day and in the week, one more make-up in both, and no row that gets too long."""
    who, day = client.person.therapist, start.date()
    made = [one.start for one in sight.given if one.therapist == who and not one.piece]
    kept = [
        Span(one, one + timedelta(minutes=other.person.minutes))
        for other in sight.clients.values()
        if other.person.therapist == who
        for one in other.kept
        if abs(one - start) < _WEEK
    ]
    every = [
        *kept,
        *(Span(one.start, one.end) for one in sight.given if one.therapist == who and not one.piece),
    ]
    today = [one for one in every if _wall(one) == day]
    week = [one for one in every if _wall(one).isocalendar()[:2] == day.isocalendar()[:2]]
    if len(today) >= min(limits.sessions_a_day, limits.beside.get(day, limits.sessions_a_day)):
        return False
    new = Span(start, start + timedelta(minutes=client.person.minutes))
    return (
        len(week) < limits.sessions_a_week
        and sum(one.date() == day for one in made) < limits.makeups_a_day
        and sum(one.isocalendar()[:2] == day.isocalendar()[:2] for one in made) < limits.makeups_a_week
        and rested([new], today, limits.in_a_row)
    )


def _wall(one: Span) -> date:
    return one.start.astimezone(ZONE).date()


def _in_ranges(ranges: tuple[Range, ...], start: datetime, end: datetime) -> bool:
    first, last = minute_of(start), minute_of(end)
    return start.date() == end.date() and any(
        day == start.weekday() and begin <= first and last <= until for day, begin, until in ranges
    )


def _taken(sight: Sight, client: Client, limits: Limits) -> Iterator[Taken]:
    who, buffer = client.person.therapist, limits.buffer
    begin, end = limits.leave.begin - 2 * limits.before - _DAY, limits.leave.end + 2 * limits.after + _DAY
    for other in sight.clients.values():
        length = timedelta(minutes=other.person.minutes)
        near = [one for one in other.kept if begin < one < end]
        if other.person.therapist == who or other.person.id == client.person.id:
            yield from ((one - buffer, one + length + buffer) for one in near)
    yield from (
        (one.start - buffer, one.end + buffer)
        for one in sight.given
        if one.therapist == who or one.client == client.person.id
    )
    yield from ((first - buffer, last + buffer) for first, last in _busy(sight, who))
    yield from ((one.begin, one.end) for one in sight.desk[who].leaves)


def _busy(sight: Sight, who: str) -> Iterator[Taken]:
    day = sight.practice.now.replace(hour=0, minute=0)
    while day.date() <= sight.practice.end:
        for weekday, first, last in sight.desk[who].busy:
            if weekday == day.weekday():
                yield day + timedelta(minutes=first), day + timedelta(minutes=last)
        day += timedelta(days=1)
