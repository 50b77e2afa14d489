"""Events as a person's calendar program would write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from syncd.core.time.spans import AllDay, When


def event_text(
    uid: str,
    title: str,
    when: When,
    *,
    tzid: str = "",
    lines: Sequence[str] = (),
    attendees: Sequence[str] = (),
    organizer: str = "",
    overrides: Sequence[Sequence[str]] = (),
) -> str:
    """A whole object with CRLF ends.

    Times stand in UTC, or with `tzid` in that zone; `lines` are further property lines (RRULE:…, EXDATE:…);
    each of `overrides` is the lines of one more VEVENT of the same UID.
    """
    master = [*_edges(when, tzid), f"SUMMARY:{title}", *lines]
    if organizer:
        master.append(f"ORGANIZER:mailto:{organizer}")
    master += [f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{address}" for address in attendees]
    events = [line for one in (master, *overrides) for line in _event(uid, one)]
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *events, "END:VCALENDAR", ""]
    )


def _event(uid: str, lines: Sequence[str]) -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def _edges(when: When, tzid: str) -> list[str]:
    if isinstance(when, AllDay):
        return [f"DTSTART;VALUE=DATE:{when.first:%Y%m%d}", f"DTEND;VALUE=DATE:{when.until:%Y%m%d}"]
    return [_edge("DTSTART", when.start, tzid), _edge("DTEND", when.end, tzid)]


def _edge(name: str, at: datetime, tzid: str) -> str:
    if tzid:
        return f"{name};TZID={tzid}:{at.astimezone(ZoneInfo(tzid)):%Y%m%dT%H%M%S}"
    return f"{name}:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
