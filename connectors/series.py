"""One recurring event with its overrides, expanded in the wall clock of its own zone (RFC 5545 §3.3.10).

The expander works on a copy that carries nothing but wall times: a recurrence id can then mean one occurrence
only, whatever zone an override is written in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Generic, Protocol, TypeVar

import icalendar
import recurring_ical_events
from icalendar.prop import vDDDLists, vDDDTypes, vRecur

from connectors.limits import (
    Unreadable,
    check_count,
    check_dates,
    check_rules,
    check_year,
    sequence,
    until_of,
)
from connectors.moments import between, day_of, moment, recurrence_id_of, tzid_of, when_of
from connectors.zones import Zones
from syncd.core.time.spans import AllDay, Span, When

_SOURCE = "X-SYNCD-SOURCE"
_DAY = timedelta(days=1)


class _Told(recurring_ical_events.Occurrence):  # type: ignore[misc]  # the library is not annotated
    """An occurrence as the library found it: nothing of it is copied, a series has hundreds."""

    start: object
    end: object

    def as_component(self, keep_recurrence_attributes: bool) -> _Told:
        """Itself instead of a component."""
        del keep_recurrence_attributes
        return self

    @property
    def place(self) -> int:
        """The place of its source among those of the series."""
        return int(str(self._adapter._component[_SOURCE]))


_FOUND = (recurring_ical_events.ComponentsWithName("VEVENT", occurrence=_Told),)
# What programs write for "never" where they must write an end: a year nobody lives to see, or the first they know.
FIRST_ENDLESS_YEAR = 2099
_LAST_UNSET_YEAR = 1970

Period = tuple[date, date | timedelta]


class Component(Protocol):
    """What is asked of a VEVENT, whoever has read it: its properties by name, in capitals."""

    def get(self, name: str, default: Any = None, /) -> Any:  # noqa: ANN401
        """The value, several in a list."""

    def __contains__(self, name: Any, /) -> bool:  # noqa: ANN401
        """True where it is stated."""


Source = TypeVar("Source", bound=Component)


@dataclass(frozen=True, slots=True)
class Occurrence(Generic[Source]):
    """One occurrence: its recurrence id ("" for a single event), its time, the component that tells of it."""

    recurrence_id: str
    when: When
    source: Source
    recurring: bool = False
    unbounded: bool = False


def is_recurring(event: Component) -> bool:
    """True for a component that stands for more than one occurrence."""
    return any(name in event for name in ("RRULE", "RDATE", "EXRULE"))


def is_override(event: icalendar.Event) -> bool:
    """True for a component that stands for one occurrence of a series."""
    return "RECURRENCE-ID" in event


def rules_of(event: icalendar.Event) -> list[vRecur]:
    """The RRULEs of a component; raise Unreadable for one that is not a rule."""
    rules = _listed(event.get("RRULE"))
    if not all(isinstance(rule, vRecur) for rule in rules):
        raise Unreadable("a recurrence rule that is not one")
    return [rule for rule in rules if isinstance(rule, vRecur)]


def is_unbounded(event: icalendar.Event) -> bool:
    """True when some rule of a component has no end that anybody lives to see."""
    start = getattr(event.get("DTSTART"), "dt", None)
    return any(_endless(rule, start) for rule in rules_of(event))


def sequence_of(event: Component) -> int:
    """SEQUENCE, 0 where it is missing or no number."""
    return sequence(event.get("SEQUENCE", 0))


def _endless(rule: vRecur, start: object) -> bool:
    until = until_of(rule)
    if until is None:
        return not rule.get("COUNT")
    unset = until.year <= _LAST_UNSET_YEAR and isinstance(start, date) and day_of(until) < day_of(start)
    return until.year >= FIRST_ENDLESS_YEAR or unset


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _reaches_on(source: icalendar.Event) -> bool:
    return str(source["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE"


class Series:
    """A recurring master and its overrides. Raises Unreadable for what cannot be expanded safely."""

    def __init__(self, master: icalendar.Event, overrides: Sequence[icalendar.Event], zones: Zones) -> None:
        """Take the components of one UID."""
        if "EXRULE" in master:
            raise Unreadable("uses EXRULE, which the standard withdrew; save the series again")
        first = moment(master, "DTSTART", zones)
        if first is None:
            raise Unreadable("no start")
        self._zones = zones
        self._timed = isinstance(first, datetime)
        self._zone: tzinfo = (first.tzinfo if isinstance(first, datetime) else None) or zones.floating
        self._first = self._wall(first)
        self._sources = [master, *overrides]
        self._unbounded = is_unbounded(master)

    def between(self, window: Span) -> Iterator[Occurrence[icalendar.Event]]:
        """The occurrences that touch the window or the day around it, cancelled overrides among them.

        Not what was cancelled beyond the end of the series: programs that end it leave such overrides behind.
        """
        lower, upper = self._naive(window.start) - _DAY, self._naive(window.end) + _DAY
        calendar = icalendar.Calendar()
        calendar.add_component(self._bare_master())
        for index, source in enumerate(self._sources[1:], start=1):
            calendar.add_component(self._bare_override(index, source))
        found: list[_Told] = recurring_ical_events.of(calendar, components=_FOUND).between(lower, upper)
        check_count(len(found))
        return (self._occurrence(one) for one in found if not self._left_behind(self._sources[one.place]))

    def _left_behind(self, source: icalendar.Event) -> bool:
        """True for a cancelled override of an occurrence that comes after the end of the series."""
        if source is self._sources[0] or str(source.get("STATUS", "")).upper() != "CANCELLED":
            return False
        return self._over_at(self._original(source))

    def over_at(self, original: date) -> bool:
        """True for a date, or an aware datetime, after the last UNTIL of a series without other ends and dates."""
        return self._over_at(self._wall(original))

    def _over_at(self, wall: date) -> bool:
        rules = rules_of(self._sources[0])
        ends = [until for rule in rules if (until := self._ended(rule).get("UNTIL"))]
        if len(ends) < len(rules) or "RDATE" in self._sources[0]:
            return False
        return all(_at_midnight(end[0]) < _at_midnight(wall) for end in ends)

    def recurrence_id(self, override: icalendar.Event) -> str:
        """Which occurrence of this series an override stands for."""
        return recurrence_id_of(self._aware(self._original(override)))

    def _bare_master(self) -> icalendar.Event:
        master = self._sources[0]
        bare = self._bare(0, master)
        for name in ("RDATE", "EXDATE"):
            values = list(self._dates(master, name))
            check_dates(values)
            if values:
                bare.add(name, vDDDLists(values), encode=False)
        rules = rules_of(master)
        check_rules(rules)
        for rule in rules:
            bare.add("RRULE", self._ended(rule), encode=False)
        return bare

    def _bare_override(self, index: int, source: icalendar.Event) -> icalendar.Event:
        bare = self._bare(index, source)
        original = vDDDTypes(self._original(source))
        if _reaches_on(source):
            original.params["RANGE"] = "THISANDFUTURE"
        bare.add("RECURRENCE-ID", original, encode=False)
        return bare

    def _bare(self, index: int, source: icalendar.Event) -> icalendar.Event:
        start, end = self._ends(source)
        bare = icalendar.Event()
        bare.add("UID", "series")
        bare.add(_SOURCE, str(index))
        bare.add("DTSTART", vDDDTypes(start), encode=False)
        bare.add("DTEND", vDDDTypes(end), encode=False)
        bare.add("SEQUENCE", sequence_of(source))
        return bare

    def _ends(self, source: icalendar.Event) -> tuple[date, date]:
        """Start and end in wall time: a session keeps its length on the clock, as people write it."""
        when = when_of(source, self._zones)
        if isinstance(when, AllDay):
            return when.first, when.until
        start, end = moment(source, "DTSTART", self._zones), moment(source, "DTEND", self._zones)
        if isinstance(start, datetime) and isinstance(end, datetime) and end > start:
            return self._naive(start), self._naive(end)
        return self._naive(when.start), self._naive(when.end)

    def _dates(self, master: icalendar.Event, name: str) -> Iterator[date | Period]:
        for value in _listed(master.get(name)):
            if not isinstance(value, vDDDLists):
                raise Unreadable(f"{name} is not a list of dates")
            for one in value.dts:
                yield self._date(one.dt, tzid_of(value) or tzid_of(one))

    def _date(self, stated: object, tzid: str) -> date | Period:
        match stated:
            case (date() as start, timedelta() as length):
                return self._wall(self._zones.settle(start, tzid)), length
            case (date() as start, date() as end):
                return self._wall(self._zones.settle(start, tzid)), self._wall(self._zones.settle(end, tzid))
            case date():
                return self._wall(self._zones.settle(stated, tzid))
            case _:
                raise Unreadable("a list of dates with something else in it")

    def _ended(self, rule: vRecur) -> vRecur:
        """The rule with its end, if it has one, in wall time."""
        walled = vRecur({name: value for name, value in rule.items() if name != "UNTIL"})
        until = until_of(rule)
        if until is not None and not _endless(rule, self._first):
            check_year(until)
            walled["UNTIL"] = [self._last(until) if self._timed else day_of(until)]
        return walled

    def _last(self, until: date) -> datetime:
        """UNTIL in wall time; as a date it takes the whole of its day in."""
        if isinstance(until, datetime):
            return self._naive(until) if until.tzinfo else until
        return datetime.combine(day_of(until), time(23, 59, 59))

    def _original(self, source: icalendar.Event) -> date:
        """The recurrence id in wall time, in the master's kind: some write a date for a timed series."""
        stated = moment(source, "RECURRENCE-ID", self._zones)
        if stated is None:
            raise Unreadable("an exception without a recurrence id")
        if isinstance(self._first, datetime) and not isinstance(stated, datetime):
            return datetime.combine(stated, self._first.time())
        return self._wall(stated) if self._timed else day_of(self._wall(stated))

    def _occurrence(self, one: _Told) -> Occurrence[icalendar.Event]:
        source = self._sources[one.place]
        start, end = one.start, one.end
        if not (isinstance(start, date) and isinstance(end, date)):
            raise Unreadable("an occurrence without a start or an end")
        if source is self._sources[0]:
            return self._told(start, between(self._aware(start), self._aware(end)), source)
        original, own_start = self._original(source), self._ends(source)[0]
        if start == own_start or not _reaches_on(source):
            return self._told(original, when_of(source, self._zones), source)
        shifted = start - (_at_midnight(own_start) - _at_midnight(original))
        return self._told(shifted, between(self._aware(start), self._aware(end)), source)

    def _told(self, original: date, when: When, source: icalendar.Event) -> Occurrence[icalendar.Event]:
        return Occurrence(recurrence_id_of(self._aware(original)), when, source, True, self._unbounded)

    def _wall(self, settled: date) -> date:
        return self._naive(settled) if isinstance(settled, datetime) else settled

    def _naive(self, aware: datetime) -> datetime:
        # As written, so that a time which the clock skips stays what it was meant to show.
        local = aware if aware.tzinfo is self._zone else aware.astimezone(self._zone)
        return local.replace(tzinfo=None)

    def _aware(self, wall: date) -> date:
        return wall.replace(tzinfo=self._zone) if isinstance(wall, datetime) else wall


def _at_midnight(wall: date) -> datetime:
    return wall if isinstance(wall, datetime) else datetime.combine(wall, time(0))
