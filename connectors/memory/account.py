"""An account in memory: its calendars, and what it says it can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from connectors.memory.calendar import MemoryCalendar
from syncd.core.model import Delivery
from syncd.core.model.errors import (
    NotFound,
)
from syncd.ports import Calendar, CalendarInfo, Capabilities, Clock


class MemoryAccount:
    """One account with calendars by name."""

    def __init__(
        self,
        id: str,
        zone: ZoneInfo,
        *,
        calendars: Iterable[str] = (),
        clock: Clock | None = None,
        addresses: tuple[str, ...] = (),
        scheduling: bool = False,
    ) -> None:
        """`zone` is that of floating times; `addresses` and `scheduling` are what `probe` reports."""
        self._id = id
        self._zone = zone
        self._clock = clock
        self._addresses = addresses
        self._scheduling = scheduling and bool(addresses)
        self._calendars: dict[str, MemoryCalendar] = {}
        for name in calendars:
            self.add(name)

    @property
    def id(self) -> str:
        return self._id

    def add(self, name: str, *, writable: bool = True) -> MemoryCalendar:
        """Create a calendar of this name."""
        calendar = MemoryCalendar(
            f"{self._id}/{name}", self._zone, self._clock, writable=writable, schedules=self._scheduling
        )
        self._calendars[name] = calendar
        return calendar

    def discover(self) -> Sequence[CalendarInfo]:
        return [
            CalendarInfo(one.id, name, f"memory:{one.id}", one.writable)
            for name, one in self._calendars.items()
        ]

    def calendar(self, name: str) -> MemoryCalendar:
        """As `open`, with what the port does not show."""
        try:
            return self._calendars[name.removeprefix(f"memory:{self._id}/")]
        except KeyError:
            names = ", ".join(sorted(self._calendars)) or "none"
            raise NotFound(f'account {self._id}: no calendar "{name}"; there is: {names}') from None

    def open(self, name: str) -> Calendar:
        return self.calendar(name)

    def probe(self, calendar: str) -> Capabilities:
        self.calendar(calendar.removeprefix(f"{self._id}/"))
        return Capabilities(
            sync_tokens=True,
            ctags=True,
            conditional_writes=True,
            scheduling=self._scheduling,
            addresses=self._addresses,
            delivery=Delivery.SERVER if self._scheduling else Delivery.IMIP,
        )

    def ahead(self) -> timedelta | None:
        """The server's own time is the clock's idea of it."""
        return self._clock.ahead_of(self._clock.now()) if self._clock else None

    def stale(self, cursors: Mapping[str, str]) -> frozenset[str]:
        known = {one.id: one for one in self._calendars.values()}
        return frozenset(id for id, cursor in cursors.items() if id in known and known[id].cursor != cursor)
