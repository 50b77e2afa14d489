"""Etags of series: what a whole object's etag says of each of its occurrences. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.google.times import Item
from syncd.core.model import Event
from syncd.core.model.errors import VersionConflict


def object_etag(own: str, events: Iterable[Event]) -> str:
    """The etag of a series: the master's, followed by those of the occurrences that have one of their own.

    An exception changes without its master's etag, so that alone would not tell of it.
    """
    exceptions = [f"{one.recurrence_id}={one.etag}" for one in events if one.etag != own]
    return " ".join((own, *exceptions))


def occurrence_etag(etag: str, recurrence_id: str) -> str:
    """The etag that one occurrence had, out of its own or its series' etag; "" stays ""."""
    own, *exceptions = etag.split(" ")
    told = dict(one.split("=", 1) for one in exceptions if "=" in one)
    return told.get(recurrence_id, own)


def unchanged(item: Item, etag: str, what: str) -> None:
    """Raise VersionConflict where an event is not of this version any more; any will do for ""."""
    if etag and item["etag"] != etag:
        raise VersionConflict(f"google: {what}: changed since it was read")
