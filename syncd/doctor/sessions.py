"""What of a practice calendar is understood: sessions by each sign, who has none, and what an alias would explain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from syncd.core.model import Event
from syncd.core.model.practice import Therapist
from syncd.core.reading import Roster
from syncd.core.reading.sessions import TWICE, Sessions, find_sessions, unexplained
from syncd.doctor.findings import Check, Finding, ok, warn
from syncd.doctor.proposed import proposed
from syncd.ports import Calendar
from syncd.reading import in_sight
from syncd.report.recognised import GUEST, INITIALS, NAME, signs
from syncd.settings import Settings


def session_findings(
    key: str, calendar: Calendar, therapist: Therapist, settings: Settings, now: datetime
) -> Iterator[Finding]:
    """Reads the calendar, and keeps nothing of it. Of titles a finding holds the words that it proposes, no more."""
    changes = calendar.changes("", in_sight(now))
    events = tuple(event for one in changes.objects for event in one.events)
    roster = Roster.of(settings.clients)
    found = find_sessions(events, therapist, roster)
    left = {one.ref.uid for one in unexplained(events, therapist, roster)}
    yield ok(Check.SESSIONS, key, _counted(found, events, therapist, roster, len(left)))
    if missing := _missing(found, therapist, settings):
        yield warn(
            Check.SESSIONS, key, f"no session found of {', '.join(missing)}: do titles call them otherwise?"
        )
    for one in proposed(events, therapist, roster):
        said = f"{one.entries} more would be sessions of {one.client}, if that is who is meant"
        yield warn(Check.SESSIONS, key, f"{said}: roster, line {one.client}, column aliases, add: {one.word}")


def _counted(
    found: Sessions, events: tuple[Event, ...], therapist: Therapist, roster: Roster, left: int
) -> str:
    by_ref = {event.ref: event for event in events}
    by = signs((by_ref[one.ref] for one in found.sessions), therapist, roster)
    asked = sum(one.reason != TWICE for one in found.unsettled) + len(found.strangers)
    said = f"{len(found.sessions)} sessions: {by[GUEST]} by guest, {by[INITIALS]} by initials or id, {by[NAME]} by a "
    said += f"part of the name; {asked} to settle"
    return f"{said}; {left} that say nobody's name: #AB in a title settles it" if left else said


def _missing(found: Sessions, therapist: Therapist, settings: Settings) -> list[str]:
    """Clients of the therapist of whom there is nothing, not even an entry to settle."""
    mine = (one.id for one in settings.clients if therapist.id in one.therapists)
    return sorted(one for one in mine if one not in found.seen)
