"""One account on a CalDAV server, behind the port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from connectors.caldav.calendar import CalDavCalendar
from connectors.caldav.client import DavDoor
from connectors.caldav.config import CalDavConfig
from connectors.caldav.cursor import Cursor, Home, decode
from connectors.caldav.discovery import Directory, Listed, list_home, look_around, user_name
from connectors.caldav.origin import path_of
from connectors.caldav.ownership import Identity
from connectors.caldav.place import Place
from connectors.caldav.probe import probe
from connectors.dates import Dates
from syncd.core.model.errors import CursorInvalid, Forbidden, Malformed, NotFound
from syncd.ports import Calendar, CalendarInfo, Capabilities, Clock


class CalDavAccount:
    """Calendars are found by display name or by URL; nothing is sent before something is asked."""

    def __init__(self, config: CalDavConfig, clock: Clock) -> None:
        """`clock` stamps what is written. Raises Forbidden for plain HTTP, Malformed for what is no URL."""
        self._config = config
        self._clock = clock
        self._dates = Dates(clock)
        self._door = DavDoor(config, self._dates)
        self._places: dict[str, Place] = {}
        self._directory: Directory | None = None
        self._names: frozenset[str] | None = None

    @property
    def id(self) -> str:
        return self._config.account

    def discover(self) -> Sequence[CalendarInfo]:
        self._directory = look_around(self._door)
        return [
            CalendarInfo(f"{self.id}/{one.name}", one.name, f"{self._door.origin}{one.path}", one.writable)
            for one in self._directory.calendars
        ]

    def open(self, name: str) -> Calendar:
        """Raises NotFound here if the account was looked at already, else at the first use."""
        place = self._place(name)
        if self._directory is not None:
            place.shelf()
        me = Identity(self._config.address, self._is_own)
        return CalDavCalendar(
            f"{self.id}/{name}", place, self._config.zone, self._clock, me, plain=self._config.plain
        )

    def probe(self, calendar: str) -> Capabilities:
        self._directory = look_around(self._door)
        shelf = self._place(calendar.removeprefix(f"{self.id}/")).shelf()
        return probe(shelf, self._directory.addresses, self._config.address, self._clock.now())

    def stale(self, cursors: Mapping[str, str]) -> frozenset[str]:
        owner = self._door.owner
        known = {calendar: cursor for calendar, text in cursors.items() if (cursor := _decoded(text, owner))}
        changed = set(cursors) - set(known)
        for home in dict.fromkeys(cursor.home for cursor in known.values()):
            here = {calendar: one for calendar, one in known.items() if one.home == home}
            self._door.expect(next(iter(here.values())).scheme)
            try:
                listed = {one.path: one for one in list_home(self._door, home)}
            except NotFound:
                listed = {}
            changed |= {calendar for calendar, one in here.items() if self._moved(calendar, one, listed)}
        return frozenset(changed)

    def ahead(self) -> timedelta | None:
        return self._dates.take()

    def _moved(self, calendar: str, cursor: Cursor, listed: Mapping[str, Listed]) -> bool:
        place = self._place(calendar.removeprefix(f"{self.id}/"))
        place.take(cursor)
        now = listed.get(cursor.path)
        if now is None:
            return True
        place.saw(now.token, now.ctag)
        return cursor.differs(now.token, now.ctag)

    def _is_own(self, name: str) -> bool:
        """Whether the server knows its user by this name; it is asked once, and only if somebody else is named."""
        if self._names is None:
            try:
                self._names = (self._directory or look_around(self._door)).names
            except (NotFound, Malformed, Forbidden):
                self._names = frozenset()  # no principal to ask: what settings name is all there is
        return user_name(self._door.origin, name) in self._names

    def _place(self, name: str) -> Place:
        if name not in self._places:
            what = f"account {self.id}, calendar {name}"
            self._places[name] = Place(self._door, what, lambda anew: self._locate(name, anew=anew))
        return self._places[name]

    def _locate(self, name: str, *, anew: bool) -> Listed:
        kept = None if anew else self._directory
        directory = self._directory = kept or look_around(self._door)
        found = [one for one in directory.calendars if one.name == name or self._is_at(one, name)]
        found = found or self._elsewhere(name)
        if len(found) == 1:
            return found[0]
        self._directory = None  # look again next time: it may be created meanwhile
        if found:
            urls = ", ".join(
                f"{self._door.origin}{one.path}" for one in sorted(found, key=lambda one: one.path)
            )
            raise NotFound(
                f'account {self.id}: {len(found)} calendars are called "{name}"; name one by URL: {urls}'
            )
        names = ", ".join(f'"{one.name}"' for one in directory.calendars) or "none"
        raise NotFound(
            f'account {self.id}: no calendar "{name}" on {self._door.origin.host}; there is: {names}'
        )

    def _elsewhere(self, name: str) -> list[Listed]:
        """The calendar at an address outside all homes, such as one that somebody shares: no list names it."""
        if "/" not in name:
            return []
        path = path_of(f"{self._door.origin}/", name).rstrip("/")
        try:
            return list(list_home(self._door, Home(f"{path}/", 0)))
        except (NotFound, Malformed, Forbidden):
            return []

    def _is_at(self, one: Listed, name: str) -> bool:
        if "/" not in name:
            return False
        return path_of(f"{self._door.origin}/", name).rstrip("/") == one.path.rstrip("/")


def _decoded(text: str, owner: str) -> Cursor | None:
    try:
        return decode(text, owner)
    except CursorInvalid:
        return None
