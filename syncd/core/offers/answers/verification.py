"""Whether what came back is the client's own and answers what was sent last (I27): a fact, or only words."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from syncd.core.model import AWAITED, MAKEUP, Client, Delivery, Offer, OfferState, PartStat, Reply

FAR_AHEAD = timedelta(days=7)  # longer than answers overtake each other


class Doubt(StrEnum):
    """Why an answer cannot be taken at its word."""

    STRANGER = "stranger"  # it came from an address, or answers for one, that is not the client's
    UNPROVEN = "unproven"  # our own server says that it may come from somebody else
    OLDER = "older"  # it answers an earlier invitation to this time, or one to another
    RESTORED = "restored"  # which invitation it answers nobody can tell, since a store was put back
    SPOKEN = "spoken"  # a no from before the therapist settled it
    FALLEN = "fallen"  # a no to a time that has fallen to leave since


def genuine(reply: Reply, offer: Offer, client: Client | None) -> bool:
    """True when the reply is the client's, and something was sent that it can answer (I27).

    It comes from an address of theirs, speaks for an address of theirs, and our own server says nothing against it.
    """
    if client is None or not offer.sent or not reply.authenticated:
        return False
    return reply.sender in client.addresses and reply.attendee in {"", *client.addresses}


def verified(reply: Reply, offer: Offer, client: Client | None) -> bool:
    """True when the reply is the client's and answers the version that was sent last."""
    return genuine(reply, offer, client) and current(reply, offer)


def current(reply: Reply, offer: Offer) -> bool:
    """True when the version that was sent last is answered; where a server carries it: what it asked last.

    Of an offer that is known by its entry alone nobody knows that version: an answer to its very time counts.

    There the SEQUENCE says nothing, so once the therapist has moved it an answer must have been written since.
    """
    if offer.delivery is Delivery.IMIP:
        named = offer.uncounted and offer.told is not None and reply.names == offer.told.start
        fell = offer.cancelled_at is not None and offer.state in MAKEUP  # leave took it; it may stand again
        before_it_fell = fell and reply.sequence == offer.sequence - 1
        return reply.sequence == offer.sequence or named or before_it_fell or _same_hour(reply, offer)
    moved = offer.turns > 0 and offer.invited_at is not None
    return offer.asked and not (moved and written_before(reply, offer.invited_at))


def _same_hour(reply: Reply, offer: Offer) -> bool:
    """True for an answer in an older mail that names the very hour asked about now, or agreed on, written since it was
    asked: which of two mails about one hour they answer, nobody looks. So with a yes to the hour about to be asked for.
    """
    asked = offer.told_as_it_is and (offer.state in AWAITED or offer.state is OfferState.ACCEPTED)
    to_be_asked = moved_since(offer) and reply.partstat is PartStat.ACCEPTED
    named = reply.names == offer.span.start and (asked or to_be_asked)
    return named and not written_before(reply, offer.invited_at)


def moved_since(offer: Offer) -> bool:
    """True for what the therapist has moved since its client was mailed, who was not asked anew yet."""
    return offer.state is OfferState.HELD and offer.sent and offer.delivery is Delivery.IMIP


def outdated(reply: Reply, offer: Offer, client: Client | None) -> bool:
    """True for an answer given before the one that counts already, of the same address (RFC 5546 §2.1.5).

    A stamp far later than this one arrived, as older versions took them in, says nothing.
    """
    same = from_second(reply, client) is offer.second_said
    stamp = offer.answer_stamp if same else offer.other_stamp
    if stamp is None or reply.dtstamp is None or stamp > reply.received + FAR_AHEAD:
        return False
    return reply.dtstamp < stamp


def from_second(reply: Reply, client: Client | None) -> bool:
    """True for what the client's second address sent, such as the other parent's."""
    return client is not None and client.second_email != "" and reply.sender == client.second_email


def doubt_of(reply: Reply, offer: Offer, client: Client | None) -> Doubt:
    """Why a reply that is not `verified` cannot be taken at its word."""
    if stranger(reply, client):
        return Doubt.STRANGER
    if not reply.authenticated:
        return Doubt.UNPROVEN
    return Doubt.RESTORED if offer.uncounted else Doubt.OLDER


def stranger(reply: Reply, client: Client | None) -> str:
    """The address that a reply came from or speaks for and that is not the client's; "" where both are."""
    known = ("", *client.addresses) if client is not None else ("",)
    return next((one for one in (reply.sender, reply.attendee) if one not in known), "")


def written_since(reply: Reply, moment: datetime | None) -> bool:
    """True where its DTSTAMP shows that it was written after that, not in that very second."""
    return moment is not None and reply.dtstamp is not None and reply.dtstamp > moment


def written_before(reply: Reply, moment: datetime | None) -> bool:
    """True unless its DTSTAMP, which counts whole seconds, shows that it was written since."""
    return moment is None or reply.dtstamp is None or reply.dtstamp < moment.replace(microsecond=0)
