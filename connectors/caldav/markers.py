"""The sign on our own objects, as X- properties: a server that drops parameters keeps them."""

from __future__ import annotations

import icalendar

from connectors.series import Component
from syncd.core.model import EventStatus, Marker, MarkerRole

_INSTANCE, _UID, _VERSION, _ROLE = "X-SYNCD-INSTANCE", "X-SYNCD-UID", "X-SYNCD-VERSION", "X-SYNCD-ROLE"
_NUMBER, _LONGEST = "X-SYNCD-NUMBER", 15
_KIND = "X-SYNCD-KIND"
PRE_IMAGE = "X-SYNCD-CANCELLED"  # kept on the object too: an unclear write can be resolved by looking


def marker_of(event: Component) -> Marker | None:
    """The marker of a component, or None. Unknown roles count as OFFER, a version that is no number as 0."""
    uid = str(event.get(_UID, ""))
    if not uid:
        return None
    version = str(event.get(_VERSION, ""))
    role = str(event.get(_ROLE, ""))
    number = str(event.get(_NUMBER, ""))
    return Marker(
        instance=str(event.get(_INSTANCE, "")),
        uid=uid,
        version=int(version) if version.isdecimal() else 0,
        role=MarkerRole(role) if role in set(MarkerRole) else MarkerRole.OFFER,
        number=int(number) if number.isdecimal() and len(number) <= _LONGEST else 0,
        kind=str(event.get(_KIND, "")),
    )


def called_off(event: Component) -> bool:
    """True for a component that is cancelled, and by a syncd."""
    return str(event.get("STATUS", "")).upper() == EventStatus.CANCELLED.value and PRE_IMAGE in event


def set_marker(event: icalendar.Event, marker: Marker) -> None:
    """Put the marker on a component, replacing the one it had."""
    values = {
        _INSTANCE: marker.instance,
        _UID: marker.uid,
        _VERSION: str(marker.version),
        _ROLE: marker.role.value,
        **({_NUMBER: str(marker.number)} if marker.number else {}),
        **({_KIND: marker.kind} if marker.kind else {}),
    }
    for name, value in values.items():
        event.pop(name, None)
        event.add(name, value)
