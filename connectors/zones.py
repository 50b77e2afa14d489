"""Which zone a TZID means: an IANA, deprecated or Windows name, a vendor's prefix, the object's VTIMEZONE."""

from __future__ import annotations

import functools
import warnings
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from icalendar import GloballyUniqueTZIDGuessed, Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from connectors.foreign import unescaped
from connectors.limits import Unreadable, check_year

# The zone is decided here, by the same prefix; the library need not say so on stderr at each event.
warnings.filterwarnings("ignore", category=GloballyUniqueTZIDGuessed)


@functools.cache
def _iana_names() -> Mapping[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


@functools.lru_cache(maxsize=512)
def named_zone(tzid: str) -> ZoneInfo | None:
    """The zone of an IANA name (any case, deprecated ones too), a Windows name or `/vendor/.../Area/City`."""
    name = tzid.strip().strip('"')
    name = WINDOWS_TO_OLSON.get(name, name)
    parts = name.strip("/").split("/")
    for tail in (parts, parts[-3:], parts[-2:]):
        known = _iana_names().get("/".join(tail).casefold())
        if known:
            return ZoneInfo(known)
    return None


class Zones:
    """The zones of one object. `definitions` are its VTIMEZONE blocks by TZID, for names nobody knows."""

    def __init__(self, floating: ZoneInfo, definitions: Mapping[str, str] | None = None) -> None:
        """`floating` is the zone of times that name none, and of all-day dates."""
        self.floating = floating
        self._definitions = definitions or {}
        self._built: dict[str, tzinfo] = {}

    def of(self, tzid: str) -> tzinfo:
        """The zone of a TZID; raise Unreadable naming it when nobody knows it."""
        zone = named_zone(tzid) or self._built.get(tzid)
        if zone is None:
            zone = self._built[tzid] = _defined(tzid, self._definitions.get(tzid))
        return zone

    def settle(self, moment: date, tzid: str = "") -> date:
        """A date stays a date; a time gets its zone: the TZID's, its own (UTC), or the floating one."""
        check_year(moment)
        if not isinstance(moment, datetime):
            return moment
        if tzid:
            return moment.replace(tzinfo=UTC if tzid.upper() == "UTC" else self.of(tzid))
        if moment.tzinfo is None:
            return moment.replace(tzinfo=self.floating)
        return moment


def _defined(tzid: str, block: str | None) -> tzinfo:
    if block is None:
        raise Unreadable(
            f'unknown time zone "{tzid[:80]}" without a definition; set the event to a known zone'
        )
    try:
        component = Timezone.from_ical(block)
        if not isinstance(component, Timezone):
            raise ValueError("not a VTIMEZONE")
        located = named_zone(str(component.get("X-LIC-LOCATION", "")))
        zone = located or component.to_tz(lookup_tzid=False)
        datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise Unreadable(f'time zone "{tzid[:80]}" has a broken definition') from error
    if not isinstance(zone, tzinfo):
        raise Unreadable(f'time zone "{tzid[:80]}" has a broken definition')
    return zone


def split_zones(text: str) -> tuple[str, dict[str, str]]:
    """Take the VTIMEZONE blocks out of an unfolded object; return the rest, and the blocks by TZID.

    Parsing without them takes half the time, and a definition in one object cannot change another's: the
    library keeps those it has seen, by name.
    """
    kept: list[str] = []
    blocks: dict[str, str] = {}
    block: list[str] | None = None
    for line in text.split("\n"):
        upper = line.rstrip("\r").upper()
        if block is None and upper == "BEGIN:VTIMEZONE":
            block = []
        if block is None:
            kept.append(line)
            continue
        block.append(line.rstrip("\r"))
        if upper == "END:VTIMEZONE":
            tzid = next((part[5:].strip() for part in block if part.upper().startswith("TZID:")), "")
            blocks.setdefault(unescaped(tzid), "\r\n".join(_harmless(block)) + "\r\n")
            block = None
    return "\n".join(kept), blocks


def _harmless(block: list[str]) -> list[str]:
    """The block without rules that a clock change never has: they could be expanded without end."""
    return [line for line in block if not line.upper().startswith("RRULE") or "FREQ=YEARLY" in line.upper()]
