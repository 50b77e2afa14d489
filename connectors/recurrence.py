"""The occurrences of an event inside a window: one expander for CalDAV and Google alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import icalendar

from connectors.limits import Unreadable
from connectors.moments import moment, recurrence_id_of, when_of
from connectors.series import Occurrence, Series, is_override, is_recurring, is_unbounded
from connectors.zones import Zones
from syncd.core.time.spans import Span, span_of

__all__ = ["Occurrence", "Unreadable", "Zones", "is_unbounded", "occurrences", "over_at", "recurrence_id_of"]


def occurrences(
    events: Sequence[icalendar.Event], window: Span, zones: Zones
) -> tuple[Occurrence[icalendar.Event], ...]:
    """Those of one UID's occurrences that overlap `window`, by start; cancelled overrides are among them.

    `events` are the VEVENTs of one UID: the master and its overrides, or overrides alone. `zones` says what
    TZIDs, floating times and all-day dates mean. Raises Unreadable.
    """
    masters = [event for event in events if not is_override(event)]
    overrides = [event for event in events if is_override(event)]
    master = next(iter(masters), None)
    if master is not None and is_recurring(master):
        found = list(Series(master, overrides, zones).between(window))
    else:
        found = [_alone(event, zones) for event in overrides]
        found += [] if master is None else [Occurrence("", when_of(master, zones), master)]
    inside = [one for one in found if span_of(one.when, zones.floating).overlaps(window)]
    return tuple(sorted(inside, key=lambda one: (span_of(one.when, zones.floating), one.recurrence_id)))


def over_at(master: icalendar.Event, original: date, zones: Zones) -> bool:
    """True where a series has ended, by UNTIL, before this start of an occurrence (a date, or aware): what stands
    there cancelled was left behind. Raises Unreadable.
    """
    return Series(master, (), zones).over_at(original)


def _alone(override: icalendar.Event, zones: Zones) -> Occurrence[icalendar.Event]:
    original = moment(override, "RECURRENCE-ID", zones)
    if original is None:
        raise Unreadable("an exception without a recurrence id")
    return Occurrence(recurrence_id_of(original), when_of(override, zones), override, recurring=True)
