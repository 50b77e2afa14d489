"""The rules of a series as the API shows it: when its occurrences are, whoever counts them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import icalendar

from connectors.google.times import Item, when_of
from connectors.limits import Unreadable, check_text
from connectors.plain import NotPlain, PlainEvent, plain_events
from connectors.plain_series import plain_occurrences, plain_unbounded
from connectors.recurrence import Zones, is_unbounded, occurrences, over_at
from connectors.zones import named_zone
from syncd.core.time.spans import AllDay, Span, When

_LINE = re.compile(r"(?:RRULE|EXRULE|RDATE|EXDATE)[;:][^\r\n]+", re.IGNORECASE)


class Rules:
    """The rules of one master, as iCalendar; nothing else of the event is in it."""

    def __init__(self, master: Item, zone: ZoneInfo, *, plain: bool = True) -> None:
        """`zone` is the calendar's; `plain`: rules of plain shape are counted without the libraries.

        Raises Unreadable.
        """
        self._zone = zone
        self._text = _text(master, zone)
        self._plain = _plain(self._text, zone) if plain else None
        self.unbounded = is_unbounded(self._event) if self._plain is None else plain_unbounded(self._plain)

    def between(self, window: Span) -> Iterator[tuple[str, When]]:
        """Recurrence id and time of the occurrences that overlap the window. Raises Unreadable."""
        if self._plain is not None:
            try:
                found = plain_occurrences([self._plain], window, self._zone)
            except NotPlain:
                pass  # too many to be plain
            else:
                yield from ((one.recurrence_id, one.when) for one in found)
                return
        ruled = occurrences([self._event], window, Zones(self._zone))
        yield from ((one.recurrence_id, one.when) for one in ruled)

    def over_at(self, original: date) -> bool:
        """True where they have ended, by UNTIL, before this start of an occurrence. Raises Unreadable."""
        return over_at(self._event, original, Zones(self._zone))

    @cached_property
    def _event(self) -> icalendar.Event:
        try:
            event = icalendar.Event.from_ical(self._text)
        except ValueError as error:
            raise Unreadable("a recurrence rule that is not one") from error
        if not isinstance(event, icalendar.Event) or event.errors:
            raise Unreadable("a recurrence rule that is not one")
        return event


def _plain(text: str, zone: ZoneInfo) -> PlainEvent | None:
    try:
        (event,) = plain_events(f"BEGIN:VCALENDAR\n{text}END:VCALENDAR\n", zone)
        plain_unbounded(event)
    except NotPlain:
        return None
    return event


def _text(master: Item, zone: ZoneInfo) -> str:
    lines = [str(line) for line in master.get("recurrence", ())]
    if not all(_LINE.fullmatch(line) for line in lines):
        raise Unreadable("a recurrence rule that is not one")
    text = "\r\n".join(("BEGIN:VEVENT", "UID:series", *_ends(master, zone), *lines, "END:VEVENT", ""))
    check_text(text)
    return text


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
