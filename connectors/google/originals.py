"""Cancelling an original and bringing it back: what is kept, and what is written. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.google.events import CANCELLED
from connectors.google.series import is_gone, originally
from connectors.google.times import Item, rfc3339, when_of
from connectors.google.writable import writable

Body = dict[str, Any]

# What the API lets a client write, of the things that people see; the rest Google keeps by itself.
_KEPT = (
    "attachments",
    "attendees",
    "colorId",
    "conferenceData",
    "description",
    "extendedProperties",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "location",
    "reminders",
    "source",
    "summary",
    "transparency",
    "visibility",
)


def pre_image(item: Item, master: Item | None, zone: ZoneInfo) -> str:
    """What an event was before it was cancelled, as JSON text; of an occurrence, what differs from its series."""
    kept: Body = {"status": "confirmed" if is_gone(item) else str(item.get("status", "confirmed"))}
    if "start" in item and not _unmoved(item, master, zone):
        kept |= {"start": item["start"], "end": item["end"]}
    for name in _KEPT:
        value = _without_mark(item[name]) if name == "extendedProperties" and name in item else item.get(name)
        if value not in (None, "", [], {}) and (master is None or value != master.get(name)):
            kept[name] = writable(name, value)
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def kept(pre_image: str) -> Mapping[str, Any] | None:
    """What a pre-image says, nothing for "" (a cancellation whose answer was lost); None for what is none."""
    try:
        held = json.loads(pre_image or "{}")
    except ValueError:
        return None
    return held if isinstance(held, dict) else None


def original_start(recurrence_id: str) -> str:
    """A recurrence id as the API wants to be told when an occurrence would have begun."""
    if "T" not in recurrence_id:
        return date.fromisoformat(recurrence_id).isoformat()
    return rfc3339(datetime.strptime(recurrence_id, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))


def cancelling() -> Body:
    """The patch that cancels; its mark tells our cancellation from the therapist's."""
    return {"status": "cancelled", "extendedProperties": {"private": {CANCELLED: "1"}}}


def restoring(item: Item, before: Mapping[str, Any]) -> Body:
    """The patch that undoes a cancellation: the status, and what the cancelled event no longer tells of itself.

    What it does tell stays: somebody may have edited it since. Google keeps the details of cancelled events on the
    organizer's calendar, but promises only the id of a cancelled occurrence.
    """
    names = (*_KEPT, "start", "end")
    body: Body = {name: before[name] for name in names if name in before and name not in item}
    properties = dict(body.get("extendedProperties", {}))
    body["extendedProperties"] = properties | {"private": {**properties.get("private", {}), CANCELLED: None}}
    return body | {"status": str(before.get("status", "confirmed"))}


def anew(before: Mapping[str, Any]) -> Body:
    """A single event as it was, under a new id: Google has forgotten it, and its id is never used again.

    Nothing where the pre-image does not say when it was.
    """
    if "start" not in before:
        return {}
    return {name: before[name] for name in (*_KEPT, "start", "end", "status") if name in before}


def supported(body: Body) -> dict[str, object]:
    """The parameters without which the API passes over parts of a body."""
    given: dict[str, object] = {}
    if "conferenceData" in body:
        given["conferenceDataVersion"] = 1
    if "attachments" in body:
        given["supportsAttachments"] = True
    return given


def _unmoved(item: Item, master: Item | None, zone: ZoneInfo) -> bool:
    return master is not None and when_of(item, zone) == originally(item, when_of(master, zone), zone)


def _without_mark(properties: Mapping[str, Any]) -> Body:
    private = {name: value for name, value in properties.get("private", {}).items() if name != CANCELLED}
    return (
        {**properties, "private": private}
        if private
        else {k: v for k, v in properties.items() if k != "private"}
    )
