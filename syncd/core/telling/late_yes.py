"""A yes that needs a word: after a no or beside one, after its time, for a time that is gone, for another in person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.model import (
    MAKEUP,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    PartStat,
    next_sequence,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import Before, MailFacts, MailKind, Outlook
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import Therapist
from syncd.core.policy.deadlines import open_eve, thanks_at, unsure_at
from syncd.core.state import PassState
from syncd.core.telling.letters.meanwhile import back_at, others_read_for, steps_in_now, wrote_meanwhile
from syncd.core.telling.mail_facts import Addressee, facts_for, tell
from syncd.core.telling.withdrawal import reviving

FRESH = timedelta(days=14)  # over holidays, and over more than a week in which nothing could be read
THANKS_WITHIN = timedelta(days=3)  # of a yes that is taken for granted since nobody need hear


def late_yes(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """A yes after a no, after its time, or for a time that is gone gets one message that says what came of it: maybe
    its CANCEL.
    """
    for offer in pass_state.of(who.conflict):
        undecided = (
            offer.said_no and not offer.over
        )  # by the other address's no; words beside a yes leave it one
        said = () if undecided else _said_of(pass_state, who, offer)
        yield from (one for one in said if pass_state.may_hear(who.conflict))


def _said_of(pass_state: PassState, who: Addressee, offer: Offer) -> Iterator[Tell]:
    stands = who.conflict.state is ConflictState.HEALED and not pass_state.made_up(who.conflict)
    outlook = Outlook.STANDS if stands else Outlook.NOTHING
    if offer.late_at is None:
        if _after_its_time(pass_state, offer):
            yield _in_time(pass_state, who, offer, Before.NOTHING)
        else:
            yield from _to_the_other(pass_state, who, offer)
        return
    taken_back = offer.cancelled_at is not None and offer.cancelled_at >= offer.late_at
    if offer.delivery is not Delivery.IMIP and offer.uid in pass_state.snapshot.ours and offer.over:
        return  # its CANCEL comes first, and may say it all
    late = offer.over and offer.late_at != offer.answered_at and not taken_back
    if late and not _kept_anew(pass_state, offer):
        key = EffectKey(offer.uid, "1", MailKind.TOO_LATE)
        holds = Outlook.OFFERED if _asked_elsewhere(pass_state, who) and not stands else outlook
        holds = Outlook.ACCEPTED if _took_another(pass_state, offer) else holds
        facts = facts_for(pass_state, who, MailKind.TOO_LATE, None, outlook=holds, slot_of=offer)
        if who.client.second_email:  # the other one has said no yes, and knows that the time is gone
            facts = replace(facts, to=_late_from(offer, who), also="")
        facts = _with_readers(pass_state, facts, who, offer.uid)
        yield reviving(pass_state, tell(key, facts, who, offer), who.conflict)
    elif offer.state is OfferState.ACCEPTED and offer.span.start > pass_state.now:
        word = _in_time(pass_state, who, offer, Before.AT_ODDS if offer.at_one else Before.DECLINED)
        alone = _silent(offer, who) and not offer.at_one  # the other one has changed nothing
        yield replace(word, facts=_to_who_said_so(word.facts, offer, who)) if alone else word
        yield from _to_the_other(pass_state, who, offer) if alone else ()


def _kept_anew(pass_state: PassState, offer: Offer) -> bool:
    """True while that time is kept for them, be it in place of another session: to them it is not gone."""
    others = (one for one in pass_state.offers if one.client == offer.client and one.uid != offer.uid)
    return any(one.kept and one.span.overlaps(offer.span) for one in others)


def _took_another(pass_state: PassState, offer: Offer) -> bool:
    """True for one of several times of which they had taken another, which is theirs."""
    made = (one for one in pass_state.offers_of.get(offer.conflict, ()) if one.state in MAKEUP)
    return any(one.suggestion == offer.suggestion and one.uid != offer.uid for one in made)


def _asked_elsewhere(pass_state: PassState, who: Addressee) -> bool:
    """True where another invitation waits for their answer: that one they are to answer, instead of to wait."""
    live = pass_state.live(who.conflict)
    return live is not None and live.sent and live.state is OfferState.INVITED and not live.frozen


def _late_from(offer: Offer, who: Addressee) -> str:
    return who.client.second_email if offer.late_second else who.client.email


def _after_its_time(pass_state: PassState, offer: Offer) -> bool:
    """Accepted when no answer was waited for any more: they were told that the time may go to somebody else.

    What was answered days ago has been taken for granted since.
    """
    if offer.state is not OfferState.ACCEPTED or offer.due is None or offer.answered_at is None:
        return False
    fresh = pass_state.now < offer.answered_at + FRESH
    return fresh and offer.answered_at >= offer.due and offer.span.start > pass_state.now


def _in_time(pass_state: PassState, who: Addressee, offer: Offer, before: Before) -> Tell:
    """The time is theirs all the same; `before` says whether they had declined."""
    key = EffectKey(offer.uid, str(offer.turns), MailKind.IN_TIME)
    facts = facts_for(pass_state, who, MailKind.IN_TIME, None, slot_of=offer)
    return tell(key, replace(facts, before=before), who, offer)


def _to_the_other(pass_state: PassState, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """One of two addresses said yes, and the other has said nothing: that one reads that the time is fixed."""
    fresh = offer.answered_at is not None and pass_state.now < offer.answered_at + FRESH
    mailed = offer.delivery is Delivery.IMIP and offer.state is OfferState.ACCEPTED
    other = _silent(offer, who)
    if other and mailed and fresh and offer.span.start > pass_state.now:
        key = EffectKey(offer.uid, f"other-{offer.turns}", MailKind.IN_TIME)
        facts = facts_for(pass_state, who, MailKind.IN_TIME, None, slot_of=offer)
        yield tell(key, replace(facts, before=Before.OTHER, to=other, also=""), who, offer)


def _silent(offer: Offer, who: Addressee) -> str:
    """The address that has not answered where the other one said yes; "" for none."""
    answers = (offer.first_answer, offer.second_answer)
    if not who.client.second_email or set(answers) != {PartStat.ACCEPTED, PartStat.NEEDS_ACTION}:
        return ""
    silent = who.client.email if offer.first_answer is PartStat.NEEDS_ACTION else who.client.second_email
    return silent if silent in who.client.written else ""


def thanks(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """A plain yes is thanked for, once: the time is fixed. Not to discreet clients, whose calendar says it."""
    if who.client.discreet or not pass_state.policy(who.conflict).timing.thank_you:
        return
    for offer in pass_state.of(who.conflict):
        at = thanks_at(offer)
        due = at is not None and at <= pass_state.now < min(offer.span.start, at + THANKS_WITHIN)
        due = due and not pass_state.in_leave(offer) and not _said_with_the_time(pass_state, offer)
        if due and pass_state.may_hear(who.conflict):
            key = EffectKey(offer.uid, str(offer.turns), MailKind.THANKS)
            facts = facts_for(pass_state, who, MailKind.THANKS, None, slot_of=offer)
            yield tell(key, _to_who_said_so(facts, offer, who), who, offer)


def received(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """Who wrote while others read for their therapist reads that it arrived, who reads it, and until when; once in that
    leave, and again, as a correction, where the therapist is back on another day by now.
    """
    therapist = pass_state.therapist(who.conflict)
    back = back_at(pass_state, therapist)
    if back is None or not others_read_for(pass_state, therapist.id) or not pass_state.may_hear(who.conflict):
        return
    mark = f"{sha256(who.client.id.encode()).hexdigest()[:8]}-"
    version = f"{mark}{back:%Y%m%d}"
    first = min(_written_about(pass_state, who), default="")
    known = {one.subject for one in pass_state.snapshot.keys if one.version == version}
    if first in _subjects(pass_state, who.conflict) and known <= {first}:
        facts = facts_for(pass_state, who, MailKind.RECEIVED, None)
        facts = replace(
            facts, with_therapist="", changed_since=_said_when_back(pass_state, who, mark, version)
        )
        facts = _with_readers(pass_state, facts, who, first)
        offer = pass_state.offer.get(first)
        yield tell(EffectKey(first, version, MailKind.RECEIVED), facts, who, offer)


def _said_when_back(pass_state: PassState, who: Addressee, mark: str, version: str) -> bool:
    """True where an earlier mail of this leave, to this client (`mark`), has named another day of the return."""
    sent = (one for one in pass_state.snapshot.ledger if one.key.kind == MailKind.RECEIVED)
    others = (one for one in sent if one.key.version.startswith(mark) and one.key.version != version)
    leave = [
        one
        for one in pass_state.diaries[who.conflict.therapist].away
        if one.start <= pass_state.now < one.end
    ]
    return bool(leave) and any(one.at >= min(span.start for span in leave) for one in others)


def _with_readers(pass_state: PassState, facts: MailFacts, who: Addressee, subject: str) -> MailFacts:
    """With when their therapist reads again and who reads what they write until then, where that is somebody else."""
    therapist = pass_state.therapist(who.conflict)
    if not others_read_for(pass_state, therapist.id):
        return facts
    reads = _reads_beside(pass_state, subject)
    return replace(facts, back=back_at(pass_state, therapist), reads=reads.name if reads is not None else "")


def _subjects(pass_state: PassState, row: Conflict) -> tuple[str, ...]:
    """What an answer of theirs may be about: the session itself, or an offer for it."""
    return (row.id, *(one.uid for one in pass_state.of(row)))


def _written_about(pass_state: PassState, who: Addressee) -> Iterator[str]:
    """About which sessions and offers of theirs, with this therapist, they wrote in this leave."""
    mine = (who.conflict.therapist, who.client.id)
    for row in pass_state.conflicts:
        if (row.therapist, row.client) == mine:
            names = _subjects(pass_state, row)
            yield from (one for one in names if wrote_meanwhile(pass_state, row, one))


def _reads_beside(pass_state: PassState, subject: str) -> Therapist | None:
    """The colleague who reads it beside the office: who gives the hour that it is about, or steps in."""
    offer = pass_state.offer.get(subject)
    if offer is not None and offer.kind is OfferKind.COVER:
        return pass_state.snapshot.therapist.get(offer.therapist)
    return steps_in_now(pass_state, subject)


def _said_with_the_time(pass_state: PassState, offer: Offer) -> bool:
    """True where the mail that says the agreed time is to leave, or left since they said yes."""
    since = (one for one in pass_state.snapshot.ledger if one.at >= (offer.answered_at or one.at))
    left = any(one.offer == offer.uid and one.key.kind == MailKind.AGREED for one in since)
    return left or _unsaid(pass_state, offer)


def _to_who_said_so(facts: MailFacts, offer: Offer, who: Addressee) -> MailFacts:
    """To the one of their two addresses that said yes, or to both where both did."""
    both = offer.first_answer is offer.second_answer is PartStat.ACCEPTED
    said = "" if both or not who.client.second_email else who_said_yes(offer, who)
    return replace(facts, to=said, also="") if said else facts


def unsure(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """Who said yes reads that it is not settled, where their other address said no and nobody has settled it since.

    From the eve on another word says more (`not_agreed`).
    """
    night = (pass_state.zone(who.conflict), pass_state.policy(who.conflict).timing.quiet)
    for offer in pass_state.of(who.conflict):
        at, to = unsure_at(offer), who_said_yes(offer, who)
        eve = open_eve(offer, night, pass_state.snapshot.practice.holidays)
        due = at is not None and eve is not None and at <= pass_state.now < eve
        due = due and not pass_state.in_leave(offer)
        if due and to and offer.delivery is Delivery.IMIP and pass_state.may_hear(who.conflict):
            key = EffectKey(offer.uid, str(offer.turns), MailKind.UNSURE)
            facts = facts_for(pass_state, who, MailKind.UNSURE, None, slot_of=offer)
            yield tell(key, replace(facts, to=to, also=""), who, offer)


def who_said_yes(offer: Offer, who: Addressee) -> str:
    """The one of their two addresses, where mail reaches it; "" where none of them did."""
    said = {who.client.email: offer.first_answer, who.client.second_email: offer.second_answer}
    return next((one for one in who.client.written if one and said.get(one) is PartStat.ACCEPTED), "")


def agreed_by_hand(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """The REQUEST for an agreed time to which the therapist moved what they were sent, with `#yes` or before their own
    yes to that hour: their calendar still shows the other one. So where `#yes` alone says that it is theirs.

    None where `#told` says that they need no mail, nor where their own calendar program has moved it.
    """
    for offer in pass_state.of(who.conflict):
        if _unsaid(pass_state, offer) and pass_state.may_hear(who.conflict):
            facts = facts_for(pass_state, who, MailKind.AGREED, offer)
            key = EffectKey(offer.uid, f"{next_sequence(offer)}-{offer.turns}", MailKind.AGREED)
            yield tell(key, facts, who, offer)


def _unsaid(pass_state: PassState, offer: Offer) -> bool:
    if offer.delivery is not Delivery.IMIP or not offer.sent:
        return False
    answered = offer.state is OfferState.ACCEPTED and offer.told is not None and not offer.said_no
    if not (answered or offer.state is OfferState.SETTLED):
        return False
    fresh = offer.answered_at is not None and pass_state.now < offer.answered_at + FRESH
    unsaid = offer.told != offer.span or offer.reason == Ending.SPOKEN
    return fresh and unsaid and offer.span.start > pass_state.now
