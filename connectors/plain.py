"""Objects as nearly all are, read without a library: one event, or a daily or weekly series with plain exceptions.

Whatever is written in another way is not read here: the libraries read it, and they are what this is held against. To
doubt is cheap, to be wrong is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors.limits import YEARS
from connectors.zones import named_zone

LONGEST = 16_384  # characters; whatever limits there are for an object, one of this length keeps to them

_NAME = r"[A-Z][A-Z0-9-]*"
_PARAM = rf';({_NAME})=("[^"^%\\]*"|[^";:,^%\\]*)'
_LINE = re.compile(rf'({_NAME})((?:;{_NAME}=(?:"[^"^%\\]*"|[^";:,^%\\]*))*):(.*)', re.DOTALL)
_PARAMS = re.compile(_PARAM)
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\n\n")
_ODD_FRAME = re.compile(r"\s*(?:CALSCALE|BEGIN|END)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([nN,;])")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_NUMBER = re.compile(r"\d{1,9}")

_TEXTS = frozenset(("SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "TRANSP", "UID"))
_VERBATIM = frozenset(
    (
        "URL",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "X-NEXTCLOUD-OUT-OF-OFFICE",
        "X-GOOGLE-CONFERENCE",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    )
)
_TIMES = frozenset(("DTSTART", "DTEND", "RECURRENCE-ID"))
_PEOPLE = frozenset(("ATTENDEE", "ORGANIZER"))
_MANY = frozenset(("ATTENDEE", "EXDATE"))
_UNREAD = frozenset(("DTSTAMP", "CREATED", "LAST-MODIFIED", "CLASS", "PRIORITY", "COMMENT", "COLOR"))


class NotPlain(Exception):
    """The object is written in a way that is left to the libraries."""


class Told(str):
    """A value with its parameters, by their names in capitals."""

    __slots__ = ("params",)
    params: Mapping[str, str]


class Moment(NamedTuple):
    """A date, or a time on the clocks of a zone; `zone` None for a date."""

    wall: date
    zone: ZoneInfo | None
    utc: bool

    @property
    def settled(self) -> date:
        """The date, or the time in its zone."""
        if isinstance(self.wall, datetime):
            return self.wall.replace(tzinfo=UTC if self.utc else self.zone)
        return self.wall

    @property
    def kind(self) -> tuple[ZoneInfo | None, bool]:
        """What two times have in common that can be counted from one to the other."""
        return self.zone, self.utc


class PlainEvent(dict[str, Any]):
    """A VEVENT's properties by name: what a title and the like say, people with their parameters."""

    __slots__ = ("categories", "moments", "rule", "without")

    def __init__(self) -> None:
        """Nothing is told yet."""
        super().__init__()
        self.moments: dict[str, Moment] = {}
        self.without: list[Moment] = []
        self.rule = ""
        self.categories: Sequence[str] = ()


def plain_events(text: str, floating: ZoneInfo) -> list[PlainEvent]:
    """The events of an object, in a zone where they name none. Raises NotPlain."""
    if len(text) > LONGEST:
        raise NotPlain
    lines = text.replace("\r\n", "\n").rstrip("\n")
    if _ODD.search(lines) or not lines.startswith("BEGIN:VCALENDAR\n"):
        raise NotPlain
    events = []
    for block in _events(lines):
        event = PlainEvent()
        for line in block:
            _take(event, line, floating)
        events.append(event)
    return events


def plain_uid(events: Sequence[PlainEvent]) -> str:
    """The UID of all of them. Raises NotPlain where it is not one, or not as plain as it stands."""
    uid = str(events[0].get("UID", "")) if events else ""
    if not uid or uid != uid.strip() or any(one.get("UID") != uid for one in events):
        raise NotPlain
    return uid


def _events(text: str) -> Iterator[list[str]]:
    """The property lines of each VEVENT, unfolded; without what is nested in it, and without zones."""
    opened: list[str] = []
    block: list[str] = []
    edge = False  # the line before begins or ends something
    over = False
    for line in text.split("\n"):
        if line[0] in " \t":
            if edge or over or len(opened) == 1:
                raise NotPlain
            if len(opened) == 2 and opened[1] == "VEVENT":
                block[-1] += line[1:]
            continue
        edge = line.startswith(("BEGIN:", "END:"))
        if line.startswith("BEGIN:"):
            opened.append(_begun(line[6:], opened))
        elif edge:
            if over or not opened or line[4:] != opened.pop():
                raise NotPlain
            if len(opened) == 1 and line == "END:VEVENT":
                yield block
                block = []
            over = not opened
        elif over:
            raise NotPlain
        elif len(opened) == 2 and opened[1] == "VEVENT":
            block.append(line)
        elif len(opened) == 1 and _ODD_FRAME.match(line) and line != "CALSCALE:GREGORIAN":
            raise NotPlain
    if not over:
        raise NotPlain


_INSIDE = {
    (): {"VCALENDAR"},
    ("VCALENDAR",): {"VEVENT", "VTIMEZONE"},
    ("VCALENDAR", "VEVENT"): {"VALARM"},
    ("VCALENDAR", "VTIMEZONE"): {"STANDARD", "DAYLIGHT"},
}


def _begun(name: str, opened: Sequence[str]) -> str:
    if name not in _INSIDE.get(tuple(opened), ()):
        raise NotPlain
    return name


def _take(event: PlainEvent, line: str, floating: ZoneInfo) -> None:
    """Add what one line says to the event."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise NotPlain
    name, params, value = match.groups()
    if name.startswith("X-SYNCD-"):
        raise NotPlain  # what is ours is read by the libraries alone
    if name in _UNREAD or (name.startswith("X-") and name not in _VERBATIM):
        return
    if name in _TIMES and name not in event.moments:
        event.moments[name] = _moment(params, value, floating)
        return
    if name == "EXDATE":
        event.without.extend(_moment(params, one, floating) for one in value.split(","))
        return
    if name in event and name not in _MANY:
        raise NotPlain
    _take_text(event, name, params, value)


def _take_text(event: PlainEvent, name: str, params: str, value: str) -> None:
    if name in _TEXTS:
        if name == "UID" and "\\" in value:
            raise NotPlain
        if "VALUE=" in params or "ENCODING=" in params:
            raise NotPlain
        event[name] = _text(value)
    elif name in _PEOPLE:
        _take_person(event, name, params, value)
    elif _stands_as_it_is(name, params, value):
        event[name] = value
    elif name == "RRULE" and not params and not event.rule:
        event.rule = value
    elif name == "CATEGORIES" and not params and "\\" not in value and not event.categories:
        event.categories = tuple(value.split(","))
    else:
        raise NotPlain


def _stands_as_it_is(name: str, params: str, value: str) -> bool:
    if name == "SEQUENCE":
        return not params and _NUMBER.fullmatch(value) is not None
    return name in _VERBATIM and params in ("", ";VALUE=URI") and "\\" not in value


def _take_person(event: PlainEvent, name: str, params: str, value: str) -> None:
    if "\\" in value:
        raise NotPlain
    person = Told(value)
    pairs = _PARAMS.findall(params)
    person.params = {key: stated.strip('"') for key, stated in pairs}
    if len(person.params) < len(pairs) or "VALUE" in person.params:
        raise NotPlain
    if name == "ORGANIZER":
        event[name] = person
        return
    event[name] = [*event.get(name, ()), person]


def _text(value: str) -> str:
    if "\\" not in value:
        return value
    if len(_ESCAPE.findall(value)) != value.count("\\"):
        raise NotPlain
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _moment(params: str, value: str, floating: ZoneInfo) -> Moment:
    match = _MOMENT.fullmatch(value)
    if match is None:
        raise NotPlain
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        if hour is None:
            wall, dated = date(int(year), int(month), int(day)), True
        else:
            wall, dated = datetime(*map(int, (year, month, day, hour, minute, second))), False  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        raise NotPlain from None
    if wall.year not in YEARS or dated != (params == ";VALUE=DATE"):
        raise NotPlain
    if dated:
        return Moment(wall, None, False)
    return Moment(wall, _zone(params, utc, floating), bool(utc))


def _zone(params: str, utc: str, floating: ZoneInfo) -> ZoneInfo | None:
    if not params:
        return None if utc else floating
    if utc or not params.startswith(";TZID=") or '"' in params or ";" in params[1:]:
        raise NotPlain
    zone = named_zone(params[6:])
    if zone is None or params[6:].upper() == "UTC":
        raise NotPlain
    return zone
