"""Calendar objects that ask for too much: kept, each by its name."""

from __future__ import annotations

from datetime import datetime, timedelta

HOUR = "DTSTART:20260706T080000Z\r\nDTEND:20260706T085000Z"
DAYS = "DTSTART;VALUE=DATE:20260706\r\nDTEND;VALUE=DATE:20260711"
HOURS = [datetime(2026, 1, 1) + timedelta(hours=one) for one in range(9000)]  # noqa: DTZ001  written with a Z


def written(title: str, when: str, *lines: str) -> str:
    """One event."""
    return _calendar(_event(title, when, *lines))


def _calendar(*parts: str) -> str:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x", *parts, "END:VCALENDAR", ""))


def _event(title: str, when: str, *lines: str) -> str:
    head = ("BEGIN:VEVENT", "UID:bomb", "DTSTAMP:20260601T000000Z", when, f"SUMMARY:{title}")
    return "\r\n".join((*head, *lines, "END:VEVENT"))


def _moved(at: datetime) -> str:
    when = f"DTSTART:{at:%Y%m%d}T090000Z\r\nDTEND:{at:%Y%m%d}T095000Z"
    return _event("AB", when, f"RECURRENCE-ID:{at:%Y%m%d}T080000Z")


def _zone(observances: int) -> str:
    one = (
        "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=DAILY\r\n"
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\n"
    )
    return f"BEGIN:VTIMEZONE\r\nTZID:Z\r\n{one * observances}END:VTIMEZONE"


_YEARDAYS = ",".join(map(str, range(1, 367)))
_EVERY_HOUR = ",".join(map(str, range(24)))
_ZULU = [f"{one:%Y%m%dT%H%M%SZ}" for one in HOURS]

OBJECTS = {
    "leave of a year": written("Vacation", "DTSTART;VALUE=DATE:20260706\r\nDTEND;VALUE=DATE:20270706"),
    "9,000 RDATE": written("AB", HOUR, f"RDATE:{','.join(_ZULU)}"),
    "9,000 lines of RDATE": written("AB", HOUR, *(f"RDATE:{one}" for one in _ZULU)),
    "9,000 EXDATE": written("AB", HOUR, "RRULE:FREQ=DAILY", *(f"EXDATE:{one}" for one in _ZULU)),
    "1,900 occurrences": written("Vacation", HOUR, f"RDATE:{','.join(_ZULU[3600:5500])}"),
    "BYYEARDAY of 366": written("AB", HOUR, f"RRULE:FREQ=YEARLY;BYYEARDAY={_YEARDAYS}"),
    "leave of BYYEARDAY of 366": written("Vacation", DAYS, f"RRULE:FREQ=YEARLY;BYYEARDAY={_YEARDAYS}"),
    "four rules of each hour": written(
        "AB", HOUR, *(4 * [f"RRULE:FREQ=YEARLY;BYYEARDAY={_YEARDAYS};BYHOUR={_EVERY_HOUR}"])
    ),
    "BYSETPOS of 366": written("AB", HOUR, f"RRULE:FREQ=YEARLY;BYYEARDAY={_YEARDAYS};BYSETPOS={_YEARDAYS}"),
    "a title of 600 kB": written(f"Vacation {'x' * 600_000}", DAYS),
    "a title of words": written(f"Urlaub {'ab ' * 200_000}", DAYS),
    "a title of brackets": written("(" * 600_000, DAYS),
    "a title of tags": written(f"Vacation {'#none AB ' * 60_000}", DAYS),
    "a title of dashes": written("- " * 300_000, DAYS),
    "50,000 parameters": written("Vacation", DAYS, f"X-A;{';'.join(f'P{one}=x' for one in range(50_000))}:y"),
    "50,000 parameters of a guest": written(
        "Vacation", DAYS, f"ATTENDEE;{';'.join(f'P{one}=x' for one in range(50_000))}:mailto:a@example.com"
    ),
    "900 kB of tags": written("Vacation", DAYS, "DESCRIPTION:" + "#none AB\\n" * 90_000),
    "900 kB of markup": written("Vacation", DAYS, "DESCRIPTION:" + "<a " * 280_000),
    "900 kB of lines to say": written("Vacation", DAYS, "DESCRIPTION:" + "say: hello\\n" * 70_000),
    "25,000 attendees": written("AB", HOUR, *(f"ATTENDEE:mailto:a{one}@example.com" for one in range(25_000))),
    "900 attendees every day": written(
        "AB", HOUR, "RRULE:FREQ=DAILY", *(f"ATTENDEE:mailto:a{one}@example.com" for one in range(900))
    ),
    "a name of 900 kB": written("AB", HOUR, "RRULE:FREQ=DAILY", f"ATTENDEE;CN={'x' * 900_000}:mailto:a@example.com"),
    "50,000 categories": written("AB", HOUR, f"CATEGORIES:{','.join(f'c{one}' for one in range(50_000))}"),
    "120,000 properties": written("AB", HOUR, *(120_000 * ["X-A:1"])),
    "19,900 properties": written("AB", HOUR, *(19_900 * [f"X-A:{'x' * 30}"])),
    "200,000 folds": written("AB", HOUR, "DESCRIPTION:" + "x\r\n " * 200_000),
    "900 moved occurrences": _calendar(
        _event("AB", "DTSTART:20260101T080000Z\r\nDTEND:20260101T085000Z", "RRULE:FREQ=DAILY"),
        *(_moved(HOURS[0] + timedelta(days=one)) for one in range(900)),
    ),
    "a zone of 900 rules": _calendar(
        _zone(900), _event("AB", "DTSTART;TZID=Z:20260706T080000\r\nDTEND;TZID=Z:20260706T085000", "RRULE:FREQ=DAILY")
    ),
    "a path as UID": written("AB", HOUR).replace("UID:bomb", "UID:../../../../etc/passwd"),
}  # fmt: skip
