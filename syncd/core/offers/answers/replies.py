"""What clients wrote, understood in its meant order and in the light of everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import (
    AWAITED,
    MAKEUP,
    Client,
    Delivery,
    Offer,
    OfferKind,
    PartStat,
    Reply,
    ReplyKind,
    address_mark,
)
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.offer_facts import Accepted, Bounced, Declined, Hesitated, Reconsidered, WordsArrived
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers.understood import Concern, UnderstoodReply, take_in
from syncd.core.offers.answers.verification import from_second, genuine, moved_since, written_before
from syncd.core.offers.lost_slot import BookedTime, Loss
from syncd.core.offers.transitions import advance
from syncd.core.policy.dead_addresses import written_to
from syncd.core.time.spans import Span, aware

LONGEST_WISH = timedelta(hours=12)
FARTHEST_WISH = timedelta(days=300)

WITHOUT_OFFER = {
    ReplyKind.WORDS: Concern.WORDS,
    ReplyKind.BOUNCE: Concern.BOUNCE,
    ReplyKind.AUTO: Concern.AUTO,
}  # to a mail without an event
ANSWERING = frozenset({ReplyKind.WORDS, ReplyKind.AUTO})  # a letter
TO_LEAVE = {
    ReplyKind.BOUNCE: Concern.UNTOLD,
    ReplyKind.AUTO: Concern.TO_LEAVE_AUTO,
}  # to word of leave that takes nothing of theirs
UNSHOWN = {
    Loss.PAST: Concern.WISH_PAST,
    Loss.AWAY: Concern.WISH_AWAY,
    Loss.TAKEN: Concern.WISH_TAKEN,
    Loss.PROMISED: Concern.WISH_TAKEN,
}


def take_replies(
    snapshot: Snapshot, booked: Mapping[str, BookedTime]
) -> tuple[tuple[UnderstoodReply, ...], dict[str, Offer]]:
    """Every new reply understood in its meant order, and the offers as they are afterwards, by UID.

    A reply to a mail that names no event, such as a notice, is about the newest offer for its session, or about the
    session itself. A reply to what nobody knows is not ours and is left alone. `booked`: by therapist.
    """
    offers = {offer.uid: offer for offer in snapshot.offers}
    taken: list[UnderstoodReply] = []
    claims: list[tuple[Offer, Span]] = []  # another time, proposed in this pass
    reports: set[tuple[object, ...]] = set()  # in this pass
    for arrived in ordered(bounded(one, snapshot.now) for one in snapshot.replies):
        offer = offers.get(arrived.offer) or _newest(offers.values(), arrived.offer)
        report = (arrived.kind, arrived.offer, arrived.sequence, arrived.lost)
        if arrived.kind is ReplyKind.BOUNCE and report in reports:
            taken.append(
                UnderstoodReply(arrived, arrived.offer)
            )  # of the same mail, by another server on the way
            continue
        reports.add(report)
        if second_alone_lost(arrived, snapshot):
            taken.append(
                UnderstoodReply(arrived, offer.uid if offer else arrived.offer, concern=Concern.SECOND_LOST)
            )
            continue
        if offer is None:
            taken += _without_offer(arrived, snapshot)
            continue
        reply, offer = offered_anew(arrived, offer, offers.values(), snapshot.client.get(offer.client))
        found, time = take_in(reply, offer, snapshot.client.get(offer.client)), booked.get(offer.therapist)
        one = _if_the_time_is_free(found, offer, snapshot, time and time.beside(offers.values()))
        if one.concern is Concern.PROPOSAL and reply.proposed is not None:
            if any(_claims(other, span, offer, reply.proposed) for other, span in claims):
                one = replace(one, concern=Concern.WISH_TAKEN)
            claims.append((offer, reply.proposed))
        taken.append(one)
        second = from_second(reply, snapshot.client.get(offer.client))
        if one.fact is not None:
            offers[offer.uid] = stamped(advance(offer, one.fact, snapshot.now), one, second)
        if isinstance(one.fact, Bounced):
            offers |= {other.uid: other for other in _as_unreached(reply, offer, offers.values(), snapshot)}
        if one.reply.words or isinstance(one.fact, WordsArrived):
            offers |= {other.uid: other for other in _beside_it(one, offer, offers.values(), snapshot)}
        if isinstance(one.fact, WordsArrived):
            offers |= {other.uid: other for other in _spoken_of_too(reply, offer, offers.values(), snapshot)}
        if one.concern is Concern.LATE or one.took:
            offers[offer.uid] = replace(offer, late_at=snapshot.now, late_second=second)
        elif one.concern is Concern.UNVERIFIED:
            offers[offer.uid] = replace(offers[offer.uid], doubtful=True)
    return tuple(taken), offers


def offered_anew(
    reply: Reply, offer: Offer, offers: Iterable[Offer], client: Client | None
) -> tuple[Reply, Offer]:
    """What a reply answers: a yes to a time that is over, written since that hour was offered to them anew, is one to
    the invitation that stands. Both show the same hour, and nobody looks which of the two they answer.
    """
    yes = (reply.kind, reply.partstat) == (ReplyKind.ANSWER, PartStat.ACCEPTED)
    if not (yes and offer.over and genuine(reply, offer, client)):
        return reply, offer
    same = (one for one in offers if one.conflict == offer.conflict and one.state in AWAITED)
    there = (one for one in same if (one.therapist, one.kind, one.span) == _hour(offer))
    anew = next((one for one in there if not written_before(reply, one.invited_at)), None)
    if anew is None or anew.delivery is not Delivery.IMIP:
        return reply, offer
    return replace(reply, offer=anew.uid, sequence=anew.sequence), anew


def _hour(offer: Offer) -> tuple[str, OfferKind, Span]:
    return (offer.therapist, offer.kind, offer.span)


def ordered(replies: Iterable[Reply]) -> tuple[Reply, ...]:
    """Replies in the order in which they were meant: by SEQUENCE and DTSTAMP (RFC 5546 §2.1.5), not by arrival.

    Of several offers the one that was answered first comes first: two clients may ask for one hour.
    """
    known = tuple(replies)
    first: dict[str, datetime] = {}
    for one in known:
        first[one.offer] = min(aware(one.received), first.get(one.offer, aware(one.received)))
    return tuple(
        sorted(
            known,
            key=lambda r: (first[r.offer], r.offer, r.sequence, aware(r.dtstamp or r.received), r.id),
        )
    )


def bounded(reply: Reply, now: datetime) -> Reply:
    """A reply whose times can be: nothing arrives after now, and nothing was written after it arrived.

    Clocks of phones and servers are ahead by minutes or by years; a yes dated 2090 would outdate every later no.
    """
    received = min(aware(reply.received), now)
    stamp = min(aware(reply.dtstamp), received) if reply.dtstamp is not None else None
    return replace(reply, received=received, dtstamp=stamp)


def _without_offer(reply: Reply, snapshot: Snapshot) -> Iterator[UnderstoodReply]:
    """What is about a session itself, word of leave, or a letter that asks; nothing where it is about none of these."""
    if reply.offer in snapshot.conflict and reply.kind in WITHOUT_OFFER:
        yield UnderstoodReply(reply, reply.offer, concern=WITHOUT_OFFER[reply.kind])
    elif reply.offer in snapshot.word_to:
        yield UnderstoodReply(reply, reply.offer, concern=TO_LEAVE.get(reply.kind, Concern.TO_LEAVE))
    elif reply.offer in snapshot.asking and reply.kind in ANSWERING:
        yield UnderstoodReply(reply, reply.offer)  # what it approves: `approved_by_reply`


def second_alone_lost(reply: Reply, snapshot: Snapshot) -> bool:
    """True for a mail that came back from a client's second address alone: the first one has it, if it took it."""
    offer = next((one for one in snapshot.offers if one.uid == reply.offer), None)
    row = snapshot.conflict.get(offer.conflict if offer else reply.offer)
    client = snapshot.client.get(row.client) if row else None
    if reply.kind is not ReplyKind.BOUNCE or row is None or client is None:
        return False
    if not reply.lost or set(reply.lost) != {client.second_email}:
        return False
    first = address_mark(client.email)
    mine = (one for one in snapshot.ledger if row.id in {one.conflict, *one.besides})
    return not any(one.unreached == first for one in mine)


def _as_unreached(reply: Reply, offer: Offer, offers: Iterable[Offer], snapshot: Snapshot) -> Iterator[Offer]:
    """What else the client was asked by mail and has not answered, where nothing reaches them at any address."""
    client = snapshot.client.get(offer.client)
    if client is None or (client.mailed and not {*written_to(client)} <= {*reply.lost}):
        return
    for other in offers:
        asked = other.state in AWAITED and other.delivery is Delivery.IMIP and not other.frozen
        if asked and other.client == offer.client and other.uid != offer.uid:
            yield advance(other, Bounced(), snapshot.now)


def _spoken_of_too(
    reply: Reply, offer: Offer, offers: Iterable[Offer], snapshot: Snapshot
) -> Iterator[Offer]:
    """What else the mail suggested that somebody wrote back to: their words may be about any of its times."""
    row = snapshot.conflict.get(offer.conflict)
    words = (one for one in snapshot.ledger if one.key.kind == MailKind.SUGGESTIONS)
    if row is None or reply.offer != row.id or not any(one.conflict == row.id for one in words):
        return
    mine = {one.id for one in snapshot.conflicts if (one.client, one.absence) == (row.client, row.absence)}
    for other in offers:
        asked = other.state in AWAITED and other.sent and not other.frozen
        if asked and other.conflict in mine and other.uid != offer.uid:
            yield advance(other, WordsArrived(reply.received), snapshot.now)


def _beside_it(
    one: UnderstoodReply, offer: Offer, offers: Iterable[Offer], snapshot: Snapshot
) -> Iterator[Offer]:
    """What else was suggested for the same session: words beside anything but a yes may be about these, too."""
    if one.fact is None or isinstance(one.fact, Accepted | Reconsidered):
        return
    for other in offers:
        same = (other.conflict, other.suggestion) == (offer.conflict, offer.suggestion)
        if same and other.uid != offer.uid and other.sent and other.state in AWAITED:
            yield advance(other, WordsArrived(one.reply.received), snapshot.now)


def _newest(offers: Iterable[Offer], conflict: str) -> Offer | None:
    return max((one for one in offers if one.conflict == conflict), key=lambda one: one.number, default=None)


def _if_the_time_is_free(
    one: UnderstoodReply, offer: Offer, snapshot: Snapshot, time: BookedTime | None
) -> UnderstoodReply:
    """What an answer means in the light of everything else: a yes, or another time, needs time that is free."""
    row = snapshot.conflict.get(offer.conflict)
    wanted = row is not None and row.displaced
    yes = isinstance(one.fact, Accepted | Reconsidered) or one.concern is Concern.LATE
    if yes and time is not None and _took_another(offer, time.offers):
        return replace(one, fact=None, took=True, concern=Concern.WORDS if one.reply.words else None)
    waits = offer.state in AWAITED or moved_since(offer)
    if isinstance(one.fact, Accepted) and time is not None and waits:
        if time.lost_to(offer, one.reply.received):
            return replace(one, fact=None, concern=Concern.LATE)
        return replace(one, concern=Concern.READ_LATE) if offer.span.start <= snapshot.now else one
    if isinstance(one.fact, Reconsidered):
        if one.fact.at_odds and time is not None and _asked_since(offer, time.offers):
            return replace(one, fact=None)
        free = wanted and time is not None and not time.obstacle(offer)
        settled = time is not None and any(
            other.state in MAKEUP for other in time.offers if other.conflict == offer.conflict
        )
        return one if free and not settled else replace(one, fact=None, concern=Concern.LATE)
    if one.concern is Concern.PROPOSAL and one.reply.proposed is not None:
        if time is None or not wanted or not _showable(one.reply.proposed, snapshot):
            return replace(one, concern=Concern.WISH)
        asked = replace(offer, span=one.reply.proposed, pinned=True)
        others = tuple(other for other in time.offers if other.conflict != offer.conflict)
        found = replace(time, offers=others, unspoken=()).obstacle(asked)
        own = found is Loss.TAKEN and _own(asked, time)
        return replace(one, concern=Concern.WISH_OWN if own else UNSHOWN.get(found, Concern.PROPOSAL))
    return one


def _took_another(offer: Offer, offers: Iterable[Offer]) -> bool:
    """True for one of several times of which the client has another: one was to be taken."""
    here = (one for one in offers if (one.conflict, one.suggestion) == (offer.conflict, offer.suggestion))
    others = (one for one in here if one.uid != offer.uid)
    return offer.state not in MAKEUP and any(one.state in MAKEUP and not one.said_no for one in others)


def _claims(other: Offer, span: Span, offer: Offer, wanted: Span) -> bool:
    """True where somebody else has asked the same therapist for that time before."""
    return other.therapist == offer.therapist and other.conflict != offer.conflict and span.overlaps(wanted)


def _own(asked: Offer, time: BookedTime) -> bool:
    """True where the client comes at that time anyway."""
    mine = (one for one in time.diary.all_sessions if one.client == asked.client)
    return any(one.span.overlaps(asked.span) for one in mine)


def _asked_since(offer: Offer, offers: Iterable[Offer]) -> bool:
    """True where the client has an invitation to another time: that one stands until the therapist says."""
    return any(one.conflict == offer.conflict and one.sent and one.live for one in offers)


def _showable(proposed: Span, snapshot: Snapshot) -> bool:
    """True for a time that a calendar can show as an appointment, and that is read again."""
    return proposed.end - proposed.start <= LONGEST_WISH and proposed.start <= snapshot.now + FARTHEST_WISH


def stamped(offer: Offer, one: UnderstoodReply, second: bool) -> Offer:
    """The offer that knows which of the client's addresses answered last, when, and what each of them says.

    A "maybe" takes no yes back, and a machine speaks for nobody.
    """
    stamp, same = one.reply.dtstamp, second is offer.second_said
    match one.fact:
        case Hesitated():
            return replace(offer, answer_stamp=stamp) if same else replace(offer, other_stamp=stamp)
        case Accepted() | Declined() | Reconsidered():
            other = offer.other_stamp if same else offer.answer_stamp
            offer = replace(offer, answer_stamp=stamp, other_stamp=other, second_said=second)
        case _:
            return offer
    said = PartStat.DECLINED if isinstance(one.fact, Declined) else PartStat.ACCEPTED
    said = PartStat.NEEDS_ACTION if isinstance(one.fact, Declined) and one.fact.machine else said
    return replace(offer, second_answer=said) if second else replace(offer, first_answer=said)
