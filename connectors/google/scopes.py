"""What is asked of Google, and what a grant that names other scopes is good for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

SCOPE = "https://www.googleapis.com/auth/"
OWNED = SCOPE + "calendar.events.owned"  # read and write events of the therapist's own calendars
LISTED = SCOPE + "calendar.calendarlist.readonly"  # which calendars there are
FREEBUSY = SCOPE + "calendar.freebusy"  # busy time of calendars that others share
READS_SHARED = SCOPE + "calendar.events.readonly"
WRITES_SHARED = SCOPE + "calendar.events"
LEAST_SCOPES = (OWNED, LISTED, FREEBUSY)

_ALL, _READS_ALL = SCOPE + "calendar", SCOPE + "calendar.readonly"
_COVERED_BY: Mapping[str, frozenset[str]] = {
    OWNED: frozenset({_ALL, WRITES_SHARED}),
    LISTED: frozenset({_ALL, _READS_ALL, SCOPE + "calendar.calendarlist"}),
    FREEBUSY: frozenset({_ALL, _READS_ALL}),
    READS_SHARED: frozenset({_ALL, _READS_ALL, WRITES_SHARED}),
    WRITES_SHARED: frozenset({_ALL}),
}


class Shared(StrEnum):
    """What is done with calendars that others own and share with the account."""

    BUSY = "busy"  # see when they are busy, and nothing else
    READ = "read"  # read events, as far as they are shared
    WRITE = "write"  # read and write events, as far as they are shared


_SCOPES = {
    Shared.BUSY: LEAST_SCOPES,
    Shared.READ: (*LEAST_SCOPES, READS_SHARED),
    Shared.WRITE: (WRITES_SHARED, LISTED, FREEBUSY),
}


def scopes_for(shared: Shared) -> tuple[str, ...]:
    """The least that serves."""
    return _SCOPES[shared]


def covers(granted: Iterable[str], scope: str) -> bool:
    """True where something granted allows all that `scope` does for syncd."""
    return bool(({scope} | _COVERED_BY.get(scope, frozenset())) & set(granted))


def missing(asked: Iterable[str], granted: Iterable[str]) -> frozenset[str]:
    """What was asked for and nothing granted covers; a wider grant misses nothing."""
    held = set(granted)
    return frozenset(scope for scope in asked if not covers(held, scope))


def short(scope: str) -> str:
    """A scope's name without what all of them begin with."""
    return scope.removeprefix(SCOPE)
