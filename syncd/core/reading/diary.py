"""One therapist's calendar, read: leave, sessions, busy time, notes; what everything else decides with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from syncd.core.model import (
    MAKEUP,
    Absence,
    Event,
    EventStatus,
    LeaveBlock,
    Lost,
    OccurrenceRef,
    Offer,
    OriginalState,
    Session,
)
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading.busy import Busy, find_busy
from syncd.core.reading.displaced import unmade
from syncd.core.reading.leave import absences, clients_away, find_leave, refused_leave, tells_of_leave
from syncd.core.reading.notes import CareNote, find_notes, find_opened, find_pause, pauses
from syncd.core.reading.roster import Roster
from syncd.core.reading.sessions import Sessions, each_once, find_sessions, unexplained
from syncd.core.reading.titles.refused import refused_by_mail
from syncd.core.reading.vanished_leave import leave_in_force, sessions_lost, set_apart
from syncd.core.time.spans import Span, span_of

MOST = 4096  # therapists, of all practices, of whom it is kept what their events say


@dataclass(frozen=True, slots=True)
class Detected:
    """What a therapist's events say at any hour, whatever is remembered of them."""

    sessions: Sessions
    busy: tuple[Busy, ...]
    absent: tuple[tuple[str, Span, OccurrenceRef], ...]
    opened: tuple[Span, ...]
    notes: tuple[CareNote, ...]
    unexplained: tuple[Busy, ...]
    of_leave: tuple[Event, ...]
    pausing: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Diary:
    """What one therapist's own events say, and the sessions that accepted offers have become."""

    therapist: Therapist
    leave: tuple[LeaveBlock, ...]
    absences: tuple[Absence, ...]
    sessions: Sessions
    makeups: tuple[Session, ...]
    busy: tuple[Busy, ...]
    opened: tuple[Span, ...]
    notes: tuple[CareNote, ...]
    client_absences: tuple[tuple[str, Span], ...]
    away: tuple[Span, ...]  # leave that nobody doubts: what waits for a yes is asked about first
    paused: Span | None  # by an event `#syncd pause`, while it lasts
    questions: tuple[LeaveBlock, ...] = ()  # no leave: they ask what it would cost
    unexplained: tuple[Busy, ...] = ()  # in working hours, and nothing says whose
    lost: tuple[Lost, ...] = ()  # sessions ahead that are gone, believed or not yet
    refused: tuple[LeaveBlock, ...] = ()  # no leave, as a no by mail is remembered

    @property
    def all_sessions(self) -> tuple[Session, ...]:
        """Sessions that are held and accepted make-ups."""
        return (*self.sessions.sessions, *self.makeups)

    def missed(self, now: datetime) -> tuple[Lost, ...]:
        """Sessions ahead that vanished, or were moved, so lately that it may be a slip."""
        return tuple(one for one in self.lost if not one.believed(now))


def read_diary(snapshot: Snapshot, therapist: Therapist, roster: Roster | None = None) -> Diary:
    """Read one therapist's events off the snapshot. Times are absolute; the therapist's zone dates all-day events.

    `roster` is that of the snapshot's clients, for whoever has it at hand.
    """
    roster = Roster.of(snapshot.clients) if roster is None else roster
    read = detected(events_of(snapshot, therapist), therapist, roster)
    sessions = each_once(read.sessions, _cancelled(snapshot, therapist))
    late = unmade(snapshot, therapist, sessions.sessions)
    denied = refused_by_mail(snapshot.approvals, snapshot.instance, therapist.id, snapshot.now)
    blocks = find_leave(read.of_leave, therapist, roster, snapshot.now, late, denied)
    asked = set_apart(blocks, therapist, snapshot)
    leave = leave_in_force(asked.leave, therapist, snapshot)
    speaking = {block.ref for block in asked.questions} | {ref for _, _, ref in read.absent}
    found = absences(leave, therapist, snapshot.practice.holidays, snapshot.conflicts)
    return Diary(
        therapist=therapist,
        leave=leave,
        absences=found,
        sessions=sessions,
        makeups=_makeups(snapshot, therapist),
        busy=tuple(one for one in read.busy if one.ref not in speaking),
        opened=read.opened,
        notes=read.notes,
        client_absences=tuple(sorted({(client, when) for client, when, _ in read.absent})),
        away=tuple(_away(found, snapshot)),
        paused=find_pause(read.pausing, therapist, snapshot.now),
        questions=asked.questions,
        unexplained=read.unexplained,
        lost=tuple(_lost(snapshot, therapist, sessions, roster)),
        refused=refused_leave(read.of_leave, therapist, roster, snapshot.now, denied),
    )


_MadeOf = tuple[Roster, Therapist, tuple[Event, ...]]
_kept: dict[tuple[str, str], tuple[_MadeOf, Detected]] = {}


def detected(events: tuple[Event, ...], therapist: Therapist, roster: Roster) -> Detected:
    """As `detect`, anew only where an event, the rules or the roster changed; the same object is not compared."""
    name, made_of = (therapist.calendar, therapist.id), (roster, therapist, events)
    known = _kept.get(name)
    if known is not None and known[0] == made_of:
        return known[1]
    found = detect(events, therapist, roster)
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[name] = (made_of, found)
    return found


def detect(events: tuple[Event, ...], therapist: Therapist, roster: Roster) -> Detected:
    """Read from nothing."""
    return Detected(
        sessions=find_sessions(events, therapist, roster),
        busy=find_busy(events, therapist),
        absent=tuple(clients_away(events, therapist, roster)),
        opened=find_opened(events, therapist),
        notes=find_notes(events, therapist, roster),
        unexplained=unexplained(events, therapist, roster),
        of_leave=tuple(one for one in events if tells_of_leave(one, therapist, roster)),
        pausing=tuple(one for one in events if pauses(one.title)),
    )


def _lost(snapshot: Snapshot, therapist: Therapist, found: Sessions, roster: Roster) -> Iterator[Lost]:
    """Not what stands there with a title that may be the same client's."""
    before = find_sessions(snapshot.before, therapist, roster).sessions if snapshot.before else ()
    for one in sessions_lost(found.sessions, before, therapist, snapshot):
        if not found.unclear(one.session.client, one.session.ref, one.session.span.start):
            yield one


def _cancelled(snapshot: Snapshot, therapist: Therapist) -> Iterator[tuple[str, datetime]]:
    """Whose sessions we cancelled, and when they were to begin: what else stands there was entered twice."""
    for row in snapshot.conflicts:
        if row.therapist == therapist.id and row.displaced and row.original is OriginalState.CANCELLED:
            event = snapshot.event.get(row.ref)
            if event is not None and event.status is EventStatus.CANCELLED:
                yield row.client, row.span.start


def asks_to_pause(snapshot: Snapshot, therapist: Therapist) -> bool:
    """True while an event of this therapist's says `#syncd pause`; nothing else of the diary is read."""
    return find_pause(events_of(snapshot, therapist), therapist, snapshot.now) is not None


def events_of(snapshot: Snapshot, therapist: Therapist) -> tuple[Event, ...]:
    """Of all calendars that are read for this therapist."""
    calendars = {therapist.calendar, *therapist.leave_calendars, *therapist.busy_calendars}
    return tuple(event for one in sorted(calendars) for event in snapshot.events_in.get(one, ()))


def _away(found: Iterable[Absence], snapshot: Snapshot) -> Iterator[Span]:
    """Blocks that need no yes, and those of absences that got one."""
    approved = {conflict for approval in snapshot.approvals for conflict in approval.conflicts}
    sure = {row.absence for row in snapshot.conflicts if row.id in approved}
    for absence in found:
        yield from (block.span for block in absence.blocks if not block.waits or absence.id in sure)


def _makeups(snapshot: Snapshot, therapist: Therapist) -> tuple[Session, ...]:
    """Accepted offers are sessions like any other: a later leave over one is a new conflict."""
    return tuple(
        _session(offer, snapshot.ours[offer.uid], therapist)
        for offer in snapshot.offers
        if offer.therapist == therapist.id
        and offer.state in MAKEUP
        and offer.uid in snapshot.ours
        and snapshot.ours[offer.uid].status is not EventStatus.CANCELLED
        and span_of(snapshot.ours[offer.uid].when, therapist.zone) == offer.span  # else it is being dragged
    )


def _session(offer: Offer, event: Event, therapist: Therapist) -> Session:
    return Session(
        therapist=offer.therapist,
        client=offer.client,
        ref=event.ref,
        span=span_of(event.when, therapist.zone),
        location=offer.location,
        link=event.link if offer.conference else offer.link,
        conference=offer.conference,
        etag=event.etag,
        offer=offer.uid,
    )
