"""One Google account: ports.Account on calendarList.list."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from connectors.dates import Dates
from connectors.google.busytimes import BusyTimes
from connectors.google.calendar import EventCalendar
from connectors.google.client import GoogleClient
from connectors.google.config import GoogleConfig
from connectors.google.freebusy import BusyCalendar
from connectors.google.listing import list_all
from connectors.google.metering import Meter
from connectors.google.named import NamedCalendar
from connectors.google.scopes import READS_SHARED, WRITES_SHARED, covers
from connectors.google.service import Request, Service
from connectors.google.times import Item
from connectors.zones import named_zone
from syncd.core.model import Delivery
from syncd.core.model.errors import NotFound
from syncd.ports import Calendar, CalendarInfo, Capabilities, Clock

_PRIMARY = "primary"
_UTC = frozenset({"UTC", "Etc/UTC"})
# Who may write and not see private events could never read again what we write: that reads only.
_READERS = frozenset({"reader", "writer", "writerWithoutPrivateAccess"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the calendar list."""

    item: Item

    @property
    def remote(self) -> str:
        return str(self.item["id"])

    @property
    def name(self) -> str:
        """As people see it."""
        if self.item.get("primary"):
            return _PRIMARY
        return str(self.item.get("summaryOverride") or self.item.get("summary") or self.remote)

    @property
    def label(self) -> str:
        """The name as it may stand in logs: a calendar that somebody shares is often named for their address."""
        return _label(self.name)

    @property
    def role(self) -> str:
        return str(self.item.get("accessRole", ""))

    @property
    def zone(self) -> ZoneInfo:
        return named_zone(str(self.item.get("timeZone", ""))) or ZoneInfo("UTC")

    def is_called(self, name: str) -> bool:
        """By a name exactly; by its id, which may be an address, in any case."""
        shown = {self.name, str(self.item.get("summary", "")), str(self.item.get("summaryOverride", ""))}
        return name in shown or name.lower() == self.remote.lower()


class GoogleAccount:
    """One account with Google Calendar. Owned calendars are read and written, others read."""

    def __init__(
        self,
        config: GoogleConfig,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        meter: Meter | None = None,
    ) -> None:
        """Nothing is read or sent yet. A missing or broken token or key is AuthExpired at the first call."""
        self._config = config
        self._dates = Dates(clock)
        self._client = GoogleClient(config, sleep=sleep, clock=monotonic, dates=self._dates, meter=meter)
        self._busy = BusyTimes(self._client, clock)

    @property
    def id(self) -> str:
        return self._config.account

    def discover(self) -> Sequence[CalendarInfo]:
        return tuple(
            CalendarInfo(
                self._id(entry),
                entry.name,
                entry.remote,
                self._writes(entry),
                self._reads(entry),
                organizer="" if entry.item.get("primary") else str(entry.item.get("summary", "")),
            )
            for entry in self._entries()
        )

    def open(self, name: str) -> Calendar:
        """By display name, `primary` or Google's id; the calendar's own id is `account/name`, as it is called here.

        Nothing is sent yet.
        """
        return NamedCalendar(f"{self.id}/{name}", lambda: self._opened(name))

    def probe(self, calendar: str) -> Capabilities:
        """Nothing is written: what Google can do is known. Without delegation it sends no invitations."""
        entries = self._entries()
        entry = self._called(calendar.removeprefix(f"{self.id}/"), entries)
        sends = self._client.signin.delegated and self._writes(entry)
        return Capabilities(
            sync_tokens=self._reads(entry),
            ctags=False,
            conditional_writes=True,
            scheduling=sends,
            addresses=_addresses(entries),
            delivery=Delivery.GOOGLE if sends else Delivery.IMIP,
        )

    def stale(self, cursors: Mapping[str, str]) -> frozenset[str]:
        """All of them: one request a calendar is the least that tells, and `changes` is that request."""
        return frozenset(cursors)

    def ahead(self) -> timedelta | None:
        return self._dates.take()

    def _called(self, name: str, entries: Sequence[_Entry]) -> _Entry:
        found = [entry for entry in entries if entry.is_called(name)]
        shown = _label(name)
        if not found:
            there = ", ".join(sorted(entry.label for entry in entries)) or "none"
            hint = "; one that others share is added in Google Calendar first" if "@" in name else ""
            raise NotFound(f'google: account {self.id}: no calendar "{shown}"; there is: {there}{hint}')
        if len(found) > 1:
            ids = ", ".join(sorted(entry.remote for entry in found))
            raise NotFound(
                f'google: account {self.id}: {len(found)} calendars are called "{shown}"; use the id: {ids}'
            )
        return found[0]

    def _opened(self, name: str) -> Calendar:
        entries = self._entries()
        entry = self._called(name, entries)
        key, label = f"{self.id}/{name}", self._id(entry)
        if self._reads(entry):
            own = frozenset((*self._config.addresses, *_addresses(entries)))
            # Programs make calendars in UTC; guests without a calendar would be told those times.
            home = (self._config.zone or entry.zone) if entry.zone.key in _UTC else entry.zone
            mine = self._mine(entry)
            return EventCalendar(
                key,
                label,
                entry.remote,
                entry.zone,
                home,
                own,
                self._client,
                self._writes(entry),
                mine,
                self._config.plain,
            )
        return BusyCalendar(key, label, entry.remote, self._busy)

    def _mine(self, entry: _Entry) -> tuple[str, ...]:
        """The therapist's addresses, the account's own first; none where the one who is `self` is a calendar."""
        if not entry.item.get("primary"):
            return ()
        return tuple(sorted(self._config.addresses, key=lambda one: one != entry.remote.lower()))

    def _reads(self, entry: _Entry) -> bool:
        """Somebody else's events can be read only with a scope that settings ask for besides the least ones."""
        shared = entry.role in _READERS and covers(self._client.signin.scopes, READS_SHARED)
        return entry.role == "owner" or shared

    def _writes(self, entry: _Entry) -> bool:
        shared = entry.role == "writer" and covers(self._client.signin.scopes, WRITES_SHARED)
        return entry.role == "owner" or shared

    def _id(self, entry: _Entry) -> str:
        return f"{self.id}/{entry.label}"

    def _entries(self) -> list[_Entry]:
        def ask(service: Service, page: dict[str, str]) -> Request:
            return service.calendarList().list(maxResults=250, showHidden=True, **page)

        listing = list_all(self._client, ask, f"calendarList.list {self.id}")
        return [_Entry(item) for item in listing.items if not item.get("deleted")]


def _addresses(entries: Iterable[_Entry]) -> tuple[str, ...]:
    """The account's own: its main calendar is called by it."""
    return tuple(one.remote.lower() for one in entries if one.item.get("primary"))


def _label(name: str) -> str:
    return f"shared-{sha256(name.encode()).hexdigest()[:8]}" if "@" in name else name
