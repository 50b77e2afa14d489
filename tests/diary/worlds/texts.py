"""A calendar program that keeps iCalendar text: edits of events and of single occurrences, by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from icalendar.prop import vText

from tests.core.people import BERLIN
from tests.scenario import ics

_TITLE = re.compile(r"^SUMMARY(?:;[^:\r\n]*)?:([^\r\n]*)", re.MULTILINE)


def unfolded(text: str) -> str:
    """Without line folding."""
    return re.sub(r"\r?\n[ \t]", "", text)


def title(text: str) -> str:
    """The first title."""
    found = _TITLE.search(unfolded(text))
    return found[1] if found else ""


def retitled(text: str, new: str) -> str:
    """With another title in its first event."""
    return _TITLE.sub(lambda _: f"SUMMARY:{new}", unfolded(text), count=1)


def placed(text: str, place: str) -> str:
    """With this as its place, "" for none."""
    bare = re.sub(r"^LOCATION[^\r\n]*\r?\n", "", unfolded(text), flags=re.MULTILINE)
    said = vText(place).to_ical().decode()
    return bare.replace("SUMMARY:", f"LOCATION:{said}\r\nSUMMARY:", 1) if place else bare


def named(text: str, uid: str) -> str:
    """Under another UID."""
    return re.sub(r"^UID:[^\r\n]*", f"UID:{uid}", unfolded(text), flags=re.MULTILINE)


def spanned(text: str, start: datetime, end: datetime) -> str:
    """At other hours, as a drag leaves it: SEQUENCE one up."""
    text = re.sub(r"^DTSTART[^\r\n]*", f"DTSTART:{_utc(start)}", unfolded(text), flags=re.MULTILINE)
    text = re.sub(r"^DTEND[^\r\n]*", f"DTEND:{_utc(end)}", text, flags=re.MULTILINE)
    return re.sub(r"^SEQUENCE:(\d+)", lambda one: f"SEQUENCE:{int(one[1]) + 1}", text, flags=re.MULTILINE)


def respanned(text: str, other: str) -> str:
    """With the DTSTART and DTEND of another text."""
    text = unfolded(text)
    for name in ("DTSTART", "DTEND"):
        given = re.search(rf"^{name}[^\r\n]*", other, re.MULTILINE)
        assert given is not None
        text = re.sub(rf"^{name}[^\r\n]*", given[0], text, flags=re.MULTILINE)
    return text


def with_override(text: str, start: datetime, to: datetime, new: str, minutes: int, of: str = "") -> str:
    """With an override of one occurrence, or of what `of` says besides: its start and title."""
    lines = (
        "BEGIN:VEVENT",
        "DTSTAMP:20260101T000000Z",
        f"UID:{ics.value(text, 'UID')}",
        f"RECURRENCE-ID;{f'{of};' if of else ''}TZID=Europe/Berlin:{_local(start)}",
        f"SUMMARY:{new}",
        f"DTSTART;TZID=Europe/Berlin:{_local(to)}",
        f"DTEND;TZID=Europe/Berlin:{_local(to + timedelta(minutes=minutes))}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return re.sub(r"END:VCALENDAR\s*", lambda _: "\r\n".join((*lines, "")), without_override(text, start))


def without_override(text: str, start: datetime) -> str:
    """Without the override of one occurrence."""
    stamps = (_local(start), _utc(start))
    events = re.split(r"(?=BEGIN:VEVENT)", unfolded(text))
    kept = [one for one in events if not any(_names(one, stamp) for stamp in stamps)]
    tail = "" if kept[-1].rstrip().endswith("END:VCALENDAR") else "END:VCALENDAR\r\n"
    return "".join(kept) + tail


def with_exdate(text: str, start: datetime) -> str:
    """Without one occurrence."""
    line = f"EXDATE;TZID=Europe/Berlin:{_local(start)}"
    zones, begin, events = without_override(text, start).partition("BEGIN:VEVENT")
    return zones + begin + events.replace("RRULE:", f"{line}\r\nRRULE:", 1)  # a VTIMEZONE has rules, too


def without_exdate(text: str, start: datetime) -> str:
    """With the occurrence that `with_exdate` took out."""
    found = re.sub(rf"^EXDATE[^\r\n]*:{_local(start)}\r?\n", "", unfolded(text), flags=re.MULTILINE)
    assert found != unfolded(text), "nothing was deleted there"
    return found


def ended(text: str, start: datetime) -> str:
    """The series, ending before an occurrence."""
    until = _utc(start - timedelta(seconds=1))
    return re.sub(r"COUNT=\d+", f"UNTIL={until}", unfolded(text), count=1)


def going_on(text: str) -> str:
    """The series, no longer ending."""
    return re.sub(r";?UNTIL=\w+", "", unfolded(text))


def _names(event: str, stamp: str) -> bool:
    return re.search(rf"^RECURRENCE-ID[^\r\n]*:{stamp}", event, re.MULTILINE) is not None


def _local(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%Y%m%dT%H%M%S")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
