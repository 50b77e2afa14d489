"""Entries of ours that the store does not know: why nothing is done, and what they may be (docs/backup.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from syncd.core.model import (
    Conflict,
    ConflictState,
    Copy,
    Delivery,
    Event,
    EventStatus,
    MarkerRole,
    OccurrenceRef,
    Offer,
    OfferState,
    OriginalState,
    PartStat,
    conflict_id,
    initials,
)
from syncd.core.model.effects import key_together
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.offer_facts import Deleted, Ending
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.transitions import advance
from syncd.core.reading import Roster
from syncd.core.state import Standing
from syncd.core.time.spans import Span, span_of

AHEAD_OF_ALL = (
    16  # more messages than one offer ever sends: the next SEQUENCE is above whatever the client got
)

NOTICE = MailKind.NOTICE.value
KNOWN_OF = frozenset({OfferState.INVITED, OfferState.ACCEPTED, OfferState.SETTLED})  # by their clients

ASKED = frozenset({OfferState.INVITED, OfferState.UNANSWERED})

Said = Callable[[Event, str], OfferState | None]  # what an entry says of itself; the client's id may help


class Verdict(StrEnum):
    """What becomes of an entry that nobody remembers."""

    KNOWN = "known"  # bound to its session again
    REMOVED = "removed"  # its client was never told of it
    LEFT = "left"  # stays as it is, for the therapist to settle


@dataclass(frozen=True, slots=True)
class Foundling:
    """One such entry, with the rows that make it known again."""

    event: Event
    span: Span
    offer: Offer
    conflict: Conflict
    verdict: Verdict


def adopt(standing: Standing, said: Said) -> tuple[Foundling, ...]:
    """Every unknown entry ahead with what should become of it, in order of time.

    An entry goes to the nearest displaced session of its client that has no offer; a hold of which the client was
    never told is removed; what cannot be told stays and counts as settled by the therapist.
    """
    found: list[Foundling] = []
    taken = {
        offer.conflict
        for offer in standing.snapshot.offers
        if offer.live and _there(offer, standing.snapshot)
    }
    for event in sorted(standing.snapshot.strays, key=lambda one: (one.uid, one.calendar)):
        if event.marker is None or event.marker.role is not MarkerRole.OFFER:
            continue
        one = _foundling(standing, event, said, taken)
        found.append(one)
        if one.verdict is Verdict.KNOWN:
            taken.add(one.conflict.id)
    return tuple(sorted(found, key=lambda one: (one.span, one.event.uid)))


def lost(snapshot: Snapshot, found: Iterable[Foundling]) -> tuple[Offer, ...]:
    """Offers of a restored store whose entries are gone: over, and whoever had to know was told back then.

    Where no other offer is found for that session, nothing further is offered unasked: it may have been the therapist
    who took the invitation back.
    """
    offered = {one.conflict.id for one in found if one.verdict is Verdict.KNOWN}
    return tuple(
        _taken_back(offer, snapshot)
        if offer.state in ASKED and offer.conflict not in offered
        else replace(offer, state=OfferState.WITHDRAWN, reason=Ending.TOLD)
        for offer in snapshot.offers
        if offer.live and offer.calendar in snapshot.fresh and not _there(offer, snapshot)
    )


def _taken_back(offer: Offer, snapshot: Snapshot) -> Offer:
    over = advance(offer, Deleted(), snapshot.now)
    return replace(over, cancelled_at=snapshot.now, reason=Ending.VANISHED)


def further(standing: Standing, said: Said) -> tuple[Offer, ...]:
    """Offers of a restored store whose entries say that more has happened: their clients know that and that time."""
    found = (_further(offer, standing, said) for offer in standing.snapshot.offers if offer.live)
    return tuple(one for one in found if one is not None)


def _further(offer: Offer, standing: Standing, said: Said) -> Offer | None:
    event = standing.snapshot.ours.get(offer.uid)
    giver = standing.snapshot.therapist.get(offer.therapist)
    if event is None or giver is None or offer.client not in standing.snapshot.client:
        return None
    span = span_of(event.when, giver.zone)
    state = _answered(event) or said(event, offer.client)
    known = offer.state if offer.state is not OfferState.UNANSWERED else OfferState.INVITED
    if state not in KNOWN_OF or (state is known and span == offer.span):
        return None
    here = replace(offer, span=span, href=event.href, etag=event.etag, sequence=offer.sequence + AHEAD_OF_ALL)
    return _again(here, state, standing)


def cancelled_since(snapshot: Snapshot) -> tuple[Conflict, ...]:
    """Sessions that a restored store knows as standing, and that are cancelled in the calendar: it was us.

    Where it was the therapist after all, she has the session back when the leave goes.
    """
    return tuple(
        replace(row, original=OriginalState.CANCELLED, etag=event.etag)
        for row in snapshot.conflicts
        if row.displaced and row.original is OriginalState.STANDING
        if (event := snapshot.event.get(row.ref)) is not None and event.status is EventStatus.CANCELLED
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
            copy = newest.get(told[0].id)
            mark = key_together(NOTICE, tuple((row.id, row.life) for row in told)).mark
            if copy is not None and copy.effect.endswith(f".{NOTICE}-{mark}"):
                found |= {row.id: replace(row, noticed_at=copy.arrived) for row in told}
    return tuple(found.values())


def _there(offer: Offer, snapshot: Snapshot) -> bool:
    return offer.uid in snapshot.ours


def _foundling(standing: Standing, event: Event, said: Said, taken: Iterable[str]) -> Foundling:
    giver = next(one for one in standing.snapshot.therapists if one.calendar == event.calendar)
    span = span_of(event.when, giver.zone)
    client = _client(standing.snapshot, event, giver)
    state = _answered(event) or (said(event, client) if client else None)
    row = _displaced(standing, client, span, frozenset(taken)) if client else None
    offer = _offer(standing, event, giver, client, span)
    if state is OfferState.HELD:
        offer = replace(offer, state=OfferState.WITHDRAWN, reason=Ending.SLOT)
        verdict = Verdict.REMOVED
    elif row is not None and state is not None:
        offer = _again(offer, state, standing)
        verdict = Verdict.KNOWN
    else:
        offer = replace(offer, state=OfferState.SETTLED, pinned=True, reason=Ending.TOLD)
        verdict = Verdict.LEFT
    conflict = row if row is not None and verdict is not Verdict.LEFT else _of_its_own(standing, offer, event)
    number = len(standing.of(conflict)) + 1
    return Foundling(event, span, replace(offer, conflict=conflict.id, number=number), conflict, verdict)


def _offer(standing: Standing, event: Event, giver: Therapist, client: str, span: Span) -> Offer:
    return Offer(
        uid=event.uid,
        conflict="",
        number=1,
        therapist=giver.id,
        client=client,
        calendar=event.calendar,
        span=span,
        delivery=_path(standing, event, giver),
        sequence=event.sequence + AHEAD_OF_ALL,
        planned_at=standing.now,
        href=event.href,
        etag=event.etag,
        location=event.location,
        link=event.link,
    )


def _path(standing: Standing, event: Event, giver: Therapist) -> Delivery:
    """An entry with a guest is carried by its server, whatever settings say of new ones; what we mail has none."""
    if not event.attendees:
        return Delivery.IMIP
    google = standing.snapshot.delivery.get(giver.id) is Delivery.GOOGLE
    return Delivery.GOOGLE if google else Delivery.SERVER


def _again(offer: Offer, state: OfferState, standing: Standing) -> Offer:
    """Known again: pinned, no second reminder, its next message above every earlier one."""
    now = standing.now
    chosen = offer.pinned and offer.told == offer.span
    sent = replace(offer, state=state, pinned=True, taken_over=not chosen)
    sent = replace(sent, invited_at=now, told=offer.span, reminded_at=now)
    if state is OfferState.INVITED:
        within = standing.snapshot.therapist[offer.therapist].policy.timing.answer_within
        return replace(sent, due=now + within)
    return replace(sent, answered_at=now)


def _client(snapshot: Snapshot, event: Event, giver: Therapist) -> str:
    """The one client whom an entry names, by address or initials; "" where none or several may be meant."""
    people = {client for one in event.attendees for client in Roster.of(snapshot.clients).at(one.email)}
    named = people or {one.id for one in snapshot.clients if _begins(event.title, initials(one))}
    mine = {one for one in named if giver.id in snapshot.client[one].therapists or people}
    return next(iter(mine)) if len(mine) == 1 else ""


def _begins(title: str, sign: str) -> bool:
    first = title.split(maxsplit=1)
    return bool(first) and first[0] == sign


def _answered(event: Event) -> OfferState | None:
    """What the calendar server keeps of the client's answer."""
    if not event.attendees:
        return None
    accepted = any(one.partstat is PartStat.ACCEPTED for one in event.attendees)
    return OfferState.ACCEPTED if accepted else OfferState.INVITED


def _displaced(standing: Standing, client: str, span: Span, taken: frozenset[str]) -> Conflict | None:
    """The nearest displaced session of the client that has no offer: one that stands, or one that is cancelled."""
    open_rows = (row for row in standing.conflicts if row.client == client and row.displaced)
    rows = [row for row in (*open_rows, *_cancelled(standing, client)) if row.id not in taken]
    return min(rows, key=lambda row: (abs(row.span.start - span.start), row.id), default=None)


def _cancelled(standing: Standing, client: str) -> Iterator[Conflict]:
    """Cancelled sessions of the client's series inside leave; whether we cancelled them, the object itself says."""
    known = {row.ref for row in standing.conflicts}
    for diary in standing.diaries.values():
        series = {one.ref.uid for one in diary.sessions.sessions if one.client == client}
        for event in standing.snapshot.events:
            if event.uid not in series or event.status is not EventStatus.CANCELLED or event.ref in known:
                continue
            span = span_of(event.when, diary.therapist.zone)
            absence = next((one for one in diary.absences if one.covers(span)), None)
            if absence is not None and event.calendar == diary.therapist.calendar:
                yield replace(
                    _row(standing, diary.therapist, client, event.ref, span),
                    absence=absence.id,
                    original=OriginalState.CANCELLED,
                    etag=event.etag,
                )


def _row(standing: Standing, therapist: Therapist, client: str, ref: OccurrenceRef, span: Span) -> Conflict:
    return Conflict(
        id=conflict_id(therapist.id, ref.uid, ref.recurrence_id),
        therapist=therapist.id,
        client=client,
        ref=ref,
        span=span,
        absence="",
        seen_at=standing.now,
    )


def _of_its_own(standing: Standing, offer: Offer, event: Event) -> Conflict:
    """A row for an entry that belongs to no session that is known: there is nothing to be done for it."""
    giver = standing.snapshot.therapist[offer.therapist]
    row = _row(standing, giver, offer.client, event.ref, offer.span)
    return replace(row, state=ConflictState.GONE, reason="an entry from before this store")
