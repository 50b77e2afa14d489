"""Finding out what a server can do with a calendar, with one object that is removed again."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from connectors.caldav import objects
from connectors.caldav.bodies import ICAL
from connectors.caldav.discovery import state_of
from connectors.caldav.draft import compose
from connectors.caldav.reading import Shelf
from syncd.core.model import Delivery
from syncd.core.model.errors import ConnectorError, Forbidden, Malformed, NotFound, Rejected, VersionConflict
from syncd.ports import Capabilities
from syncd.ports.trial import trial

_STALE = '"syncd-stale"'


def probe(shelf: Shelf, addresses: tuple[str, ...], own: str, now: datetime) -> Capabilities:
    """What the server does with this calendar. `own`: the therapist's address, "" where any will do.

    Raises Transient, AuthExpired, NotFound, Malformed, Unclear.
    """
    token, ctag = state_of(shelf.door, shelf.path, shelf.what)
    schedules = _schedules(shelf) and (own.lower() in addresses if own else bool(addresses))
    refuses, strong = _conditions(shelf, now)
    return Capabilities(
        sync_tokens=bool(token) and _syncs(shelf),
        ctags=bool(ctag),
        conditional_writes=refuses and strong,
        strong_etags=strong,
        scheduling=schedules,
        addresses=addresses,
        delivery=Delivery.SERVER if schedules else Delivery.IMIP,
    )


def _schedules(shelf: Shelf) -> bool:
    """RFC 6638 §2: the server says calendar-auto-schedule in its DAV header."""
    try:
        answer = shelf.door.read("OPTIONS", shelf.path, what=shelf.what)
    except (Forbidden, NotFound, Malformed):
        return False
    named = {part.strip().lower() for part in str(answer.headers.get("DAV", "")).split(",")}
    return "calendar-auto-schedule" in named


def _syncs(shelf: Shelf) -> bool:
    try:
        shelf.since("")
    except (Malformed, Forbidden):
        return False
    return True


def _conditions(shelf: Shelf, now: datetime) -> tuple[bool, bool]:
    """Whether the server refuses what rests on a wrong condition, and whether it names strong etags."""
    uid = f"syncd-probe-{token_hex(8)}"
    text = compose(trial(uid, now), now)
    path = objects.path_for(shelf, uid)
    headers = {"Content-Type": ICAL}
    try:
        shelf.door.write("PUT", path, text, what=shelf.what, headers={**headers, "If-None-Match": "*"})
    except (Forbidden, Rejected):
        return False, True  # read-only
    try:
        strong = objects.is_strong(shelf.get(path).etag)
        twice = _refused(shelf, "PUT", path, text, {**headers, "If-None-Match": "*"})
        stale = _refused(shelf, "PUT", path, text, {**headers, "If-Match": _STALE})
        gone = _refused(shelf, "DELETE", path, "", {"If-Match": _STALE})
        return twice and stale and gone, strong
    finally:
        _clean(shelf, path)


def _refused(shelf: Shelf, method: str, path: str, text: str, headers: dict[str, str]) -> bool:
    try:
        shelf.door.write(method, path, text, what=shelf.what, headers=headers)
    except VersionConflict:
        return True
    except NotFound:
        return False
    return False


def _clean(shelf: Shelf, path: str) -> None:
    try:
        shelf.door.write("DELETE", path, what=shelf.what)
    except NotFound:
        pass
    except ConnectorError:
        shelf.door.write("DELETE", path, what=shelf.what)
