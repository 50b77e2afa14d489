"""What a first read costs: CPU from the bytes of a calendar to its stored mirror, against what the libraries take for
the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import process_time
from typing import TypeVar

import icalendar
import recurring_ical_events
from dateutil.parser import isoparse
from dateutil.rrule import rrulestr

from connectors.google.objects import Page, Shelf
from syncd.cycle import Practicing
from syncd.gather import gather
from syncd.ports import Fence, PassRecord
from syncd.reading import in_sight
from tests.bench.idle import START, Size, initials, practising
from tests.core.people import BERLIN
from tests.scenario import ics

LARGE = Size(1, 5500, 500)
WEEKS = 104
TITLES = 1000
KEPT = in_sight(START)
_T = TypeVar("_T")
_ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT15M", "END:VALARM")


@dataclass(frozen=True, slots=True)
class Cold:
    """One first read: objects and occurrences that are stored, CPU time of ours and of the libraries."""

    size: Size
    stored: int
    occurrences: int
    seconds: float
    libraries: float


def entries(size: Size, user: str) -> Iterator[str]:
    """Two years of a practice: weekly series, with days left out and sessions moved, and single entries."""
    monday = START.replace(tzinfo=BERLIN) - timedelta(weeks=80)
    for number in range(size.clients):
        start = monday + timedelta(days=number % 5, weeks=number % 40, hours=number // 5 % 8)
        yield _series(f"{user}-s{number}", initials(user, number % 20), start, number)
    for number in range(size.objects - size.clients):
        start = (START - timedelta(days=700)).replace(tzinfo=BERLIN) + timedelta(hours=number * 5)
        yield _single(f"{user}-e{number}", f"Entry {number % TITLES}", start)


def _times(start: datetime, minutes: int) -> tuple[str, str]:
    end = start + timedelta(minutes=minutes)
    return (
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}",
    )


def _event(uid: str, title: str, *more: str) -> str:
    told = ("SEQUENCE:1", "STATUS:CONFIRMED", "TRANSP:OPAQUE", "CREATED:20250101T080000Z", "LOCATION:Room 2")
    lines = ("BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", f"UID:{uid}", f"SUMMARY:{title}", *more, *told)
    return "\r\n".join((*lines, *_ALARM, "END:VEVENT", ""))


def _single(uid: str, title: str, start: datetime) -> str:
    words = "DESCRIPTION:Bring the papers\\, and call before: the line is folded where it is lon\r\n ger than it may be"
    return _whole(_event(uid, title, *_times(start, 45), words))


def _series(uid: str, title: str, start: datetime, number: int) -> str:
    rule = f"RRULE:FREQ=WEEKLY;COUNT={WEEKS}" if number % 2 else "RRULE:FREQ=WEEKLY"
    out = f"EXDATE;TZID=Europe/Berlin:{start + timedelta(weeks=6 + number % 70):%Y%m%dT%H%M%S}"
    parts = [_event(uid, title, *_times(start, 50), rule, *([out] if number % 3 else []))]
    if number % 4 == 0:
        moved = start + timedelta(weeks=60 + number % 30)
        named = f"RECURRENCE-ID;TZID=Europe/Berlin:{moved:%Y%m%dT%H%M%S}"
        parts.append(_event(uid, title, *_times(moved + timedelta(days=1), 50), named))
    return _whole("".join(parts))


def _whole(events: str) -> str:
    return ics.with_zone(f"{ics.HEAD}{events}{ics.TAIL}")


def read(world: Practicing, fence: Fence) -> tuple[int, int]:
    """Read everything and store it; objects and occurrences that are kept."""
    now = world.clock.now()
    gathered = gather(world.sources, world.store.load(), now)
    world.store.record(fence, PassRecord(now, mirror=gathered.changes, facts=gathered.facts))
    kept = [one for change in gathered.changes for one in change.put]
    return len(kept), sum(len(one.events) for one in kept)


def cold(size: Size) -> Cold:
    """Both in one run."""
    with practising(size, entries, first=False) as (world, fence, _):
        (stored, found), seconds = timed(lambda: read(world, fence))
    texts = [text for user in size.users for text in entries(size, user)]
    _, libraries = timed(lambda: sum(map(by_libraries, texts)))
    return Cold(size, stored, found, seconds, libraries)


def items(size: Size) -> Iterator[dict[str, object]]:
    """The same calendar as Google's API shows it."""
    begun = (START - timedelta(days=700)).replace(tzinfo=BERLIN)
    for number in range(size.objects - size.clients):
        yield _item(f"e{number}", f"Entry {number % TITLES}", begun + timedelta(hours=number * 5))
    monday = START.replace(tzinfo=BERLIN) - timedelta(weeks=80)
    for number in range(size.clients):
        start = monday + timedelta(days=number % 5, weeks=number % 40, hours=number // 5 % 8)
        out = f"EXDATE;TZID=Europe/Berlin:{start + timedelta(weeks=6 + number % 70):%Y%m%dT%H%M%S}"
        rules = [
            "RRULE:FREQ=WEEKLY" + (f";COUNT={WEEKS}" if number % 2 else ""),
            *([out] if number % 3 else []),
        ]
        yield {**_item(f"s{number}", "AB", start), "recurrence": rules}
        if number % 4 == 0:
            moved = start + timedelta(weeks=60 + number % 30)
            named = {"recurringEventId": f"s{number}", "originalStartTime": _point(moved)}
            yield {**_item(f"s{number}_x", "AB", moved + timedelta(days=1)), **named}


def _item(id: str, title: str, start: datetime) -> dict[str, object]:
    owner = {"email": "dana@example.org", "self": True}
    times = {"start": _point(start), "end": _point(start + timedelta(minutes=50))}
    told = {
        "etag": '"1"',
        "status": "confirmed",
        "summary": title,
        "location": "Room 2",
        "eventType": "default",
    }
    return {"id": id, "organizer": owner, "creator": owner, "sequence": 0, **times, **told}


def _point(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.isoformat(), "timeZone": "Europe/Berlin"}


def google(size: Size) -> Cold:
    """From the JSON of all pages to objects, against json and dateutil on it, which find no more than starts."""
    text = json.dumps({"items": list(items(size))})
    shelf, seconds = timed(lambda: _shelved(text))
    _, libraries = timed(lambda: by_dateutil(text))
    return Cold(size, len(shelf.objects), sum(len(one.events) for one in shelf.objects), seconds, libraries)


def _shelved(text: str) -> Shelf:
    page, shelf = Page.of(json.loads(text)["items"]), Shelf("c", KEPT, BERLIN)
    for single in page.singles.values():
        shelf.single(single)
    for id, master in page.masters.items():
        shelf.series(master, tuple(page.exceptions.get(id, {}).values()))
    return shelf


def by_dateutil(text: str) -> int:
    """The starts in the window, of singles and of rules."""
    found = 0
    for item in json.loads(text)["items"]:
        start, end = (isoparse(item[edge]["dateTime"]) for edge in ("start", "end"))
        if "recurrence" in item:
            rule = rrulestr(item["recurrence"][0], dtstart=start.replace(tzinfo=BERLIN))
            found += len(rule.between(KEPT.start, KEPT.end))
        else:
            found += start < KEPT.end and KEPT.start < end
    return found


def by_libraries(text: str) -> int:
    """The occurrences of one object, as whoever uses both libraries as they are has them."""
    calendar = icalendar.Calendar.from_ical(text)
    return len(recurring_ical_events.of(calendar).between(KEPT.start, KEPT.end))


def timed(work: Callable[[], _T]) -> tuple[_T, float]:
    """What it gives, and the CPU time that it took."""
    begun = process_time()
    found = work()
    return found, process_time() - begun


def line(one: Cold) -> str:
    """In words."""
    told = f"{one.stored} objects, {one.occurrences} occurrences"
    against = f"{one.seconds / one.libraries:.2f} of what the libraries take ({one.libraries:.1f} s)"
    return f"A first read of {told} takes {one.seconds:.1f} s CPU, {against}"


def main() -> None:
    """A line for CalDAV, and one for Google."""
    print(line(cold(LARGE)), flush=True)
    print(f"Google's JSON, to objects: {line(google(LARGE))}", flush=True)


if __name__ == "__main__":
    main()
