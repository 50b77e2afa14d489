"""One event as the API shows it -> one occurrence of the core. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from connectors.google.texts import plain
from connectors.google.times import Item, original_id, when_of
from connectors.limits import MAX_NOTES, MAX_TITLE, Unreadable, check_people, sequence
from syncd.core.model import (
    Attendee,
    Event,
    EventKind,
    EventStatus,
    Marker,
    MarkerRole,
    PartStat,
    Transparency,
)

INSTANCE, UID, VERSION, ROLE = "syncdInstance", "syncdUid", "syncdVersion", "syncdRole"
NUMBER, LONGEST = "syncdNumber", 15
KIND = "syncdKind"
CANCELLED = "syncdCancelled"

_KINDS = {
    "default": EventKind.DEFAULT,
    "fromGmail": EventKind.DEFAULT,
    "birthday": EventKind.DEFAULT,
    "outOfOffice": EventKind.OUT_OF_OFFICE,
    "focusTime": EventKind.FOCUS_TIME,
    "workingLocation": EventKind.WORKING_LOCATION,
}
_MADE_HERE = frozenset({"hangoutsMeet", "eventHangout", "eventNamedHangout"})  # no other can be asked for
_UNKNOWN = "unknownorganizer@calendar.google.com"  # stands for nobody: imported, or made by a program
_NEVER_BUSY = frozenset({"workingLocation", "birthday"})
_STATUS = {
    "confirmed": EventStatus.CONFIRMED,
    "tentative": EventStatus.TENTATIVE,
    "cancelled": EventStatus.CANCELLED,
}
_ANSWERS = {
    "needsAction": PartStat.NEEDS_ACTION,
    "accepted": PartStat.ACCEPTED,
    "declined": PartStat.DECLINED,
    "tentative": PartStat.TENTATIVE,
}


def event_of(calendar: str, item: Item, zone: ZoneInfo) -> Event:
    """The occurrence that one event or instance stands for. `zone` is the calendar's.

    `uid` is the event id (of the series, for an instance). The organizer is "" where the calendar's own owner
    organises: on a secondary calendar the API names the calendar there, not the therapist. Raises Unreadable.
    """
    kind = str(item.get("eventType", "default"))
    series = str(item.get("recurringEventId", ""))
    return Event(
        calendar=calendar,
        uid=series or str(item["id"]),
        when=when_of(item, zone),
        recurrence_id=original_id(item, zone) if series else "",
        title=str(item.get("summary", ""))[:MAX_TITLE],
        description=plain(str(item.get("description", ""))[:MAX_NOTES]),
        status=_STATUS.get(str(item.get("status", "confirmed")), EventStatus.CONFIRMED),
        transparency=_transparency(item, kind),
        kind=_KINDS.get(kind, EventKind.DEFAULT),
        organizer=_organizer(item),
        attendees=attendees_of(item),
        location=str(item.get("location", ""))[:MAX_TITLE],
        link=_link(item)[:MAX_TITLE],
        conference=_conference(item),
        sequence=sequence(item.get("sequence", 0)),
        recurring=bool(series),
        marker=marker_of(item),
        called_off=called_off(item),
        href=series or str(item["id"]),
        etag=str(item.get("etag", "")),
    )


def doubt_of(item: Item) -> str:
    """Why an event's text and people cannot be relied on, or "": an unknown type, a list of guests cut off."""
    kind = str(item.get("eventType", "default"))
    if kind not in _KINDS:
        return f'is of a type that is not known ("{kind[:40]}"); it counts as busy time only'
    if item.get("attendeesOmitted") and not _organizer(item):
        return "shows only some of its guests; it counts as busy time only"
    return ""


def only_busy(event: Event) -> Event:
    """The event reduced to the time it takes: it can be no leave, no session, no gesture."""
    return replace(
        event, title="", description="", attendees=(), location="", link="", conference=False, marker=None
    )


def attendees_of(item: Item) -> tuple[Attendee, ...]:
    """The people invited, the therapist among them where listed; rooms and other resources are no people."""
    people = [one for one in item.get("attendees", ()) if not one.get("resource")]
    check_people(len(people))
    return tuple(_attendee(one) for one in people)


def marker_of(item: Item) -> Marker | None:
    """The sign on an object of ours; None without one, and where it is incomplete."""
    properties = _private(item)
    instance, uid = properties.get(INSTANCE, ""), properties.get(UID, "")
    if not instance or not uid:
        return None
    version, role = properties.get(VERSION, "1"), properties.get(ROLE, MarkerRole.OFFER.value)
    if not version.isascii() or not version.isdigit() or role not in set(MarkerRole):
        raise Unreadable("a marker of syncd that cannot be read")
    number = properties.get(NUMBER, "")
    known = number.isascii() and number.isdigit() and len(number) <= LONGEST
    counted = int(number) if known else 0
    return Marker(instance, uid, int(version), MarkerRole(role), counted, properties.get(KIND, ""))


def called_off(item: Item) -> bool:
    """True for a cancelled event or occurrence that carries our mark."""
    return item.get("status") == "cancelled" and CANCELLED in _private(item)


def marks(marker: Marker) -> dict[str, str]:
    """The private extended properties that carry a marker."""
    return {
        INSTANCE: marker.instance,
        UID: marker.uid,
        VERSION: str(marker.version),
        ROLE: marker.role.value,
        **({NUMBER: str(marker.number)} if marker.number else {}),
        **({KIND: marker.kind} if marker.kind else {}),
    }


def _private(item: Item) -> dict[str, str]:
    held = item.get("extendedProperties", {}).get("private", {})
    return {str(key): str(value) for key, value in held.items()}


def _attendee(one: Mapping[str, Any]) -> Attendee:
    return Attendee(
        email=str(one.get("email", "")).lower(),
        partstat=_ANSWERS.get(str(one.get("responseStatus", "needsAction")), PartStat.NEEDS_ACTION),
        name=str(one.get("displayName", "")),
        comment=str(one.get("comment", "")),
    )


def _organizer(item: Item) -> str:
    organizer = item.get("organizer", {})
    email = str(organizer.get("email", "")).lower()
    return "" if organizer.get("self") or email == _UNKNOWN else email


def _transparency(item: Item, kind: str) -> Transparency:
    """Google leaves `opaque` out because it is the default, so silence is a statement here."""
    if kind in _NEVER_BUSY or item.get("transparency") == "transparent":
        return Transparency.TRANSPARENT
    return Transparency.OPAQUE


def _conference(item: Item) -> bool:
    """True for a room that Google made, or is making, for this event; another provider's link is a standing one."""
    held = item.get("conferenceData", {})
    asked = held.get("createRequest", {})
    solution = held.get("conferenceSolution", {}) or (asked if _pending(asked) else {})
    key = solution.get("key") or solution.get("conferenceSolutionKey") or {}
    return bool(item.get("hangoutLink")) or key.get("type") in _MADE_HERE


def _pending(asked: Mapping[str, Any]) -> bool:
    return bool(asked.get("status", {}).get("statusCode") == "pending")


def _link(item: Item) -> str:
    entries = item.get("conferenceData", {}).get("entryPoints", ())
    videos = (str(entry.get("uri", "")) for entry in entries if entry.get("entryPointType") == "video")
    return next(videos, str(item.get("hangoutLink", "")))
