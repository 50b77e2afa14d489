"""From the text of a calendar object to its VEVENTs, after the limits were checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

import icalendar

from connectors.limits import MAX_BYTES, Unreadable, check_text
from connectors.zones import Zones, split_zones
from syncd.core.errors import ConnectorError

_FOLD = re.compile(r"\r?\n[ \t]")
_UID = re.compile(r"^UID(?:;[^:\r\n]*)?:([^\r\n]*)", re.IGNORECASE)

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The events of one object and what its times mean; `calendar` is whole if read to be changed."""

    uid: str
    calendar: icalendar.Calendar
    events: tuple[icalendar.Event, ...]
    zones: Zones


def unfolded(text: str) -> str:
    """The text with every property on one line (RFC 5545 §3.1)."""
    return _FOLD.sub("", text)


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
    """Read an object without its VTIMEZONEs, which takes half the time. Raises Unreadable, with the UID."""
    return _guarded(text, lambda: _parsed(text, zone, whole=False))


def parse_whole(text: str, zone: ZoneInfo) -> Parsed:
    """Read an object to change it: everything that stands in it is kept. Raises Unreadable, with the UID."""
    return _guarded(text, lambda: _parsed(text, zone, whole=True))


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


def _guarded(text: str, work: Callable[[], Parsed]) -> Parsed:
    return guard(uid_of(text), work)


def _parsed(text: str, zone: ZoneInfo, *, whole: bool) -> Parsed:
    check_text(text)
    rest, blocks = split_zones(unfolded(text))
    calendar = icalendar.Calendar.from_ical(text if whole else rest)
    if not isinstance(calendar, icalendar.Calendar):
        raise Unreadable("not a VCALENDAR")
    if str(calendar.get("CALSCALE", "GREGORIAN")).upper() != "GREGORIAN":
        raise Unreadable("not in the Gregorian calendar")
    events = tuple(part for part in calendar.subcomponents if isinstance(part, icalendar.Event))
    uids = {str(event.get("UID", "")) for event in events}
    if events and (len(uids) != 1 or "" in uids):
        raise Unreadable("an object has to hold the events of exactly one UID")
    return Parsed(uids.pop() if uids else "", calendar, events, Zones(zone, blocks))
