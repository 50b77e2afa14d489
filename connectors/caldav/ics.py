"""Pure translation of a stored calendar object into what the core thinks in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from connectors.caldav.markers import called_off, marker_of
from connectors.caldav.outside import surely_outside
from connectors.caldav.ownership import UNKNOWN, Identity, attendee_of, organizer_of
from connectors.caldav.parsing import Parsed, guard, parse_to_read, uid_of
from connectors.limits import (
    MAX_CATEGORIES,
    MAX_NOTES,
    MAX_TITLE,
    Unreadable,
    check_people,
    check_text,
)
from connectors.plain import NotPlain, plain_events, plain_uid
from connectors.plain_series import plain_occurrences
from connectors.recurrence import Occurrence, occurrences
from connectors.series import Component, Source, sequence_of
from syncd.core.model import (
    Attendee,
    CalendarObject,
    Event,
    EventKind,
    EventStatus,
    PartStat,
    ReadProblem,
    Transparency,
)
from syncd.core.time.spans import Span

_LINKS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "URL")
_BUSY_STATUS, _OUT_OF_OFFICE = "X-MICROSOFT-CDO-BUSYSTATUS", "X-NEXTCLOUD-OUT-OF-OFFICE"
_CODE = re.compile(r"(?<![\d.])[1-5](?:\.\d+){1,2}")


def read_object(
    text: str,
    *,
    calendar: str,
    href: str,
    etag: str,
    window: Span,
    zone: ZoneInfo,
    me: Identity = UNKNOWN,
    plain: bool = True,
) -> CalendarObject | None:
    """One stored object with its occurrences in `window`; None where it holds no event.

    `zone` is the zone of floating times and all-day dates; `me` whose events are said to have no organizer. `plain`:
    what is written as nearly all objects are is read without the libraries. Raises Unreadable, with the UID.
    """
    if plain and (found := plain_object(text, calendar, href, etag, window, zone, me)) is not None:
        return found
    check_text(text)
    if surely_outside(text, window):
        return CalendarObject(href, etag, uid_of(text), ())
    parsed = parse_to_read(text, zone)
    if not parsed.events:
        return None
    return guard(parsed.uid, lambda: _object(parsed, calendar, href, etag, window, me))


def try_object(
    text: str,
    *,
    calendar: str,
    href: str,
    etag: str,
    window: Span,
    zone: ZoneInfo,
    me: Identity = UNKNOWN,
    plain: bool = True,
) -> CalendarObject | ReadProblem | None:
    """As `read_object`, but an object that cannot be understood is a ReadProblem: it stops nothing else."""
    try:
        return read_object(
            text, calendar=calendar, href=href, etag=etag, window=window, zone=zone, me=me, plain=plain
        )
    except Unreadable as error:
        return ReadProblem(calendar, error.uid or uid_of(text) or href, error.reason, href)


def plain_object(
    text: str, calendar: str, href: str, etag: str, window: Span, zone: ZoneInfo, me: Identity
) -> CalendarObject | None:
    """The same without a library, where the text is of plain shape; None where it is not."""
    try:
        events = plain_events(text, zone)
        uid = plain_uid(events)
        found = plain_occurrences(events, window, zone)
    except NotPlain:
        return None
    return _told(found, uid, calendar, href, etag, me)


def _object(
    parsed: Parsed, calendar: str, href: str, etag: str, window: Span, me: Identity
) -> CalendarObject:
    found = occurrences(parsed.events, window, parsed.zones)
    return _told(found, parsed.uid, calendar, href, etag, me)


def _told(
    found: Sequence[Occurrence[Source]], uid: str, calendar: str, href: str, etag: str, me: Identity
) -> CalendarObject:
    told: dict[int, Event] = {}  # what a component says of each of its occurrences, said once
    for one in found:
        if id(one.source) not in told:
            told[id(one.source)] = _event(one, uid, calendar, href, etag, me)
    events = (told[id(one.source)].at(one.when, one.recurrence_id) for one in found)
    return CalendarObject(href, etag, uid, tuple(events))


def _event(one: Occurrence[Source], uid: str, calendar: str, href: str, etag: str, me: Identity) -> Event:
    source = one.source
    organizer = source.get("ORGANIZER")
    people = _people(source)
    check_people(len(people))
    return Event(
        calendar=calendar,
        uid=uid,
        when=one.when,
        recurrence_id=one.recurrence_id,
        title=_text(source, "SUMMARY"),
        description=_text(source, "DESCRIPTION", MAX_NOTES),
        categories=_categories(source),
        status=_status(source),
        transparency=_transparency(source),
        kind=_kind(source),
        organizer=organizer_of(organizer, me),
        attendees=tuple(_attendee(value, attendee_of(value, organizer, me)) for value in people),
        location=_text(source, "LOCATION"),
        link=next((link for name in _LINKS if (link := _text(source, name))), ""),
        sequence=sequence_of(source),
        recurring=one.recurring,
        unbounded=one.unbounded,
        marker=marker_of(source),
        called_off=called_off(source),
        href=href,
        etag=etag,
    )


def _categories(source: Component) -> tuple[str, ...]:
    stated: Sequence[object] = getattr(source, "categories", ())
    return tuple(str(one)[:MAX_TITLE] for one in stated[:MAX_CATEGORIES])


def schedule_status(text: str, zone: ZoneInfo) -> str:
    """What became of the message to the first attendee of whom the server says so, "" where it says nothing."""
    people = (value for event in parse_to_read(text, zone).events for value in _listed(event.get("ATTENDEE")))
    return next((status for value in people if (status := _schedule_status(value))), "")


def _schedule_status(value: object) -> str:
    """The code in SCHEDULE-STATUS (RFC 6638 §7.3), without a text; of several the worst, so failures show."""
    stated = str(getattr(value, "params", {}).get("SCHEDULE-STATUS", ""))
    return max(_CODE.findall(stated), default="")


def _attendee(value: object, address: str) -> Attendee:
    params = getattr(value, "params", {})
    partstat = str(params.get("PARTSTAT", "")).upper()
    return Attendee(
        email=address,
        partstat=PartStat(partstat) if partstat in set(PartStat) else PartStat.NEEDS_ACTION,
        name=str(params.get("CN", "")),
        comment=str(params.get("X-RESPONSE-COMMENT", "")),
        schedule_status=_schedule_status(value),
    )


def _people(event: Component) -> list[object]:
    """Attendees who are somebody: a booked room or projector attends, too (RFC 5545 §3.2.3)."""
    things = {"ROOM", "RESOURCE"}
    everybody = _listed(event.get("ATTENDEE"))
    return [
        one for one in everybody if str(getattr(one, "params", {}).get("CUTYPE", "")).upper() not in things
    ]


def _text(event: Component, name: str, most: int = MAX_TITLE) -> str:
    values = _listed(event.get(name))
    return str(values[0])[:most] if values else ""


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _kind(event: Component) -> EventKind:
    """Outlook and Nextcloud say beside the title that somebody is out of office."""
    away = str(event.get(_BUSY_STATUS, "")).strip().upper() == "OOF" or _OUT_OF_OFFICE in event
    return EventKind.AWAY if away else EventKind.DEFAULT


def _status(event: Component) -> EventStatus:
    stated = _text(event, "STATUS").upper()
    return EventStatus(stated) if stated in set(EventStatus) else EventStatus.CONFIRMED


def _transparency(event: Component) -> Transparency:
    stated = _text(event, "TRANSP").upper()
    return Transparency(stated) if stated in set(Transparency) else Transparency.UNSAID
