"""From the text of a calendar object to its VEVENTs, after the limits were checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import icalendar

from connectors.caldav.sheet import Sheet
from connectors.foreign import unfolded
from connectors.limits import MAX_BYTES, Unreadable, check_text
from connectors.series import is_override
from connectors.zones import Zones, split_zones
from syncd.core.model.errors import ConnectorError

_SCALE = re.compile(r"^CALSCALE(?:;[^:\n]*)?:(.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_REMEMBERED = 256  # objects; what is written is read several times within one pass
_LONGEST_REMEMBERED = 1 << 15  # characters of one
_UID = re.compile(r"^UID(?:;[^:\r\n]*)?:([^\r\n]*)", re.IGNORECASE)

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The events of one object and what its times mean; `sheet` writes it with what was changed (`parse`)."""

    uid: str
    sheet: Sheet
    events: tuple[icalendar.Event, ...]
    zones: Zones

    @property
    def master(self) -> icalendar.Event | None:
        """The event itself, or the one that makes the series; None where only exceptions stand."""
        return next((event for event in self.events if not is_override(event)), None)


def uid_of(text: str) -> str:
    """The first UID in a text, "" where it has none; good enough to name an object that cannot be parsed."""
    inside_alarm = False  # alarms may have UIDs too (RFC 9074)
    for line in unfolded(text[:MAX_BYTES]).split("\n"):
        match line.strip().upper():
            case "BEGIN:VALARM":
                inside_alarm = True
            case "END:VALARM":
                inside_alarm = False
        found = None if inside_alarm else _UID.match(line)
        if found:
            return found.group(1).strip()
    return ""


def parse(text: str, zone: ZoneInfo) -> Parsed:
    """Take an object apart to change it. Raises Unreadable, with the UID."""

    def work() -> Parsed:
        parsed = _parsed(text, zone)
        parsed.sheet.note()
        return parsed

    return guard(uid_of(text), work)


def parse_to_read(text: str, zone: ZoneInfo) -> Parsed:
    """Take an object apart to read it. Nothing of it may be changed: whoever reads the same text gets the same.

    Raises Unreadable, with the UID.
    """
    return _remembered(text, zone) if len(text) <= _LONGEST_REMEMBERED else _to_read(text, zone)


def _to_read(text: str, zone: ZoneInfo) -> Parsed:
    return guard(uid_of(text), lambda: _parsed(text, zone))


_remembered = lru_cache(maxsize=_REMEMBERED)(_to_read)


def guard(uid: str, work: Callable[[], _Result]) -> _Result:
    """Run `work` on one object; what its content makes the libraries raise becomes Unreadable."""
    try:
        return work()
    except Unreadable as error:
        raise Unreadable(error.reason, error.uid or uid) from error
    except ConnectorError:
        raise
    except Exception as error:  # the libraries raise anything at all on hostile input
        raise Unreadable(
            f"cannot be read ({type(error).__name__}); save it again or remove it", uid
        ) from error


def _parsed(text: str, zone: ZoneInfo) -> Parsed:
    check_text(text)
    sheet = Sheet(text)
    frame = unfolded(sheet.frame)
    if any(scale.upper() != "GREGORIAN" for scale in _SCALE.findall(frame)):
        raise Unreadable("not in the Gregorian calendar")
    events = sheet.events
    uids = {str(event.get("UID", "")) for event in events}
    if events and (len(uids) != 1 or "" in uids):
        raise Unreadable("an object has to hold the events of exactly one UID")
    if sum(1 for event in events if not is_override(event)) > 1:
        raise Unreadable("two events under one UID; copy one of them, then delete this entry")
    return Parsed(uids.pop() if uids else "", sheet, events, Zones(zone, split_zones(frame)[1]))
