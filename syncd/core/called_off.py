"""Sessions called off since a store was copied, or before it was lost: what calendar and copies tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from syncd.core.model import (
    MAKEUP,
    Client,
    Conflict,
    Copy,
    Event,
    EventStatus,
    OccurrenceRef,
    Offer,
    OriginalState,
    conflict_id,
    initials,
)
from syncd.core.model.effects import key_together
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading import Roster, find_sessions
from syncd.core.reading.diary import Diary
from syncd.core.state import PassState
from syncd.core.time.spans import Span, span_of

AHEAD_OF_ALL = (
    16  # more messages than one offer ever sends: the next SEQUENCE is above whatever the client got
)
KINDS = tuple(kind.value for kind in (MailKind.NOTICE, MailKind.URGENT_NOTICE))  # of what says it in words


def cancelled_since(snapshot: Snapshot) -> tuple[Conflict, ...]:
    """Sessions that a restored store knows as in place, and that are cancelled in the calendar: it was us.

    Where it was the therapist after all, she has the session back when the leave goes.
    """
    return tuple(
        replace(row, original=OriginalState.CANCELLED, etag=event.etag)
        for row in snapshot.conflicts
        if row.displaced and row.original is OriginalState.IN_PLACE
        if (event := snapshot.event.get(row.ref)) is not None and event.status is EventStatus.CANCELLED
    )


def unknown_cancelled(pass_state: PassState) -> tuple[Conflict, ...]:
    """Sessions and make-ups under leave that a syncd cancelled, as their objects say, and that no row is about.

    Whoever was to come then is still without an appointment, and may not have been told.
    """
    known = {row.ref for row in pass_state.conflicts}
    found = (
        _cancelled(pass_state, diary, event, client, span)
        for diary in pass_state.diaries.values()
        for event, client, span in _called_off(pass_state.snapshot, diary)
        if event.ref not in known
    )
    return tuple(row for row in found if row is not None)


def _cancelled(pass_state: PassState, diary: Diary, event: Event, client: str, span: Span) -> Conflict | None:
    absence = next((one for one in diary.absences if one.covers(span)), None)
    if absence is None:
        return None
    row = row_of(pass_state, diary.therapist, client, event.ref, span)
    return replace(row, absence=absence.id, original=OriginalState.CANCELLED, etag=event.etag)


def _called_off(snapshot: Snapshot, diary: Diary) -> Iterator[tuple[Event, str, Span]]:
    """Each such event of the therapist's own calendar, with its client and when it was to be."""
    giver, roster = diary.therapist, Roster.of(snapshot.clients)
    off = {one.ref: one for one in snapshot.events if one.called_off and one.calendar == giver.calendar}
    as_it_was = (replace(one, status=EventStatus.CONFIRMED) for one in off.values())
    for session in find_sessions(as_it_was, giver, roster).sessions:
        yield off[session.ref], session.client, session.span
    agreed = {offer.uid: offer.client for offer in snapshot.offers if offer.state in MAKEUP}
    for event in off.values():
        client = (
            (agreed.get(event.uid) or client_of_entry(event, giver, snapshot.clients)) if event.ours else ""
        )
        if client:
            yield event, client, span_of(event.when, giver.zone)


def off_with(rows: Iterable[Conflict], pass_state: PassState) -> tuple[Offer, ...]:
    """The make-ups that these rows are about: what took them back has left, or its client is asked about by letter."""
    makeups = (pass_state.offer.get(row.ref.uid) for row in rows)
    return tuple(
        replace(
            offer, cancelled_at=offer.cancelled_at or pass_state.now, sequence=offer.sequence + AHEAD_OF_ALL
        )
        for offer in makeups
        if offer is not None
    )


def noticed_since(conflicts: Iterable[Conflict], copies: Iterable[Copy]) -> tuple[Conflict, ...]:
    """Sessions of which their clients heard that they do not take place, as copies of notices in the mailbox say.

    Where a newer mail was about the same session, that it stands again perhaps, the notice tells nothing.
    """
    newest: dict[str, Copy] = {}
    for one in sorted(copies, key=lambda copy: copy.number):
        newest[one.effect.partition(".")[0]] = one
    asides: dict[tuple[str, str, str], list[Conflict]] = {}
    for row in sorted(conflicts, key=lambda one: (one.span, one.id)):
        if row.displaced and row.noticed_at is None:
            asides.setdefault((row.therapist, row.client, row.absence), []).append(row)
    found: dict[str, Conflict] = {}
    for rows in asides.values():
        for told in (rows, *([row] for row in rows)):
            copy = _told(told, newest)
            if copy is not None:
                found |= {row.id: replace(row, noticed_at=copy.arrived) for row in told}
    return tuple(found.values())


def _told(rows: Sequence[Conflict], newest: Mapping[str, Copy]) -> Copy | None:
    """The copy of the mail that said of exactly these that they do not take place; a make-up is named by its UID."""
    mark = key_together(MailKind.NOTICE, tuple((row.id, row.life) for row in rows)).mark
    named = newest.get(rows[0].id)
    if named is not None and named.effect.endswith(tuple(f".{kind}-{mark}" for kind in KINDS)):
        return named
    carried = newest.get(rows[0].ref.uid) if len(rows) == 1 else None
    return (
        carried
        if carried is not None and carried.effect.endswith(tuple(f".{kind}" for kind in KINDS))
        else None
    )


def row_of(
    pass_state: PassState, therapist: Therapist, client: str, ref: OccurrenceRef, span: Span
) -> Conflict:
    """A row for a session of which the store knows nothing."""
    return Conflict(
        id=conflict_id(therapist.id, ref.uid, ref.recurrence_id),
        therapist=therapist.id,
        client=client,
        ref=ref,
        span=span,
        absence="",
        seen_at=pass_state.now,
    )


def client_of_entry(event: Event, giver: Therapist, clients: tuple[Client, ...]) -> str:
    """The one client whom an entry of ours names, by address or initials; "" where none or several may be meant."""
    people = {client for one in event.attendees for client in Roster.of(clients).at(one.email)}
    named = {
        one for one in clients if one.id in people or (not people and _begins(event.title, initials(one)))
    }
    mine = [one.id for one in named if giver.id in one.therapists or people]
    return mine[0] if len(mine) == 1 else ""


def _begins(title: str, sign: str) -> bool:
    first = title.split(maxsplit=1)
    return bool(first) and first[0] == sign
