"""A calendar that others share with the account: only when it is busy is asked for (freebusy.query)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from connectors.google.client import GoogleClient
from connectors.google.times import rfc3339
from syncd.core.errors import CursorInvalid, Forbidden, Malformed, NotFound, Transient
from syncd.core.model import CalendarObject, Changes, Event, EventDraft, OccurrenceRef, Transparency
from syncd.core.spans import Span, union
from syncd.ports import Cancelled, Written

_CURSOR = "busy"
_AT_ONCE = timedelta(days=85)  # longer questions are refused (timeRangeTooLong)


@dataclass(frozen=True, slots=True)
class BusyCalendar:
    """A calendar of which only busy time is known: each read is complete, nothing can be written."""

    id: str
    label: str
    remote: str
    client: GoogleClient

    def changes(self, cursor: str, window: Span) -> Changes:
        if cursor not in {"", _CURSOR}:
            raise CursorInvalid(f"google: {self.label}: was read as events before")
        busy = union(span for part in _parts(window) for span in self._ask(part))
        return Changes(tuple(self._object(span) for span in busy), (), _CURSOR, complete=True, nameless=True)

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        return next((one for one in self.changes("", window).objects if one.uid == uid), None)

    def create(self, draft: EventDraft) -> Written:
        self._refuse()

    def replace(self, draft: EventDraft, etag: str) -> Written:
        self._refuse()

    def delete(self, uid: str, etag: str, *, quiet: bool = False) -> None:
        self._refuse()

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        self._refuse()

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Forbidden(f"google: {self.label}: belongs to somebody else and is read as busy time only")

    def _ask(self, part: Span) -> Iterator[Span]:
        what = f"freebusy.query {self.label}"
        body = {
            "timeMin": rfc3339(part.start),
            "timeMax": rfc3339(part.end),
            "items": [{"id": self.remote}],
        }
        answer = self.client.read(lambda service: service.freebusy().query(body=body), what)
        told = answer.get("calendars", {}).get(self.remote)
        if not isinstance(told, Mapping):
            raise Malformed(f"google: {what}: no answer for this calendar")
        _check(told, what)
        for one in told.get("busy", ()):
            yield Span(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))

    def _object(self, span: Span) -> CalendarObject:
        uid = f"busy-{span.start:%Y%m%dT%H%M%SZ}-{span.end:%Y%m%dT%H%M%SZ}"
        event = Event(self.id, uid, span, transparency=Transparency.OPAQUE, href=uid, etag=uid)
        return CalendarObject(uid, uid, uid, (event,))


def _parts(window: Span) -> Iterator[Span]:
    start = window.start
    while start < window.end:
        end = min(start + _AT_ONCE, window.end)
        yield Span(start, end)
        start = end


def _check(told: Mapping[str, Any], what: str) -> None:
    """Raise for a calendar that the answer reports as unreadable: silence would look like free time."""
    reasons = {str(error.get("reason", "")) for error in told.get("errors", ())}
    if "notFound" in reasons:
        raise NotFound(f"google: {what}: not shared with this account any more")
    if reasons:
        raise Transient(f"google: {what}: {', '.join(sorted(reasons))}")
