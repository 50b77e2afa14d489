"""Before anything is written: the new text has to say to our own reader what was meant, and nothing else new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from connectors.caldav.ics import read_object
from connectors.limits import MAX_NOTES, MAX_TITLE, Unreadable
from connectors.series import Occurrence
from syncd.core.model import Event, EventDraft, EventStatus
from syncd.core.time.spans import Span, span_of

_AROUND = timedelta(
    days=60
)  # what is compared of a series: its neighbours, which one wrong line would change too
_DAY = timedelta(days=1)


def prove_cancelled(before: str, after: str, one: Occurrence[icalendar.Event], zone: ZoneInfo) -> None:
    """Raise Unreadable unless `after` shows exactly this occurrence cancelled, by us, and all else as `before`."""
    was, now = (_around(text, one, zone) for text in (before, after))
    meant, found = was.pop(one.recurrence_id, None), now.pop(one.recurrence_id, None)
    if meant is None or found is None or was != now or replace(found, sequence=0) != _cancelled(meant):
        raise Unreadable("cannot be cancelled so that it is read back as meant; cancel it by hand")


def prove_restored(before: str, after: str, one: Occurrence[icalendar.Event], zone: ZoneInfo) -> None:
    """Raise Unreadable unless `after` no longer shows this occurrence cancelled, and all else as `before` does."""
    was, now = (_around(text, one, zone) for text in (before, after))
    was.pop(one.recurrence_id, None)
    found = now.pop(one.recurrence_id, None)
    if was != now or (found is not None and found.status is EventStatus.CANCELLED):
        raise Unreadable("cannot be restored so that it is read back as meant; restore it by hand")


def prove_drafted(after: str, draft: EventDraft, zone: ZoneInfo) -> None:
    """Raise Unreadable unless `after` is read as what `draft` says."""
    window = span_of(draft.when, zone).padded(_DAY)
    if not any(_said(event) == _said(draft) for event in _occurrences(after, window, zone).values()):
        raise Unreadable("our own entry cannot be written so that it is read back as meant")


def _said(one: Event | EventDraft) -> tuple[object, ...]:
    notes = one.description[:MAX_NOTES].split()
    texts = (one.title[:MAX_TITLE].split(), notes, one.location[:MAX_TITLE].split())
    return (one.uid, one.when, one.status, one.transparency, one.marker, texts)


def _cancelled(event: Event) -> Event:
    return replace(event, sequence=0, status=EventStatus.CANCELLED, called_off=True)


def _around(text: str, one: Occurrence[icalendar.Event], zone: ZoneInfo) -> dict[str, Event]:
    """The occurrences near where this one stands, and near where it stood before it was moved."""
    ends = [span_of(one.when, zone)]
    if one.recurrence_id:
        day = datetime.strptime(one.recurrence_id[:8], "%Y%m%d").replace(tzinfo=UTC)
        ends.append(Span(day, day + _DAY))
    whole = Span(min(end.start for end in ends), max(end.end for end in ends))
    return _occurrences(text, whole.padded(_AROUND), zone)


def _occurrences(text: str, window: Span, zone: ZoneInfo) -> dict[str, Event]:
    found = read_object(text, calendar="", href="", etag="", window=window, zone=zone)
    return {event.recurrence_id: event for event in found.events} if found else {}
