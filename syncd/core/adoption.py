"""Entries of ours that the store does not know: why nothing is done, and what they may be (docs/admin/backup.md)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from syncd.core.called_off import AHEAD_OF_ALL, client_of_entry, row_of
from syncd.core.model import (
    LIVE,
    Conflict,
    ConflictState,
    Delivery,
    Event,
    MarkerRole,
    Offer,
    OfferKind,
    OfferState,
    PartStat,
)
from syncd.core.model.offer_facts import Deleted, Ending
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.transitions import advance
from syncd.core.policy.deadlines import answer_due
from syncd.core.state import PassState
from syncd.core.time.spans import Span, span_of

KNOWN_OF = frozenset({OfferState.INVITED, OfferState.ACCEPTED, OfferState.SETTLED})  # by their clients

ASKED = frozenset({OfferState.INVITED, OfferState.UNANSWERED})
GOES_ON = LIVE | {OfferState.UNANSWERED}  # more may have happened to them than the store knows

Said = Callable[[Event, str], OfferState | None]  # what an entry says of itself; the client's id may help
Meant = Callable[
    [Event, str, Sequence[Conflict]], frozenset[str]
]  # ids of those sessions that it says it stands for


@dataclass(frozen=True, slots=True)
class Words:
    """What an entry says of itself."""

    state: Said
    kind: Callable[[Event, str], OfferKind]
    meant: Meant
    unreached: Callable[[Event, str], bool]  # it says that no mail reaches its client


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


def adopt(pass_state: PassState, words: Words) -> tuple[Foundling, ...]:
    """Every unknown entry ahead with what should become of it, in order of time.

    An entry goes to the displaced session of its client that it names, else the nearest; to none that has an offer. A
    hold of which the client was never told is removed, unless they are told by a person, who may have promised it; no
    mail follows where the entry says that none reaches them. What cannot be told stays and counts as settled by the
    therapist. Make-ups that were called off come first: what was offered since is offered for them.
    """
    found: list[Foundling] = []
    taken = {
        offer.conflict
        for offer in pass_state.snapshot.offers
        if offer.live and _there(offer, pass_state.snapshot)
    }
    for event in sorted(
        pass_state.snapshot.strays, key=lambda one: (not one.called_off, one.uid, one.calendar)
    ):
        if event.marker is None or event.marker.role is not MarkerRole.OFFER:
            continue
        one = _foundling(pass_state, event, words, taken)
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
        if offer.calendar in snapshot.fresh
        and not _there(offer, snapshot)
        and _may_be_lost(offer, snapshot, offered)
    )


def _may_be_lost(offer: Offer, snapshot: Snapshot, offered: Container[str]) -> bool:
    """True but for the time of somebody silent, of whom an answer says what became of it since."""
    answered = any(reply.offer == offer.uid for reply in snapshot.replies)
    silent = offer.state is OfferState.UNANSWERED and (offer.conflict in offered or not answered)
    return offer.live or silent


def _taken_back(offer: Offer, snapshot: Snapshot) -> Offer:
    over = advance(offer, Deleted(), snapshot.now)
    return replace(over, cancelled_at=snapshot.now, reason=Ending.VANISHED)


def further(pass_state: PassState, said: Said) -> tuple[Offer, ...]:
    """Offers of a restored store whose entries say that more has happened: their clients know that and that time."""
    found = (
        _further(offer, pass_state, said) for offer in pass_state.snapshot.offers if offer.state in GOES_ON
    )
    return tuple(one for one in found if one is not None)


def _further(offer: Offer, pass_state: PassState, said: Said) -> Offer | None:
    event = pass_state.snapshot.ours.get(offer.uid)
    giver = pass_state.snapshot.therapist.get(offer.therapist)
    if event is None or giver is None or offer.client not in pass_state.snapshot.client:
        return None
    span = span_of(event.when, giver.zone)
    state = _answered(event) or said(event, offer.client)
    known = offer.state if offer.state is not OfferState.UNANSWERED else OfferState.INVITED
    if state not in KNOWN_OF or (state is known and span == offer.span):
        return None
    here = replace(offer, span=span, href=event.href, etag=event.etag, sequence=offer.sequence + AHEAD_OF_ALL)
    return _again(here, state, pass_state)


def _there(offer: Offer, snapshot: Snapshot) -> bool:
    return offer.uid in snapshot.ours


def _foundling(pass_state: PassState, event: Event, words: Words, taken: Iterable[str]) -> Foundling:
    giver = next(one for one in pass_state.snapshot.therapists if one.calendar == event.calendar)
    span = span_of(event.when, giver.zone)
    client = client_of_entry(event, giver, pass_state.snapshot.clients)
    state = _answered(event) or (words.state(event, client) if client else None)
    row = _displaced(pass_state, client, (event, span), words.meant, frozenset(taken)) if client else None
    kind = words.kind(event, client) if client else OfferKind.MOVE
    offer = replace(_offer(pass_state, event, giver, client, span), kind=kind)
    if state is OfferState.HELD and row is not None and _by_voice(pass_state, client):
        offer = replace(offer, state=state, taken_over=True)
        verdict = Verdict.KNOWN
    elif state is OfferState.HELD and row is not None and words.unreached(event, client):
        offer = replace(_again(offer, OfferState.INVITED, pass_state), frozen=True, bounced=True)
        verdict = Verdict.KNOWN
    elif state is OfferState.HELD:
        offer = replace(offer, state=OfferState.WITHDRAWN, reason=Ending.SLOT)
        verdict = Verdict.REMOVED
    elif row is not None and state is not None:
        offer = _again(offer, state, pass_state)
        verdict = Verdict.KNOWN
    else:
        offer = replace(offer, state=OfferState.SETTLED, pinned=True, reason=Ending.TOLD)
        verdict = Verdict.LEFT
    conflict = (
        row if row is not None and verdict is not Verdict.LEFT else _of_its_own(pass_state, offer, event)
    )
    number = len(pass_state.of(conflict)) + 1
    return Foundling(event, span, replace(offer, conflict=conflict.id, number=number), conflict, verdict)


def _by_voice(pass_state: PassState, client: str) -> bool:
    """True where a person, asked by a letter that this store does not know, may have promised the time."""
    known = pass_state.snapshot.client.get(client)
    return known is not None and not (known.mailed and pass_state.snapshot.mail)


def _offer(pass_state: PassState, event: Event, giver: Therapist, client: str, span: Span) -> Offer:
    return Offer(
        uid=event.uid,
        conflict="",
        number=1,
        therapist=giver.id,
        client=client,
        calendar=event.calendar,
        span=span,
        delivery=_path(pass_state, event, giver),
        sequence=event.sequence + AHEAD_OF_ALL,
        planned_at=pass_state.now,
        href=event.href,
        etag=event.etag,
        location=event.location,
        link="" if event.conference else event.link,
        conference=event.conference,
        cancelled_at=pass_state.now if event.called_off else None,
    )


def _path(pass_state: PassState, event: Event, giver: Therapist) -> Delivery:
    """An entry with a guest is carried by its server, whatever settings say of new ones; what we mail has none."""
    if not event.attendees:
        return Delivery.IMIP
    google = pass_state.snapshot.delivery.get(giver.id) is Delivery.GOOGLE
    return Delivery.GOOGLE if google else Delivery.SERVER


def _again(offer: Offer, state: OfferState, pass_state: PassState) -> Offer:
    """Known again: pinned, no second reminder, its next message above every earlier one."""
    now = pass_state.now
    chosen = offer.pinned and offer.told == offer.span
    sent = replace(offer, state=state, pinned=True, taken_over=not chosen, uncounted=True)
    sent = replace(sent, invited_at=now, told=offer.span, reminded_at=now)
    if state is OfferState.INVITED:
        within = pass_state.snapshot.therapist[offer.therapist].policy.timing.answer_within
        return replace(sent, due=answer_due(now, offer.span, within))
    return replace(sent, answered_at=now)


def _answered(event: Event) -> OfferState | None:
    """What the calendar server keeps of the client's answer."""
    if not event.attendees:
        return None
    accepted = any(one.partstat is PartStat.ACCEPTED for one in event.attendees)
    return OfferState.ACCEPTED if accepted else OfferState.INVITED


def _displaced(
    pass_state: PassState, client: str, entry: tuple[Event, Span], meant: Meant, taken: frozenset[str]
) -> Conflict | None:
    """A displaced session of the client that has no offer, be it cancelled: the one that the entry names, or where none
    is named, the nearest.
    """
    event, span = entry
    rows = [
        row
        for row in pass_state.conflicts
        if row.client == client and row.displaced and row.id not in taken and row.ref != event.ref
    ]
    named = meant(event, client, rows) if len(rows) > 1 else frozenset()
    return min(
        rows, key=lambda row: (row.id not in named, abs(row.span.start - span.start), row.id), default=None
    )


def _of_its_own(pass_state: PassState, offer: Offer, event: Event) -> Conflict:
    """A row for an entry that belongs to no session that is known: there is nothing to be done for it."""
    giver = pass_state.snapshot.therapist[offer.therapist]
    row = row_of(pass_state, giver, offer.client, event.ref, offer.span)
    return replace(row, state=ConflictState.GONE, reason="an entry from before this store")
