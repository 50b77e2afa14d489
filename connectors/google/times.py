"""EventDateTime <-> When, and the ids of occurrences. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.limits import Unreadable, check_year
from connectors.zones import named_zone
from syncd.core.time.spans import AllDay, Span, When

Item = Mapping[str, Any]  # one JSON object as the API shows it

_LEAST = timedelta(minutes=1)


def when_of(item: Item, zone: ZoneInfo) -> When:
    """The time of an event. `zone` is the calendar's, for a time that names none. Raises Unreadable.

    An event without length counts one minute, so that it is seen.
    """
    start, end = _point(item.get("start"), zone), _point(item.get("end") or item.get("start"), zone)
    if isinstance(start, datetime) and isinstance(end, datetime):
        if end < start:
            raise Unreadable("ends before it starts")
        return Span(start, max(end, start + _LEAST))
    if isinstance(start, datetime) or isinstance(end, datetime):
        raise Unreadable("has a time at one end and a date at the other")
    return AllDay(start, max(end, start + timedelta(days=1)))


def original_id(item: Item, zone: ZoneInfo) -> str:
    """The recurrence id of an exception or instance, in the form of OccurrenceRef. Raises Unreadable."""
    original = original_start(item, zone)
    return original.strftime("%Y%m%dT%H%M%SZ" if isinstance(original, datetime) else "%Y%m%d")


def original_start(item: Item, zone: ZoneInfo) -> date:
    """When an exception or instance began by the rules of its series: a date, or in UTC. Raises Unreadable."""
    return _point(item.get("originalStartTime"), zone)


def instance_id(uid: str, recurrence_id: str) -> str:
    """The event id of one occurrence; of a single event its own id."""
    return f"{uid}_{recurrence_id}" if recurrence_id else uid


def stated(when: When, zone: ZoneInfo) -> tuple[dict[str, str], dict[str, str]]:
    """`start` and `end` of an event as the API wants them: dates, or times in `zone`, in which Google tells guests."""
    if isinstance(when, AllDay):
        return {"date": when.first.isoformat()}, {"date": when.until.isoformat()}
    return _told(when.start, zone), _told(when.end, zone)


def _told(moment: datetime, zone: ZoneInfo) -> dict[str, str]:
    return {"dateTime": moment.astimezone(zone).isoformat(), "timeZone": zone.key}


def rfc3339(moment: datetime) -> str:
    """An instant in UTC with the `Z` that the API asks for."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _point(point: object, zone: ZoneInfo) -> date | datetime:
    """One EventDateTime: a date, or an instant in UTC."""
    if not isinstance(point, Mapping):
        raise Unreadable("no start")
    try:
        if point.get("date"):
            day = date.fromisoformat(str(point["date"]))
            check_year(day)
            return day
        moment = datetime.fromisoformat(str(point.get("dateTime", "")))
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("a start or end that is no date or time") from None
    check_year(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=named_zone(str(point.get("timeZone", ""))) or zone)
    return moment.astimezone(UTC)
