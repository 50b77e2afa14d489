"""Cancelling one occurrence as an override with STATUS:CANCELLED, never EXDATE, and taking that back.

Servers read an EXDATE as a new series and ask everybody again; an override concerns one occurrence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vDDDTypes, vText

from connectors.caldav.draft import put, stamp
from connectors.caldav.markers import PRE_IMAGE, called_off
from connectors.caldav.parsing import Parsed, guard, parse
from connectors.caldav.proof import prove_cancelled, prove_restored
from connectors.limits import Unreadable
from connectors.moments import moment, recurrence_id_of, tzid_of, when_of
from connectors.series import Occurrence, Series, is_override, is_recurring, sequence_of
from syncd.core.model import EventStatus, OccurrenceRef
from syncd.core.model.errors import ConnectorError, Malformed, NotFound, VersionConflict
from syncd.core.time.spans import AllDay, Span
from syncd.ports import Rework

_NOT_COPIED = ("RRULE", "RDATE", "EXDATE", "EXRULE", "DURATION", "RECURRENCE-ID", "DTSTART", "DTEND")
_TOLD = ("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "TRANSP", "CLASS", "URL", "COMMENT")
_NEAR = timedelta(days=32)  # how far "this and following" may have moved an occurrence


def cancel(text: str, recurrence_id: str, now: datetime, zone: ZoneInfo) -> tuple[str | None, str]:
    """The text with one occurrence cancelled ("": the single event), and the pre-image that `restore` needs.

    None as text: it was cancelled by us already, and this is the pre-image of then. Raises NotFound when there is no
    such occurrence, Unreadable for an object that cannot be changed safely.
    """
    parsed = parse(text, zone)
    return guard(parsed.uid, lambda: _cancelled(parsed, text, recurrence_id, now))


def restore(text: str, recurrence_id: str, pre_image: str, now: datetime, zone: ZoneInfo) -> str | None:
    """The text with that cancellation undone, other edits kept; None where nothing is left to undo.

    "" as pre-image: the one that stands on the object. Raises NotFound when the series is gone, Unreadable for an
    object that cannot be changed safely.
    """
    parsed = parse(text, zone)
    return guard(parsed.uid, lambda: _restored(parsed, text, recurrence_id, pre_image, now))


def rework(
    text: str, changes: Iterable[Rework], unchanged: Callable[[str], bool], now: datetime, zone: ZoneInfo
) -> tuple[str, dict[OccurrenceRef, str], dict[OccurrenceRef, ConnectorError]]:
    """The text with all of these occurrences cancelled or brought back, pre-images, and what was refused.

    `unchanged` tells whether the object still has an etag; what had been cancelled by us already needs none.
    """
    pre_images: dict[OccurrenceRef, str] = {}
    refused: dict[OccurrenceRef, ConnectorError] = {}
    for one in changes:
        try:
            if one.pre_image is not None:
                text = restore(text, one.ref.recurrence_id, one.pre_image, now, zone) or text
                continue
            after, before = cancel(text, one.ref.recurrence_id, now, zone)
        except NotFound as error:
            refused[one.ref] = error
        except Unreadable as error:
            refused[one.ref] = Malformed(error.reason)
        else:
            if after is not None and one.etag and not unchanged(one.etag):
                refused[one.ref] = VersionConflict("it has changed since it was read")
                continue
            text, pre_images[one.ref] = after or text, before
    return text, pre_images, refused


def _cancelled(parsed: Parsed, text: str, recurrence_id: str, now: datetime) -> tuple[str | None, str]:
    standing = _standing(parsed, recurrence_id)
    if standing is not None and called_off(standing):
        return None, unquote(str(standing[PRE_IMAGE]))
    if standing is not None:
        event, before = standing, {"kind": "standing", "status": _status(standing)}
    else:
        event = _override(parsed, recurrence_id)
        before = {"kind": "added", "status": _status(event), "print": _print(event, parsed)}
        parsed.sheet.add(event)
    pre_image = json.dumps({"v": 1, **before}, sort_keys=True)
    _mark(event, EventStatus.CANCELLED.value, now)
    put(event, PRE_IMAGE, vText(quote(pre_image)))  # no comma or quote: X- properties have no agreed escaping
    changed = parsed.sheet.text()
    prove_cancelled(text, changed, _placed(event, recurrence_id, parsed), parsed.zones.floating)
    return changed, pre_image


def _restored(parsed: Parsed, text: str, recurrence_id: str, pre_image: str, now: datetime) -> str | None:
    standing = _standing(parsed, recurrence_id)
    stated = pre_image or ("" if standing is None else unquote(str(standing.get(PRE_IMAGE, ""))))
    if not stated:
        return None
    before = _before(stated)
    if before["kind"] == "added" and all(is_override(event) for event in parsed.events):
        raise NotFound("the series of this session is gone")
    if standing is None or _status(standing) != EventStatus.CANCELLED.value:
        return None  # the therapist removed or revived it since
    if before["kind"] == "added" and _print(standing, parsed) == before["print"]:
        parsed.sheet.remove(standing)
    else:
        _mark(standing, before["status"], now)
        standing.pop(PRE_IMAGE, None)
    changed = parsed.sheet.text()
    prove_restored(text, changed, _placed(standing, recurrence_id, parsed), parsed.zones.floating)
    return changed


def _placed(event: icalendar.Event, recurrence_id: str, parsed: Parsed) -> Occurrence[icalendar.Event]:
    return Occurrence(recurrence_id, when_of(event, parsed.zones), event)


def _before(pre_image: str) -> dict[str, str]:
    try:
        before = json.loads(pre_image)
        if before["kind"] in {"standing", "added"}:
            return {"print": "", "status": "", **before}
    except (ValueError, TypeError, KeyError):
        pass
    raise Unreadable("the pre-image of the cancelled session is broken; restore it by hand")


def _standing(parsed: Parsed, recurrence_id: str) -> icalendar.Event | None:
    """The component that stands for exactly this occurrence, if there is one."""
    master = parsed.master
    if not recurrence_id:
        if master is None or is_recurring(master):
            raise NotFound("the event is a series now: none of its sessions is the one that was meant")
        return master
    overrides = [event for event in parsed.events if is_override(event)]
    found = [event for event in overrides if _id(event, master, overrides, parsed) == recurrence_id]
    return max(found, key=sequence_of, default=None)


def _id(
    override: icalendar.Event,
    master: icalendar.Event | None,
    overrides: list[icalendar.Event],
    parsed: Parsed,
) -> str:
    if master is not None and is_recurring(master):
        return Series(master, overrides, parsed.zones).recurrence_id(override)
    stated = moment(override, "RECURRENCE-ID", parsed.zones)
    return recurrence_id_of(stated) if stated else ""


def _override(parsed: Parsed, recurrence_id: str) -> icalendar.Event:
    """A new override that shows the occurrence as it stands, in the form that the master's times have."""
    master = parsed.master
    occurrence = _occurrence(parsed, master, recurrence_id)
    if master is None or occurrence is None:
        raise NotFound("the series has no such session any more")
    override = icalendar.Event()
    source = occurrence.source
    for name, value in source.property_items(recursive=False, sorted=False):
        if name not in {*_NOT_COPIED, "BEGIN", "END"}:
            override.add(name, value, encode=False)
    start, end = _edges(occurrence)
    original = _as_master(_instant(recurrence_id), master, parsed, named=True)
    override.add("RECURRENCE-ID", original, encode=False)
    override.add("DTSTART", _as_master(start, master, parsed), encode=False)
    override.add("DTEND", _as_master(end, master, parsed), encode=False)
    return override


def _occurrence(
    parsed: Parsed, master: icalendar.Event | None, recurrence_id: str
) -> Occurrence[icalendar.Event] | None:
    if master is None or not is_recurring(master):
        return None
    meant = _instant(recurrence_id)
    at = meant if isinstance(meant, datetime) else datetime(meant.year, meant.month, meant.day, tzinfo=UTC)
    overrides = [event for event in parsed.events if is_override(event)]
    found = Series(master, overrides, parsed.zones).between(Span(at - _NEAR, at + _NEAR))
    return next((one for one in found if one.recurrence_id == recurrence_id), None)


def _edges(occurrence: Occurrence[icalendar.Event]) -> tuple[date, date]:
    when = occurrence.when
    return (when.first, when.until) if isinstance(when, AllDay) else (when.start, when.end)


def _instant(recurrence_id: str) -> date:
    if "T" in recurrence_id:
        return datetime.strptime(recurrence_id, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.strptime(recurrence_id, "%Y%m%d").replace(tzinfo=UTC).date()


def _as_master(moment_: date, master: icalendar.Event, parsed: Parsed, *, named: bool = False) -> vDDDTypes:
    """A date, or a time in the master's zone, floating or UTC, as the master writes its own.

    `named`: the name of an occurrence, which is the series' own where the clock skips it; else what the clock shows.
    """
    first = moment(master, "DTSTART", parsed.zones)
    if not isinstance(moment_, datetime) or not isinstance(first, datetime):
        return vDDDTypes(moment_)
    tzid = tzid_of(master["DTSTART"])
    if not tzid and getattr(getattr(master["DTSTART"], "dt", None), "tzinfo", None) is not None:
        return vDDDTypes(moment_.astimezone(UTC))
    local = moment_.astimezone(first.tzinfo)
    meant = datetime.combine(local.date(), first.time(), tzinfo=first.tzinfo)
    wall = meant if named and meant.astimezone(UTC) == moment_.astimezone(UTC) else local
    value = vDDDTypes(wall.replace(tzinfo=None))
    if tzid:
        value.params["TZID"] = tzid
    return value


def _status(event: icalendar.Event) -> str:
    return str(event.get("STATUS", "")).upper()


def _mark(event: icalendar.Event, status: str, now: datetime) -> None:
    if status:
        put(event, "STATUS", vText(status))
    else:
        event.pop("STATUS", None)
    put(event, "SEQUENCE", sequence_of(event) + 1)
    stamp(event, now)


def _print(event: icalendar.Event, parsed: Parsed) -> str:
    """A digest of what people see of an override: when it differs, somebody edited it."""
    when = when_of(event, parsed.zones)
    parts = [repr(when), *(f"{name}={event.get(name)!s}" for name in _TOLD)]
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]
