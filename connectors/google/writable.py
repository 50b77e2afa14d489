"""What the API shows and does not take back: fields that it calls read-only, inside what may be written. Pure."""

from __future__ import annotations

from collections.abc import Mapping

_READ_ONLY: Mapping[str, frozenset[str]] = {
    "attachments": frozenset({"fileId"}),
    "attendees": frozenset({"asyncOperation", "organizer", "self"}),
}


def writable(name: str, value: object) -> object:
    """A field's value as it may be sent: lists of objects without what only the server says of them."""
    hidden = _READ_ONLY.get(name)
    if hidden is None or not isinstance(value, list):
        return value
    return [{key: part for key, part in one.items() if key not in hidden} for one in value]
