"""A yes that comes after a no, or for a time that is gone: what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import (
    ConflictState,
    Delivery,
    OfferState,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.state import Standing
from syncd.core.telling.mail_facts import Addressee, facts_for, tell
from syncd.core.telling.withdrawal import reviving


def late_yes(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """A yes after a no, or for a time that is gone, gets one message that says what came of it: maybe its CANCEL."""
    stands = who.conflict.state is ConflictState.HEALED and not standing.made_up(who.conflict)
    outlook = Outlook.STANDS if stands else Outlook.NOTHING
    for offer in standing.of(who.conflict):
        if offer.late_at is None or not standing.may_hear(who.conflict):
            continue
        taken_back = offer.cancelled_at is not None and offer.cancelled_at >= offer.late_at
        if offer.delivery is not Delivery.IMIP and offer.uid in standing.snapshot.ours and offer.over:
            continue  # its CANCEL comes first, and may say it all
        if offer.over and offer.late_at != offer.answered_at and not taken_back:
            key = EffectKey(offer.uid, "1", MailKind.TOO_LATE)
            facts = facts_for(standing, who, MailKind.TOO_LATE, None, outlook=outlook, slot_of=offer)
            yield reviving(standing, tell(key, facts, who, offer), who.conflict)
        elif offer.state is OfferState.ACCEPTED and offer.span.start > standing.now:
            key = EffectKey(offer.uid, str(offer.turns), MailKind.IN_TIME)
            yield tell(key, facts_for(standing, who, MailKind.IN_TIME, None, slot_of=offer), who, offer)
