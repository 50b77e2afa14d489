"""A recurring event as the API shows it (a master and its exceptions) -> its occurrences in a window. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from connectors.google.events import called_off, event_of
from connectors.google.rules import Rules
from connectors.google.times import Item, original_id, original_start, when_of
from syncd.core.model import Event, EventStatus
from syncd.core.time.spans import AllDay, Span, When, span_of


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
    calendar: str,
    master: Item,
    exceptions: Iterable[Item],
    window: Span,
    zone: ZoneInfo,
    *,
    plain: bool = True,
) -> tuple[Event, ...]:
    """The occurrences that overlap `window`: those of the rules, replaced where an exception stands.

    `exceptions` are all of the series'. A cancelled one comes back as a CANCELLED occurrence, unless the series ends
    before it: Google keeps those. `plain` as in `Rules`. Raises Unreadable.
    """
    rules = Rules(master, zone, plain=plain)
    template = replace(event_of(calendar, master, zone), recurring=True, unbounded=rules.unbounded)
    standing = {original_id(item, zone): item for item in _belonging(exceptions, rules, zone)}
    # A far exception cannot hide an occurrence in the window, so the rules need no margin of their own.
    events = [template.at(when, name) for name, when in rules.between(window) if name not in standing]
    events += [_excepted(calendar, item, template, zone) for item in standing.values()]
    return _inside(events, window, zone)


def listed(
    calendar: str, master: Item, instances: Iterable[Item], window: Span, zone: ZoneInfo
) -> tuple[Event, ...]:
    """As `expanded`, of a series that the server expanded: `instances` are its occurrences. Raises Unreadable."""
    rules = Rules(master, zone)
    template = replace(event_of(calendar, master, zone), recurring=True, unbounded=rules.unbounded)
    belonging = _belonging(instances, rules, zone)
    return _inside([_excepted(calendar, item, template, zone) for item in belonging], window, zone)


def _belonging(items: Iterable[Item], rules: Rules, zone: ZoneInfo) -> Iterator[Item]:
    """All but what was cancelled beyond the end of the series."""
    for item in items:
        if not (is_gone(item) and rules.over_at(original_start(item, zone))):
            yield item


def _inside(events: Iterable[Event], window: Span, zone: ZoneInfo) -> tuple[Event, ...]:
    kept = [event for event in events if span_of(event.when, zone).overlaps(window)]
    return tuple(sorted(kept, key=lambda event: (span_of(event.when, zone), event.recurrence_id)))


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
