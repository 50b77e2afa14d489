"""What of an object means something to us: two texts with one projection are the same object.

Servers rewrite bodies (order, DTSTAMP, PRODID, VTIMEZONE, X- parameters), so bytes are never compared.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import icalendar

from connectors.caldav.ownership import address_of
from connectors.caldav.parsing import Parsed, guard, parse_to_read
from connectors.moments import moment, recurrence_id_of, when_of

Projection = tuple[tuple[str, ...], ...]


def projection(text: str, zone: ZoneInfo) -> Projection:
    """UID, recurrence id, times, rules, title, status and attendees of each component. Raises Unreadable."""
    parsed = parse_to_read(text, zone)
    return guard(parsed.uid, lambda: tuple(sorted(_component(event, parsed) for event in parsed.events)))


def _component(event: icalendar.Event, parsed: Parsed) -> tuple[str, ...]:
    original = moment(event, "RECURRENCE-ID", parsed.zones)
    rules = event.get("RRULE")
    people = event.get("ATTENDEE")
    listed = people if isinstance(people, list) else [] if people is None else [people]
    return (
        parsed.uid,
        recurrence_id_of(original) if original else "",
        repr(when_of(event, parsed.zones)),
        "" if rules is None else "recurring",
        str(event.get("SUMMARY", "")).strip(),
        str(event.get("STATUS", "")).upper() or "CONFIRMED",
        ",".join(sorted(address_of(one) for one in listed)),
    )
