"""A series expanded by hand (the connector asks a library), in the zone it was written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncd.standin.google.answers import ApiError, Json
from syncd.standin.google.rules import Rule, rule_of

_DAY = timedelta(days=1)
_UTC = ZoneInfo("UTC")
_SPLIT_OFF = re.compile(r"_R\d{8}(T\d{6})?$")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence: its id's suffix, and its own start, end and original start."""

    suffix: str
    start: Json
    end: Json
    first: datetime  # in UTC; of a date, midnight in the calendar's zone
    last: datetime


def instance_id(series: str, suffix: str) -> str:
    """The id of one occurrence. That of a series split off by "this and following" has the first series' name in it.

    Google documents neither; its support has told others: `ID_R20260601T070000`, and `ID_20260608T070000Z` in it.
    """
    return f"{stem(series)}_{suffix}"


def stem(series: str) -> str:
    """The id that occurrences of a series are named after."""
    return _SPLIT_OFF.sub("", series)


def occurrences(
    master: Json, after: datetime, before: datetime, calendar: ZoneInfo = _UTC
) -> Iterator[Occurrence]:
    """Those that overlap [after, before), whole days in the calendar's zone. ApiError 400 for rules that are none."""
    start, end = master["start"], master["end"]
    if "date" in start:
        first, length = date.fromisoformat(start["date"]), date.fromisoformat(end["date"])
        for wall in _walls(
            master, datetime.combine(first, time()), None, after - 2 * _DAY, before + 2 * _DAY
        ):
            one = _all_day(wall.date(), length - first, calendar)
            if one.first < before and one.last > after:
                yield one
        return
    zone = ZoneInfo(start["timeZone"])
    begins, ends = instant(start, zone), instant(end, zone)
    local = begins.astimezone(zone).replace(tzinfo=None)
    length_ = ends.astimezone(zone).replace(tzinfo=None) - local
    for wall in _walls(master, local, zone, after - length_ - _DAY, before + _DAY):
        made = _timed(wall, length_, zone, start["timeZone"])
        if made.first < before and made.last > after:
            yield made


def occurrence(master: Json, suffix: str) -> Occurrence | None:
    """The occurrence that an instance's id names, if the series has it."""
    try:
        if "T" in suffix:
            moment = datetime.strptime(suffix, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        else:
            moment = datetime.strptime(suffix, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    near = occurrences(master, moment - 2 * _DAY, moment + 2 * _DAY)
    return next((one for one in near if one.suffix == suffix), None)


def instant(point: Json, zone: ZoneInfo) -> datetime:
    """One EventDateTime in UTC; a date counts from midnight in `zone`."""
    if "date" in point:
        return datetime.combine(date.fromisoformat(point["date"]), time(), zone).astimezone(UTC)
    moment = datetime.fromisoformat(point["dateTime"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(point["timeZone"]) if point.get("timeZone") else zone)
    return moment.astimezone(UTC)


def _walls(
    master: Json, local: datetime, zone: ZoneInfo | None, after: datetime, before: datetime
) -> list[datetime]:
    """The wall times at which the series begins anew, between two instants."""
    lower, upper = _wall(after, zone), _wall(before, zone)
    found: set[datetime] = set()
    without: set[datetime] = set()
    try:
        for line in master["recurrence"]:
            name, _, value = line.partition(":")
            kind, _, parameters = name.partition(";")
            match kind.upper():
                case "RRULE":
                    found |= set(_ruled(rule_of(value), local, zone, upper))
                case "EXDATE":
                    without |= {_listed(one, parameters, zone) for one in value.split(",")}
                case "RDATE":
                    found |= {local, *(_listed(one, parameters, zone) for one in value.split(","))}
                case _:
                    raise ValueError(line)
    except (ValueError, KeyError, TypeError) as error:
        raise ApiError(400, "invalid", "Invalid recurrence rule.") from error
    return sorted(wall for wall in found - without if lower <= wall <= upper)


def _ruled(rule: Rule, local: datetime, zone: ZoneInfo | None, upper: datetime) -> Iterator[datetime]:
    """What one rule names from the series' start on, up to its COUNT or UNTIL, or to `upper`."""
    for number, day in enumerate(rule.days(local.date())):
        wall = datetime.combine(day, local.time())
        if number == rule.count or wall > upper or _over(wall, rule.until, zone):
            return
        yield wall


def _over(wall: datetime, until: datetime | date | None, zone: ZoneInfo | None) -> bool:
    """True after UNTIL: an instant in UTC, a wall time of the series, or a day that still counts."""
    if until is None:
        return False
    if not isinstance(until, datetime):
        return wall.date() > until
    return wall > (until if until.tzinfo is None else _wall(until, zone))


def _listed(value: str, parameters: str, zone: ZoneInfo | None) -> datetime:
    """One value of EXDATE or RDATE as a wall time in the series' zone."""
    if "T" not in value:
        return datetime.strptime(value, "%Y%m%d")  # noqa: DTZ007 - a wall time
    if value.endswith("Z"):
        return _wall(datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), zone)
    wall = datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - as above
    _, _, own = parameters.partition("TZID=")
    return _wall(wall.replace(tzinfo=ZoneInfo(own)), zone) if own and zone else wall


def _wall(moment: datetime, zone: ZoneInfo | None) -> datetime:
    return moment.astimezone(zone or UTC).replace(tzinfo=None)


def _timed(wall: datetime, length: timedelta, zone: ZoneInfo, name: str) -> Occurrence:
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    skipped = first.astimezone(zone).replace(tzinfo=None) != wall
    last = first + length if skipped else (wall + length).replace(tzinfo=zone).astimezone(UTC)
    start, end = ({"dateTime": one.astimezone(zone).isoformat(), "timeZone": name} for one in (first, last))
    return Occurrence(f"{first:%Y%m%dT%H%M%SZ}", start, end, first, last)


def _all_day(day: date, length: timedelta, zone: ZoneInfo) -> Occurrence:
    until = day + length
    first, last = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, until))
    return Occurrence(f"{day:%Y%m%d}", {"date": day.isoformat()}, {"date": until.isoformat()}, first, last)
