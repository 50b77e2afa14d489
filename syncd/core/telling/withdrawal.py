"""What takes an invitation back: who is still to hear of it, and what follows where the session itself stands again."""

from __future__ import annotations

from syncd.core.model import Conflict, Delivery, Offer, OfferState
from syncd.core.model.actions import Revival
from syncd.core.model.effects import EffectKey, EffectState
from syncd.core.model.offer_facts import Ending
from syncd.core.state.standing import Standing

ENDED = frozenset({OfferState.WITHDRAWN, OfferState.CANCELLED, OfferState.DECLINED, OfferState.VETOED})
# The client ended it, or knows already.
SILENT = frozenset({Ending.CLIENT, Ending.MACHINE, Ending.TOLD, Ending.UNMAILED})


def cancel_key(offer: Offer) -> EffectKey:
    """One CANCEL per offer, ever."""
    return EffectKey(offer.uid, "end", "cancel")


def removal_key(offer: Offer) -> EffectKey:
    """One removal of an offer's entry for each time that it stood there."""
    return EffectKey(offer.uid, f"end-{offer.turns}" if offer.turns else "end", "delete")


def words_key(offer: Offer) -> EffectKey:
    """One mail of ours, ever, beside a CANCEL that the server carries."""
    return EffectKey(offer.uid, "end", "words")


def owes_cancel(standing: Standing, offer: Offer) -> bool:
    """True while an ended offer's CANCEL has not gone out: one for each that was sent, unless the client ended it.

    What is over by then needs none. RFC 5546 §3.2.5.
    """
    client = standing.snapshot.client.get(offer.client)
    reached = client is not None and client.mailed and standing.snapshot.mail
    return (
        reached
        and offer.delivery is Delivery.IMIP
        and offer.sent
        and offer.reason not in SILENT
        and offer.span.start > standing.now
        and offer.cancelled_at is None
        and not standing.snapshot.done(cancel_key(offer))
        and not _told_by_hand(standing, offer)
    )


def _told_by_hand(standing: Standing, offer: Offer) -> bool:
    """The CANCEL could not be delivered, and the therapist has removed the entry that asked them to call."""
    refused = standing.snapshot.keys.get(cancel_key(offer)) is EffectState.ESCALATED
    return refused and offer.calendar in standing.snapshot.fresh and offer.uid not in standing.snapshot.ours


def untold(standing: Standing, offer: Offer) -> bool:
    """True when an ended offer's client does not know it and no mail of ours will tell them: a human has to.

    The CANCEL was refused for good, or the client lost their address since. It lasts as long as the entry stands.
    """
    if offer.delivery is not Delivery.IMIP or not offer.sent or offer.reason in SILENT:
        return False
    if offer.cancelled_at is not None:
        return False
    ahead = offer.span.start > standing.now and offer.uid in standing.snapshot.ours
    state = standing.snapshot.keys.get(cancel_key(offer))
    client = standing.snapshot.client.get(offer.client)
    reached = client is not None and client.mailed and standing.snapshot.mail
    refused = state is EffectState.ESCALATED or (not reached and state is not EffectState.DONE)
    return ahead and offer.state in ENDED and refused


def owes_words(standing: Standing, offer: Offer) -> bool:
    """True for what the server withdrew, or is about to, while the client was told nothing else.

    What the therapist deleted by hand counts as told.
    """
    later = any(
        other.sent and other.number > offer.number
        for other in standing.offers
        if other.conflict == offer.conflict
    )
    return (
        offer.delivery is not Delivery.IMIP
        and offer.state in ENDED
        and offer.sent
        and offer.reason not in {*SILENT, Ending.THERAPIST}
        and not later
        and offer.span.start > standing.now
    )


def revival(standing: Standing, conflict: Conflict) -> Revival:
    """What follows for a conflict once its client was told that it takes place after all."""
    last = max((offer.number for offer in standing.of(conflict)), default=0)
    return Revival(conflict.id, conflict.life + 1, last)
