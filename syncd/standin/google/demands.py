"""What the API's guides demand of an event's content, and its document does not say: types, sizes, reminders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syncd.standin.google.answers import ApiError, Json, broken

_ON_PRIMARY = {"outOfOffice", "focusTime", "workingLocation", "birthday"}
_ALONE = {"outOfOffice", "focusTime"}  # with hours and without guests
_DESCRIPTION, _KEY, _VALUE, _OVERRIDES = 8192, 44, 1024, 5
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+")


def check_new(data: Json, *, primary: bool) -> None:
    """Refuse an event of a type that cannot be made, or not like this or here."""
    kind = data.get("eventType", "default")
    if kind == "fromGmail":
        raise broken("events of type fromGmail cannot be created")
    if kind in _ON_PRIMARY and not primary:
        raise ApiError(400, "eventTypeRestriction", "This event type exists on primary calendars only.")
    if kind in _ALONE and "date" in data.get("start", {}):
        raise ApiError(400, "eventTypeRestriction", "This event type cannot be all-day.")
    if kind == "birthday" and ("date" not in data.get("start", {}) or not _yearly(data)):
        raise broken("a birthday is a whole day, every year")


def check_whole(data: Json) -> None:
    """Refuse an event, new or changed, whose parts do not go together."""
    kind, reminders = data.get("eventType", "default"), data.get("reminders") or {}
    if kind == "workingLocation" and not data.get("workingLocationProperties", {}).get("type"):
        raise broken("a working location without its properties")
    if kind in _ALONE and data.get("attendees"):
        raise broken(f"an event of type {kind} with guests")
    if reminders.get("useDefault") and reminders.get("overrides"):
        raise broken("default reminders and others beside them")


def check_sent(body: Json) -> None:
    """Refuse what no request may bring: texts and properties too long, addresses that are none."""
    for problem in _unfit(body):
        raise broken(problem)


def _unfit(body: Json) -> Iterator[str]:
    if len(body.get("description") or "") > _DESCRIPTION:
        yield f"a description of more than {_DESCRIPTION} characters"
    for held in (body.get("extendedProperties") or {}).values():
        for name, value in (held or {}).items():
            if len(name) > _KEY or len(value or "") > _VALUE:
                yield f"the extended property {name[:_KEY]} is too long"
    if len((body.get("reminders") or {}).get("overrides") or ()) > _OVERRIDES:
        yield f"more than {_OVERRIDES} reminders"
    for one in body.get("attendees") or ():
        if not _ADDRESS.fullmatch(str(one.get("email", ""))):
            yield "a guest without an address that is one"


def _yearly(data: Json) -> bool:
    return any("FREQ=YEARLY" in line.upper() for line in data.get("recurrence", ()))
