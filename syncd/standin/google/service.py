"""One checked request -> one answer: scopes, roles, quota, faults, then the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from syncd.standin.google import busy, listing, writing
from syncd.standin.google.answers import ApiError, Json, broken
from syncd.standin.google.discovery import Method
from syncd.standin.google.faults import Fault, Phase
from syncd.standin.google.oauth import Bearer
from syncd.standin.google.views import bare, shown
from syncd.standin.google.world import ROLES, CalendarBox, Stored, World

_OWNED = "https://www.googleapis.com/auth/calendar.events.owned"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the discovery document allows."""

    method: Method
    given: Json
    body: Json | None
    if_match: str
    bearer: Bearer

    @property
    def calendar(self) -> str:
        """The calendar that the path names."""
        return str(self.given["calendarId"])

    @property
    def send(self) -> str:
        """`sendUpdates`, with its default."""
        return str(self.given.get("sendUpdates", "none"))


def answer(world: World, request: Request, fault: Fault | None) -> Json | None:
    """The JSON of a success, None for "no content"; raises ApiError. The caller holds the lock."""
    world.quota.count(request.bearer.user)
    _check_scopes(world, request)
    if request.method.writes and "sendUpdates" not in request.given:
        raise broken(f"{request.method.name} without an explicit sendUpdates")
    _check_passed_over(request)
    handler = _HANDLERS.get(request.method.name)
    if handler is None:
        raise ApiError(501, "notImplemented", f"the stand-in has no {request.method.name}", violation=True)
    if fault is not None and fault.phase is Phase.MISSED_409:
        return _lost_insert(world, request)
    return handler(world, request)


def _check_passed_over(request: Request) -> None:
    """Google would ignore these silently; here it is a mistake."""
    body, given = request.body or {}, request.given
    if "conferenceData" in body and given.get("conferenceDataVersion") != 1:
        raise broken("conferenceData without conferenceDataVersion=1")
    if "attachments" in body and given.get("supportsAttachments") is not True:
        raise broken("attachments without supportsAttachments=true")


def _check_scopes(world: World, request: Request) -> None:
    held = request.bearer.scopes & set(request.method.spec.get("scopes", ()))
    box = world.calendars.get(
        request.bearer.user
        if request.given.get("calendarId") == "primary"
        else request.given.get("calendarId", "")
    )
    owned = box is not None and box.acl.get(request.bearer.user) == "owner"
    if not held or (held == {_OWNED} and box is not None and not owned):
        raise ApiError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")


def _box(world: World, request: Request, least: str) -> tuple[CalendarBox, str]:
    box = world.calendar(request.bearer.user, request.calendar, least)
    return box, box.acl[request.bearer.user]


def _list(world: World, request: Request) -> Json:
    box, role = _box(world, request, "freeBusyReader")
    return listing.list_events(world, box, request.given, role)


def _instances(world: World, request: Request) -> Json:
    box, role = _box(world, request, "freeBusyReader")
    return listing.list_instances(world, box, request.given, role)


def _get(world: World, request: Request) -> Json:
    box, role = _box(world, request, "freeBusyReader")
    return _view(world, box, writing.existing(world, box, request.given["eventId"]), role)


def _insert(world: World, request: Request) -> Json:
    box, role = _box(world, request, "writer")
    made = writing.insert(
        world,
        box,
        request.body or {},
        request.send,
        request.bearer.user,
        may_invite=request.bearer.may_invite,
    )
    return _view(world, box, made, role)


def _lost_insert(world: World, request: Request) -> Json:
    box, role = _box(world, request, "writer")
    data = dict(request.body or {})
    made = Stored(
        str(data.pop("id")), box.id, data, world.etag(), world.now() + "+", world.now(), request.bearer.user
    )
    return shown(world, box, made, role)


def _patch(world: World, request: Request) -> Json:
    box, role = _box(world, request, "writer")
    changed = writing.patch(
        world,
        box,
        request.given["eventId"],
        request.body or {},
        request.send,
        request.bearer.user,
        request.if_match,
        may_invite=request.bearer.may_invite,
    )
    return _view(world, box, changed, role)


def _delete(world: World, request: Request) -> None:
    box, _ = _box(world, request, "writer")
    writing.delete(world, box, request.given["eventId"], request.send, request.bearer.user, request.if_match)


def _view(world: World, box: CalendarBox, stored: Stored, role: str) -> Json:
    forgotten = stored.gone and (box.id != stored.home or "start" not in stored.data)
    return bare(stored) if forgotten else shown(world, box, stored, role)


def _calendars(world: World, request: Request) -> Json:
    user = request.bearer.user
    items = [_entry(box, user) for box in world.calendars.values() if user in box.acl]
    least = request.given.get("minAccessRole", ROLES[0])
    items = [one for one in items if ROLES.index(one["accessRole"]) >= ROLES.index(least)]
    if not request.given.get("showHidden"):
        items = [one for one in items if not one.get("hidden")]
    return listing.list_calendars(world, items, request.given)


def _calendar(world: World, request: Request) -> Json:
    box, _ = _box(world, request, "freeBusyReader")
    return _entry(box, request.bearer.user)


def _entry(box: CalendarBox, user: str) -> Json:
    entry: Json = {
        "kind": "calendar#calendarListEntry",
        "id": box.id,
        "summary": box.summary,
        "timeZone": box.zone,
        "accessRole": box.acl[user],
        "selected": True,
    }
    if box.id == user:
        entry["primary"] = True
    if box.hidden:
        entry["hidden"] = True
    return entry


def _busy(world: World, request: Request) -> Json:
    return busy.query(world, request.bearer.user, request.body or {})


_HANDLERS: dict[str, Callable[[World, Request], Json | None]] = {
    "events.list": _list,
    "events.instances": _instances,
    "events.get": _get,
    "events.insert": _insert,
    "events.patch": _patch,
    "events.delete": _delete,
    "calendarList.list": _calendars,
    "calendarList.get": _calendar,
    "freebusy.query": _busy,
}
