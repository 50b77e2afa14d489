"""A practice as files: settings, a roster, and a folder of iCalendar objects for each therapist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncd.core.model import Phase
from tests.panel.spec import ZONE, Desk, Leave, Person, Place, Practice, Range, at

ACCOUNT = "home"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RULE = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BUSY_FROM = 8  # weeks before now that other appointments have stood there
_COLUMNS = "id,name,email,phone,initials,therapist,priority,phase,timezone,windows,cover_ok"
_SETTINGS = """\
[practice]
name = "Maple Street"
timezone = "Europe/Berlin"
phone = "+49 30 1234"
email = "office@example.org"
{holidays}
[policy]
review_first = 0
{policy}
[clients]
file = "clients.csv"

[store]
url = "sqlite:///unused.db"

[accounts.home]
type = "caldav"
url = "https://dav.example.org/"
username = "office"
password = {{ file = "password" }}
"""
_DESK = """
[[therapists]]
id = "{id}"
name = "Dr {id}"
email = "{id}@example.org"
account = "home"
calendar = "{id}"
hours = {hours}
"""


def write(practice: Practice, folder: Path) -> None:
    """Write all of it; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "password").write_text("secret", encoding="utf-8")
    (folder / "password").chmod(0o600)
    (folder / "syncd.toml").write_text(_settings(practice), encoding="utf-8")
    roster = folder / "clients.csv"
    roster.write_text("\n".join((_COLUMNS, *map(_line, practice.people))) + "\n", encoding="utf-8")
    roster.chmod(0o600)
    for desk in practice.desks:
        place = folder / desk.id
        place.mkdir(exist_ok=True)
        for uid, text in _objects(practice, desk):
            (place / f"{uid}.ics").write_bytes(text.encode())


def _settings(practice: Practice) -> str:
    policy = "\n".join(f"{key} = {value}" for key, value in practice.policy.items())
    holidays = f'holidays = "{practice.holidays}"\n' if practice.holidays else ""
    return _SETTINGS.format(policy=policy, holidays=holidays) + "".join(map(_desk, practice.desks))


def _desk(desk: Desk) -> str:
    said = _DESK.format(id=desk.id, hours=_week(desk.hours))
    if desk.reserved:
        said += f"reserved = {_week(desk.reserved)}\n"
    if desk.covers_for:
        said += f"covers_for = {list(desk.covers_for)}\n".replace("'", '"')
    return said


def _week(ranges: Iterable[Range]) -> str:
    days: dict[str, list[str]] = {}
    for day, first, last in sorted(ranges):
        days.setdefault(_DAYS[day], []).append(f'"{_clock(first)}-{_clock(last)}"')
    return "{ " + ", ".join(f"{day} = [{', '.join(one)}]" for day, one in days.items()) + " }"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _line(one: Person) -> str:
    windows = "; ".join(
        f"{_DAYS[day]} {_clock(first)}-{_clock(last)}" for day, first, last in sorted(one.windows)
    )
    phase = one.phase
    if one.exposure:
        phase = "exposure" if "exposure" in {str(known) for known in Phase} else "crucial"
    cells = (
        one.id, f"Given{one.initials} Family{one.initials}", f"{one.id}@example.com", "030 5550100",
        one.initials, one.therapist, one.priority, phase, one.zone, f'"{windows}"', "yes" if one.cover else "no",
    )  # fmt: skip
    return ",".join(cells)


def _objects(practice: Practice, desk: Desk) -> Iterator[tuple[str, str]]:
    for one in practice.people:
        if one.therapist == desk.id:
            for number, place in enumerate(one.places):
                uid = f"{one.id}-{number}"
                yield uid, _object(_series(uid, one, place))
    for number, leave in enumerate(desk.leaves):
        yield f"leave-{number}", _object([_leave(f"leave-{number}", leave)])
    for number, (weekday, first, last) in enumerate(desk.busy):
        monday = practice.now.date() - timedelta(days=practice.now.weekday(), weeks=_BUSY_FROM)
        start = at(monday + timedelta(days=weekday), first)
        lines = _when(start, last - first)
        yield f"busy-{number}", _object([_event(f"busy-{number}", "Team", *lines, "RRULE:FREQ=WEEKLY")])


def _object(events: Iterable[str]) -> str:
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//A program//EN", *events, "END:VCALENDAR", "")
    )


def _event(uid: str, title: str, *lines: str) -> str:
    head = ("BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", f"UID:{uid}", f"SUMMARY:{title}")
    return "\r\n".join((*head, *lines, "END:VEVENT"))


def _series(uid: str, one: Person, place: Place) -> Iterator[str]:
    days = one.series(place, one.first + timedelta(days=3650))
    until = f";UNTIL={_utc(at(one.until, 23 * 60))}" if one.until else ""
    rule = f"RRULE:FREQ=WEEKLY;INTERVAL={one.every};BYDAY={_RULE[place[0]]}{until}"
    cut = [f"EXDATE;TZID={ZONE.key}:{_local(at(day, place[1]))}" for day in sorted(one.cut & set(days))]
    yield _event(uid, one.initials, *_when(at(days[0], place[1]), one.minutes), rule, *cut)
    for day, start in one.moved:
        if day in set(days):
            line = f"RECURRENCE-ID;TZID={ZONE.key}:{_local(at(day, place[1]))}"
            yield _event(uid, one.initials, line, *_when(start, one.minutes))


def _leave(uid: str, leave: Leave) -> str:
    if leave.start is None:
        end = leave.first + timedelta(days=leave.days)
        lines = (f"DTSTART;VALUE=DATE:{_day(leave.first)}", f"DTEND;VALUE=DATE:{_day(end)}")
    else:
        lines = (f"DTSTART:{_utc(leave.begin)}", f"DTEND:{_utc(leave.end)}")
    return _event(uid, leave.title, *lines)


def _when(start: datetime, minutes: int) -> tuple[str, str]:
    end = start + timedelta(minutes=minutes)
    return f"DTSTART;TZID={ZONE.key}:{_local(start)}", f"DTEND;TZID={ZONE.key}:{_local(end)}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _local(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
