"""list and instances: pages, sync tokens, tombstones."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

from syncd.standin.google.answers import ApiError, Json, broken
from syncd.standin.google.series import instance_id, instant, occurrences
from syncd.standin.google.views import instance, shown, told
from syncd.standin.google.world import CalendarBox, Stored, World
from syncd.standin.google.writing import existing

_NEVER_WITH_TOKEN = {
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
}
_MAY_DIFFER = {"syncToken", "pageToken", "timeMin", "timeMax"}
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def list_events(world: World, box: CalendarBox, given: Json, role: str) -> Json:
    """One page of events.list."""
    if "pageToken" in given:
        return _next_page(world, given)
    since = _since(world, box, given) if "syncToken" in given else None
    if since is None:
        found = _everything(world, box, given, role)
    else:
        changed = [one for one in world.visible(box) if box.log.get(one.id, 0) > since]
        found = [told(world, box, one, role) for one in changed]
    sync = "" if _NEVER_WITH_TOKEN & given.keys() - {"timeMin", "timeMax"} else _sync_token(world, box, given)
    return _page(world, _head(world, box, role), found, sync, given)


def list_instances(world: World, box: CalendarBox, given: Json, role: str) -> Json:
    """One page of events.instances: the server's own expansion of one series."""
    if "pageToken" in given:
        return _next_page(world, given)
    master = existing(world, box, given["eventId"])
    if not master.recurs:
        raise ApiError(400, "invalid", "The requested event is not recurring.")
    if master.gone:
        raise ApiError(410, "deleted", "Resource has been deleted")
    items = _instances(world, box, master, given, role, deleted=given.get("showDeleted", False))
    if "originalStart" in given:
        items = [one for one in items if _began(one, given["originalStart"])]
    return _page(world, _head(world, box, role), items, "", given)


def _head(world: World, box: CalendarBox, role: str) -> Json:
    """What a page of events says of its calendar."""
    return {
        "kind": "calendar#events",
        "etag": world.etag(),
        "summary": box.summary,
        "updated": world.now(),
        "timeZone": box.zone,
        "accessRole": role,
        "defaultReminders": [],
    }


def list_calendars(world: World, items: list[Json], given: Json) -> Json:
    """One page of calendarList.list; `items` are all that the caller asked for."""
    if "pageToken" in given:
        return _next_page(world, given, 100)
    return _page(world, {"kind": "calendar#calendarList", "etag": world.etag()}, items, "none", given, 100)


def _everything(world: World, box: CalendarBox, given: Json, role: str) -> list[Json]:
    deleted, single = given.get("showDeleted", False), given.get("singleEvents", False)
    found: list[Json] = []
    for stored in world.visible(box):
        master = world.find(box, stored.series) if stored.series else None
        expanded = single and master is not None and not master.gone  # then it comes with its series
        if stored.gone:
            if (deleted and not expanded) or (stored.series and not single and master and not master.gone):
                found.append(told(world, box, stored, role))
        elif single and stored.recurs:
            found += _instances(world, box, stored, given, role, deleted=deleted)
        elif not (single and master is not None) and _matches(box, stored, given):
            found.append(shown(world, box, stored, role))
    if given.get("orderBy") == "startTime":
        if not single:
            raise ApiError(400, "badRequest", "orderBy=startTime needs singleEvents=true")
        found.sort(key=lambda one: str(one.get("start", {})))
    return found


def _instances(
    world: World, box: CalendarBox, master: Stored, given: Json, role: str, *, deleted: bool
) -> list[Json]:
    after, before = _bounds(given)
    exceptions = {one.id: one for one in world.visible(box) if one.series == master.id}
    found = [
        shown(world, box, instance(master, one), role)
        for one in occurrences(master.data, after, before, ZoneInfo(box.zone))
        if instance_id(master.id, one.suffix) not in exceptions
    ]
    for one in exceptions.values():
        first, last = _span(box, master, one)
        if first < before and last > after and (deleted or not one.gone):
            found.append(told(world, box, one, role) if one.gone else shown(world, box, one, role))
    return found


def _span(box: CalendarBox, master: Stored, one: Stored) -> tuple[datetime, datetime]:
    """When an exception is, or would have been where it keeps its original start only."""
    zone = ZoneInfo(box.zone)
    own = one.data if "start" in one.data else master.data
    first = instant(one.data.get("start") or one.data["originalStartTime"], zone)
    return first, first + max(instant(own["end"], zone) - instant(own["start"], zone), timedelta(minutes=1))


def _began(item: Json, wanted: str) -> bool:
    """True for the occurrence that its series' rules have at this time, wherever it is now."""
    original = item["originalStartTime"]
    try:
        if "T" not in wanted:
            return bool(original.get("date") == date.fromisoformat(wanted).isoformat())
        moment = datetime.fromisoformat(wanted)
    except ValueError:
        raise broken(f"originalStart={wanted} is no time") from None
    return "dateTime" in original and instant(original, ZoneInfo("UTC")) == moment


def _matches(box: CalendarBox, stored: Stored, given: Json) -> bool:
    kinds = given.get("eventTypes")
    if kinds and stored.data.get("eventType", "default") not in kinds:
        return False
    if "iCalUID" in given and given["iCalUID"] != f"{stored.series or stored.id}@google.com":
        return False
    private = stored.data.get("extendedProperties", {}).get("private", {})
    for wanted in given.get("privateExtendedProperty", ()):
        name, _, value = wanted.partition("=")
        if private.get(name) != value:
            return False
    if not {"timeMin", "timeMax"} & given.keys():
        return True
    after, before = _bounds(given)
    zone = ZoneInfo(box.zone)
    if stored.recurs:
        return next(iter(occurrences(stored.data, after, before, zone)), None) is not None
    return instant(stored.data["start"], zone) < before and instant(stored.data["end"], zone) > after


def _bounds(given: Json) -> tuple[datetime, datetime]:
    after = datetime.fromisoformat(given["timeMin"]) if "timeMin" in given else _EARLIEST
    before = datetime.fromisoformat(given["timeMax"]) if "timeMax" in given else _LATEST
    if before <= after:
        raise broken("timeMax has to be greater than timeMin")
    return after, before


def _sync_token(world: World, box: CalendarBox, given: Json) -> str:
    told = [box.id, world.tick(), _fingerprint(given), world.token_era]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _since(world: World, box: CalendarBox, given: Json) -> int:
    """The position a sync token stands for; 410 when it has expired, 400 for parameters that it excludes."""
    if clashing := _NEVER_WITH_TOKEN & given.keys():
        raise broken(f"syncToken cannot stand with {sorted(clashing)}")
    if given.get("showDeleted") is False:
        raise broken("showDeleted=false is not allowed with syncToken")
    try:
        calendar, position, fingerprint, era = json.loads(base64.urlsafe_b64decode(given["syncToken"]))
    except ValueError:
        raise ApiError(410, "fullSyncRequired", "Sync token is no longer valid.") from None
    if calendar != box.id or era != world.token_era:
        raise ApiError(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
    if fingerprint != _fingerprint(given):
        raise broken("parameters other than those of the first synchronisation")
    return int(position)


def _fingerprint(given: Json) -> str:
    return json.dumps({name: value for name, value in sorted(given.items()) if name not in _MAY_DIFFER})


def _page(world: World, head: Json, items: Iterable[Json], sync: str, given: Json, usual: int = 250) -> Json:
    """`usual` is how many items a page has unless the request says otherwise."""
    size = min(int(given.get("maxResults", usual)), world.page_size, 2500)
    rest = list(items)
    page = {**head, "items": rest[:size]}
    if len(rest) > size:
        token = token_hex(16)
        world.pages[token] = {"head": head, "rest": rest[size:], "sync": sync, "given": _fingerprint(given)}
        return {**page, "nextPageToken": token}
    return {**page, "nextSyncToken": sync} if sync else page


def _next_page(world: World, given: Json, usual: int = 250) -> Json:
    held = world.pages.get(given["pageToken"])
    if held is None:
        raise ApiError(410, "fullSyncRequired", "Page token is no longer valid.")
    if held["given"] != _fingerprint(given):
        raise broken("parameters other than those of the first page")
    return _page(world, held["head"], held["rest"], held["sync"], given, usual)
