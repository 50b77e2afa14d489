"""What the core thinks in: events as calendars show them, and the words of the trade as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from syncd.core.hours import WeeklyHours
from syncd.core.spans import Span, When


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
    """Google's eventType, reduced to what matters; CalDAV events are all DEFAULT."""

    DEFAULT = "default"
    OUT_OF_OFFICE = "outOfOffice"
    FOCUS_TIME = "focusTime"
    WORKING_LOCATION = "workingLocation"


@dataclass(frozen=True, slots=True)
class Attendee:
    """One ATTENDEE: a lower-case address without `mailto:`, and their answer."""

    email: str
    partstat: PartStat = PartStat.NEEDS_ACTION
    name: str = ""
    comment: str = ""


class MarkerRole(StrEnum):
    """What one of our own objects is."""

    OFFER = "offer"
    PLAN = "plan"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Marker:
    """The sign on our own objects; it counts only on the UID it names, so a copy is an ordinary event."""

    instance: str
    uid: str
    version: int = 1
    role: MarkerRole = MarkerRole.OFFER


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
    sequence: int = 0
    recurring: bool = False
    unbounded: bool = False
    marker: Marker | None = None
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


class Contact(StrEnum):
    """How a client may be reached."""

    MAIL = "mail"
    PHONE = "phone"
    NONE = "none"


class Priority(StrEnum):
    """The clinician's word on how urgent a client is; the first two share the top tier."""

    CRISIS = "crisis"
    PROTECTED = "protected"
    ROUTINE = "routine"
    MAINTENANCE = "maintenance"


class Phase(StrEnum):
    """Where the treatment stands."""

    EARLY = "early"
    CRUCIAL = "crucial"
    STEADY = "steady"
    ENDING = "ending"


class Mode(StrEnum):
    """Where sessions can take place."""

    ANY = "any"
    ONLINE = "online"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Client:
    """One roster line. `zone` None means the therapist's; `windows` None means any hour."""

    id: str
    name: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()
    phone: str = ""
    therapists: tuple[str, ...] = ()
    initials: str = ""
    contact: Contact = Contact.MAIL
    discreet: bool = False
    makeups: bool = True
    priority: Priority | None = None
    phase: Phase | None = None
    since: date | None = None
    significance: int | None = None
    zone: ZoneInfo | None = None
    windows: WeeklyHours | None = None
    language: str = ""
    mode: Mode = Mode.ANY
    max_offers: int | None = None
    max_makeups: int | None = None
    cover_ok: bool = False
    extend_ok: bool = True

    @property
    def mailed(self) -> bool:
        """True when messages may go to this client's address."""
        return self.contact is Contact.MAIL and bool(self.email)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that is this client's, lower case, the one we write to first."""
        return tuple(address for address in (self.email, *self.aliases) if address)


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the calendar's own past says of one client with one therapist."""

    therapist: str
    client: str
    first: date | None = None
    interval: float | None = None  # usual days between sessions
    disruptions: tuple[date, ...] = ()  # sessions cancelled or passed over in earlier absences
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One occurrence with one roster client."""

    therapist: str
    client: str
    ref: OccurrenceRef
    span: Span
    keep: bool = False
    location: str = ""
    link: str = ""
    etag: str = ""
    offer: str = ""  # UID of the accepted offer it is, if it is a make-up


@dataclass(frozen=True, slots=True)
class LeaveBlock:
    """One event by which the therapist says: away. `waits` names why it needs approval, if it does."""

    therapist: str
    ref: OccurrenceRef
    when: When
    span: Span
    tags: tuple[str, ...] = ()
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Leave blocks of one therapist with no working day between them."""

    id: str
    therapist: str
    blocks: tuple[LeaveBlock, ...]
    span: Span


class ConflictState(StrEnum):
    """Whether a displaced session still wants something from us."""

    OPEN = "open"
    SETTLED = "settled"  # a make-up accepted, or the therapist said so
    HEALED = "healed"  # the leave no longer covers it
    GONE = "gone"  # the therapist removed or moved the session
    CLOSED = "closed"  # its time has come, or nothing further is offered


class OriginalState(StrEnum):
    """What has become of the displaced session's own event."""

    STANDING = "standing"
    CANCELLED = "cancelled"  # by us; its pre-image is kept


@dataclass(frozen=True, slots=True)
class Conflict:
    """A session displaced by an absence; a row that lives on, named by therapist, UID and recurrence id."""

    id: str
    therapist: str
    client: str
    ref: OccurrenceRef
    span: Span
    absence: str
    seen_at: datetime
    state: ConflictState = ConflictState.OPEN
    original: OriginalState = OriginalState.STANDING
    pre_image: str = ""
    etag: str = ""
    noticed_at: datetime | None = None
    reason: str = ""  # why it is closed or waits, for people
    location: str = ""
    link: str = ""

    @property
    def displaced(self) -> bool:
        """True while leave lies over it: its session does not take place at its own time."""
        return self.state not in {ConflictState.HEALED, ConflictState.GONE}


def conflict_id(therapist: str, uid: str, recurrence_id: str) -> str:
    """The stable opaque id of a conflict: 16 hex digits that say nothing about a person."""
    return sha256("\x1f".join((therapist, uid, recurrence_id)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A start and end at which a therapist could see a client; `opened` for hours made by `#makeup`."""

    therapist: str
    span: Span
    opened: bool = False


class OfferKind(StrEnum):
    """What is proposed."""

    MOVE = "move"
    EXTEND = "extend"
    COVER = "cover"


class OfferState(StrEnum):
    """The life of an offer (DESIGN §5)."""

    PLANNED = "planned"
    HELD = "held"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"
    VETOED = "vetoed"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    DISPLACED = "displaced"


class Delivery(StrEnum):
    """Who carries an invitation to the client; one path per offer, never two."""

    GOOGLE = "google"
    SERVER = "server"
    IMIP = "imip"


@dataclass(frozen=True, slots=True)
class Offer:
    """One proposal of one slot for one conflict. `uid` is the token used as UID, href and event id."""

    uid: str
    conflict: str
    number: int
    therapist: str
    client: str
    calendar: str
    span: Span
    kind: OfferKind = OfferKind.MOVE
    state: OfferState = OfferState.PLANNED
    delivery: Delivery = Delivery.IMIP
    pinned: bool = False
    sequence: int = 0  # of the last message the client got
    planned_at: datetime | None = None
    invited_at: datetime | None = None
    due: datetime | None = None
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    asked: bool = False  # server and google: NEEDS-ACTION was seen in the calendar at this very start
    tentative: bool = False  # the client said "maybe"
    late_at: datetime | None = None  # a yes came when the time was gone
    frozen: bool = False  # human words arrived; the clock stands still
    href: str = ""
    etag: str = ""
    location: str = ""
    link: str = ""
    reason: str = ""

    @property
    def live(self) -> bool:
        """True while it may still become a session: planned, held, invited or accepted."""
        return self.state in LIVE

    @property
    def sent(self) -> bool:
        """True once the client has been told of it."""
        return self.invited_at is not None


LIVE = frozenset({OfferState.PLANNED, OfferState.HELD, OfferState.INVITED, OfferState.ACCEPTED})


class ReplyKind(StrEnum):
    """What kind of thing came back from a client."""

    ANSWER = "answer"
    COUNTER = "counter"
    DELEGATED = "delegated"
    WORDS = "words"  # human words, unread by us
    AUTO = "auto"  # an auto-reply
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that came back about one offer; `verified` means sender and version hold."""

    id: str  # where it was found: Message-ID, or mailbox position
    offer: str
    kind: ReplyKind
    received: datetime
    sender: str
    partstat: PartStat = PartStat.NEEDS_ACTION
    sequence: int = 0
    dtstamp: datetime | None = None
    authenticated: bool = True  # False: our own server says DMARC failed
    words: bool = False
    proposed: Span | None = None
    attendee: str = ""  # who the calendar part says is answering: an alias, or somebody else


@dataclass(frozen=True, slots=True)
class Approval:
    """What the therapist or admin said yes to: these conflicts, these kinds of offer."""

    therapist: str
    code: str
    conflicts: frozenset[str]
    kinds: frozenset[OfferKind]
    given_at: datetime


@dataclass(frozen=True, slots=True)
class SeenLeave:
    """When the store first saw a leave block with this span and these policy tags."""

    fingerprint: str
    seen_at: datetime
    initial: bool = False  # it stood there when its calendar was first read


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
    private: bool = True
    sequence: int = 0
    organizer: Attendee | None = None  # server and google path only
    attendee: Attendee | None = None  # the one client; server and google path only
    notify: bool = False  # google: sendUpdates=all


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """One event, calendar or account that could not be read; the rest was."""

    calendar: str
    uid: str
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """One stored object (a series with its overrides is one) and its occurrences in the window asked for."""

    href: str
    etag: str
    uid: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a calendar says since a cursor. `complete`: `objects` is all there is, whatever is not in it is gone."""

    objects: tuple[CalendarObject, ...]
    gone: tuple[str, ...]  # hrefs
    cursor: str
    complete: bool
    problems: tuple[ReadProblem, ...] = field(default=())
