"""Who speaks in an event: only the therapist's own events are leave, session, tag, note or gesture."""

from __future__ import annotations

from functools import lru_cache

from syncd.core.model import Event, EventStatus, PartStat
from syncd.core.model.practice import Therapist
from syncd.core.time.spans import Span, span_of

_ROOMS = "@resource.calendar.google.com"


def own_addresses(therapist: Therapist) -> frozenset[str]:
    """Every address that is the therapist's own, lower case."""
    return _lowered(therapist.email, *therapist.addresses)


@lru_cache(maxsize=256)  # asked of every event, several times
def _lowered(*addresses: str) -> frozenset[str]:
    return frozenset(address.lower() for address in addresses if address)


def own_calendars(therapist: Therapist) -> frozenset[str]:
    """The calendars in which the therapist speaks: the practice calendar and the leave calendars."""
    return frozenset((therapist.calendar, *therapist.leave_calendars))


def speaks(event: Event, therapist: Therapist) -> bool:
    """True for the therapist's own event: nobody or the therapist as ORGANIZER, and no marker of ours."""
    return not event.ours and (not event.organizer or event.organizer.lower() in own_addresses(therapist))


def guests(event: Event, therapist: Therapist) -> tuple[str, ...]:
    """The addresses of all attendees but the therapist and Google's rooms; lower case, sorted, each once."""
    if not event.attendees:
        return ()
    mine = own_addresses(therapist)
    everybody = {attendee.email.lower() for attendee in event.attendees}
    return tuple(sorted(email for email in everybody - mine if not email.endswith(_ROOMS)))


def stands(event: Event, therapist: Therapist) -> bool:
    """True unless the event is cancelled or the therapist declined it."""
    return event.status is not EventStatus.CANCELLED and not declined(event, therapist)


def declined(event: Event, therapist: Therapist) -> bool:
    """True when the therapist is an attendee who said no."""
    if not event.attendees:
        return False
    mine = own_addresses(therapist)
    return any(
        attendee.partstat is PartStat.DECLINED and attendee.email.lower() in mine
        for attendee in event.attendees
    )


def says(event: Event, therapist: Therapist) -> bool:
    """True for an event that is not cancelled, of the therapist's own, in an own calendar, that nobody else attends.

    Leave, notes and gestures are read from these events only.
    """
    return (
        (event.calendar == therapist.calendar or event.calendar in therapist.leave_calendars)
        and speaks(event, therapist)
        and stands(event, therapist)
        and not guests(event, therapist)
    )


def span(event: Event, therapist: Therapist) -> Span:
    """The time the event takes; whole days are days in the therapist's zone."""
    return span_of(event.when, therapist.zone)
