"""Answers that stand in the calendar itself: the client's PARTSTAT on our own object (server and google path)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.model import (
    AWAITED,
    Attendee,
    Client,
    Delivery,
    Event,
    Offer,
    OfferState,
    PartStat,
    Reply,
    ReplyKind,
)
from syncd.core.model.offer_facts import Accepted, Declined, Ending, Fact, Hesitated, WordsArrived
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers.understood import Concern, UnderstoodReply, concern_of, waits
from syncd.core.offers.transitions import advance
from syncd.core.time.spans import span_of

INSTANT = timedelta(
    minutes=3
)  # nobody reads and answers within a minute; the next look comes two minutes later
HEARD = frozenset({OfferState.INVITED, OfferState.UNANSWERED, OfferState.ACCEPTED, OfferState.SETTLED})


def _free(_: Offer) -> bool:
    return False


def with_calendar_answers(
    offer: Offer, snapshot: Snapshot, gone: Callable[[Offer], bool] = _free
) -> tuple[Offer, tuple[UnderstoodReply, ...]]:
    """The offer after what the calendar says of its client, and what the therapist should look at.

    A yes counts only after NEEDS-ACTION was seen at this same start: servers keep ACCEPTED through a drag. One
    that stands there without may be new all the same, given between two looks: the therapist has to ask, and the
    clock stands still. A no always counts: an offer that had one before is no longer followed. A yes to a time
    that is `gone` comes too late. A server that applies an old answer after a drag, on its own, cannot be told from
    a client who answers.
    """
    found = _seen(offer, snapshot)
    if found is None:
        return offer, ()
    event, client = found
    therapist = snapshot.therapist[offer.therapist]
    here = span_of(event.when, therapist.zone) == offer.span
    if here and client.partstat is PartStat.NEEDS_ACTION and not offer.asked:
        offer = replace(offer, asked=True)
    taken = _words(offer, client, snapshot)
    if taken and client.partstat is not PartStat.ACCEPTED:
        offer = advance(offer, WordsArrived(snapshot.now), snapshot.now)
    if not here:
        return offer, taken
    if client.partstat is PartStat.ACCEPTED and not offer.asked:
        doubt = _doubt(offer, client, snapshot)
        return (advance(offer, WordsArrived(snapshot.now), snapshot.now) if doubt else offer), taken + doubt
    if client.partstat is PartStat.ACCEPTED and offer.state in AWAITED and gone(offer):
        late = _late(offer, client, snapshot)
        return (replace(offer, late_at=snapshot.now) if late else offer), taken + late
    before = offer
    fact = _fact(offer, client, snapshot)
    offer = advance(offer, fact, snapshot.now) if fact else offer
    machine = _by_machine(offer, client, snapshot) if offer.state is not before.state else ()
    heard = machine or taken  # one letter for both: it says that there are words, too
    if offer.state is OfferState.ACCEPTED is not before.state and offer.span.start <= snapshot.now:
        return offer, _read_late(offer, client, snapshot)
    news = _plain(before, fact, client) if offer != before else _wavers(before, fact, client, snapshot)
    return offer, heard or news


def _seen(offer: Offer, snapshot: Snapshot) -> tuple[Event, Attendee] | None:
    client = snapshot.client.get(offer.client)
    event = snapshot.ours.get(offer.uid)
    if offer.delivery is Delivery.IMIP or offer.state not in HEARD or client is None or event is None:
        return None
    if offer.calendar not in snapshot.fresh or offer.therapist not in snapshot.therapist:
        return None
    attendee = _speaker(event, client)
    return (event, attendee) if attendee is not None else None


def _speaker(event: Event, client: Client) -> Attendee | None:
    """The client's line that has answered, be it an alias's: who accepts with another account is listed beside.

    Where two of them say different things the address that was invited counts; where none answered it waits.
    """
    lines = [one for address in client.addresses for one in event.attendees if one.email == address]
    answered = (one for one in lines if one.partstat is not PartStat.NEEDS_ACTION)
    return next(answered, next(iter(lines), None))


def _fact(offer: Offer, client: Attendee, snapshot: Snapshot) -> Fact | None:
    match client.partstat:
        case PartStat.ACCEPTED:
            return Accepted(snapshot.now)
        case PartStat.DECLINED:
            machine = _instant(offer, snapshot)
            return Declined(snapshot.now, machine, words=waits(offer) and not machine)
        case PartStat.TENTATIVE if offer.asked:
            return Hesitated(snapshot.now)
        case _:
            return None


def _instant(offer: Offer, snapshot: Snapshot) -> bool:
    """True for a no that came faster than anybody reads: the client's calendar declines by itself."""
    return (
        offer.state in AWAITED and offer.invited_at is not None and snapshot.now - offer.invited_at <= INSTANT
    )


def _plain(before: Offer, fact: Fact | None, client: Attendee) -> tuple[UnderstoodReply, ...]:
    """An answer without words of which the therapist has to hear all the same."""
    concern = concern_of(fact, before)
    if concern is None or not isinstance(fact, Accepted | Declined):
        return ()
    name = f"{concern}:{before.uid}:{fact.at:%Y%m%dT%H%M%S}"
    reply = Reply(name, before.uid, ReplyKind.ANSWER, fact.at, client.email, client.partstat)
    return (UnderstoodReply(reply, before.uid, concern=concern),)


def _wavers(
    offer: Offer, fact: Fact | None, client: Attendee, snapshot: Snapshot
) -> tuple[UnderstoodReply, ...]:
    """A maybe to what was agreed on, which stands in the calendar from now on: once."""
    concern = concern_of(fact, offer) if isinstance(fact, Hesitated) else None
    reply = Reply(
        f"maybe:{offer.uid}:{offer.turns}",
        offer.uid,
        ReplyKind.ANSWER,
        snapshot.now,
        client.email,
        client.partstat,
    )
    told = concern is None or reply.id in snapshot.known_replies
    return () if told else (UnderstoodReply(reply, offer.uid, concern=concern),)


def _by_machine(offer: Offer, client: Attendee, snapshot: Snapshot) -> tuple[UnderstoodReply, ...]:
    if offer.reason != Ending.MACHINE:
        return ()
    name, words = f"machine:{offer.uid}", bool(client.comment)
    reply = Reply(name, offer.uid, ReplyKind.AUTO, snapshot.now, client.email, words=words)
    return (UnderstoodReply(reply, offer.uid, concern=Concern.MACHINE),)


def _doubt(offer: Offer, client: Attendee, snapshot: Snapshot) -> tuple[UnderstoodReply, ...]:
    """A yes at a start at which nobody was seen to be asked: for the therapist, once for each start."""
    name = f"unasked:{offer.uid}:{offer.span.start:%Y%m%dT%H%M}"
    reply = Reply(name, offer.uid, ReplyKind.ANSWER, snapshot.now, client.email, PartStat.ACCEPTED)
    certain = offer.state in {OfferState.ACCEPTED, OfferState.SETTLED}
    known = reply.id in snapshot.known_replies or certain
    return () if known else (UnderstoodReply(reply, offer.uid, concern=Concern.UNASKED),)


def _read_late(offer: Offer, client: Attendee, snapshot: Snapshot) -> tuple[UnderstoodReply, ...]:
    """A yes that nobody had looked for until its hour had begun."""
    name, words = f"read_late:{offer.uid}", bool(client.comment)
    reply = Reply(
        name, offer.uid, ReplyKind.ANSWER, snapshot.now, client.email, PartStat.ACCEPTED, words=words
    )
    return (UnderstoodReply(reply, offer.uid, concern=Concern.READ_LATE),)


def _late(offer: Offer, client: Attendee, snapshot: Snapshot) -> tuple[UnderstoodReply, ...]:
    """A yes for a time that something else has taken: once for each start."""
    name = f"late:{offer.uid}:{offer.span.start:%Y%m%dT%H%M}"
    reply = Reply(name, offer.uid, ReplyKind.ANSWER, snapshot.now, client.email, PartStat.ACCEPTED)
    return (
        ()
        if reply.id in snapshot.known_replies
        else (UnderstoodReply(reply, offer.uid, concern=Concern.LATE),)
    )


def _words(offer: Offer, client: Attendee, snapshot: Snapshot) -> tuple[UnderstoodReply, ...]:
    """A comment beside the answer: human words, for the therapist, once."""
    if not client.comment:
        return ()
    mark = sha256(client.comment.encode()).hexdigest()[:12]
    reply = Reply(f"comment:{offer.uid}:{mark}", offer.uid, ReplyKind.WORDS, snapshot.now, client.email)
    if reply.id in snapshot.known_replies:
        return ()
    match client.partstat:
        case PartStat.ACCEPTED if offer.asked and offer.state in AWAITED:
            concern = Concern.NOTE
        case PartStat.DECLINED if not _instant(offer, snapshot):
            concern = Concern.REFUSAL
        case _:
            concern = Concern.WORDS
    return (UnderstoodReply(reply, offer.uid, concern=concern),)
