"""When a plain event takes place: the occurrences of a daily or weekly rule, counted, on the clock of its zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from connectors.limits import MAX_COUNT, MAX_INTERVAL, YEARS
from connectors.moments import between, recurrence_id_of
from connectors.plain import Moment, NotPlain, PlainEvent
from connectors.series import FIRST_ENDLESS_YEAR, Occurrence
from syncd.core.time.spans import AllDay, Span, span_of

_DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_AROUND = timedelta(days=3)  # zones, and then some
_DAY = timedelta(days=1)
_MOST = 1500  # candidates; what has more may have too many
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_PARTS = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"))


@dataclass(frozen=True, slots=True)
class _Rule:
    """`days` of each stretch of `step` days, the first of which begins at `origin`; `before` of them come too early."""

    origin: date
    step: int
    days: tuple[int, ...]
    before: int
    count: int | None
    until: date | None

    def number(self, day: date) -> int | None:
        """Which occurrence falls on a day, from 0; None where none does."""
        stretch, rest = divmod((day - self.origin).days, self.step)
        if rest not in self.days:
            return None
        found = stretch * len(self.days) + self.days.index(rest) - self.before
        return found if found >= 0 and (self.count is None or found < self.count) else None

    def from_to(self, first: date, last: date) -> Iterator[date]:
        """The days of occurrences in these days."""
        stretch = max(0, (first - self.origin).days // self.step)
        while True:
            begin = self.origin + timedelta(days=stretch * self.step)
            if begin > last:
                return
            for place, day in enumerate(self.days):
                number = stretch * len(self.days) + place - self.before
                if self.count is not None and number >= self.count:
                    return
                if number >= 0:
                    yield begin + timedelta(days=day)
            stretch += 1


def plain_occurrences(
    events: Sequence[PlainEvent], window: Span, floating: ZoneInfo
) -> list[Occurrence[PlainEvent]]:
    """Those of one UID's occurrences that overlap `window`, by start, as `recurrence.occurrences` finds them. Raises
    NotPlain.
    """
    masters = [one for one in events if "RECURRENCE-ID" not in one.moments]
    if len(masters) != 1 or (len(events) > 1 and not masters[0].rule):
        raise NotPlain
    master = masters[0]
    if master.rule:
        found = list(_series(master, [one for one in events if one is not master], window))
    elif master.without:
        raise NotPlain
    else:
        start, end = _edges(master)
        found = [Occurrence("", between(start.settled, end.settled), master)]
    inside = [one for one in found if span_of(one.when, floating).overlaps(window)]
    if len(events) > 1:  # those of the rule are in order
        inside.sort(key=lambda one: (span_of(one.when, floating), one.recurrence_id))
    return inside


def plain_unbounded(event: PlainEvent) -> bool:
    """True for a series without end. Raises NotPlain, where its occurrences are not plain either."""
    start, _ = _edges(event)
    rule = _rule(event.rule, start)
    for one in event.without:
        _wall(one, start)
    return rule.count is None and rule.until is None


def _edges(event: PlainEvent) -> tuple[Moment, Moment]:
    """Start and end, of one kind, in this order."""
    start, end = event.moments.get("DTSTART"), event.moments.get("DTEND")
    if start is None or end is None or start.kind != end.kind or end.wall <= start.wall:
        raise NotPlain
    return start, end


def _series(
    master: PlainEvent, exceptions: Sequence[PlainEvent], window: Span
) -> Iterator[Occurrence[PlainEvent]]:
    start, end = _edges(master)
    rule = _rule(master.rule, start)
    moved = _moved(exceptions, start, rule, _number(master))
    out = {_wall(one, start) for one in master.without}
    if not out.isdisjoint(moved):
        raise NotPlain
    unbounded = rule.count is None and rule.until is None
    settled = partial(_settled, UTC if start.utc else start.zone)
    length = end.wall - start.wall
    first, last = (window.start - _AROUND - length).date(), (window.end + _AROUND).date()
    left = _MOST
    for day in rule.from_to(first, last):
        wall = datetime.combine(day, start.wall.time()) if isinstance(start.wall, datetime) else day
        if rule.until is not None and wall > rule.until:
            break
        if wall in out or wall in moved:
            continue
        left -= 1
        if not left:
            raise NotPlain
        when = between(settled(wall), settled(wall + length))
        named = recurrence_id_of(when.first if isinstance(when, AllDay) else when.start)
        yield Occurrence(named, when, master, True, unbounded)
    for wall, event in moved.items():
        own, over = _edges(event)
        named = recurrence_id_of(settled(wall))
        yield Occurrence(named, between(own.settled, over.settled), event, True, unbounded)


def _settled(zone: tzinfo | None, wall: date) -> date:
    return wall.replace(tzinfo=zone) if isinstance(wall, datetime) else wall


def _moved(
    exceptions: Sequence[PlainEvent], start: Moment, rule: _Rule, sequence: int
) -> Mapping[date, PlainEvent]:
    """Each exception by the wall time of the occurrence that it stands for, of which there is one."""
    found: dict[date, PlainEvent] = {}
    for one in exceptions:
        wall = _wall(one.moments["RECURRENCE-ID"], start)
        there = rule.number(_day(wall)) is not None and (rule.until is None or wall <= rule.until)
        same = isinstance(_edges(one)[0].wall, datetime) == isinstance(start.wall, datetime)
        if wall in found or one.rule or one.without or not there or not same or _number(one) < sequence:
            raise NotPlain
        found[wall] = one
    return found


def _wall(moment: Moment, start: Moment) -> date:
    """The wall time of an occurrence that is named in the series' own way, at its own time of day."""
    if moment.kind != start.kind or _time(moment.wall) != _time(start.wall):
        raise NotPlain
    return moment.wall


def _time(wall: date) -> time | None:
    return wall.time() if isinstance(wall, datetime) else None


def _day(wall: date) -> date:
    return wall.date() if isinstance(wall, datetime) else wall


def _number(event: PlainEvent) -> int:
    return int(str(event.get("SEQUENCE", "0")))


def _rule(text: str, start: Moment) -> _Rule:
    pairs = [part.partition("=")[::2] for part in text.split(";")]
    parts = dict(pairs)
    if len(parts) < len(pairs) or not _PARTS.issuperset(parts) or ("COUNT" in parts and "UNTIL" in parts):
        raise NotPlain
    interval = _counted(parts.get("INTERVAL", "1"), MAX_INTERVAL)
    count = _counted(parts["COUNT"], MAX_COUNT) if "COUNT" in parts else None
    until = _until(parts["UNTIL"], start) if "UNTIL" in parts else None
    if until is not None and until < start.wall:
        raise NotPlain
    first = _day(start.wall)
    if parts.get("FREQ") == "DAILY" and "BYDAY" not in parts and parts.get("WKST", "MO") in _DAYS:
        return _Rule(first, interval, (0,), 0, count, until)
    if parts.get("FREQ") != "WEEKLY":
        raise NotPlain
    begins = _weekday(parts.get("WKST", "MO"))
    own = (first.weekday() - begins) % 7
    named = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    days = tuple(sorted((_weekday(one) - begins) % 7 for one in named)) or (own,)
    if own not in days or len(set(days)) < len(days):
        raise NotPlain
    return _Rule(first - own * _DAY, 7 * interval, days, days.index(own), count, until)


def _weekday(name: str) -> int:
    if name not in _DAYS:
        raise NotPlain
    return _DAYS[name]


def _counted(digits: str, most: int) -> int:
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 6 and 1 <= int(digits) <= most):
        raise NotPlain
    return int(digits)


def _until(text: str, start: Moment) -> date:
    """The end in wall time, of the kind that the start has."""
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise NotPlain
    year, month, day, hour, minute, second, utc = match.groups()
    timed = isinstance(start.wall, datetime)
    if int(year) not in YEARS or int(year) >= FIRST_ENDLESS_YEAR or timed != (hour is not None):
        raise NotPlain
    try:
        if not timed:
            return date(int(year), int(month), int(day))
        stated = datetime(*map(int, (year, month, day, hour, minute, second)), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        raise NotPlain from None
    if utc and start.zone is not None:
        stated = stated.astimezone(start.zone)
    return stated.replace(tzinfo=None)
