"""What the mirror keeps of an event: no text of foreign events beyond what reading needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import Attendee, Client, Event, EventStatus
from syncd.core.model.practice import Therapist
from syncd.core.reading.leave import is_leave, shares
from syncd.core.reading.notes import is_crisis_note, noted, opens, pauses
from syncd.core.reading.roster import Roster
from syncd.core.reading.sessions import group_of, says_keep, says_told, title_clients
from syncd.core.reading.speaker import guests, own_addresses, own_calendars, says, speaks
from syncd.core.reading.titles.listening import listen
from syncd.core.reading.titles.sayings import as_written

SOMEBODY = "somebody@invalid"  # stands for every person whom the roster does not know
_RULES = "13"  # changes with this module, so that mirrors are read anew


def redact(event: Event, therapist: Therapist, roster: Roster, leave_words: Iterable[str]) -> Event:
    """`event` as one therapist's mirror keeps it; reading finds the same in both.

    Our own objects stay whole. Leave, notes and gestures keep title and tags, sessions their client, place
    and link, those that we cancelled too. All else, and everything in busy calendars, keeps when it is and nothing
    that says what it is.
    """
    if event.calendar not in own_calendars(therapist) | {therapist.plan_calendar}:
        return _bare(event, answers(event, therapist), "")
    if event.ours:
        return event
    if event.called_off:
        stood = replace(event, status=EventStatus.CONFIRMED, called_off=False)
        return replace(redact(stood, therapist, roster, leave_words), status=event.status, called_off=True)
    shared = _bare(event, _people(event, therapist, roster), _organizer(event, therapist, roster))
    if says(event, therapist):
        return _own(event, shared, therapist, roster, leave_words)
    if shares(event, therapist, roster):
        return replace(shared, title=event.title)
    said = (("#keep", says_keep(event.title)), ("#told", says_told(event.title)))
    tags = " ".join(tag for tag, there in said if there)
    if _meets_client(event, therapist, roster):
        return _placed(replace(shared, title=tags), event)
    return replace(shared, title=tags) if _cancelled_own(event, therapist) else shared


def redact_shared(event: Event, therapists: Sequence[Therapist], roster: Roster) -> Event:
    """`event` as the mirror keeps it where several therapists read its calendar.

    Whoever it tells something decides, practice calendar before leave calendars before busy ones.
    """
    ranked = sorted(therapists, key=lambda one: (_nearness(event.calendar, one), one.id))
    views = [redact(event, one, roster, one.policy.leave_words) for one in ranked]
    telling = next((view for view in views if view.title or view.description or view.categories), None)
    best = telling or (views[0] if views else _bare(event, (), ""))
    heard = {attendee.email for attendee in best.attendees}
    others = tuple(a for one in ranked for a in answers(event, one) if a.email not in heard)
    return (
        best
        if best.ours
        else replace(best, attendees=tuple(sorted((*best.attendees, *others), key=_by_email)))
    )


def _nearness(calendar: str, therapist: Therapist) -> int:
    if calendar == therapist.calendar:
        return 0
    return 1 if calendar in own_calendars(therapist) else 2


def lens(clients: Iterable[Client], therapists: Iterable[Therapist]) -> str:
    """A digest of all that decides what `redact` keeps; when it changes, mirrors must be read anew."""
    rows = [
        *sorted(
            repr((c.id, c.name, c.addresses, c.nicknames, c.groups, c.initials, sorted(c.therapists)))
            for c in clients
        ),
        *sorted(repr(_reads(therapist)) for therapist in therapists),
    ]
    return sha256("\x1f".join((_RULES, *rows)).encode()).hexdigest()[:16]


def _reads(one: Therapist) -> tuple[object, ...]:
    calendars = (one.calendar, sorted(one.leave_calendars), sorted(one.busy_calendars), one.plan_calendar)
    return (one.id, one.name, sorted(own_addresses(one)), calendars, sorted(one.policy.leave_words))


def answers(event: Event, therapist: Therapist) -> tuple[Attendee, ...]:
    """The therapist's own lines among the attendees, without name and comment."""
    mine = own_addresses(therapist)
    return tuple(Attendee(a.email, a.partstat) for a in event.attendees if a.email.lower() in mine)


def _bare(event: Event, attendees: tuple[Attendee, ...], organizer: str) -> Event:
    return replace(
        event,
        title="",
        description="",
        categories=(),
        location="",
        link="",
        conference=False,
        marker=None,
        attendees=tuple(sorted(attendees, key=_by_email)),
        organizer=organizer,
    )


def _placed(bare: Event, event: Event) -> Event:
    """With where it takes place."""
    return replace(bare, location=event.location, link=event.link, conference=event.conference)


def _by_email(attendee: Attendee) -> tuple[str, str]:
    return (attendee.email, attendee.partstat)


def _people(event: Event, therapist: Therapist, roster: Roster) -> tuple[Attendee, ...]:
    """The therapist's lines and the clients', and one line for everybody else."""
    others = set(guests(event, therapist))
    sees_clients = event.calendar == therapist.calendar
    known = {address for address in others if sees_clients and roster.at(address)}
    clients = (Attendee(a.email, a.partstat) for a in event.attendees if a.email.lower() in known)
    rest = (Attendee(SOMEBODY),) if others - known else ()
    return (*answers(event, therapist), *clients, *rest)


def _organizer(event: Event, therapist: Therapist, roster: Roster) -> str:
    known = not event.organizer or speaks(event, therapist) or roster.at(event.organizer)
    return event.organizer if known else SOMEBODY


def _own(
    event: Event, bare: Event, therapist: Therapist, roster: Roster, leave_words: Iterable[str]
) -> Event:
    """An event that nobody but the therapist attends, with the text that says something to us."""
    said = listen(event, therapist, roster, leave_words)
    place = bare
    if title_clients(event, therapist, roster)[0] or group_of(event, therapist, roster).clients:
        place = _placed(replace(bare, title=event.title), event)
    gesture = opens(event.title) or pauses(event.title) or is_crisis_note(event.title)
    if not (
        said.clients
        or is_leave(event, said)
        or said.refused
        or gesture
        or noted(event.title, therapist.id, roster)
    ):
        return place
    categories = ("leave",) if said.by_category else ()
    kept = "\n".join((*said.written, *map(as_written, said.sayings)))
    return replace(place, title=event.title, description=kept, categories=categories)


def _cancelled_own(event: Event, therapist: Therapist) -> bool:
    """True for what may be a cancelled session: `#keep` in its title brings it back, `#told` says it is known."""
    gone = event.status is EventStatus.CANCELLED and event.calendar == therapist.calendar
    return gone and speaks(event, therapist)


def _meets_client(event: Event, therapist: Therapist, roster: Roster) -> bool:
    return (
        event.calendar == therapist.calendar
        and speaks(event, therapist)
        and any(roster.at(address) for address in guests(event, therapist))
    )
