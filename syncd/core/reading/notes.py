"""What else the therapist says by an event: care notes, hours opened for make-ups, a pause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from syncd.core.model import Event, OccurrenceRef
from syncd.core.model.practice import Therapist
from syncd.core.reading.roster import Ids, Roster
from syncd.core.reading.speaker import says, span
from syncd.core.reading.tags import plain_tags
from syncd.core.time.hours import ClockRange
from syncd.core.time.spans import AllDay, Span, days_of, midnight, union

_CRISIS = re.compile(r"\s*(?:crisis|krise)\s*:\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_SHOUTED = re.compile(r"\s*(\S[^!]*?)\s*!+\s*")
BY_EVENT = "by an event `#syncd pause`"
_PAUSE = re.compile(r"(?<!\S)#syncd\s+pause\b", re.IGNORECASE)
_ONE_DAY = timedelta(hours=25)  # the longest day that lived clocks have


@dataclass(frozen=True, slots=True, order=True)
class CareNote:
    """A client in crisis, from `start` until `end` (None: until the note is deleted)."""

    client: str
    start: datetime
    end: datetime | None
    ref: OccurrenceRef

    def holds(self, moment: datetime) -> bool:
        """True while the note counts."""
        return self.start <= moment and (self.end is None or moment < self.end)


def find_notes(events: Iterable[Event], therapist: Therapist, roster: Roster) -> tuple[CareNote, ...]:
    """The care notes `crisis: AB` and `AB!`, sorted by client and time.

    A note of one day counts from its day on until it is deleted, a longer one for its span. Ambiguous
    initials count for every client they may mean: too much care is the smaller mistake.
    """
    found = {
        CareNote(client, *_term(event, therapist), event.ref)
        for event in events
        if says(event, therapist)
        for client in noted(event.title, therapist.id, roster)
    }
    return tuple(sorted(found, key=lambda note: (note.client, note.start, note.ref)))


@lru_cache(maxsize=4096)
def noted(title: str, therapist: str, roster: Roster) -> Ids:
    """The clients of a therapist (id) whom a title says to be in crisis."""
    rest = plain_tags(title).rest
    if (match := _CRISIS.fullmatch(rest)) is not None:
        parts = re.split(r"[,;+&/]", match[1])
        return tuple(sorted({client for part in parts for client in roster.called(part, therapist)}))
    shouted = _SHOUTED.fullmatch(rest)
    return roster.called(shouted[1], therapist) if shouted else ()


def is_crisis_note(title: str) -> bool:
    """True for a title that begins with `crisis:`, whoever it means."""
    return _CRISIS.fullmatch(title) is not None


def _term(event: Event, therapist: Therapist) -> tuple[datetime, datetime | None]:
    whole = span(event, therapist)
    if isinstance(event.when, AllDay):
        one_day = event.when.until - event.when.first == timedelta(days=1)
        return whole.start, None if one_day else whole.end
    if whole.duration > _ONE_DAY:
        return whole.start, whole.end
    return midnight(whole.start.astimezone(therapist.zone).date(), therapist.zone), None


def find_opened(events: Iterable[Event], therapist: Therapist) -> tuple[Span, ...]:
    """The hours opened by events `#makeup`, joined. A whole day opens the usual hours, not its night."""
    opened = (
        hours
        for event in events
        if says(event, therapist) and opens(event.title)
        for hours in _opened(event, therapist)
    )
    return union(opened)


def is_note(title: str) -> bool:
    """True for a title that says something else to us than leave, however long its event: a crisis, a pause, hours."""
    rest = plain_tags(title).rest
    return opens(title) or pauses(title) or is_crisis_note(rest) or _SHOUTED.fullmatch(rest) is not None


def opens(title: str) -> bool:
    """True when the title says `#makeup`."""
    return "makeup" in plain_tags(title).tags


def _opened(event: Event, therapist: Therapist) -> tuple[Span, ...]:
    whole = span(event, therapist)
    if not isinstance(event.when, AllDay):
        return (whole,)
    week = [hours for day in therapist.hours.week for hours in day]
    if not week:
        return ()
    usual = ClockRange(min(hours.start for hours in week), max(hours.end for hours in week))
    days = (usual.on(day, therapist.zone) for day in days_of(whole, therapist.zone))
    return tuple(day for day in days if day is not None)


def find_pause(events: Iterable[Event], therapist: Therapist, now: datetime) -> Span | None:
    """An event `#syncd pause` that lasts now, of several the one that ends last: nothing leaves the house."""
    asking = (event for event in events if pauses(event.title) and says(event, therapist))
    lasting = [when for event in asking if (when := span(event, therapist)).holds(now)]
    return max(lasting, key=lambda when: when.end, default=None)


def pauses(title: str) -> bool:
    """True when the title says `#syncd pause`."""
    return _PAUSE.search(title) is not None
