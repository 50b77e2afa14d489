"""What a calendar's whole past says of its clients; an event on which a rule of ours breaks is set aside alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from syncd.core.model import CalendarObject, Changes, ClientFacts, ReadProblem
from syncd.core.model.practice import Therapist
from syncd.core.reading import find_sessions
from syncd.core.reading.history import called_otherwise, facts_of
from syncd.mirror import broken
from syncd.reading import Reading
from syncd.setting_aside import bearable

__all__ = ["names_somebody_new", "past_read"]

Past = tuple[tuple[ClientFacts, ...], tuple[ReadProblem, ...]]


def past_read(reading: Reading, changes: Changes) -> Changes:
    """The facts of a full read are kept; the changes come back with the objects that none could be read of.

    Those count as unread until they change. Raises what breaks without any object.
    """
    if not changes.complete:
        return changes
    for therapist in reading.readers:
        if therapist.calendar == reading.calendar:
            facts, aside = _past(reading, therapist, changes.objects)
            reading.facts.extend(facts)
            changes = replace(changes, problems=(*changes.problems, *aside))
    return changes


def names_somebody_new(reading: Reading, objects: Iterable[CalendarObject]) -> bool:
    """True where these hold sessions of a client of whom no full read of this calendar has said anything.

    Where a rule of ours breaks on them, too: a full read sets aside what it breaks on, and nothing else.
    """
    known = {(one.therapist, one.client) for one in reading.view.memory.facts}
    events = [event for one in objects for event in one.events]
    try:
        return any(
            (one.therapist, one.client) not in known
            for therapist in reading.readers
            if therapist.calendar == reading.calendar
            for one in find_sessions(events, therapist, reading.view.roster).sessions
        )
    except Exception:
        return True


def _past(reading: Reading, therapist: Therapist, objects: Sequence[CalendarObject]) -> Past:
    def facts(kept: Iterable[CalendarObject]) -> tuple[ClientFacts, ...]:
        events = [event for one in kept for event in one.events]
        found = find_sessions(events, therapist, reading.view.roster)
        sessions = (*found.sessions, *called_otherwise(found, therapist.id))
        view = reading.view
        conflicts, since = view.memory.conflicts, view.now - view.sources.history
        return facts_of(therapist.id, sessions, view.now, therapist.zone, conflicts, since)

    def works(kept: Iterable[CalendarObject]) -> bool:
        try:
            facts(kept)
        except Exception:
            return False
        return True

    try:
        return facts(objects), ()
    except Exception as error:
        none = facts(())
        kept, aside = bearable(objects, works)
        told = tuple(broken(therapist.calendar, one, error) for one in aside)
        return (facts(kept) if kept else none), told
