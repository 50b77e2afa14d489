"""Single objects of a calendar: found by UID, written only on the condition that they are as they were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote
from zoneinfo import ZoneInfo

from caldav.elements import cdav, dav

from connectors.caldav.bodies import ICAL, with_uid
from connectors.caldav.ics import schedule_status
from connectors.caldav.parsing import uid_of
from connectors.caldav.projection import projection
from connectors.caldav.reading import Shelf
from connectors.caldav.session import NoObject
from connectors.limits import Unreadable
from syncd.core.model.errors import ConnectorError, Forbidden, NotFound, VersionConflict
from syncd.ports import Written


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as the server has it now."""

    path: str
    etag: str
    text: str


def is_strong(etag: str) -> bool:
    """True for an etag that If-Match accepts (RFC 9110 §8.8.3.2: weak ones never match)."""
    return bool(etag) and not etag.startswith("W/")


def path_for(shelf: Shelf, uid: str) -> str:
    """Where an object of ours lies: its UID is its name."""
    return f"{shelf.path}{quote(uid, safe='')}.ics"


def find(shelf: Shelf, uid: str) -> Stored | None:
    """The object with this UID, wherever it lies; None when the server has none."""
    for path in dict.fromkeys((shelf.known.get(uid, ""), path_for(shelf, uid))):
        stored = _at(shelf, path, uid) if path else None
        if stored is not None:
            return stored
    return _searched(shelf, uid)


def require(shelf: Shelf, uid: str, etag: str) -> Stored:
    """The object, still as `etag` says ("" is any). Raises NotFound, VersionConflict, Forbidden."""
    stored = find(shelf, uid)
    if stored is None:
        raise NotFound(f"{shelf.what}: event {uid} is not there (any more)")
    unchanged(shelf, uid, stored, etag)
    if not is_strong(stored.etag):
        raise Forbidden(
            f"{shelf.what}: the server names no strong ETag for event {uid}, so it cannot be changed safely"
        )
    return stored


def unchanged(shelf: Shelf, uid: str, stored: Stored, etag: str) -> None:
    """Raise VersionConflict unless the object is as `etag` says ("" is any)."""
    if etag and not is_same(stored.etag, etag):
        raise VersionConflict(f"{shelf.what}: event {uid} has changed since it was read")


def is_same(etag: str, other: str) -> bool:
    """True for one and the same etag; some servers quote it in one place only."""
    return etag.strip('"') == other.strip('"')


def add(shelf: Shelf, uid: str, text: str, zone: ZoneInfo) -> Written:
    """Write a new object. Read first, unless this server is known not to overwrite despite If-None-Match.

    Raises VersionConflict; and Forbidden, leaving nothing, where it could never be changed for want of a strong ETag.
    """
    path = path_for(shelf, uid)
    if True not in shelf.refuses and _at(shelf, path, uid) is not None:
        raise VersionConflict(f"{shelf.what}: event {uid} exists already")
    if shelf.weak:
        raise _unchangeable(shelf)
    written = _put(shelf, path, text, zone, {"If-None-Match": "*"})
    if written.etag or not _is_weak(shelf, path):
        alone = "\r\nATTENDEE" not in text and not shelf.refuses
        return _twice(shelf, path, uid, text, zone, written) if alone else written
    shelf.weak.append(path)
    shelf.door.write("DELETE", path, what=shelf.what)
    raise _unchangeable(shelf)


def _twice(shelf: Shelf, path: str, uid: str, text: str, zone: ZoneInfo, written: Written) -> Written:
    """The same once more, which a server that looks at If-None-Match refuses: from then on nobody reads first.

    Not where it is not there, by whatever this server made of it: that would be two of them.
    """
    try:
        if _at(shelf, path, uid) is None:
            return written
        again = _put(shelf, path, text, zone, {"If-None-Match": "*"})
    except ConnectorError as error:
        shelf.refuses.append(isinstance(error, VersionConflict))
        return written if shelf.refuses[0] else replace(written, etag="")
    shelf.refuses.append(False)
    return again


def _is_weak(shelf: Shelf, path: str) -> bool:
    """True where the server surely calls what it stored by a weak ETag only."""
    try:
        return shelf.get(path).etag.startswith("W/")
    except ConnectorError:
        return False  # the write itself was confirmed


def _unchangeable(shelf: Shelf) -> Forbidden:
    return Forbidden(
        f"{shelf.what}: the server names weak ETags only, so nothing that is written could be changed or taken back; "
        "switch off what rewrites them (compression in a proxy), or use another server"
    )


def put(shelf: Shelf, stored: Stored, text: str, zone: ZoneInfo) -> Written:
    """Replace an object on the condition that it is still as read. Raises VersionConflict, NotFound, Unclear."""
    return _put(shelf, stored.path, text, zone, {"If-Match": stored.etag})


def remove(shelf: Shelf, stored: Stored) -> None:
    """Delete an object on the condition that it is still as read. Raises VersionConflict, NotFound, Unclear."""
    shelf.door.write("DELETE", stored.path, what=shelf.what, headers={"If-Match": stored.etag})


def _put(shelf: Shelf, path: str, text: str, zone: ZoneInfo, condition: Mapping[str, str]) -> Written:
    headers = {"Content-Type": ICAL, **condition}
    answer = shelf.door.write("PUT", path, text, what=shelf.what, headers=headers)
    scheduled = "\r\nATTENDEE" in text
    if is_strong(answer.etag) and not scheduled:
        return Written(path, answer.etag)
    return _read_back(shelf, path, text, zone)


def _read_back(shelf: Shelf, path: str, text: str, zone: ZoneInfo) -> Written:
    """The etag of what was just written, "" unless it surely is that; and what scheduling made of it."""
    try:
        stored = find(shelf, uid_of(text))
        if stored is None:
            return Written(path, "")
        ours = projection(stored.text, zone) == projection(text, zone)
        etag = stored.etag if ours and is_strong(stored.etag) else ""
        return Written(stored.path, etag, schedule_status(stored.text, zone))
    except (ConnectorError, Unreadable):
        return Written(path, "")  # the write itself was confirmed


def _at(shelf: Shelf, path: str, uid: str) -> Stored | None:
    try:
        fetched = shelf.get(path)
    except NoObject:  # SOGo shows a page where there is nothing; what it finds by UID decides
        return _searched(shelf, uid)
    if fetched.gone or uid_of(fetched.text) != uid:
        return None
    shelf.known[uid] = path
    return Stored(path, fetched.etag, fetched.text)


def _searched(shelf: Shelf, uid: str) -> Stored | None:
    answer = shelf.door.read("REPORT", shelf.path, with_uid(uid), what=shelf.what, headers={"Depth": "1"})
    for one in answer.multistatus().resources:
        text = one.raw_text(cdav.CalendarData.tag)
        if text and uid_of(text) == uid:  # some servers search for a part of it
            shelf.known[uid] = one.path
            return Stored(one.path, one.text(dav.GetEtag.tag), text)
    return None
