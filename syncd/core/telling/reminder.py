"""The one reminder, half time between invitation and the day an answer is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import (
    Delivery,
    Offer,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.policy.deadlines import reminder_due
from syncd.core.state import Standing
from syncd.core.telling.mail_facts import Addressee, facts_for, tell


def reminders(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """One, at half time, part of the invitation's thread; none for time that new leave may yet take."""
    at = reminder_due(offer)
    due = at is not None and at <= standing.now and not standing.in_leave(offer)
    if due and standing.may_hear(who.conflict):
        facts = facts_for(standing, who, MailKind.REMINDER, offer, due=offer.due, sequence=offer.sequence)
        if offer.delivery is not Delivery.IMIP:
            first = who.client.email if who.client.second_email else ""
            facts = replace(facts, uid="", carried_to=first)  # no mail of ours that it could answer
        else:
            facts = replace(facts, thread=_invited_by(standing, offer))
        yield tell(EffectKey(offer.uid, str(offer.sequence), MailKind.REMINDER), facts, who, offer)


def _invited_by(standing: Standing, offer: Offer) -> str:
    """The Message-ID of the offer's last invitation."""
    asked = (one for one in standing.snapshot.ledger if one.key.kind == MailKind.INVITATION)
    return next((one.message_id for one in reversed(list(asked)) if one.offer == offer.uid), "")
