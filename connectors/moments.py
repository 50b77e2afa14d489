"""When one component takes place: dates and times as written, settled into a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vBroken

from connectors.limits import Unreadable
from connectors.zones import Zones
from syncd.core.time.spans import AllDay, Span, When

_DAY = timedelta(days=1)
_LEAST = timedelta(minutes=1)


def recurrence_id_of(start: date) -> str:
    """The form of OccurrenceRef: `20260706T090000Z` for an aware datetime, `20260706` for a date."""
    if isinstance(start, datetime):
        return start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return start.strftime("%Y%m%d")


def day_of(stated: date) -> date:
    """The date of a date or a datetime, as written."""
    return stated.date() if isinstance(stated, datetime) else stated


def when_of(event: icalendar.Event, zones: Zones) -> When:
    """The time of one component as it stands. Raises Unreadable where start and end make no sense.

    A timed event without an end (RFC 5545 §3.6.1: no duration) counts one minute, so that it is seen.
    """
    start = moment(event, "DTSTART", zones)
    if start is None:
        raise Unreadable("no start")
    end = moment(event, "DTEND", zones)
    duration = _duration(event)
    if end is None and duration is not None:
        end = _after(start, duration)
    return between(start, end)


def _duration(event: icalendar.Event) -> timedelta | None:
    value = event.get("DURATION")
    if value is None:
        return None
    stated = None if isinstance(value, vBroken) else getattr(value, "dt", None)
    if not isinstance(stated, timedelta):
        raise Unreadable("DURATION is not a length of time")
    return stated


def moment(event: icalendar.Event, name: str, zones: Zones) -> date | None:
    """One date or date-time property: a date, or an aware datetime; None where absent. Raises Unreadable."""
    value = event.get(name)
    if value is None:
        return None
    stated = None if isinstance(value, vBroken) else getattr(value, "dt", None)
    if not isinstance(stated, date):
        raise Unreadable(f"{name} is not a date or time")
    return zones.settle(stated, tzid_of(value))


def tzid_of(value: object) -> str:
    """The TZID parameter of a property, "" where it has none."""
    return str(getattr(value, "params", {}).get("TZID", ""))


def between(start: date, end: date | None) -> When:
    """The time from start to end, both dates or both aware datetimes; raise Unreadable otherwise."""
    if isinstance(start, datetime):
        if end is not None and not isinstance(end, datetime):
            raise Unreadable("starts at a time and ends on a date")
        return _timed(start, end or start)
    if isinstance(end, datetime):
        raise Unreadable("starts on a date and ends at a time")
    if end is not None and end < start:
        raise Unreadable("ends before it starts")
    return AllDay(start, max(end or start, start + _DAY))


def _after(start: date, duration: timedelta) -> date:
    if isinstance(start, datetime):
        return (start.astimezone(UTC) + duration).astimezone(start.tzinfo)
    return start + duration


def _timed(start: datetime, end: datetime) -> Span:
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    if _skipped(start) and start.tzinfo is end.tzinfo:
        # The clock jumped over the start: the session begins later and keeps its length.
        last = first + (end.replace(tzinfo=None) - start.replace(tzinfo=None))
    if last < first:
        raise Unreadable("ends before it starts")
    return Span(first, max(last, first + _LEAST))


def _skipped(local: datetime) -> bool:
    if isinstance(local.tzinfo, ZoneInfo) and (
        local.replace(fold=1 - local.fold).utcoffset() == local.utcoffset()
    ):
        return False  # neither skipped nor shown twice; other kinds of zones know no fold
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None, fold=0) != local.replace(tzinfo=None, fold=0)
