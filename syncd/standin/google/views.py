"""An event as one calendar shows it to one person."""

from __future__ import annotations

import copy

from syncd.standin.google.answers import Json
from syncd.standin.google.series import Occurrence, instance_id
from syncd.standin.google.world import CalendarBox, Stored, World

# The API leaves out what has its default.
_DEFAULTS = {
    "transparency": "opaque",
    "visibility": "default",
    "guestsCanInviteOthers": True,
    "guestsCanSeeOtherGuests": True,
    "guestsCanModify": False,
}

# The document's words: "Private events will appear to users with … access, but event details will be hidden".
_NOT_PRIVATE = frozenset({"reader", "writerWithoutPrivateAccess"})
_HIDDEN = frozenset({"private", "confidential"})


def shown(world: World, box: CalendarBox, stored: Stored, role: str = "owner") -> Json:
    """The event's JSON in full."""
    data = copy.deepcopy(stored.data)
    if role == "freeBusyReader" or (role in _NOT_PRIVATE and data.get("visibility") in _HIDDEN):
        kept = ("start", "end", "status", "recurrence", "recurringEventId", "originalStartTime")
        data = {name: data[name] for name in kept if name in data} | {"visibility": "private"}
    view: Json = {
        "kind": "calendar#event",
        "etag": stored.etag,
        "id": stored.id,
        "status": "confirmed",
        "htmlLink": f"https://calendar.example.org/event?eid={stored.id}",
        "created": stored.created,
        "updated": stored.updated,
        "creator": _person(world, stored.actor, box.owner),
        "organizer": _organizer(world, box, stored),
        "iCalUID": f"{stored.series or stored.id}@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
        **data,
    }
    for name, default in _DEFAULTS.items():
        if view.get(name) == default:
            del view[name]
    for one in view.get("attachments", ()):
        one["fileId"] = one["fileUrl"].rpartition("/")[2]  # the server's own, as `self` among guests
    _show_guests(world, view, box, stored)
    _show_private(view, box, stored)
    return {name: value for name, value in view.items() if value not in ("", [], {})}


def bare(stored: Stored) -> Json:
    """All that is promised of what is cancelled: an id, and which occurrence it was."""
    view: Json = {"kind": "calendar#event", "etag": stored.etag, "id": stored.id, "status": "cancelled"}
    for name in ("recurringEventId", "originalStartTime"):
        if name in stored.data:
            view[name] = stored.data[name]
    return view


def told(world: World, box: CalendarBox, stored: Stored, role: str = "owner") -> Json:
    """As listings show it: what is cancelled with its details only where the server keeps them, at home."""
    if stored.gone and (world.forgets_details or box.id != stored.home or "start" not in stored.data):
        return bare(stored)
    return shown(world, box, stored, role)


def instance(master: Stored, one: Occurrence) -> Stored:
    """An occurrence that nobody touched: the master's own data and etag, under its own id and time."""
    data = {name: value for name, value in copy.deepcopy(master.data).items() if name != "recurrence"}
    data |= {
        "start": one.start,
        "end": one.end,
        "recurringEventId": master.id,
        "originalStartTime": one.start,
    }
    return Stored(
        instance_id(master.id, one.suffix),
        master.home,
        data,
        master.etag,
        master.created,
        master.updated,
        master.actor,
    )


def _person(world: World, email: str, owner: str) -> Json:
    user = world.users.get(email)
    told: Json = {"email": email}
    if user and user.name:
        told["displayName"] = user.name
    return told | ({"self": True} if email == owner else {})


def _organizer(world: World, box: CalendarBox, stored: Stored) -> Json:
    if "organizer" in stored.data:  # of an event that came from outside
        return dict(stored.data["organizer"])
    home = world.calendars[stored.home]
    if home.primary:
        return _person(world, home.owner, "" if box.id != home.id else home.owner)
    told: Json = {"email": home.id, "displayName": home.summary}
    return told | ({"self": True} if box.id == home.id else {})


def _show_guests(world: World, view: Json, box: CalendarBox, stored: Stored) -> None:
    guests = view.get("attendees", [])
    mine = world.users[box.owner].addresses if box.primary else frozenset()
    for one in guests:
        if one["email"] in mine:
            one["self"] = True
    if box.id != stored.home and not stored.data.get("guestsCanSeeOtherGuests", True):
        view["attendees"] = [one for one in guests if one.get("self")]
        if len(view["attendees"]) < len(guests):
            view["attendeesOmitted"] = True


def _show_private(view: Json, box: CalendarBox, stored: Stored) -> None:
    properties = dict(view.get("extendedProperties", {}))
    if box.id != stored.home:
        properties["private"] = box.private.get(stored.id)
    view["extendedProperties"] = {kind: held for kind, held in properties.items() if held}
