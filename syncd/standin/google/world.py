"""The state: people, calendars, events, and who may do what."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex

from syncd.standin.google.answers import ApiError, Json
from syncd.standin.google.conferences import Rooms, finish, link_of
from syncd.standin.google.ledger import Ledger, Mail
from syncd.standin.google.quota import Quota

ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")


@dataclass(slots=True)
class Stored:
    """One event, master or exception, at home on its organizer's calendar."""

    id: str
    home: str  # calendar id
    data: Json
    etag: str
    created: str
    updated: str
    actor: str
    own: set[str] = field(default_factory=set)  # the fields of an exception that differ from its series

    @property
    def gone(self) -> bool:
        """True for what is cancelled or deleted."""
        return bool(self.data.get("status") == "cancelled")

    @property
    def series(self) -> str:
        """The master's id, of an exception."""
        return str(self.data.get("recurringEventId", ""))

    @property
    def recurs(self) -> bool:
        """True for the master of a series."""
        return bool(self.data.get("recurrence"))


@dataclass(slots=True)
class CalendarBox:
    """One calendar: events at home here, and copies of those that its owner was invited to."""

    id: str
    owner: str
    summary: str
    zone: str
    acl: dict[str, str]
    events: dict[str, Stored] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)  # event id -> home calendar
    log: dict[str, int] = field(default_factory=dict)  # event id -> when it last changed here
    used: set[str] = field(default_factory=set)  # ids once used, also of tombstones long forgotten
    private: dict[str, Json] = field(default_factory=dict)  # private extended properties of copies
    hidden: bool = False

    @property
    def primary(self) -> bool:
        """True for the calendar that is named like its owner."""
        return self.id == self.owner


@dataclass(slots=True)
class User:
    """Somebody with a Google account."""

    email: str
    name: str = ""
    adds_invitations: bool = True  # False: "only if the sender is known", then no copy until an answer
    aliases: frozenset[str] = frozenset()  # further addresses at which they are invited

    @property
    def addresses(self) -> frozenset[str]:
        """Whatever reaches them."""
        return frozenset({self.email}) | self.aliases


class World:
    """Everything that Google would know. Callers hold `lock`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.calendars: dict[str, CalendarBox] = {}
        self.ledger = Ledger()
        self.quota = Quota(clock)
        self.rooms = Rooms.MADE  # what becomes of a request for a video room
        self.token_era = 0
        self.page_size = 2500
        self.forgets_details = True  # a cancelled occurrence keeps id, series and original start only
        self.resets_answers = (
            True  # a new start or rule takes the guests' answers back; no document says so or not
        )
        self.busy_errors: dict[str, str] = {}  # calendar id -> what freebusy.query says instead
        self.pages: dict[str, Json] = {}
        self.before: dict[str, Callable[[], None]] = {}  # what happens just before the next such request
        self._ticks = itertools.count(1)

    def now(self) -> str:
        """The time as the API writes it."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def tick(self) -> int:
        """A number larger than any before."""
        return next(self._ticks)

    def etag(self) -> str:
        """A new etag, quoted as Google does."""
        return f'"{3_000_000_000_000 + 2 * self.tick()}000"'

    def add_user(self, email: str, name: str = "", zone: str = "Europe/Berlin") -> User:
        """A person with a primary calendar."""
        user = self.users[email] = User(email, name)
        self.calendars[email] = CalendarBox(email, email, email, zone, {email: "owner"})
        return user

    def add_calendar(self, owner: str, summary: str, zone: str = "Europe/Berlin") -> CalendarBox:
        """A secondary calendar of a person."""
        key = f"c_{token_hex(12)}@group.calendar.google.com"
        box = self.calendars[key] = CalendarBox(key, owner, summary, zone, {owner: "owner"})
        return box

    def calendar(self, user: str, key: str, least: str) -> CalendarBox:
        """The calendar that `key` means to this person; 404 where they see none, 403 where their role is less."""
        box = self.calendars.get(user if key == "primary" else key)
        role = box.acl.get(user) if box else None
        if box is None or role is None:
            raise ApiError(404, "notFound", "Not Found")
        if ROLES.index(role) < ROLES.index(least):
            raise ApiError(403, "requiredAccessLevel", f"You need to have {least} access to this calendar.")
        return box

    def visible(self, box: CalendarBox) -> Iterator[Stored]:
        """Every event that stands in a calendar, its own and copies, tombstones too."""
        yield from box.events.values()
        for key, home in box.copies.items():
            stored = self.calendars[home].events.get(key)
            if stored is not None:
                yield stored

    def find(self, box: CalendarBox, key: str) -> Stored | None:
        """The stored event or exception under this id."""
        if key in box.events:
            return box.events[key]
        home = box.copies.get(key)
        return self.calendars[home].events.get(key) if home else None

    def touch(self, stored: Stored) -> None:
        """Note a change in every calendar that shows the event."""
        stored.etag, stored.updated = self.etag(), self.now()
        position = self.tick()
        for box in self.calendars.values():
            if box.id == stored.home or stored.id in box.copies:
                box.log[stored.id] = position

    def finish_rooms(self) -> None:
        """Let the video rooms come that events still wait for."""
        for stored in [one for box in self.calendars.values() for one in box.events.values()]:
            if finish(stored.data, self.tick()):
                self.touch(stored)

    def forget_tombstones(self) -> None:
        """Let deleted events disappear, as they "eventually" do; their ids stay used."""
        for box in self.calendars.values():
            for key in [key for key, one in box.events.items() if one.gone and not one.series]:
                del box.events[key]
                box.log.pop(key, None)

    def mail(self, recipient: str, method: str, stored: Stored, *, fresh: bool = False) -> None:
        """Record a mail that Google writes."""
        data = stored.data
        start, end = (
            str(point.get("dateTime") or point.get("date") or "")
            for point in (data.get("start", {}), data.get("end", {}))
        )
        texts = {name: str(data.get(name) or "") for name in ("description", "location")}
        mail = Mail(
            recipient,
            method,
            stored.id,
            str(data.get("summary", "")),
            start,
            self.clock(),
            fresh=fresh,
            end=end,
            zone=self.calendars[stored.home].zone,
            sequence=int(data.get("sequence", 0)),
            room=link_of(data),
            **texts,
        )
        self.ledger.mails.append(mail)
