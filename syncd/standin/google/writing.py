"""insert, patch and delete by the documented rules."""

from __future__ import annotations

import copy
import re
from datetime import timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo, available_timezones

from syncd.standin.google import conferences
from syncd.standin.google.answers import ApiError, Json, broken
from syncd.standin.google.demands import check_new, check_sent, check_whole
from syncd.standin.google.guests import newcomers, settled, spread, tell, unanswered
from syncd.standin.google.series import instant, occurrence, occurrences, stem
from syncd.standin.google.views import instance
from syncd.standin.google.world import CalendarBox, Stored, World

_ID = re.compile(r"[a-v0-9]{5,1024}")
_ZONES = available_timezones()
_OWN = {"attendees", "reminders", "extendedProperties", "colorId", "transparency"}  # what a guest may change


def insert(
    world: World, box: CalendarBox, body: Json, send: str, actor: str, *, may_invite: bool = True
) -> Stored:
    """A new event. 409 for an id that was ever used here."""
    data = copy.deepcopy(body)
    key = str(data.pop("id", "") or token_hex(13))
    if not _ID.fullmatch(key):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    if "iCalUID" in data and "id" in body:
        raise broken("only one of id and iCalUID should be supplied")
    if key in box.used:
        raise ApiError(409, "duplicate", "The requested identifier already exists.")
    if data.get("status") == "cancelled":
        raise broken("an event inserted as cancelled")
    check_new(data, primary=box.primary)
    check_whole(data)
    check_sent(data)
    _check_time(data)
    conferences.settle(data, {}, world.rooms, world.tick())
    data["attendees"] = settled(data.get("attendees", ()))
    _check_invitations(world, (), data["attendees"], may_invite=may_invite)
    return put(world, box, key, data, send, actor)


def put(world: World, box: CalendarBox, key: str, data: Json, send: str, actor: str) -> Stored:
    """Store a new event as it is: what other programs and imports leave may have any id."""
    stored = Stored(key, box.id, data, "", world.now(), "", actor)
    box.used.add(key)
    box.events[key] = stored
    _settle(world, stored, (), send, actor)
    return stored


def patch(
    world: World,
    box: CalendarBox,
    key: str,
    body: Json,
    send: str,
    actor: str,
    if_match: str,
    *,
    may_invite: bool = True,
) -> Stored:
    """Change an event or one occurrence. 404 unknown, 412 for another etag, 403 where a deleted one is changed."""
    stored = existing(world, box, key)
    if if_match and if_match not in {"*", stored.etag}:
        raise ApiError(412, "conditionNotMet", "Precondition Failed")
    if stored.gone and body.get("status", "cancelled") == "cancelled":
        raise ApiError(403, "forbidden", "Forbidden")
    if stored.home != box.id:
        return _answered(world, box, stored, body)
    check_sent(body)
    before = copy.deepcopy(stored.data.get("attendees", []))
    base = _base(box, stored)
    changed = _merged(base, body)
    check_whole(changed)
    conferences.settle(changed, base, world.rooms, world.tick())
    changed["attendees"] = settled(changed.get("attendees", ()))
    if changed.get("status") != "cancelled":
        _check_time(changed)
    _check_invitations(world, before, changed["attendees"], may_invite=may_invite)
    moved = any(changed.get(name) != stored.data.get(name) for name in ("start", "end", "recurrence"))
    if world.resets_answers and "attendees" not in body and _begins(changed) != _begins(base):
        changed["attendees"] = unanswered(changed["attendees"], box.owner)
    seen = _seen(changed) != _seen({**base, "status": stored.data.get("status")})
    changed["sequence"] = int(stored.data.get("sequence", 0)) + (1 if moved else 0)
    stored.data = changed
    stored.own |= body.keys()
    box.events[stored.id] = stored
    _hand_down(box, stored, body)
    if stored.recurs and moved:
        _drop_orphans(world, box, stored)
    _settle(world, stored, before, send, actor, seen=seen)
    return stored


def delete(world: World, box: CalendarBox, key: str, send: str, actor: str, if_match: str) -> None:
    """Remove an event, a series, one occurrence, or one's own copy. 410 when it is deleted already."""
    if key in box.used and world.find(box, key) is None:
        raise ApiError(410, "deleted", "Resource has been deleted")
    stored = existing(world, box, key)
    if stored.gone:
        raise ApiError(410, "deleted", "Resource has been deleted")
    if if_match and if_match not in {"*", stored.etag}:
        raise ApiError(412, "conditionNotMet", "Precondition Failed")
    if stored.home != box.id:
        mine = [
            {**one, "responseStatus": "declined"}
            for one in stored.data["attendees"]
            if one["email"] == box.owner
        ]
        _answered(world, box, stored, {"attendees": mine})
        return
    before = copy.deepcopy(stored.data.get("attendees", []))
    stored.data["status"] = "cancelled"
    box.events[stored.id] = stored
    _settle(world, stored, before, send, actor)


def existing(world: World, box: CalendarBox, key: str) -> Stored:
    """The event, exception or untouched occurrence under this id; 404 otherwise."""
    stored = world.find(box, key)
    if stored is not None:
        return stored
    series, _, suffix = key.rpartition("_")
    for master in world.visible(box):
        if master.recurs and not master.gone and stem(master.id) == series:
            one = occurrence(master.data, suffix)
            if one is not None:
                return instance(master, one)
    raise ApiError(404, "notFound", "Not Found")


def _settle(
    world: World, stored: Stored, before: list[Json] | tuple[()], send: str, actor: str, *, seen: bool = True
) -> None:
    home = world.calendars[stored.home]
    if stored.gone and stored.recurs:
        for member in [one for one in home.events.values() if one.series == stored.id and not one.gone]:
            member.data["status"] = "cancelled"
            world.touch(member)
    spread(world, stored)
    world.touch(stored)
    tell(world, stored, before, send, actor, seen=seen)
    if stored.gone and stored.series and world.forgets_details:
        kept = ("status", "recurringEventId", "originalStartTime")
        stored.data = {name: stored.data[name] for name in kept if name in stored.data}


def _answered(world: World, box: CalendarBox, stored: Stored, body: Json) -> Stored:
    """What a guest does to their copy: answer, colour it; the event itself is the organizer's."""
    if set(body) - _OWN:
        raise ApiError(
            403, "forbiddenForNonOrganizer", "Shared properties can only be changed by the organizer."
        )
    if held := body.get("extendedProperties", {}).get("private"):
        box.private[stored.id] = {**box.private.get(stored.id, {}), **held}
    mine = next((one for one in body.get("attendees", ()) if one.get("email") == box.owner), None)
    if mine is not None:
        respond(world, stored, box.owner, mine.get("responseStatus", "needsAction"), mine.get("comment", ""))
    return stored


def respond(world: World, stored: Stored, guest: str, answer: str, comment: str = "") -> None:
    """Write a guest's answer into the organizer's event."""
    theirs = world.users[guest].addresses if guest in world.users else {guest}
    for one in stored.data.get("attendees", ()):
        if one["email"] in theirs:
            one["responseStatus"] = answer
            if comment:
                one["comment"] = comment
            break
    else:
        raise ApiError(404, "notFound", "Not a guest of this event")
    world.calendars[stored.home].events[stored.id] = stored
    spread(world, stored)
    world.touch(stored)


def _base(box: CalendarBox, stored: Stored) -> Json:
    """What a patch merges into: of an occurrence that forgot its details, those of its series."""
    master = box.events.get(stored.series)
    one = occurrence(master.data, stored.id.rpartition("_")[2]) if master and stored.gone else None
    if master is None or one is None or "start" in stored.data:
        return stored.data
    return instance(master, one).data


def _merged(data: Json, patch_: Json) -> Json:
    """JSON merge patch: objects are merged, lists replaced, null takes away."""
    merged = copy.deepcopy(data)
    for name, value in patch_.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merged(merged.get(name, {}), value)
        else:
            merged[name] = copy.deepcopy(value)
    return merged


def _seen(data: Json) -> tuple[object, ...]:
    """What guests see of an event; the same instant written otherwise is the same."""
    ends = instant(data["end"], ZoneInfo("UTC")) if "end" in data else None
    texts = tuple(data.get(name) or "" for name in ("summary", "description", "location"))
    room = conferences.link_of(data)
    return (*texts, room, data.get("status") or "confirmed", *_begins(data), ends)


def _begins(data: Json) -> tuple[object, ...]:
    """What guests have said yes or no to: an end, a place or a title that changes does not void an answer."""
    start = data.get("start", {})
    begins = instant(start, ZoneInfo("UTC")) if start else None
    rules = tuple(data.get("recurrence", ()))
    return begins, "date" in start, rules, start.get("timeZone") if rules else None


def _check_time(data: Json) -> None:
    start, end = data.get("start"), data.get("end")
    if not start or not end:
        raise ApiError(400, "required", "Missing end time.")
    for point in (start, end):
        if ("date" in point) == ("dateTime" in point):
            raise ApiError(400, "invalid", "Invalid start or end time.")
        if point.get("timeZone", "UTC") not in _ZONES:
            raise ApiError(400, "invalid", "Invalid time zone definition.")
    if ("date" in start) != ("date" in end):
        raise ApiError(400, "invalid", "Invalid start or end time.")
    zone = ZoneInfo("UTC")
    if instant(end, zone) < instant(start, zone):
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
    if data.get("recurrence"):
        if "dateTime" in start and not start.get("timeZone"):
            raise ApiError(400, "required", "Missing time zone definition for start time.")
        near = instant(start, zone)
        list(occurrences(data, near, near + timedelta(days=1)))


def _check_invitations(
    world: World, before: list[Json] | tuple[()], after: list[Json], *, may_invite: bool
) -> None:
    added = newcomers(before, after)
    if added and not may_invite:
        raise ApiError(403, "forbiddenForServiceAccounts", "Service accounts cannot invite attendees.")
    if len(after) > 300:
        raise ApiError(403, "quotaExceeded", "Calendar usage limits exceeded.")
    world.quota.invite(added)


def _hand_down(box: CalendarBox, master: Stored, body: Json) -> None:
    """What changes in a series changes in its exceptions too, except where they differ on purpose."""
    for one in [one for one in box.events.values() if one.series == master.id]:
        for name in body.keys() - one.own - {"start", "end", "recurrence", "status", "extendedProperties"}:
            if "start" in one.data:
                one.data[name] = copy.deepcopy(master.data[name])


def _drop_orphans(world: World, box: CalendarBox, master: Stored) -> None:
    """Exceptions of occurrences that the changed series no longer has go with them."""
    for one in [one for one in box.events.values() if one.series == master.id and not one.gone]:
        if occurrence(master.data, one.id.rpartition("_")[2]) is None:
            one.data["status"] = "cancelled"
            world.touch(one)
