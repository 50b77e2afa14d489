"""The life of an offer: facts happen to it, one transition table says what it becomes (docs/offers.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from syncd.core.model import Delivery, Offer, OfferState, PartStat
from syncd.core.model.offer_facts import (
    Accepted,
    Bounced,
    Declined,
    Deleted,
    Dragged,
    DuePassed,
    Ending,
    Fact,
    Granted,
    Hesitated,
    HoldWritten,
    InvitationSent,
    Mistyped,
    Overtaken,
    Reconsidered,
    Reinstated,
    Reminded,
    Resumed,
    Returned,
    SettledByHand,
    Undelivered,
    Withdraw,
    WordsArrived,
)
from syncd.core.policy.deadlines import RESUMED, answer_due
from syncd.core.time.spans import Span

P, H, PRO, INV = OfferState.PLANNED, OfferState.HELD, OfferState.PROPOSED, OfferState.INVITED
ACC, UNA, SET = OfferState.ACCEPTED, OfferState.UNANSWERED, OfferState.SETTLED

TABLE: dict[tuple[OfferState, type], OfferState] = {
    (P, HoldWritten): H,
    (H, InvitationSent): INV,
    (H, Accepted): ACC,  # only what the therapist moved, before its client was asked anew
    (INV, Accepted): ACC,
    (UNA, Accepted): ACC,
    (INV, Declined): OfferState.DECLINED,
    (UNA, Declined): OfferState.DECLINED,
    (ACC, Declined): OfferState.CANCELLED,
    (SET, Declined): OfferState.CANCELLED,
    (OfferState.DECLINED, Reconsidered): ACC,
    (OfferState.CANCELLED, Reconsidered): ACC,
    (OfferState.WITHDRAWN, Reconsidered): ACC,  # only what was taken back as they had another time
    (PRO, Granted): H,
    (PRO, Deleted): OfferState.WITHDRAWN,
    (PRO, Withdraw): OfferState.WITHDRAWN,
    (INV, DuePassed): UNA,
    (H, Deleted): OfferState.VETOED,
    (INV, Deleted): OfferState.WITHDRAWN,
    (UNA, Deleted): OfferState.WITHDRAWN,
    (ACC, Deleted): OfferState.CANCELLED,
    (SET, Deleted): OfferState.CANCELLED,
    (P, Withdraw): OfferState.WITHDRAWN,
    (H, Withdraw): OfferState.WITHDRAWN,
    (INV, Withdraw): OfferState.WITHDRAWN,
    (UNA, Withdraw): OfferState.WITHDRAWN,
    (ACC, Withdraw): OfferState.WITHDRAWN,  # only while a no waits beside the yes
    (H, Undelivered): OfferState.WITHDRAWN,
    (INV, Undelivered): OfferState.WITHDRAWN,
    (UNA, Undelivered): OfferState.WITHDRAWN,
    (ACC, Overtaken): OfferState.DISPLACED,
    (SET, Overtaken): OfferState.DISPLACED,
    (OfferState.DISPLACED, Reinstated): ACC,
    (OfferState.DISPLACED, Returned): OfferState.WITHDRAWN,
    (OfferState.WITHDRAWN, Reinstated): INV,
}


def advance(offer: Offer, fact: Fact, now: datetime) -> Offer:
    """The offer after `fact`; unchanged where the table has no step (a fact that came too late changes nothing)."""
    match fact:
        case HoldWritten(href, etag):
            first = offer.state is OfferState.PLANNED
            here = replace(offer, href=href, etag=etag, unwritten=False, unseen=offer.unseen or first)
            return _step(here, fact)
        case InvitationSent(at, sequence, due):
            asked = replace(offer, invited_at=at, sequence=sequence, due=due, told=offer.span, bounced=False)
            return _invited(asked, fact)
        case Reminded(at):
            return replace(offer, reminded_at=at)
        case Hesitated() | WordsArrived() | Mistyped() | Bounced():
            return _came_back(offer, fact)
        case Resumed():
            return _resumed(offer, now)
        case Granted(span):
            return _step(replace(offer, span=span or offer.span), fact)
        case Dragged(span):
            return _drag(offer, span)
        case SettledByHand(yes, told, at, span):
            moved = replace(offer, span=span, pinned=True) if span is not None else offer
            moved = replace(moved, bounced=False)
            return _by_hand(moved, yes, told, at) if offer.state in {H, PRO, INV, UNA, ACC} else offer
        case Accepted(at) | Declined(at) | Reconsidered(at):
            return _answered(offer, fact, at)
        case Withdraw() | Deleted():
            return _ended(offer, fact)
        case Undelivered():
            return _undelivered(offer, fact)
        case _:
            return _step(offer, fact)


def met(offer: Offer, at: datetime) -> bool:
    """True once an agreed hour has begun: who tidies their calendar then, or declines it, calls off nothing."""
    return offer.state in {ACC, SET} and at >= offer.span.start


def _came_back(offer: Offer, fact: Hesitated | WordsArrived | Mistyped | Bounced) -> Offer:
    """What is no yes and no no: the offer waits, for the client or for the therapist."""
    match fact:
        case Hesitated(at, words=words):
            maybe = replace(offer, tentative=True) if offer.state in {INV, UNA} else offer
            wrote = at if words else offer.wrote_at
            return replace(maybe, frozen=words or maybe.frozen, wrote_at=wrote, bounced=False)
        case WordsArrived(at):
            return replace(offer, frozen=offer.frozen or not offer.over, wrote_at=at, bounced=False)
        case Mistyped(span):
            there = _drag(offer, span) if span is not None else offer
            asked = there.state in {H, PRO, INV, UNA, ACC}
            return replace(there, frozen=True, mistyped=True) if asked else there
        case Bounced():
            heard = {Ending.CLIENT, Ending.MACHINE, Ending.TOLD, Ending.UNMAILED}
            known = offer.state in {ACC, SET} or offer.reason in heard
            return offer if known or not offer.sent else replace(offer, frozen=True, bounced=True)


def _invited(offer: Offer, fact: InvitationSent) -> Offer:
    """Where the server carries it, the client joins with our own write: whatever they answer then is to this start."""
    after = _step(offer, fact)
    joined = offer.state is H and offer.delivery is not Delivery.IMIP
    return replace(after, asked=True) if joined else after


def _step(offer: Offer, fact: Fact) -> Offer:
    state = TABLE.get((offer.state, type(fact)))
    if state is None:
        return offer
    here = replace(offer, state=state)
    if isinstance(fact, Returned):
        return replace(here, reason=Ending.LEAVE, agreed=False)
    return _reinstated(here) if isinstance(fact, Reinstated) else here


def _reinstated(offer: Offer) -> Offer:
    """Agreed, or settled by hand, as it was; or asked about, as it was."""
    if offer.state is ACC and offer.reason in {Ending.TOLD, Ending.SPOKEN}:
        return replace(offer, state=SET)
    return replace(offer, reason="") if offer.state is INV else offer


def _ended(offer: Offer, fact: Withdraw | Deleted) -> Offer:
    by_hand = Ending.REFUSED if offer.state is PRO else Ending.THERAPIST
    ours = isinstance(fact, Withdraw)
    if ours and offer.state is ACC and not offer.said_no:
        return offer
    why = fact.why if isinstance(fact, Withdraw) else by_hand
    after = _step(offer, fact)
    if after.state is offer.state:
        return offer
    return replace(after, reason=why, agreed=after.agreed and not (ours and offer.said_no))


def _undelivered(offer: Offer, fact: Undelivered) -> Offer:
    """Nobody has been told of it, unless it was delivered for another time before the therapist moved it."""
    after = _step(offer, fact)
    if after.state is offer.state:
        return offer
    after = replace(after, reason=Ending.UNDELIVERED)
    return (
        after
        if offer.told not in {None, offer.span}
        else replace(after, invited_at=None, told=None, due=None)
    )


def _answered(offer: Offer, fact: Accepted | Declined | Reconsidered, at: datetime) -> Offer:
    if isinstance(fact, Accepted) and offer.at_odds and not fact.at_odds:
        return _at_one(offer, at)
    if isinstance(fact, Declined) and not fact.settled and met(offer, at):
        return offer
    after = _step(offer, fact) if offer.sent or offer.state is not H else offer
    if after.state is offer.state:
        return offer
    if isinstance(fact, Declined) and (fact.words or fact.at_odds):
        waits = fact.words or (offer.frozen and not (offer.bounced or offer.mistyped))
        return replace(
            offer, said_no=True, frozen=waits, at_odds=fact.at_odds, tentative=False, bounced=False
        )
    answered = replace(
        after,
        answered_at=at,
        reason="",
        tentative=False,
        doubtful=False,
        agreed=True,
        frozen=offer.frozen and not (offer.bounced or offer.mistyped),
        bounced=False,
        mistyped=False,
        said_no=False,
        at_odds=False,
        at_one=False,
    )
    match fact:
        case Declined(machine=machine):
            why = Ending.MACHINE if machine else Ending.CLIENT
            return replace(answered, late_at=None, reason=why, agreed=False)
        case Accepted(at_odds=True):
            return replace(answered, said_no=True, at_odds=True)
        case Reconsidered(at_odds=True):
            again = replace(answered, unwritten=True, turns=offer.turns + 1)
            return replace(again, said_no=True, at_odds=True)
        case Reconsidered():
            again = replace(answered, unwritten=True, turns=offer.turns + 1)
            return replace(again, late_at=at, cancelled_at=None)
        case _:
            return answered


def _at_one(offer: Offer, at: datetime) -> Offer:
    """Of two addresses that were at odds none says no any more: the time is theirs, and they hear so."""
    settled = replace(offer, said_no=False, at_odds=False, doubtful=False, turns=offer.turns + 1)
    return replace(settled, answered_at=at, late_at=at, at_one=True)


def _resumed(offer: Offer, now: datetime) -> Offer:
    """What waited for the therapist goes on: a no takes effect, else with time left to answer.

    Where a client's two addresses are at odds nothing but a yes or a no of the therapist's settles it.
    """
    if not offer.frozen or offer.at_odds:
        return offer
    if offer.said_no:
        return _answered(replace(offer, frozen=False), Declined(now, settled=True), now)
    due = offer.due and max(offer.due, answer_due(now, offer.span, RESUMED))
    asked = now if offer.sent else None
    return replace(
        offer,
        frozen=False,
        mistyped=False,
        doubtful=False,
        bounced=False,
        invited_at=asked,
        due=due,
        turns=offer.turns + 1,
    )


def _drag(offer: Offer, span: Span) -> Offer:
    """An earlier acceptance is void: the client is asked once for the new time, whatever they had written."""
    if not (offer.live or offer.state in {UNA, SET, PRO}) or span == offer.span:
        return offer
    offer = replace(
        offer,
        frozen=False,
        mistyped=False,
        doubtful=False,
        tentative=False,
        bounced=False,
        said_no=False,
        taken_over=False,
        at_odds=False,
        first_answer=PartStat.NEEDS_ACTION,
        second_answer=PartStat.NEEDS_ACTION,
        turns=offer.turns + 1,
    )
    if offer.sent and offer.delivery is not Delivery.IMIP:
        # Their own calendar program has asked the client about the new time; we send nothing.
        return replace(offer, span=span, pinned=True, state=INV, answered_at=None, asked=False)
    if offer.sent or offer.state is SET:
        return replace(
            offer,
            span=span,
            pinned=True,
            state=H,
            answered_at=None,
            answer_stamp=None,
            other_stamp=None,
            due=None,
            reminded_at=None,
        )
    return replace(offer, span=span, pinned=True)


def _by_hand(offer: Offer, yes: bool, told: bool, at: datetime) -> Offer:
    refused = offer.said_no and not offer.at_odds  # by one of two addresses: the other does not know it
    in_person = Ending.TOLD if told or not _unconfirmed(offer) else Ending.SPOKEN
    # Where a calendar carries it, the client's line there goes on saying no, and is no news.
    frozen = offer.frozen and yes and offer.delivery is not Delivery.IMIP
    offer = replace(offer, said_no=False, at_odds=False, frozen=frozen, mistyped=False)
    if yes:
        known = offer.span if told and offer.sent else offer.told
        unsaid = PartStat.NEEDS_ACTION  # the therapist has spoken to them since
        offer = replace(offer, first_answer=unsaid, second_answer=unsaid)
        return replace(offer, state=SET, answered_at=at, reason=in_person, agreed=True, told=known)
    if offer.state is PRO:
        return replace(offer, state=OfferState.WITHDRAWN, answered_at=at, reason=Ending.REFUSED)
    by_voice = Ending.CLIENT if refused else Ending.IN_PERSON
    why = by_voice if offer.sent else Ending.TOLD
    why = Ending.UNMAILED if told else why
    return replace(offer, state=OfferState.DECLINED, answered_at=at, reason=why)


def _unconfirmed(offer: Offer) -> bool:
    """True for what its client was asked by mail, and has read of nothing that says that it is theirs."""
    thanked = offer.state is ACC and not (offer.said_no or offer.frozen)
    return offer.sent and offer.delivery is Delivery.IMIP and not thanked
