"""Sessions: occurrences with one client of the roster, and what only the therapist can settle."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from syncd.core.model import Event, EventKind, OccurrenceRef, Session, Transparency, conflict_id
from syncd.core.model.practice import Therapist
from syncd.core.reading.busy import Busy
from syncd.core.reading.notes import noted, pauses
from syncd.core.reading.roster import Group, Ids, Roster
from syncd.core.reading.speaker import guests, says, span, speaks, stands
from syncd.core.reading.tags import plain_tags
from syncd.core.reading.titles.listening import listen
from syncd.core.reading.titles.named import AMBIGUOUS, SHORT, UNCLEAR, named
from syncd.core.reading.titles.repeated import Repeated
from syncd.core.reading.titles.words import Words, words
from syncd.core.time.spans import AllDay, Span

SHORT_OF, LONG_OF = timedelta(minutes=25), timedelta(hours=2)  # sessions are neither shorter nor longer
TWICE, FOREIGN = "twice", "foreign"
_NOISE = re.compile(
    r"\b(?:online|video|zoom|phone|call|telefon|telefonisch|session|sitzung)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>()]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Unsettled:
    """An occurrence that only the therapist can settle, and why.

    `reason`: "several" clients, a client and a "stranger", a "foreign" event that a client or others
    organised, a title that is "ambiguous", or "unclear" as it says more than a client, a client at an "all-day" event;
    or what stands there "twice".
    """

    span: Span
    ref: OccurrenceRef
    clients: Ids
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Stranger:
    """An occurrence that only people attend whom the roster does not know: reported, never invited."""

    span: Span
    ref: OccurrenceRef


@dataclass(frozen=True, slots=True, order=True)
class Together:
    """An occurrence with a group, or a couple, of the roster: nothing is offered in its place. It takes place whatever
    lies over it (`keep`), or those who come to it know that it does not (`told`).
    """

    span: Span
    ref: OccurrenceRef
    clients: Ids
    keep: bool = False
    told: bool = False
    title: Words = ()  # of the group as the roster calls it; empty where the event names its members

    @property
    def recurring(self) -> bool:
        """True for one of a series; what is entered for once, be it on a public holiday, is meant for that day."""
        return bool(self.ref.recurrence_id)

    @property
    def mark(self) -> str:
        """What names it wherever it is moved, and says nothing of it."""
        return conflict_id(self.ref.calendar, self.ref.uid, self.ref.recurrence_id)


_Found = Session | Unsettled | Stranger | Together | None


@dataclass(frozen=True, slots=True)
class Sessions:
    """What a therapist's practice calendar holds, each in order of time."""

    sessions: tuple[Session, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    together: tuple[Together, ...] = ()

    @property
    def seen(self) -> frozenset[str]:
        """Clients of whom something stands there: a session, a group of theirs, or an entry that may be theirs."""
        several = [*(one.clients for one in self.unsettled), *(one.clients for one in self.together)]
        return frozenset({one.client for one in self.sessions}.union(*several))

    def unclear(self, client: str, ref: OccurrenceRef, start: datetime) -> bool:
        """True where what stands there, or begins then, may be this client's, and only the therapist can say so."""
        mine = (one for one in self.unsettled if client in one.clients and one.reason not in {TWICE, FOREIGN})
        return any(one.ref == ref or one.span.start == start for one in mine)


def find_sessions(events: Iterable[Event], therapist: Therapist, roster: Roster) -> Sessions:
    """Sort the occurrences of the therapist's practice calendar into sessions, unsettled ones and strangers.

    An attendee on the roster makes a session, whatever the title; without attendees a title that is a
    client's id, name or initials does. Cancelled and declined events and our own are none of them. What is entered
    twice, with one client at one hour, is one session.
    """
    sorting = Repeated(lambda one: _sorted_out(one, therapist, roster), partial(_again, therapist))
    found = [
        sorting.of(event)
        for event in events
        if event.calendar == therapist.calendar and not event.ours and stands(event, therapist)
    ]
    return each_once(
        Sessions(
            tuple(sorted((one for one in found if isinstance(one, Session)), key=_in_time)),
            tuple(sorted(one for one in found if isinstance(one, Unsettled))),
            tuple(sorted(one for one in found if isinstance(one, Stranger))),
            tuple(sorted(one for one in found if isinstance(one, Together))),
        )
    )


def unexplained(events: Iterable[Event], therapist: Therapist, roster: Roster) -> tuple[Busy, ...]:
    """What may be a session of somebody whom nothing names, in order of time.

    The therapist's own, busy, as long as sessions are, within working hours, with a title that says nothing to us.
    """
    found = (Busy(span(one, therapist), one.ref) for one in events if _untold(one, therapist, roster))
    return tuple(sorted(one for one in found if SHORT_OF <= one.span.duration <= LONG_OF))


def _untold(event: Event, therapist: Therapist, roster: Roster) -> bool:
    if event.calendar != therapist.calendar or isinstance(event.when, AllDay) or not says(event, therapist):
        return False
    if event.transparency is Transparency.TRANSPARENT or event.kind is not EventKind.DEFAULT:
        return False
    said = listen(event, therapist, roster, therapist.policy.leave_words)
    told = said.of_leave or said.clients or said.tags or noted(event.title, therapist.id, roster)
    whose = title_clients(event, therapist, roster)[0] or group_of(event, therapist, roster).clients
    return not (told or pauses(event.title) or whose) and _in_hours(event, therapist)


def each_once(found: Sessions, cancelled: Iterable[tuple[str, datetime]] = ()) -> Sessions:
    """The same; of sessions with one client that begin at one time the first alone, the usual one before others.

    None of them where that one was `cancelled` by us, by client and start. One that says `#keep` stays.
    """
    kept: dict[tuple[str, datetime], Session | None] = dict.fromkeys(cancelled)
    for one in sorted(found.sessions, key=lambda one: (not one.keep, not one.told, not one.usual)):
        kept.setdefault((one.client, one.span.start), one)
    there = [one for one in found.sessions if one.keep or kept[one.client, one.span.start] is one]
    if len(there) == len(found.sessions):
        return found
    refs = {one.ref for one in there}
    twice = (one for one in found.sessions if one.ref not in refs)
    unsettled = (*found.unsettled, *(Unsettled(one.span, one.ref, (one.client,), TWICE) for one in twice))
    return replace(found, sessions=tuple(there), unsettled=tuple(sorted(unsettled)))


def _in_time(one: Session) -> tuple[datetime | str, ...]:
    """By span, then by reference; as plain values, of which there are tens of thousands in a long past."""
    ref = one.ref
    return (one.span.start, one.span.end, ref.calendar, ref.uid, ref.recurrence_id)


def _again(therapist: Therapist, _: Event, found: _Found, event: Event) -> _Found:
    return None if found is None else replace(found, ref=event.ref, span=span(event, therapist))


def _sorted_out(event: Event, therapist: Therapist, roster: Roster) -> _Found:
    if not speaks(event, therapist):
        return _foreign(event, therapist, roster)
    people = guests(event, therapist)
    if not people:
        return _by_title(event, therapist, roster)
    clients = tuple(sorted({client for address in people for client in roster.at(address)}))
    if not clients:
        return Stranger(span(event, therapist), event.ref)
    if any(not roster.at(address) for address in people):
        return Unsettled(span(event, therapist), event.ref, clients, "stranger")
    if roster.together(clients):
        return _together(roster.circle(clients), event, therapist)
    return _with(clients, "several", event, therapist)


def _foreign(event: Event, therapist: Therapist, roster: Roster) -> Unsettled | None:
    """Somebody else's event is busy time at most; with a client in it the therapist has to know."""
    people = {event.organizer, *guests(event, therapist)}
    clients = tuple(sorted({client for address in people for client in roster.at(address)}))
    return Unsettled(span(event, therapist), event.ref, clients, FOREIGN) if clients else None


def _by_title(event: Event, therapist: Therapist, roster: Roster) -> Session | Unsettled | Together | None:
    group = group_of(event, therapist, roster)
    if group.clients:
        return replace(_together(group.clients, event, therapist), title=group.title)
    clients, reason = title_clients(event, therapist, roster)
    if roster.together(clients) and not isinstance(event.when, AllDay):
        return _together(clients, event, therapist)
    return _with(clients, reason, event, therapist) if clients else None


def group_of(event: Event, therapist: Therapist, roster: Roster) -> Group:
    """The group, or couple, after which the event is called; nobody's where it is called after none."""
    if isinstance(event.when, AllDay) or not says(event, therapist):
        return Group((), ())
    return roster.group(words(plain_tags(event.title).rest))


def _together(clients: Ids, event: Event, therapist: Therapist) -> Together:
    keep, told = says_keep(event.title), says_told(event.title)
    return Together(span(event, therapist), event.ref, clients, keep, told)


def title_clients(event: Event, therapist: Therapist, roster: Roster) -> tuple[Ids, str]:
    """The clients whom the title alone names, and why it is unsettled: where they are several, or it is "unclear"."""
    if isinstance(event.when, AllDay) or not says(event, therapist):
        return (), ""
    said = listen(event, therapist, roster, therapist.policy.leave_words)
    if said.of_leave and not said.by_name:
        return (), ""
    clients, reason = named(event.title, therapist.id, therapist.name, roster)
    if reason == SHORT:
        reason = UNCLEAR if said.of_leave or not _likely(event, therapist) else AMBIGUOUS
    return clients, reason


def _likely(event: Event, therapist: Therapist) -> bool:
    """True where a part of a name is a client: a friend's evening outside working hours is called after one, too."""
    return event.recurring or _in_hours(event, therapist)


def _in_hours(event: Event, therapist: Therapist) -> bool:
    when = span(event, therapist)
    return any(when.overlaps(one) for one in therapist.hours.spans(when, therapist.zone))


def _with(clients: Ids, reason: str, event: Event, therapist: Therapist) -> Session | Unsettled:
    when = span(event, therapist)
    if len(clients) > 1 or reason == UNCLEAR:
        return Unsettled(when, event.ref, clients, reason)
    if isinstance(event.when, AllDay):
        return Unsettled(when, event.ref, clients, "all-day")
    location, link = _where(event)
    return Session(
        therapist.id,
        clients[0],
        event.ref,
        when,
        keep=says_keep(event.title),
        told=says_told(event.title),
        location=location,
        link=link,
        conference=event.conference,
        etag=event.etag,
        bounded=event.recurring and not event.unbounded,
    )


def _where(event: Event) -> tuple[str, str]:
    """Place and link: an address that stands where the place would is the link, and no place for a colleague's hour."""
    found = None if event.link else _ADDRESS.search(event.location)
    if found is None:
        return event.location, event.link
    rest = _NOISE.sub(" ", event.location.replace(found[0], " ")).strip(" :,;()-")
    return (event.location, "") if rest else ("", found[0])


def says_keep(title: str) -> bool:
    """True when the title says `#keep`."""
    return "keep" in plain_tags(title).tags


def says_told(title: str) -> bool:
    """True when the title says `#told`: the client has heard that the session does not take place."""
    return "told" in plain_tags(title).tags
