"""Busy time: everything that keeps a therapist from seeing a client, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from syncd.core.model import Event, EventKind, OccurrenceRef, Transparency
from syncd.core.model.practice import Therapist
from syncd.core.reading.notes import is_crisis_note, opens, pauses
from syncd.core.reading.speaker import own_calendars, says, span, stands
from syncd.core.time.spans import AllDay, Span


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """Time that one occurrence takes; `ref` lets callers leave out what they count otherwise."""

    span: Span
    ref: OccurrenceRef


def find_busy(events: Iterable[Event], therapist: Therapist) -> tuple[Busy, ...]:
    """Every opaque occurrence in the therapist's own and busy calendars, in order of time.

    Tentative and unanswered events count, cancelled and declined ones do not, whole days only where they say
    OPAQUE. Our own objects are in it; `#makeup` hours, pauses and crisis notes are not: they ask for no time.
    """
    read = own_calendars(therapist) | set(therapist.busy_calendars)
    return tuple(
        sorted(
            Busy(span(event, therapist), event.ref)
            for event in events
            if event.calendar in read
            and stands(event, therapist)
            and _opaque(event)
            and not _asks(event, therapist)
        )
    )


def _opaque(event: Event) -> bool:
    if event.kind is EventKind.WORKING_LOCATION:
        return False
    if isinstance(event.when, AllDay):
        return event.transparency is Transparency.OPAQUE
    return event.transparency is not Transparency.TRANSPARENT


def _asks(event: Event, therapist: Therapist) -> bool:
    """True for an event that tells us something and takes no time of its own."""
    return says(event, therapist) and (
        opens(event.title) or pauses(event.title) or is_crisis_note(event.title)
    )
