"""A recurring event as the API shows it (a master and its exceptions) -> its occurrences in a window. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar

from connectors.google.events import called_off, event_of
from connectors.google.times import Item, original_id, original_start, when_of
from connectors.limits import Unreadable, check_text
from connectors.recurrence import Occurrence, Zones, is_unbounded, occurrences, over_at
from connectors.zones import named_zone
from syncd.core.model import Event, EventStatus
from syncd.core.time.spans import AllDay, Span, When, span_of

_LINE = re.compile(r"(?:RRULE|EXRULE|RDATE|EXDATE)[;:][^\r\n]+", re.IGNORECASE)


def is_series(item: Item) -> bool:
    """True for a master."""
    return bool(item.get("recurrence"))


def is_exception(item: Item) -> bool:
    """True for what stands for one occurrence of a series: an exception, or an instance."""
    return bool(item.get("recurringEventId"))


def is_gone(item: Item) -> bool:
    """True for what is cancelled: a deleted event, or an occurrence that does not take place."""
    return item.get("status") == "cancelled"


def expanded(
    calendar: str, master: Item, exceptions: Iterable[Item], window: Span, zone: ZoneInfo
) -> tuple[Event, ...]:
    """The occurrences that overlap `window`: those of the rules, replaced where an exception stands.

    `exceptions` are all of the series'. A cancelled one comes back as a CANCELLED occurrence, unless the series ends
    before it: Google keeps those. Raises Unreadable.
    """
    rules = _vevent(master, zone)
    template = replace(event_of(calendar, master, zone), recurring=True, unbounded=is_unbounded(rules))
    standing = {original_id(item, zone): item for item in _belonging(exceptions, rules, zone)}
    # A far exception cannot hide an occurrence in the window, so the rules need no margin of their own.
    ruled = occurrences([rules], window, Zones(zone))
    events = [_ruled(template, one) for one in ruled if one.recurrence_id not in standing]
    events += [_excepted(calendar, item, template, zone) for item in standing.values()]
    return _inside(events, window, zone)


def listed(
    calendar: str, master: Item, instances: Iterable[Item], window: Span, zone: ZoneInfo
) -> tuple[Event, ...]:
    """As `expanded`, of a series that the server expanded: `instances` are its occurrences. Raises Unreadable."""
    rules = _vevent(master, zone)
    template = replace(event_of(calendar, master, zone), recurring=True, unbounded=is_unbounded(rules))
    belonging = _belonging(instances, rules, zone)
    return _inside([_excepted(calendar, item, template, zone) for item in belonging], window, zone)


def _belonging(items: Iterable[Item], rules: icalendar.Event, zone: ZoneInfo) -> Iterator[Item]:
    """All but what was cancelled beyond the end of the series."""
    for item in items:
        if not (is_gone(item) and over_at(rules, original_start(item, zone), Zones(zone))):
            yield item


def _inside(events: Iterable[Event], window: Span, zone: ZoneInfo) -> tuple[Event, ...]:
    kept = [event for event in events if span_of(event.when, zone).overlaps(window)]
    return tuple(sorted(kept, key=lambda event: (span_of(event.when, zone), event.recurrence_id)))


def _ruled(template: Event, one: Occurrence[icalendar.Event]) -> Event:
    return replace(template, when=one.when, recurrence_id=one.recurrence_id)


def _excepted(calendar: str, item: Item, template: Event, zone: ZoneInfo) -> Event:
    if is_gone(item):
        return replace(
            template,
            when=when_of(item, zone) if item.get("start") else originally(item, template.when, zone),
            recurrence_id=original_id(item, zone),
            status=EventStatus.CANCELLED,
            called_off=called_off(item),
            etag=str(item.get("etag", "")),
        )
    return replace(event_of(calendar, item, zone), unbounded=template.unbounded)


def originally(item: Item, first: When, zone: ZoneInfo) -> When:
    """When a cancelled exception, which says little of itself, would have taken place."""
    original = when_of({"start": item["originalStartTime"]}, zone)
    if isinstance(original, AllDay) and isinstance(first, AllDay):
        return AllDay(original.first, original.first + (first.until - first.first))
    if isinstance(original, Span) and isinstance(first, Span):
        return Span(original.start, original.start + first.duration)
    return original


def _vevent(master: Item, zone: ZoneInfo) -> icalendar.Event:
    """The rules of a master as iCalendar, for the expander; nothing else of the event is in it."""
    lines = [str(line) for line in master.get("recurrence", ())]
    if not all(_LINE.fullmatch(line) for line in lines):
        raise Unreadable("a recurrence rule that is not one")
    text = "\r\n".join(("BEGIN:VEVENT", "UID:series", *_ends(master, zone), *lines, "END:VEVENT", ""))
    check_text(text)
    try:
        event = icalendar.Event.from_ical(text)
    except ValueError as error:
        raise Unreadable("a recurrence rule that is not one") from error
    if not isinstance(event, icalendar.Event) or event.errors:
        raise Unreadable("a recurrence rule that is not one")
    return event


def _ends(master: Item, zone: ZoneInfo) -> tuple[str, str]:
    when = when_of(master, zone)
    if isinstance(when, AllDay):
        return f"DTSTART;VALUE=DATE:{when.first:%Y%m%d}", f"DTEND;VALUE=DATE:{when.until:%Y%m%d}"
    name = str(master["start"].get("timeZone", "")) or zone.key
    own = named_zone(name)
    if own is None:
        raise Unreadable(f'unknown time zone "{name[:80]}"; set the event to a known zone')
    return _local("DTSTART", when.start, own), _local("DTEND", when.end, own)


def _local(name: str, moment: datetime, own: ZoneInfo) -> str:
    if own.key == "UTC":
        return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={own.key}:{moment.astimezone(own):%Y%m%dT%H%M%S}"
