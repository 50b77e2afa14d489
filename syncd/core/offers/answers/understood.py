"""What came back from clients, checked against what was asked: verified facts, or words for the therapist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.model import AWAITED, Client, Delivery, Offer, OfferState, PartStat, Reply, ReplyKind
from syncd.core.model.offer_facts import (
    Accepted,
    Bounced,
    Declined,
    Ending,
    Fact,
    Hesitated,
    Reconsidered,
    WordsArrived,
)
from syncd.core.offers.answers.verification import (
    Doubt,
    current,
    doubt_of,
    from_second,
    genuine,
    moved_since,
    outdated,
    verified,
    written_since,
)
from syncd.core.offers.transitions import met

BY_THEM = frozenset({Ending.CLIENT, Ending.MACHINE, Ending.AGREED})  # a no of theirs, or a yes to another


class Concern(StrEnum):
    """Why the therapist has to look at something that came back."""

    WORDS = "words"  # human words, unread by us
    AT_ODDS = "at_odds"  # a yes and a no from the client's two addresses: the therapist decides
    BOTH_YES = "both_yes"  # after that none of the two says no any more
    BOTH_NO = "both_no"  # after that both say no
    NOTE = "note"  # words beside a yes: it counts, nothing waits
    YES = "yes_after_words"  # a plain yes while earlier words wait for the therapist
    NO = "no_after_words"  # a plain no while earlier words wait for the therapist
    MAYBE = "maybe_after_yes"  # a plain maybe to what had been agreed on: it stays agreed
    CALLED_OFF = "called_off"  # a plain no to what had been agreed on
    REFUSAL = "refusal"  # words beside a no: what follows from it waits for the therapist
    UNVERIFIED = "unverified"  # sender or version does not hold: needs confirmation
    LATE = "late"  # a yes for a time that is gone
    READ_LATE = "read_late"  # one that came in time, and was read when the hour had begun
    BOUNCE = "bounce"  # could not be delivered
    SECOND_LOST = "second_lost"  # not to the second address: the first has it
    PROPOSAL = "proposal"  # another time proposed: it stands in the calendar until the therapist says
    WISH = "wish"  # another time proposed, which cannot be shown there
    WISH_PAST = "wish_past"  # the same, because that time is over
    WISH_AWAY = "wish_away"  # because the therapist is away then
    WISH_TAKEN = "wish_taken"  # because something else stands there
    WISH_OWN = "wish_own"  # because the client's own session stands there
    UNASKED = "unasked"  # a yes that may be from before the therapist moved the time
    DELEGATED = "delegated"  # someone else was sent in the client's place
    MACHINE = "machine"  # an automatic answer, such as an out-of-office that declines
    AUTO = "auto"  # an automatic text, such as an out-of-office: it answers nothing
    TO_LEAVE = "to_leave"  # human words to word of leave that takes nothing of theirs
    TO_LEAVE_AUTO = "to_leave_auto"  # an automatic text to that
    UNTOLD = "untold"  # it could not be delivered


@dataclass(frozen=True, slots=True)
class UnderstoodReply:
    """One reply, understood: a fact for its offer, a concern for the therapist, either or both.

    `held`: the therapist hears of it later, together with others, or has heard of it. `doubt`: why it is unverified.
    `took`: a yes to one of several times of which its client has another.
    """

    reply: Reply
    offer: str
    fact: Fact | None = None
    concern: Concern | None = None
    held: bool = False
    doubt: Doubt | None = None
    took: bool = False


def take_in(reply: Reply, offer: Offer, client: Client | None) -> UnderstoodReply:
    """What one reply means for its offer. Nothing is dropped: what does not count becomes a concern."""
    match reply.kind:
        case ReplyKind.BOUNCE:
            newest = reply.sequence >= offer.sequence
            told = offer.bounced and newest  # that nothing reaches them, be it of another mail
            return UnderstoodReply(
                reply, offer.uid, Bounced() if newest else None, None if told else Concern.BOUNCE
            )
        case ReplyKind.AUTO:
            return _machine(reply, offer, client)
        case ReplyKind.WORDS:
            return UnderstoodReply(reply, offer.uid, WordsArrived(reply.received), Concern.WORDS)
        case ReplyKind.COUNTER:
            return _counter(reply, offer, client)
        case ReplyKind.DELEGATED:
            return UnderstoodReply(reply, offer.uid, _beside(reply), Concern.DELEGATED)
        case ReplyKind.ANSWER:
            return _answer(reply, offer, client)


def _machine(reply: Reply, offer: Offer, client: Client | None) -> UnderstoodReply:
    """A responder that declines frees the time, and nobody has refused; all else that it says counts for nothing."""
    if reply.partstat is PartStat.NEEDS_ACTION:
        return UnderstoodReply(reply, offer.uid, concern=Concern.AUTO)
    counts = verified(reply, offer, client) and not outdated(reply, offer, client)
    counts = counts and offer.state in AWAITED
    fact = Declined(reply.received, machine=True) if counts and reply.partstat is PartStat.DECLINED else None
    return UnderstoodReply(reply, offer.uid, fact, Concern.MACHINE)


def _counter(reply: Reply, offer: Offer, client: Client | None) -> UnderstoodReply:
    """Another time is proposed (RFC 5546 §3.2.7): for the therapist to say, and the clock stands still.

    Who declines beside it has declined.
    """
    if not genuine(reply, offer, client) or not (current(reply, offer) or offer.gone):
        return _doubted(reply, offer, WordsArrived(reply.received), doubt_of(reply, offer, client))
    if outdated(reply, offer, client) or not current(reply, offer):
        return UnderstoodReply(reply, offer.uid, concern=Concern.WISH)
    declines = reply.partstat is PartStat.DECLINED
    free = offer.state in AWAITED or (declines and offer.state is OfferState.ACCEPTED)
    another = reply.proposed is not None and reply.proposed != offer.span
    odds = at_odds(reply, offer, client)
    refusal = Declined(reply.received, words=reply.words or waits(offer), at_odds=odds)
    fact: Fact = refusal if declines else WordsArrived(reply.received)
    return UnderstoodReply(reply, offer.uid, fact, Concern.PROPOSAL if free and another else Concern.WISH)


def _answer(reply: Reply, offer: Offer, client: Client | None) -> UnderstoodReply:
    if not genuine(reply, offer, client):
        return _doubted(reply, offer, _beside(reply), doubt_of(reply, offer, client))
    if reply.partstat is PartStat.ACCEPTED and offer.over and not outdated(reply, offer, client):
        return _late_yes(reply, offer, client)
    if not (current(reply, offer) or offer.gone):
        return _doubted(reply, offer, _beside(reply), doubt_of(reply, offer, client))
    concern = Concern.WORDS if reply.words else None
    if outdated(reply, offer, client) or not current(reply, offer):
        return UnderstoodReply(reply, offer.uid, _beside(reply), concern)
    match reply.partstat:
        case PartStat.ACCEPTED:
            return _yes(reply, offer, client)
        case PartStat.DECLINED:
            return _no(reply, offer, client)
        case PartStat.TENTATIVE:
            maybe = Hesitated(reply.received, words=reply.words)
            return UnderstoodReply(reply, offer.uid, maybe, concern or concern_of(maybe, offer))
        case _:
            return UnderstoodReply(reply, offer.uid, _beside(reply), concern)


def _yes(reply: Reply, offer: Offer, client: Client | None) -> UnderstoodReply:
    odds = at_odds(reply, offer, client)
    yes = Accepted(reply.received, at_odds=odds)
    if offer.at_odds and not odds:
        return UnderstoodReply(reply, offer.uid, yes, Concern.BOTH_YES)
    if not (offer.state in AWAITED or moved_since(offer)):
        again = yes if offer.state is OfferState.ACCEPTED else None
        return UnderstoodReply(reply, offer.uid, again, Concern.WORDS if reply.words else None)
    if odds:
        return UnderstoodReply(reply, offer.uid, yes, Concern.AT_ODDS)
    return UnderstoodReply(reply, offer.uid, yes, Concern.NOTE if reply.words else concern_of(yes, offer))


def _no(reply: Reply, offer: Offer, client: Client | None) -> UnderstoodReply:
    if met(offer, reply.received):
        return UnderstoodReply(reply, offer.uid, _beside(reply), Concern.WORDS if reply.words else None)
    spoken = offer.state is OfferState.SETTLED and not written_since(reply, offer.answered_at)
    if spoken or offer.state is OfferState.DISPLACED:
        # The therapist has spoken to them since; or leave has taken the time, and may give it back.
        return _doubted(reply, offer, None, Doubt.SPOKEN if spoken else Doubt.FALLEN)
    if at_odds(reply, offer, client):
        told = offer.at_odds and not reply.words
        fact = Declined(reply.received, words=reply.words, at_odds=True)
        return UnderstoodReply(reply, offer.uid, fact, None if told else Concern.AT_ODDS)
    fact = Declined(reply.received, words=reply.words or waits(offer))
    if reply.words and offer.state in (*AWAITED, OfferState.ACCEPTED, OfferState.SETTLED):
        return UnderstoodReply(reply, offer.uid, fact, Concern.REFUSAL)
    if offer.at_odds:
        return UnderstoodReply(reply, offer.uid, fact, Concern.BOTH_NO)
    return UnderstoodReply(reply, offer.uid, fact, Concern.WORDS if reply.words else concern_of(fact, offer))


def concern_of(fact: Fact | None, offer: Offer) -> Concern | None:
    """What the therapist has to hear of a plain answer, on the offer as it was before.

    A yes or no while earlier words wait for them, and a no or maybe to what had been agreed on and is ahead; None of
    all else.
    """
    match fact:
        case Accepted() if waits(offer):
            return Concern.YES
        case Declined(at=at) if offer.state in {OfferState.ACCEPTED, OfferState.SETTLED}:
            return Concern.CALLED_OFF if not offer.said_no and at < offer.span.start else None
        case Declined(machine=False) if waits(offer) and offer.state in AWAITED and not offer.said_no:
            return Concern.NO
        case Hesitated(at=at) if offer.state in {OfferState.ACCEPTED, OfferState.SETTLED}:
            return Concern.MAYBE if not offer.said_no and at < offer.span.start else None
        case _:
            return None


def _doubted(reply: Reply, offer: Offer, fact: Fact | None, doubt: Doubt) -> UnderstoodReply:
    return UnderstoodReply(reply, offer.uid, fact, Concern.UNVERIFIED, doubt=doubt)


def waits(offer: Offer) -> bool:
    """True while the client's words wait for the therapist, who was promised that nothing more is sent."""
    return offer.frozen and not (offer.bounced or offer.mistyped)


def _beside(reply: Reply) -> WordsArrived | None:
    """Human words beside what is no answer, or none that counts: the clock stands still for them as for any (I24)."""
    return WordsArrived(reply.received) if reply.words else None


def at_odds(reply: Reply, offer: Offer, client: Client | None) -> bool:
    """True for a no where the client's other address has said yes, and for a yes where it has said no (I1, I27).

    Of each address its newest answer counts. Who said no to an offer of an older version nobody knows.
    """
    second, said_no = from_second(reply, client), reply.partstat is PartStat.DECLINED
    both = (offer.first_answer, offer.second_answer)
    other, own = both if second else both[::-1]
    if offer.at_odds and said_no:
        return other is not PartStat.DECLINED
    if offer.at_odds:
        return other is not PartStat.ACCEPTED and own is not PartStat.DECLINED
    unlike = other is PartStat.NEEDS_ACTION and second is not offer.second_said
    if said_no:
        return offer.state is OfferState.ACCEPTED and (other is PartStat.ACCEPTED or unlike)
    over = offer.state in {OfferState.DECLINED, OfferState.CANCELLED}
    return other is PartStat.DECLINED or (over and unlike)


def _late_yes(reply: Reply, offer: Offer, client: Client | None) -> UnderstoodReply:
    """A yes after a no is one if the time is still free, and so is one to a time that was taken back for another that
    they had; for anything else that is over it comes too late.
    """
    by_them = offer.reason in BY_THEM and offer.delivery is Delivery.IMIP
    if by_them and (current(reply, offer) or _ended_by_them(reply, offer, client)):
        if at_odds(reply, offer, client) and offer.reason == Ending.CLIENT:
            return UnderstoodReply(
                reply, offer.uid, Reconsidered(reply.received, at_odds=True), Concern.AT_ODDS
            )
        return UnderstoodReply(
            reply, offer.uid, Reconsidered(reply.received), Concern.NOTE if reply.words else None
        )
    return UnderstoodReply(reply, offer.uid, concern=Concern.LATE)


def _ended_by_them(reply: Reply, offer: Offer, client: Client | None) -> bool:
    """True for a yes to what a CANCEL took back since: it told the other address alone that this one had said no, or
    them that they have another time.
    """
    same = from_second(reply, client) is offer.second_said or offer.reason == Ending.AGREED
    return same and offer.cancelled_at is not None and reply.sequence == offer.sequence - 1
