"""The one reminder, half time between invitation and the day an answer is due; and one on the eve of a moved hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import (
    Delivery,
    Offer,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.policy.deadlines import eve_of, reminder_due
from syncd.core.state import Standing
from syncd.core.telling.mail_facts import Addressee, facts_for, tell

LATEST = timedelta(hours=2)  # before the hour
LATELY = timedelta(days=1)


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


def eve_notes(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """On the eve of an hour that its client said yes to; on the day itself where nothing could leave before, until two
    hours before it. None for discreet clients, nor where a mail about it has left within a day.
    """
    if who.client.discreet or not standing.policy(who.conflict).timing.eve_note:
        return
    night = (standing.zone(who.conflict), standing.policy(who.conflict).timing.quiet)
    for offer in standing.of(who.conflict):
        at = eve_of(offer, night, standing.snapshot.practice.holidays)
        due = at is not None and at <= standing.now < offer.span.start - LATEST
        due = due and not standing.in_leave(offer) and not _just_read(standing, offer)
        if due and standing.may_hear(who.conflict):
            key = EffectKey(offer.uid, f"{offer.span.start:%Y%m%dT%H%M}", MailKind.EVE)
            yield tell(key, facts_for(standing, who, MailKind.EVE, None, slot_of=offer), who, offer)


def _just_read(standing: Standing, offer: Offer) -> bool:
    """True for who said yes within a day, or got a mail about it."""
    said = offer.answered_at is not None and standing.now < offer.answered_at + LATELY
    about = (one for one in standing.snapshot.ledger if one.client and one.offer == offer.uid)
    return said or any(standing.now < one.at + LATELY for one in about)


def _invited_by(standing: Standing, offer: Offer) -> str:
    """The Message-ID of the offer's last invitation."""
    asked = (one for one in standing.snapshot.ledger if one.key.kind == MailKind.INVITATION)
    return next((one.message_id for one in reversed(list(asked)) if one.offer == offer.uid), "")
