"""What a cancelled original was, and the patch that brings it back. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from connectors.google.times import Item

# What the API lets a client write, of the things that people see; the rest Google keeps by itself.
_KEPT = (
    "attendees",
    "colorId",
    "description",
    "end",
    "extendedProperties",
    "location",
    "start",
    "status",
    "summary",
    "transparency",
    "visibility",
)


def pre_image(item: Item) -> str:
    """The event or instance as it stood before it was cancelled, as JSON text."""
    return json.dumps(
        {name: item[name] for name in _KEPT if name in item}, sort_keys=True, ensure_ascii=False
    )


def restoring(item: Item, before: Mapping[str, Any]) -> dict[str, Any]:
    """The patch that undoes a cancellation: the status, and what the cancelled event no longer tells of itself.

    What it does tell stays: somebody may have edited it since. Google keeps the details of cancelled events on the
    organizer's calendar, but promises only the id of a cancelled occurrence.
    """
    lost = {name: before[name] for name in _KEPT if name in before and name not in item}
    return {**lost, "status": str(before.get("status", "confirmed"))}
