"""The calendar contract's view of the stand-in: its owner speaks iCalendar, as on every other server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connectors.google.account import GoogleAccount
from syncd.ports import Clock
from syncd.standin.google.answers import Json
from syncd.standin.google.views import shown
from syncd.standin.google.world import CalendarBox, Stored
from syncd.standin.google.writing import delete, patch, put
from tests.servers.google.server import GoogleServer

OWNER = "dana@example.org"
_TEXTS = {"SUMMARY": "summary", "DESCRIPTION": "description", "LOCATION": "location"}
_RULES = ("RRULE", "EXRULE", "RDATE", "EXDATE")
_ALARM = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT5M", "END:VALARM"]


@contextlib.contextmanager
def google_account(folder: Path, clock: Clock) -> Iterator[tuple[GoogleAccount, IcalOwner]]:
    """An account with one empty calendar, Practice, and its owner.

    Cancelled events keep their details, as Google documents for the organizer's own calendar.
    """
    with GoogleServer() as server:
        server.person(OWNER)
        server.world.add_calendar(OWNER, "Practice")
        server.world.forgets_details = False
        yield GoogleAccount(server.config("work", OWNER, folder), clock), IcalOwner(server)


@dataclass(frozen=True, slots=True)
class IcalOwner:
    """Puts, shows and edits events of Practice as iCalendar text."""

    server: GoogleServer

    def put_text(self, text: str, uid: str) -> object:
        """Import an object under its own UID."""
        world = self.server.world
        with world.lock:
            return put(world, self._box, uid, body_of(text), "none", OWNER)

    def text(self, uid: str) -> str:
        """The event and its cancelled occurrences, "" where it is deleted."""
        with self.server.world.lock:
            stored = self._box.events.get(uid)
            if stored is None or stored.gone:
                return ""
            cancelled = [one for one in self._box.events.values() if one.series == uid and one.gone]
            return "\r\n".join([line for one in (stored, *cancelled) for line in self._lines(one)] + [""])

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Change what the text says of the event itself."""
        world = self.server.world
        with world.lock:
            patch(world, self._box, uid, body_of(change(self.text(uid))), "none", OWNER, "")

    def remove(self, uid: str) -> None:
        """Delete it."""
        with self.server.world.lock:
            delete(self.server.world, self._box, uid, "none", OWNER, "")

    @property
    def _box(self) -> CalendarBox:
        return next(box for box in self.server.world.calendars.values() if box.summary == "Practice")

    def _lines(self, stored: Stored) -> list[str]:
        view = shown(self.server.world, self._box, stored)
        lines = ["BEGIN:VEVENT", f"UID:{stored.series or stored.id}"]
        if stored.series:
            lines.append(_point("RECURRENCE-ID", view["originalStartTime"]))
        lines += [_point("DTSTART", view["start"]), _point("DTEND", view["end"])]
        lines += [f"{name}:{_escaped(view[field])}" for name, field in _TEXTS.items() if field in view]
        lines += [f"STATUS:{view['status'].upper()}", *view.get("recurrence", ())]
        if view.get("visibility") == "private":
            lines.append("CLASS:PRIVATE")
        private = view.get("extendedProperties", {}).get("private", {})
        lines += [f"{name}:{value}" for name, value in private.items() if name.startswith("X-")]
        if not view["reminders"]["useDefault"]:
            lines += _ALARM
        return [*lines, "END:VEVENT"]


def body_of(text: str) -> Json:
    """What the first VEVENT of a text says, as the API's JSON."""
    body: Json = {}
    for line in text.split("END:VEVENT", maxsplit=1)[0].splitlines():
        name, _, value = line.partition(":")
        name, _, parameters = name.partition(";")
        if name in {"DTSTART", "DTEND"}:
            body["start" if name == "DTSTART" else "end"] = _stated(parameters, value)
        elif name in _TEXTS and value != "x":
            body[_TEXTS[name]] = value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
        elif name in _RULES:
            body.setdefault("recurrence", []).append(line)
        elif name == "STATUS":
            body["status"] = value.lower()
        elif name.startswith("X-"):
            body.setdefault("extendedProperties", {}).setdefault("private", {})[name] = value
        elif line == "BEGIN:VALARM":
            body["reminders"] = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
    return body


def _stated(parameters: str, value: str) -> Json:
    if "T" not in value:
        return {"date": f"{value[:4]}-{value[4:6]}-{value[6:]}"}
    if value.endswith("Z"):
        return {"dateTime": f"{datetime.strptime(value, '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC).isoformat()}"}
    wall = f"{value[:4]}-{value[4:6]}-{value[6:11]}:{value[11:13]}:{value[13:]}"
    return {"dateTime": wall, "timeZone": parameters.partition("TZID=")[2]}


def _point(name: str, point: Json) -> str:
    if "date" in point:
        return f"{name};VALUE=DATE:{point['date'].replace('-', '')}"
    if "timeZone" in point:
        wall = datetime.fromisoformat(point["dateTime"])
        return f"{name};TZID={point['timeZone']}:{wall:%Y%m%dT%H%M%S}"
    return f"{name}:{datetime.fromisoformat(point['dateTime']).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")
