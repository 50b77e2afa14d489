"""The facts of one message to one client, and the intent that carries them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.core.effects import EffectKey
from syncd.core.invitation import Before, MailFacts, MailKind, Outlook, Tell, house, leave_days, next_sequence
from syncd.core.model import Client, Conflict, Offer, OfferKind
from syncd.core.offers import Ending
from syncd.core.standing import Standing


@dataclass(frozen=True, slots=True)
class Addressee:
    """A conflict with the client that a message about it would go to."""

    conflict: Conflict
    client: Client


def tell(key: EffectKey, facts: MailFacts, who: Addressee, offer: Offer | None) -> Tell:
    """The intent that carries a message to the client, about `offer` or the session alone."""
    return Tell(
        key=key,
        facts=facts,
        client=who.client.id,
        therapist=who.conflict.therapist,
        conflict=who.conflict.id,
        absence=who.conflict.absence,
        offer=offer.uid if offer else "",
    )


def facts_for(
    standing: Standing,
    who: Addressee,
    kind: MailKind,
    offer: Offer | None,
    *,
    due: datetime | None = None,
    outlook: Outlook = Outlook.NOTHING,
    sequence: int | None = None,
    slot_of: Offer | None = None,
) -> MailFacts:
    """All that a message may say, in the client\'s zone and language; `offer` gives it a calendar part.

    `slot_of` is an offer that is only spoken of; `sequence` None takes the next one.
    """
    snapshot, conflict = standing.snapshot, who.conflict
    therapist = standing.therapist(conflict)
    shown = offer or slot_of
    giver = snapshot.therapist.get(shown.therapist) if shown else None
    absence = standing.absence.get(conflict.absence)
    upcoming = standing.next_session(conflict)
    number = sequence if sequence is not None else (next_sequence(offer) if offer else 0)
    return MailFacts(
        kind=kind,
        house=house(snapshot.practice, therapist, who.client),
        to=who.client.email,
        name=who.client.name,
        language=who.client.language or snapshot.practice.language,
        zone=standing.zone(conflict),
        original=conflict.span,
        days=leave_days(absence.span if absence else conflict.span, therapist.zone),
        sent_at=standing.now,
        uid=offer.uid if offer else "",
        sequence=number,
        slot=shown.span if shown else None,
        offer_kind=shown.kind if shown else OfferKind.MOVE,
        with_therapist=giver.name if giver and giver.id != therapist.id else "",
        due=due,
        next_session=upcoming.span if upcoming else None,
        outlook=outlook,
        agreed=standing.agreed(conflict) if outlook is Outlook.AGREED else None,
        before=_before(standing, who.conflict),
        location=shown.location if shown else "",
        link=shown.link if shown else "",
        discreet=who.client.discreet,
    )


def _before(standing: Standing, conflict: Conflict) -> Before:
    """What the client heard of this session before."""
    if any(offer.sent and offer.reason == Ending.CLIENT for offer in standing.of(conflict)):
        return Before.DECLINED
    earlier = any(offer.sent and not offer.live for offer in standing.of(conflict))
    return Before.TOLD if earlier or conflict.noticed_at is not None else Before.NOTHING
