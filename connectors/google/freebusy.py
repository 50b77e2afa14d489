"""A calendar that others share with the account: only when it is busy is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from connectors.google.busytimes import BusyTimes
from syncd.core.model import CalendarObject, Changes, Event, EventDraft, OccurrenceRef, Transparency
from syncd.core.model.errors import CursorInvalid, Forbidden
from syncd.core.time.spans import Span
from syncd.ports import Cancelled, Rework, Reworked, Written, each_read

_CURSOR = "busy"


@dataclass(frozen=True, slots=True)
class BusyCalendar:
    """A calendar of which only busy time is known: each read is complete, nothing can be written."""

    id: str
    label: str
    remote: str
    times: BusyTimes

    def changes(self, cursor: str, window: Span) -> Changes:
        if cursor not in {"", _CURSOR}:
            raise CursorInvalid(f"google: {self.label}: was read as events before")
        busy = self.times.of(self.remote, window, f"freebusy.query {self.label}")
        return Changes(tuple(self._object(span) for span in busy), (), _CURSOR, complete=True, nameless=True)

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        return next((one for one in self.changes("", window).objects if one.uid == uid), None)

    def read_several(self, uids: Sequence[str], window: Span) -> Mapping[str, CalendarObject]:
        return each_read(self.read, uids, window)

    def create(self, draft: EventDraft) -> Written:
        self._refuse()

    def replace(self, draft: EventDraft, etag: str) -> Written:
        self._refuse()

    def delete(self, uid: str, etag: str, *, quiet: bool = False, words: str = "") -> None:
        self._refuse()

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        self._refuse()

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        self._refuse()

    def rework(self, uid: str, changes: Sequence[Rework]) -> Reworked:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Forbidden(f"google: {self.label}: belongs to somebody else and is read as busy time only")

    def _object(self, span: Span) -> CalendarObject:
        uid = f"busy-{span.start:%Y%m%dT%H%M%SZ}-{span.end:%Y%m%dT%H%M%SZ}"
        event = Event(self.id, uid, span, transparency=Transparency.OPAQUE, href=uid, etag=uid)
        return CalendarObject(uid, uid, uid, (event,))
