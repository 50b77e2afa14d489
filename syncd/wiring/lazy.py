"""Calendars that are looked up when they are first used, so that one account that is down stops nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.model import CalendarObject, Changes, EventDraft, OccurrenceRef
from syncd.core.spans import Span
from syncd.ports import Account, Calendar, Cancelled, Written


@dataclass(slots=True)
class LazyCalendar:
    """`ports.Calendar` that asks its account for the real one at the first call. Each call raises as that one does."""

    id: str
    account: Account
    name: str
    _opened: Calendar | None = None

    def _port(self) -> Calendar:
        if self._opened is None:
            self._opened = self.account.open(self.name)
        return self._opened

    def changes(self, cursor: str, window: Span) -> Changes:
        """As the port says."""
        return self._port().changes(cursor, window)

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        """As the port says."""
        return self._port().read(uid, window)

    def create(self, draft: EventDraft) -> Written:
        """As the port says."""
        return self._port().create(draft)

    def replace(self, draft: EventDraft, etag: str) -> Written:
        """As the port says."""
        return self._port().replace(draft, etag)

    def delete(self, uid: str, etag: str) -> None:
        """As the port says."""
        self._port().delete(uid, etag)

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        """As the port says."""
        return self._port().cancel(ref, etag)

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        """As the port says."""
        return self._port().restore(ref, pre_image)
