"""Our own objects as iCalendar text: a new one from a draft, or a draft brought into what stands there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vCalAddress, vDDDTypes, vText

from connectors.caldav.markers import set_marker
from connectors.caldav.ownership import address_of
from connectors.caldav.parsing import Parsed, guard, parse
from connectors.caldav.proof import prove_drafted
from connectors.limits import Unreadable
from connectors.moments import when_of
from connectors.series import sequence_of
from syncd.core.model import Attendee, EventDraft, Transparency
from syncd.core.time.spans import AllDay, When

_UTC = ZoneInfo("UTC")
PRODID = "-//syncd//syncd//EN"


def compose(draft: EventDraft, now: datetime) -> str:
    """A new object. Times stand in UTC, days as dates; `now` becomes DTSTAMP and CREATED. Raises Unreadable."""
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    event = icalendar.Event()
    event.add("UID", draft.uid)
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("CREATED", now.astimezone(UTC))
    _fill(event, draft, now)
    calendar.add_component(event)
    text = str(calendar.to_ical(sorted=False), "utf-8")
    guard(draft.uid, lambda: prove_drafted(text, draft, _UTC))
    return text


def amend(text: str, draft: EventDraft, now: datetime, zone: ZoneInfo) -> str:
    """The stored object brought to `draft`; alarms and every property that is not ours stay as they are.

    Times that mean the same are left as written. Raises Unreadable.
    """
    parsed = parse(text, zone)
    return guard(parsed.uid, lambda: _amended(parsed, draft, now))


def stamp(event: icalendar.Event, now: datetime) -> None:
    """Say when a component was last changed."""
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        put(event, name, vDDDTypes(now.astimezone(UTC)))


def put(event: icalendar.Event, name: str, value: object) -> None:
    """Set one property where it stands, or append it."""
    event[name] = value


def _amended(parsed: Parsed, draft: EventDraft, now: datetime) -> str:
    event = parsed.master
    if event is None or parsed.uid != draft.uid:
        raise Unreadable("the object under this name holds another event")
    if draft.keeps_place:
        draft = replace(draft, location=str(event.get("LOCATION", "")))
    if when_of(event, parsed.zones) == draft.when:
        _fill(event, draft, now, times=False)
    else:
        _fill(event, draft, now)
    stamp(event, now)
    changed = parsed.sheet.text()
    prove_drafted(changed, draft, parsed.zones.floating)
    return changed


def _fill(event: icalendar.Event, draft: EventDraft, now: datetime, *, times: bool = True) -> None:
    if times:
        _set_when(event, draft.when)
    _set_text(event, "SUMMARY", draft.title)
    _set_text(event, "DESCRIPTION", draft.description)
    _set_text(event, "LOCATION", draft.location)
    put(event, "STATUS", vText(draft.status.value))
    _set_text(event, "TRANSP", "" if draft.transparency is Transparency.UNSAID else draft.transparency.value)
    _set_text(event, "CLASS", "PRIVATE" if draft.private else "")
    # Cyrus mails a first request as SEQUENCE 1 whatever it stores; from 1 on, both say the same.
    lowest = 0 if draft.attendee is None else 1
    put(event, "SEQUENCE", max(draft.sequence, sequence_of(event), lowest))
    set_marker(event, draft.marker)
    if draft.organizer is not None:
        _set_organizer(event, draft.organizer)
    if draft.attendee is not None:
        _set_attendee(event, draft.attendee)


def _set_when(event: icalendar.Event, when: When) -> None:
    start, end = (when.first, when.until) if isinstance(when, AllDay) else (when.start, when.end)
    event.pop("DURATION", None)
    put(event, "DTSTART", vDDDTypes(start))
    put(event, "DTEND", vDDDTypes(end))


def _set_text(event: icalendar.Event, name: str, value: str) -> None:
    if value and str(event.get(name, "")) != value:
        put(event, name, vText(value))
    elif not value:
        event.pop(name, None)


def _set_organizer(event: icalendar.Event, organizer: Attendee) -> None:
    if address_of(event.get("ORGANIZER")) == organizer.email.lower():
        return
    put(event, "ORGANIZER", _cal_address(organizer))


def _set_attendee(event: icalendar.Event, attendee: Attendee) -> None:
    standing = event.get("ATTENDEE")
    listed = standing if isinstance(standing, list) else [] if standing is None else [standing]
    if any(address_of(one) == attendee.email.lower() for one in listed):
        return  # the server keeps their answer there
    address = _cal_address(attendee)
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = attendee.partstat.value
    address.params["RSVP"] = "TRUE"
    put(event, "ATTENDEE", [*listed, address] if listed else address)


def _cal_address(person: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email.lower()}")
    if person.name:
        address.params["CN"] = person.name
    return address
