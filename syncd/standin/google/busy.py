"""freebusy.query."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.standin.google.answers import ApiError, Json
from syncd.standin.google.series import instance_id, instant, occurrences
from syncd.standin.google.world import CalendarBox, Stored, World

_LONGEST = timedelta(days=90)  # nowhere documented; others were refused beyond it


def query(world: World, user: str, body: Json) -> Json:
    """When calendars are busy; one that this person cannot see is an error beside the others, not of the request."""
    if not body.get("timeMin") or not body.get("timeMax"):
        raise ApiError(400, "required", "Missing time range.")
    after, before = (datetime.fromisoformat(body[name]) for name in ("timeMin", "timeMax"))
    if before <= after:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
    if before - after > _LONGEST:
        raise ApiError(400, "timeRangeTooLong", "The requested time range is too long.")
    if len(body.get("items", ())) > 50:
        raise ApiError(400, "tooManyCalendarsRequested", "Too many calendars.")
    answer: Json = {}
    for one in body.get("items", ()):
        box = _seen(world, user, one["id"])
        if box is None or one["id"] in world.busy_errors:
            reason = world.busy_errors.get(one["id"], "notFound")
            answer[one["id"]] = {"errors": [{"domain": "global", "reason": reason}], "busy": []}
            continue
        spans = sorted(
            span
            for stored in world.visible(box)
            if _counts(box, stored)
            for span in _spans(world, box, stored, after, before)
        )
        answer[one["id"]] = {"busy": [{"start": _z(start), "end": _z(end)} for start, end in spans]}
    return {
        "kind": "calendar#freeBusy",
        "timeMin": body["timeMin"],
        "timeMax": body["timeMax"],
        "calendars": answer,
    }


def _seen(world: World, user: str, key: str) -> CalendarBox | None:
    try:
        return world.calendar(user, key, "freeBusyReader")
    except ApiError:
        return None


def _counts(box: CalendarBox, stored: Stored) -> bool:
    declined = any(
        one["email"] == box.owner and one["responseStatus"] == "declined"
        for one in stored.data.get("attendees", ())
    )
    free = (
        stored.data.get("transparency") == "transparent" or stored.data.get("eventType") == "workingLocation"
    )
    return not (stored.gone or declined or free)


def _spans(
    world: World, box: CalendarBox, stored: Stored, after: datetime, before: datetime
) -> list[tuple[datetime, datetime]]:
    zone = ZoneInfo(box.zone)
    if stored.recurs:
        taken = {one.id for one in world.visible(box) if one.series == stored.id}
        return [
            (max(one.first, after), min(one.last, before))
            for one in occurrences(stored.data, after, before, zone)
            if instance_id(stored.id, one.suffix) not in taken
        ]
    start, end = instant(stored.data["start"], zone), instant(stored.data["end"], zone)
    return [(max(start, after), min(end, before))] if start < before and end > after else []


def _z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
