"""What came back from clients, checked against what was asked: verified facts, or words for the therapist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from syncd.core.model import Client, Delivery, Offer, OfferState, PartStat, Reply, ReplyKind
from syncd.core.offers import Accepted, Declined, Fact, Hesitated, WordsArrived


class Concern(StrEnum):
    """Why the therapist has to look at something that came back."""

    WORDS = "words"  # human words, unread by us
    UNVERIFIED = "unverified"  # sender or version does not hold: needs confirmation
    LATE = "late"  # a yes for a time that is gone
    BOUNCE = "bounce"  # could not be delivered
    PROPOSAL = "proposal"  # another time proposed
    DELEGATED = "delegated"  # someone else was sent in the client's place
    MACHINE = "machine"  # an automatic answer, such as an out-of-office that declines


@dataclass(frozen=True, slots=True)
class Taken:
    """One reply, understood: a fact for its offer, a concern for the therapist, either or both."""

    reply: Reply
    offer: str
    fact: Fact | None = None
    concern: Concern | None = None


def ordered(replies: Iterable[Reply]) -> tuple[Reply, ...]:
    """Replies in the order in which they were meant: by SEQUENCE and DTSTAMP (RFC 5546 §2.1.5), not by arrival."""
    return tuple(sorted(replies, key=lambda r: (r.offer, r.sequence, r.dtstamp or r.received, r.id)))


def take_in(reply: Reply, offer: Offer, client: Client | None) -> Taken:
    """What one reply means for its offer. Nothing is dropped: what does not count becomes a concern."""
    match reply.kind:
        case ReplyKind.BOUNCE:
            return Taken(reply, offer.uid, concern=Concern.BOUNCE)
        case ReplyKind.AUTO:
            concern = Concern.MACHINE if reply.partstat is not PartStat.NEEDS_ACTION else None
            return Taken(reply, offer.uid, concern=concern)
        case ReplyKind.WORDS:
            return Taken(reply, offer.uid, WordsArrived(reply.received), Concern.WORDS)
        case ReplyKind.COUNTER:
            return Taken(reply, offer.uid, WordsArrived(reply.received), Concern.PROPOSAL)
        case ReplyKind.DELEGATED:
            return Taken(reply, offer.uid, concern=Concern.DELEGATED)
        case ReplyKind.ANSWER:
            return _answer(reply, offer, client)


def _answer(reply: Reply, offer: Offer, client: Client | None) -> Taken:
    if not verified(reply, offer, client):
        return Taken(reply, offer.uid, concern=Concern.UNVERIFIED)
    concern = Concern.WORDS if reply.words else None
    if outdated(reply, offer):
        return Taken(reply, offer.uid, concern=concern)
    if reply.partstat is PartStat.ACCEPTED:
        if offer.state in {OfferState.INVITED, OfferState.UNANSWERED}:
            return Taken(reply, offer.uid, Accepted(reply.received), concern)
        known = offer.state in {OfferState.ACCEPTED, OfferState.SETTLED}
        return Taken(reply, offer.uid, concern=concern if known else Concern.LATE)
    if reply.partstat is PartStat.DECLINED:
        return Taken(reply, offer.uid, Declined(reply.received), concern)
    if reply.partstat is PartStat.TENTATIVE:
        return Taken(reply, offer.uid, Hesitated(reply.received), concern)
    return Taken(reply, offer.uid, concern=concern)


def outdated(reply: Reply, offer: Offer) -> bool:
    """True for an answer given before the one that counts already (RFC 5546 §2.1.5)."""
    return offer.answer_stamp is not None and reply.dtstamp is not None and reply.dtstamp < offer.answer_stamp


def verified(reply: Reply, offer: Offer, client: Client | None) -> bool:
    """True when the reply is the client's and answers the version that was sent last."""
    if client is None or not reply.authenticated:
        return False
    current = reply.sequence == offer.sequence if offer.delivery is Delivery.IMIP else offer.asked
    return reply.sender in client.addresses and current and offer.sent
