"""The one reminder, half time between invitation and the day an answer is due; and one on the eve of a moved hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.model import (
    Conflict,
    Delivery,
    Offer,
    OfferState,
)
from syncd.core.model.effects import LETTER_CONCERN, EffectKey, kind_of
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import Before, Instead, MailFacts, MailKind, Outlook
from syncd.core.offers.answers.understood import Concern
from syncd.core.policy.deadlines import Night, eve_of, on_the_eve, open_eve, reminder_due
from syncd.core.state import PassState
from syncd.core.state.outlook import leads, still_open
from syncd.core.telling.late_yes import who_said_yes
from syncd.core.telling.mail_facts import Addressee, facts_for, tell

LATEST = timedelta(hours=2)  # before the hour
LATELY = timedelta(days=1)
_MACHINE = sha256(Concern.AUTO.encode()).hexdigest()[
    :12
]  # the version of a letter about what a program wrote
CONFIRMING = frozenset({MailKind.AGREED, MailKind.THANKS, MailKind.IN_TIME})  # say that a time is theirs


def reminders(pass_state: PassState, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """One, at half time, part of the invitation's thread, be it about several times for a session; none for time that
    new leave may yet take.
    """
    at = reminder_due(offer)
    due = at is not None and at <= pass_state.now and not pass_state.in_leave(offer)
    if due and pass_state.may_hear(who.conflict) and _speaks(pass_state, offer):
        facts = facts_for(pass_state, who, MailKind.REMINDER, offer, due=offer.due, sequence=offer.sequence)
        facts = _of_all(pass_state, facts, offer)
        if offer.delivery is not Delivery.IMIP:
            first = who.client.email if who.client.second_email else ""
            facts = replace(facts, uid="", carried_to=first)  # no mail of ours that it could answer
        else:
            facts = replace(facts, thread=_invited_by(pass_state, offer))
        yield tell(EffectKey(offer.uid, str(offer.sequence), MailKind.REMINDER), facts, who, offer)


def _speaks(pass_state: PassState, offer: Offer) -> bool:
    """True for the one of several times for a session that they are reminded by, unless they were."""
    others = (one for one in pass_state.offers_of.get(offer.conflict, ()) if one.uid != offer.uid)
    reminded = any(one.suggestion == offer.suggestion and one.reminded_at is not None for one in others)
    return leads(pass_state, offer) and not reminded


def _of_all(pass_state: PassState, facts: MailFacts, offer: Offer) -> MailFacts:
    """With all the times of which they may still take one."""
    kept = still_open(pass_state, offer)
    if len(kept) == 1:
        return facts
    times = tuple(Instead(facts.original, one.span) for one in kept)
    dues = {one.due for one in kept}
    return replace(facts, suggested=times, due=dues.pop() if len(dues) == 1 else None, one_of=True)


def eve_notes(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """On the eve of an hour that its client said yes to, or read that the therapist has put down; on the day itself
    where nothing could leave before, until two hours before it. None for discreet clients, nor for what was settled in
    person without a mail, nor where a mail about it has left within a day.
    """
    if who.client.discreet or not pass_state.policy(who.conflict).timing.eve_note:
        return
    night = (pass_state.zone(who.conflict), pass_state.policy(who.conflict).timing.quiet)
    yield from _of_what_was_put_down(pass_state, who, night)
    for offer in pass_state.of(who.conflict):
        at = eve_of(offer, night, pass_state.snapshot.practice.holidays)
        due = at is not None and at <= pass_state.now < offer.span.start - LATEST
        due = due and not pass_state.in_leave(offer) and not _just_read(pass_state, offer)
        due = due and (offer.state is OfferState.ACCEPTED or _mailed_as_agreed(pass_state, offer))
        if due and pass_state.may_hear(who.conflict):
            key = EffectKey(offer.uid, f"{offer.span.start:%Y%m%dT%H%M}", MailKind.EVE)
            yield tell(key, facts_for(pass_state, who, MailKind.EVE, None, slot_of=offer), who, offer)


def not_agreed(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """On the eve of a time that nobody has settled, so that nobody comes to it in vain: it is not agreed. Until
    then the therapist may have confirmed it.
    """
    night = (pass_state.zone(who.conflict), pass_state.policy(who.conflict).timing.quiet)
    for offer in pass_state.of(who.conflict):
        at = open_eve(offer, night, pass_state.snapshot.practice.holidays)
        due = at is not None and at <= pass_state.now < offer.span.start - LATEST
        if due and not pass_state.in_leave(offer) and pass_state.may_hear(who.conflict):
            key = EffectKey(offer.uid, f"eve-{offer.span.start:%Y%m%dT%H%M}", MailKind.UNSURE)
            facts = facts_for(pass_state, who, MailKind.UNSURE, None, slot_of=offer)
            if offer.at_odds:
                facts = replace(facts, before=Before.AT_ODDS, to=who_said_yes(offer, who), also="")
            else:
                facts = replace(facts, before=_why_not(offer))
            if facts.to:
                yield tell(key, facts, who, offer)


def _why_not(offer: Offer) -> Before:
    if offer.yes_waits:
        return Before.MET
    return Before.PROPOSED if offer.state is OfferState.PROPOSED else Before.DOUBTFUL


def _of_what_was_put_down(pass_state: PassState, who: Addressee, night: Night) -> Iterator[Tell]:
    """While it stands where they read that it was put: they never answered, so the words are others."""
    row, there = who.conflict, who.conflict.put_down
    if there is None or pass_state.agreed(row) != there or not pass_state.may_hear(row):
        return
    at = on_the_eve(there, night, pass_state.snapshot.practice.holidays)
    read = (
        one for one in pass_state.snapshot.ledger if one.client and row.id in {one.conflict, *one.besides}
    )
    if at <= pass_state.now < there.start - LATEST and all(one.at + LATELY <= pass_state.now for one in read):
        facts = facts_for(pass_state, who, MailKind.EVE, None, outlook=Outlook.AGREED)
        key = EffectKey(row.id, f"{there.start:%Y%m%dT%H%M}", MailKind.EVE)
        before = Before.WORDS if _wrote_since(pass_state, row) else Before.NOTHING
        yield tell(key, replace(facts, slot=there, before=before, with_therapist=""), who, None)


def _wrote_since(pass_state: PassState, row: Conflict) -> bool:
    """True where the therapist, or who reads for them, was told that they wrote, after the last mail about it."""
    ledger = pass_state.snapshot.ledger
    read = [one.at for one in ledger if one.client and row.id in {one.conflict, *one.besides}]
    words = (one for one in ledger if one.key.subject == row.id and kind_of(one.key) == LETTER_CONCERN)
    human = (one.at for one in words if one.key.version.partition(".")[0] != _MACHINE)
    return bool(read) and any(at >= max(read) for at in human)


def _mailed_as_agreed(pass_state: PassState, offer: Offer) -> bool:
    """True for what was settled in a word with the client, and a mail says that it is theirs: `#told` asks for none."""
    about = (one.key for one in pass_state.snapshot.ledger if one.client and one.offer == offer.uid)
    return any(one.kind in CONFIRMING for one in about)


def _just_read(pass_state: PassState, offer: Offer) -> bool:
    """True for who said yes within a day, or got a mail about it."""
    said = offer.answered_at is not None and pass_state.now < offer.answered_at + LATELY
    about = (one for one in pass_state.snapshot.ledger if one.client and one.offer == offer.uid)
    return said or any(pass_state.now < one.at + LATELY for one in about)


def _invited_by(pass_state: PassState, offer: Offer) -> str:
    """The Message-ID of the offer's last invitation."""
    asked = (one for one in pass_state.snapshot.ledger if one.key.kind == MailKind.INVITATION)
    return next((one.message_id for one in reversed(list(asked)) if one.offer == offer.uid), "")
