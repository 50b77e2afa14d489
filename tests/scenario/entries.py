"""A calendar as another program shows it: occurrences read by icalendar alone, nothing of the product's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import icalendar
import recurring_ical_events

BACK, AHEAD = timedelta(days=60), timedelta(days=280)


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence. `status` is "" where none is given; addresses are lower case, without mailto:."""

    uid: str
    start: datetime | date
    status: str
    title: str
    description: str
    organizer: str
    attendees: tuple[str, ...]
    answers: tuple[str, ...] = ()  # PARTSTAT of each
    private: bool = False
    transparent: bool = False
    days: int = 0  # of a whole-day entry
    minutes: int = 0  # of a timed one
    out_of_office: bool = False  # by its kind, whatever it is called
    place: str = ""

    @property
    def begins(self) -> datetime:
        """Its start; a date begins at midnight UTC."""
        if isinstance(self.start, datetime):
            return self.start.astimezone(UTC)
        return datetime.combine(self.start, time(0), UTC)

    @property
    def ends(self) -> datetime:
        """Its end; a date ends at midnight UTC."""
        return self.begins + timedelta(days=self.days, minutes=self.minutes)


def entries(texts: Iterable[str], start: datetime, end: datetime) -> list[Entry]:
    """What stands in these objects between two instants, in order; cancelled occurrences too."""
    found = [entry for text in texts for entry in _shown(text, start, end)]
    return sorted(found, key=lambda one: (one.begins, one.uid))


def around(text: str, now: datetime, ahead: timedelta = AHEAD) -> list[Entry]:
    """The same of one object from `BACK` before until `ahead` of now; read once in a month, as much as anybody asks."""
    now = now.astimezone(UTC)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    assert ahead <= AHEAD
    found = _shown(text, month - BACK, month + timedelta(days=31) + AHEAD)
    return [one for one in found if one.begins < now + ahead and one.ends > now - BACK]


@lru_cache(maxsize=4096)
def _shown(text: str, start: datetime, end: datetime) -> tuple[Entry, ...]:
    occurrences = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(start, end)
    return tuple(_entry(event) for event in occurrences)


def _entry(event: icalendar.Event) -> Entry:
    attendees = event.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    return Entry(
        uid=str(event["UID"]),
        start=event.start,
        status=str(event.get("STATUS", "")),
        title=str(event.get("SUMMARY", "")),
        description=str(event.get("DESCRIPTION", "")),
        organizer=_address(event.get("ORGANIZER", "")),
        attendees=tuple(_address(one) for one in listed),
        answers=tuple(str(one.params.get("PARTSTAT", "NEEDS-ACTION")) for one in listed),
        private=str(event.get("CLASS", "")) == "PRIVATE",
        transparent=str(event.get("TRANSP", "")) == "TRANSPARENT",
        out_of_office=str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")) == "OOF",
        place=str(event.get("LOCATION", "")),
        days=0 if isinstance(event.start, datetime) else (event.end - event.start).days,
        minutes=int((event.end - event.start).total_seconds()) // 60
        if isinstance(event.start, datetime)
        else 0,
    )


def _address(value: object) -> str:
    return str(value).lower().removeprefix("mailto:")
