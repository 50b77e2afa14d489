"""The one reminder, half time between invitation and the day an answer is due; and one on the eve of a moved hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import (
    Delivery,
    Offer,
    OfferState,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.policy.deadlines import Night, eve_of, on_the_eve, reminder_due
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
    """On the eve of an hour that its client said yes to, or read that the therapist has put down; on the day itself
    where nothing could leave before, until two hours before it. None for discreet clients, nor for what was settled in
    person without a mail, nor where a mail about it has left within a day.
    """
    if who.client.discreet or not standing.policy(who.conflict).timing.eve_note:
        return
    night = (standing.zone(who.conflict), standing.policy(who.conflict).timing.quiet)
    yield from _of_what_was_put_down(standing, who, night)
    for offer in standing.of(who.conflict):
        at = eve_of(offer, night, standing.snapshot.practice.holidays)
        due = at is not None and at <= standing.now < offer.span.start - LATEST
        due = due and not standing.in_leave(offer) and not _just_read(standing, offer)
        due = due and (offer.state is OfferState.ACCEPTED or _mailed_as_agreed(standing, offer))
        if due and standing.may_hear(who.conflict):
            key = EffectKey(offer.uid, f"{offer.span.start:%Y%m%dT%H%M}", MailKind.EVE)
            yield tell(key, facts_for(standing, who, MailKind.EVE, None, slot_of=offer), who, offer)


def _of_what_was_put_down(standing: Standing, who: Addressee, night: Night) -> Iterator[Tell]:
    """While it stands where they read that it was put: they never answered, so the words are others."""
    row, there = who.conflict, who.conflict.put_down
    if there is None or standing.agreed(row) != there or not standing.may_hear(row):
        return
    at = on_the_eve(there, night, standing.snapshot.practice.holidays)
    read = (one for one in standing.snapshot.ledger if one.client and row.id in {one.conflict, *one.besides})
    if at <= standing.now < there.start - LATEST and all(one.at + LATELY <= standing.now for one in read):
        facts = facts_for(standing, who, MailKind.EVE, None, outlook=Outlook.AGREED)
        key = EffectKey(row.id, f"{there.start:%Y%m%dT%H%M}", MailKind.EVE)
        yield tell(key, replace(facts, slot=there, with_therapist=""), who, None)


def _mailed_as_agreed(standing: Standing, offer: Offer) -> bool:
    """True for what was moved after the yes, in a word with the client, and mailed so: `#told` asks for no mail."""
    about = (one.key for one in standing.snapshot.ledger if one.client and one.offer == offer.uid)
    return any(one.kind == MailKind.AGREED for one in about)


def _just_read(standing: Standing, offer: Offer) -> bool:
    """True for who said yes within a day, or got a mail about it."""
    said = offer.answered_at is not None and standing.now < offer.answered_at + LATELY
    about = (one for one in standing.snapshot.ledger if one.client and one.offer == offer.uid)
    return said or any(standing.now < one.at + LATELY for one in about)


def _invited_by(standing: Standing, offer: Offer) -> str:
    """The Message-ID of the offer's last invitation."""
    asked = (one for one in standing.snapshot.ledger if one.key.kind == MailKind.INVITATION)
    return next((one.message_id for one in reversed(list(asked)) if one.offer == offer.uid), "")
