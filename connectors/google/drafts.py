"""EventDraft -> the body of an insert, or of the smallest patch that brings an event to it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from zoneinfo import ZoneInfo

from connectors.google.events import attendees_of, marks
from connectors.google.texts import plain
from connectors.google.times import Item, stated, when_of
from connectors.google.writable import writable
from connectors.limits import Unreadable
from syncd.core.model import Attendee, EventDraft, EventStatus, Transparency
from syncd.core.model.errors import Rejected
from syncd.core.time.spans import When

Body = dict[str, Any]

CONFERENCE = "conferenceData"
_MEET = {"type": "hangoutsMeet"}
_STATUS = {
    EventStatus.CONFIRMED: "confirmed",
    EventStatus.TENTATIVE: "tentative",
    EventStatus.CANCELLED: "cancelled",
}
_SEEN = frozenset({"attendees", "description", "end", "location", "start", "summary"})
_GUESTS = {"guestsCanInviteOthers": False, "guestsCanModify": False, "guestsCanSeeOtherGuests": False}
_GUEST_DEFAULTS = {"guestsCanInviteOthers": True, "guestsCanModify": False, "guestsCanSeeOtherGuests": True}


def insert_body(draft: EventDraft, zone: ZoneInfo) -> Body:
    """A complete new event under the draft's own id, guests' rights off, the one client not yet answered.

    Google's guide: a room is never another event's, each is asked for. The same id asks for the same room again.
    """
    start, end = stated(draft.when, zone)
    body: Body = {
        "id": draft.uid,
        **_texts(draft),
        "start": start,
        "end": end,
        **_GUESTS,
        "extendedProperties": {"private": marks(draft.marker)},
    }
    if draft.attendee is not None:
        body["attendees"] = [_invited(draft.attendee)]
    if draft.conference:
        body[CONFERENCE] = {"createRequest": {"requestId": draft.uid, "conferenceSolutionKey": _MEET}}
    return body


def asks_for_room(body: Body) -> bool:
    """True for a new event that a room is to be made for."""
    return "createRequest" in body.get(CONFERENCE, {})


def without_room(body: Body) -> Body:
    """The same without one."""
    return {name: value for name, value in body.items() if name != CONFERENCE}


def patch_body(draft: EventDraft, item: Item, zone: ZoneInfo, own: Collection[str] = ()) -> Body:
    """What differs between the event and the draft, and nothing else. `own` are the account's addresses.

    `attendees` is in it only when the client is not on the event yet: a list sent for another reason would reset
    answers. Raises Rejected where the event has another guest, or shows only some of them.
    """
    texts = _texts(draft)
    if draft.keeps_place:
        del texts["location"]
    body: Body = {name: value for name, value in texts.items() if _stated_text(item, name) != value}
    body |= _times(draft.when, item, zone)
    body |= {name: value for name, value in _GUESTS.items() if item.get(name, _GUEST_DEFAULTS[name]) != value}
    held = item.get("extendedProperties", {}).get("private", {})
    if changed := {key: value for key, value in marks(draft.marker).items() if held.get(key) != value}:
        body["extendedProperties"] = {"private": changed}
    if draft.attendee is not None and not _has(item, draft.attendee.email):
        body["attendees"] = _with(item, draft.attendee, own)
    return body


def send(notify: bool) -> str:
    """The value of `sendUpdates`, which stands in every write."""
    return "all" if notify else "none"


def is_told(body: Body) -> bool:
    """True for a patch that changes something guests see: Google is not known to write to them for any other."""
    return bool(body.keys() & _SEEN)


def says(item: Item, words: str) -> bool:
    """True for an event whose text is just these words."""
    return _stated_text(item, "description") == words


def _texts(draft: EventDraft) -> Body:
    return {
        "summary": draft.title,
        "description": draft.description,
        "location": draft.location,
        "status": _STATUS[draft.status],
        "transparency": "transparent" if draft.transparency is Transparency.TRANSPARENT else "opaque",
        "visibility": "private" if draft.private else "default",
    }


def _stated_text(item: Item, name: str) -> str:
    """The event's own value, its default where the API leaves it out, its plain text where people edited it."""
    defaults = {"status": "confirmed", "transparency": "opaque", "visibility": "default"}
    value = str(item.get(name, defaults.get(name, "")))
    return plain(value) if name == "description" else value


def _times(when: When, item: Item, zone: ZoneInfo) -> Body:
    try:
        if when_of(item, zone) == when:
            return {}
    except Unreadable:
        pass  # whatever stands there is replaced
    # A patch merges: the other form of start and end has to be taken away by name.
    blank = {"date": None, "dateTime": None, "timeZone": None}
    start, end = stated(when, zone)
    return {"start": blank | start, "end": blank | end}


def _invited(attendee: Attendee) -> Body:
    body = {"email": attendee.email, "responseStatus": "needsAction"}
    return body | ({"displayName": attendee.name} if attendee.name else {})


def _has(item: Item, email: str) -> bool:
    return any(one.email == email.lower() for one in attendees_of(item))


def others(item: Item, own: Collection[str]) -> list[Item]:
    """The guests who are neither rooms nor the account itself, which only its main calendar calls `self`."""
    return [
        one
        for one in item.get("attendees", ())
        if not (one.get("self") or one.get("organizer") or one.get("resource"))
        and str(one.get("email", "")).lower() not in own
    ]


def _with(item: Item, client: Attendee, own: Collection[str]) -> list[Body]:
    """The guests as they stand, answers included, and the client; never a second guest beside the client."""
    if item.get("attendeesOmitted"):
        raise Rejected("the event shows only some of its guests: a client cannot be added to it")
    if others(item, own):
        raise Rejected("the event has another guest already: a second one is never added")
    return [*cast(list[Body], writable("attendees", item.get("attendees", []))), _invited(client)]
