"""Events as calendars show them, and as we write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter

from syncd.core.time.spans import When


class PartStat(StrEnum):
    """An attendee's answer (RFC 5545 §3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"


class EventStatus(StrEnum):
    """STATUS of a VEVENT (RFC 5545 §3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


class Transparency(StrEnum):
    """TRANSP as written, or nothing: an all-day event is busy only where it says OPAQUE itself."""

    OPAQUE = "OPAQUE"
    TRANSPARENT = "TRANSPARENT"
    UNSAID = ""


class EventKind(StrEnum):
    """Google's eventType, reduced to what matters. AWAY: a busy status of other programs, lunch may have it too."""

    DEFAULT = "default"
    OUT_OF_OFFICE = "outOfOffice"
    AWAY = "away"
    FOCUS_TIME = "focusTime"
    WORKING_LOCATION = "workingLocation"


@dataclass(frozen=True, slots=True)
class Attendee:
    """One ATTENDEE: a lower-case address without `mailto:`, and their answer."""

    email: str
    partstat: PartStat = PartStat.NEEDS_ACTION
    name: str = ""
    comment: str = ""
    schedule_status: str = (
        ""  # RFC 6638 §3.2.9: 1.x sent, 2.x delivered, 3.x and 5.x failed; "" where no server says
    )


def undelivered(schedule_status: str) -> bool:
    """True where a server says that it could not tell an attendee."""
    return schedule_status[:1] in {"3", "5"}


class MarkerRole(StrEnum):
    """What one of our own objects is."""

    OFFER = "offer"
    PLAN = "plan"
    LETTER = "letter"


MARKER_VERSION = 1  # of what this syncd writes


@dataclass(frozen=True, slots=True)
class Marker:
    """The sign on our own objects; it counts only on the UID it names, so a copy is an ordinary event."""

    instance: str
    uid: str
    version: int = MARKER_VERSION
    role: MarkerRole = MarkerRole.OFFER
    number: int = 0  # of the effect that wrote it last, among all of the practice (I22)
    # Of what is offered, an `OfferKind`; "" where an older syncd wrote it. No part of what a trace of a write compares.
    kind: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, order=True)
class OccurrenceRef:
    """Names one occurrence: calendar id, UID and recurrence id ("" for a single event).

    The recurrence id is the original start: `20260706T090000Z` (UTC) or `20260706` (all-day).
    """

    calendar: str
    uid: str
    recurrence_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence as a calendar shows it; recurrences are expanded before they get here."""

    calendar: str
    uid: str
    when: When
    recurrence_id: str = ""
    title: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    status: EventStatus = EventStatus.CONFIRMED
    transparency: Transparency = Transparency.UNSAID
    kind: EventKind = EventKind.DEFAULT
    organizer: str = ""
    attendees: tuple[Attendee, ...] = ()
    location: str = ""
    link: str = ""
    # A room that the calendar's server made, or is making, for this event alone: no other may name its link. No part of
    # what a trace of a write compares.
    conference: bool = field(default=False, repr=False)
    sequence: int = 0
    recurring: bool = False
    unbounded: bool = False
    marker: Marker | None = None
    called_off: bool = False  # cancelled by a syncd, any instance: its object says so
    href: str = ""
    etag: str = ""

    @property
    def ref(self) -> OccurrenceRef:
        """The occurrence's identity."""
        return OccurrenceRef(self.calendar, self.uid, self.recurrence_id)

    @property
    def ours(self) -> bool:
        """True for an object written by a syncd (any instance), not for a copy of one."""
        return self.marker is not None and self.marker.uid == self.uid

    def at(self, when: When, recurrence_id: str) -> Event:
        """The occurrence of the same series at another time; there are hundreds of each: quicker than `replace`."""
        other = object.__new__(Event)
        for put, value in zip(_SLOTS, _TOLD(self), strict=True):
            put(other, value)
        _WHEN(other, when)
        _NAMED(other, recurrence_id)
        return other


_SLOTS: tuple[Callable[[Event, object], None], ...] = tuple(
    getattr(Event, one.name).__set__ for one in fields(Event)
)
_TOLD = attrgetter(*(one.name for one in fields(Event)))
_WHEN, _NAMED = (
    _SLOTS[[one.name for one in fields(Event)].index(name)] for name in ("when", "recurrence_id")
)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An object of ours, complete, as it shall stand in a calendar. UID, href and event id are one."""

    uid: str
    when: When
    title: str
    description: str
    status: EventStatus
    marker: Marker
    transparency: Transparency = Transparency.OPAQUE
    location: str = ""
    keeps_place: bool = (
        False  # what stands there already keeps the place that it names: the therapist may have typed it
    )
    private: bool = True
    conference: bool = False  # google: what is new asks for a room of its own
    sequence: int = 0
    organizer: Attendee | None = None  # server and google path only
    attendee: Attendee | None = None  # the one client; server and google path only
    notify: bool = False  # google: sendUpdates=all
