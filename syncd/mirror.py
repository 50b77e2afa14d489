"""What the mirror keeps of a calendar, and what it takes to believe that something is gone from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from syncd.core.model import CalendarObject, Changes, Event, ReadProblem
from syncd.core.model.errors import SafetyStop
from syncd.core.model.practice import Therapist
from syncd.core.reading import Roster, redact_shared
from syncd.core.reading.titles.repeated import Repeated
from syncd.core.time.spans import Span, span_of
from syncd.ports import Calendar

MANY = 8  # vanished objects that are too many when they are also more than a share
SHARE = 0.15


def refuse_many(
    calendar: str, gone: list[str], known: Mapping[str, CalendarObject], believe: frozenset[str]
) -> None:
    """Raise SafetyStop when more than 15 % and at least 8 objects vanished at once, or all, entries of ours among them
    (I18).

    `believe` names the calendars for which an admin vouches that so many deletions are meant.
    """
    if calendar in believe:
        return
    if len(gone) == len(known) and _worked_in(known.values()):
        raise SafetyStop(
            f"calendar {calendar}: all of its {len(known)} events are gone at once, as in another calendar of that "
            "name; see that the account's address and user name are right; nothing is believed until they are back, or "
            f"you run `syncd once --believe {calendar}` because they were deleted"
        )
    if len(gone) >= MANY and len(gone) > SHARE * len(known):
        raise SafetyStop(
            f"calendar {calendar}: {len(gone)} of {len(known)} events are gone at once; see that the account's "
            "address and user name are right; nothing is believed until they are back, or you run "
            f"`syncd once --believe {calendar}` because they were deleted"
        )


def _worked_in(known: Iterable[CalendarObject]) -> bool:
    """True for a calendar with entries of ours and of others: a calendar of leave alone may well be empty one day."""
    ours = [any(event.ours for event in one.events) for one in known]
    return any(ours) and not all(ours)


def moved_hrefs(changes: Changes, known: Mapping[str, CalendarObject]) -> frozenset[str]:
    """Where objects stood that a whole list names at another address now: the account, or its server, has moved."""
    if not changes.complete:
        return frozenset()
    listed = {one.href for one in changes.objects}
    elsewhere = {one.uid for one in changes.objects if one.href not in known}
    return frozenset(href for href, one in known.items() if href not in listed and one.uid in elsewhere)


def refuse_partial(calendar: str, changes: Changes, there: Iterable[str]) -> None:
    """A list without events that are there after all leaves out others too, new ones among them (I18)."""
    listed = {one.uid for one in changes.objects}
    if any(uid not in listed for uid in there):
        raise SafetyStop(
            f"calendar {calendar}: its list leaves out events that are there; it is read again with the next pass, "
            "and if that does not mend it the server's list of this calendar is at fault"
        )


def surely_gone(stored: CalendarObject, port: Calendar, window: Span) -> bool:
    """True when a second, authoritative read agrees; asked only for what would have consequences."""
    telling = any(event.title or event.ours or event.attendees for event in stored.events)
    return not telling or port.read(stored.uid, window) is None


def projected(
    stored: CalendarObject, kept: Span, readers: Sequence[Therapist], roster: Roster
) -> CalendarObject:
    """The object as the mirror keeps it: occurrences in the window, no text beyond what its calendar's readers need."""
    zone = readers[0].zone if readers else None
    reading = Repeated(partial(_redacted, readers, roster), _again)
    events = tuple(
        reading.of(event)
        for event in stored.events
        if zone is None or span_of(event.when, zone).overlaps(kept)
    )
    return replace(stored, events=events)


def _redacted(readers: Sequence[Therapist], roster: Roster, event: Event) -> Event:
    kept = redact_shared(event, readers, roster)
    return event if kept == event else kept


def _again(first: Event, kept: Event, event: Event) -> Event:
    return event if kept is first else kept.at(event.when, event.recurrence_id)


def understood(
    calendar: str, changes: Changes, kept: Span, readers: Sequence[Therapist], roster: Roster
) -> tuple[Changes, dict[str, CalendarObject]]:
    """The changes with what the mirror keeps of them, by href; an event on which a rule of ours breaks is set aside.

    It alone counts as unread until it changes (poison).
    """
    put, aside = {}, []
    for one in changes.objects:
        try:
            put[one.href] = projected(one, kept, readers, roster)
        except Exception as error:
            aside.append(broken(calendar, one, error))
    objects = tuple(one for one in changes.objects if one.href in put)
    return replace(changes, objects=objects, problems=(*changes.problems, *aside)), put


def broken(calendar: str, stored: CalendarObject, error: Exception) -> ReadProblem:
    """What is told of an object on which a rule of ours breaks."""
    return ReadProblem(calendar, stored.uid, f"breaks {unforeseen(error)}", stored.href)


def unforeseen(error: Exception) -> str:
    """What is told of an error that nobody foresaw: only its kind."""
    return f"a rule of syncd ({type(error).__name__}); please report this"
