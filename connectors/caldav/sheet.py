"""The text of one calendar object in parts: what is changed is rewritten, everything else keeps its bytes.

Alarms, tasks and definitions of zones are never parsed to be written again: other programs break them in ways that
a library refuses, and one that it mends may no longer mean what its writer meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import icalendar
from icalendar.prop import vDDDTypes

from connectors.foreign import mended, plain_lines, unfolded
from connectors.limits import Unreadable
from connectors.moments import tzid_of
from connectors.series import is_override

Lines = tuple[str, ...]


@dataclass(slots=True)
class _Part:
    """A stretch of lines as they stand; `event` where they are a VEVENT, `before` its properties as they were noted."""

    lines: Lines
    event: icalendar.Event | None = None
    before: dict[str, Lines] = field(default_factory=dict)


class Sheet:
    """One object's text. Its events, once noted, may be changed in place, added and removed; `text` writes them."""

    def __init__(self, text: str) -> None:
        """Take a text apart. Raises Unreadable for what is no VCALENDAR, ValueError for what the library refuses."""
        self._parts: list[_Part] = []
        seen: set[Lines] = set()
        for name, lines in _stretches(plain_lines(text).split("\n")):
            if name != "VEVENT":
                self._parts.append(_Part(lines))
            elif (
                lines not in seen
            ):  # word for word the same, as where two calendars were joined: once is enough
                seen.add(lines)
                self._parts.append(_Part(lines, _event(lines)))
        give_times(self.events)

    def note(self) -> None:
        """Note how the events are, before anything is changed."""
        for part in self._parts:
            if part.event is not None:
                part.before = _properties(part.event)

    @property
    def events(self) -> tuple[icalendar.Event, ...]:
        """The VEVENTs, without what is nested in them."""
        return tuple(part.event for part in self._parts if part.event is not None)

    @property
    def frame(self) -> str:
        """What is no event: the calendar's own lines, and its other components."""
        return "\n".join(line for part in self._parts if part.event is None for line in part.lines)

    def add(self, event: icalendar.Event) -> None:
        """Put a new event after the last one."""
        last = max(place for place, part in enumerate(self._parts) if part.event is not None)
        self._parts.insert(last + 1, _Part((), event))

    def remove(self, event: icalendar.Event) -> None:
        """Take an event out."""
        self._parts = [part for part in self._parts if part.event is not event]

    def text(self) -> str:
        """The whole text, with CRLF."""
        return "\r\n".join([*(line for part in self._parts for line in _written(part)), ""])


def give_times(events: Sequence[icalendar.Event]) -> None:
    """Let an override that names no time of its own (a cancelled one need not say it twice) have the series'."""
    master = next((one for one in events if not is_override(one)), None)
    for event in events:
        if is_override(event) and "DTSTART" not in event and "DTEND" not in event:
            _give_time(event, master)


def _give_time(event: icalendar.Event, master: icalendar.Event | None) -> None:
    original = event["RECURRENCE-ID"]
    start = getattr(original, "dt", None)
    if not isinstance(start, date):
        return
    event["DTSTART"] = _moment(original, start)
    if master is None or "DURATION" in event:
        return
    if "DURATION" in master:
        event["DURATION"] = master["DURATION"]
        return
    first, last = (getattr(master.get(name), "dt", None) for name in ("DTSTART", "DTEND"))
    if isinstance(first, date) and isinstance(last, date) and type(first) is type(last) is type(start):
        event["DTEND"] = _moment(original, start + (last - first))


def _moment(like: object, stated: date) -> vDDDTypes:
    value = vDDDTypes(stated)
    if tzid := tzid_of(like):
        value.params["TZID"] = tzid
    return value


def _stretches(lines: Sequence[str]) -> Iterator[tuple[str, Lines]]:
    """The lines in stretches: ("", …) of a calendar itself, (name, …) for each component of it, whole."""
    opened: list[str] = []
    stretch: list[str] = []
    calendars = 0
    for line in filter(None, lines):
        begins, ends = _edge(line)
        if begins and not opened:
            if begins != "VCALENDAR":
                break
            calendars += 1
        if begins and len(opened) == 1:
            yield "", tuple(stretch)
            stretch = []
        stretch.append(line)
        if begins:
            opened.append(begins)
        elif ends in opened:
            component = opened[1:2]
            del opened[opened.index(ends) :]  # what was left open inside ends with it
            if len(opened) == 1:
                yield component[0], tuple(stretch)
                stretch = []
    if not calendars:
        raise Unreadable("not a VCALENDAR")
    if opened:
        raise Unreadable("ends in the middle; save it again or remove it")
    yield "", tuple(stretch)


def _edge(line: str) -> tuple[str, str]:
    """The names of the component that a line begins and ends, "" each."""
    word, _, name = line.rstrip().upper().partition(":")
    return (name if word == "BEGIN" else "", name if word == "END" else "")


def _event(lines: Lines) -> icalendar.Event:
    outer = "\n".join(line for line, depth in _depths(lines) if depth == 1)
    own = [one for line in unfolded(outer).split("\n") for one in mended(line)]
    event = icalendar.Event.from_ical("\r\n".join([*own, ""]))
    if not isinstance(event, icalendar.Event):
        raise TypeError("a VEVENT that is none")
    return event


def _depths(lines: Lines) -> Iterator[tuple[str, int]]:
    """Each line with how deep it lies: 1 for the component's own, its BEGIN and END among them."""
    opened: list[str] = []
    for line in lines:
        begins, ends = _edge(line)
        if begins:
            opened.append(begins)
        yield line, 1 if ends == opened[0] else len(opened)
        if ends in opened[1:]:
            del opened[opened.index(ends, 1) :]


def _logical(lines: Sequence[str]) -> Iterator[tuple[str, Lines]]:
    """Property lines with their continuations, each under its name in capitals."""
    folded: list[str] = []
    for line in lines:
        if folded and line[:1] not in (" ", "\t"):
            yield _name(folded[0]), tuple(folded)
            folded = []
        folded.append(line)
    if folded:
        yield _name(folded[0]), tuple(folded)


def _name(line: str) -> str:
    return line.partition(":")[0].partition(";")[0].strip().upper()


def _properties(event: icalendar.Event) -> dict[str, Lines]:
    """The lines that the library writes for each property."""
    found: dict[str, Lines] = {}
    for name, lines in _logical(_serialised(event)[1:-1]):
        found[name] = (*found.get(name, ()), *lines)
    return found


def _serialised(event: icalendar.Event) -> Lines:
    return tuple(str(event.to_ical(sorted=False), "utf-8").removesuffix("\r\n").split("\r\n"))


def _written(part: _Part) -> Lines:
    if part.event is None:
        return part.lines
    if not part.lines:
        return _serialised(part.event)
    after = _properties(part.event)
    changed = {name for name in after.keys() | part.before.keys() if after.get(name) != part.before.get(name)}
    return tuple(_rewritten(part.lines, after, changed)) if changed else part.lines


def _rewritten(lines: Lines, after: dict[str, Lines], changed: set[str]) -> Iterator[str]:
    """The event's lines with the changed properties where they stood; new ones after the last of its own."""
    own = [line for line, depth in _depths(lines) if depth == 1]
    nested = [line for line, depth in _depths(lines) if depth > 1]
    told: set[str] = set()
    for name, stated in _logical(own[:-1]):
        if name not in changed:
            yield from stated
        elif name not in told:
            told.add(name)
            yield from after.get(name, ())
    yield from (line for name, new in after.items() if name in changed - told for line in new)
    yield from nested
    yield own[-1]
