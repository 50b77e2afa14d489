"""Which message a client should have by now: invitations, reminders, what takes back (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import (
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferState,
    OriginalState,
    conflict_id,
    next_sequence,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailFacts, MailKind, Outlook
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import OriginalsMode
from syncd.core.policy.deadlines import answer_due, reminder_due
from syncd.core.state.outlook import prospect
from syncd.core.state.standing import HOLDING, Standing
from syncd.core.state.undelivered import on_its_way_back
from syncd.core.telling.mail_facts import Addressee, facts_for, tell
from syncd.core.telling.notice import needs_notice, released
from syncd.core.telling.withdrawal import (
    ENDED,
    SILENT,
    cancel_key,
    owes_cancel,
    owes_words,
    removal_key,
    revival,
    words_key,
)


def invitation_key(offer: Offer) -> EffectKey:
    """One REQUEST per offer, SEQUENCE and time: what was recorded for a time that it no longer has is void."""
    moved = f"-{offer.turns}" if offer.turns else ""
    return EffectKey(offer.uid, f"{next_sequence(offer)}{moved}", MailKind.INVITATION)


def messages(standing: Standing, conflict: Conflict) -> Iterator[Tell]:
    """Everything the conflict's client should be told of its offers and, as far as we know, has not been.

    What takes back comes first; no REQUEST while a CANCEL for the same session is still due (I6).
    """
    client = standing.client(conflict)
    if client is None or not client.mailed or not standing.snapshot.mail:
        return
    who = Addressee(conflict, client)
    if standing.suspended(conflict):
        for offer in standing.of(conflict):
            if standing.stays_anyway(conflict, offer):
                yield from _invite(standing, who, offer)
        return
    cancels = [tell for offer in standing.of(conflict) for tell in _cancel(standing, who, offer)]
    yield from cancels
    if cancels:
        return
    for offer in standing.of(conflict):
        yield from _in_words(standing, who, offer)
        yield from _invite(standing, who, offer)
        yield from _remind(standing, who, offer)
    yield from _late_yes(standing, who)
    yield from _closing(standing, who)


def _invite(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    if offer.delivery is Delivery.IMIP:
        facts = invitation_facts(standing, who, offer)
        if facts is not None:
            yield tell(invitation_key(offer), facts, who, offer)


def invitation_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts | None:
    """What the invitation says when it may leave now; None while it may not, or an answer could not come in time."""
    if not may_invite(standing, who.conflict, offer):
        return None
    if too_near(standing, who.conflict, offer):
        return None
    within = standing.policy(who.conflict).timing.answer_within
    due = answer_due(standing.now, offer.span, within)
    return facts_for(standing, who, MailKind.INVITATION, offer, due=due)


def too_near(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True when an invitation now would be under minimum notice, or leave too little time to answer (I4)."""
    return not offer.pinned and offer.span.start - standing.now < standing.lead(conflict)


def confirmation_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts:
    """The invitation's own words once more, for an object whose status alone changes."""
    return facts_for(standing, who, MailKind.INVITATION, offer, sequence=offer.sequence)


def renewal_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts:
    """The invitation for the time that the therapist moved it to, pinned whatever it leaves to answer."""
    within = standing.policy(who.conflict).timing.answer_within
    due = answer_due(standing.now, offer.span, within)
    return facts_for(standing, who, MailKind.INVITATION, offer, due=due)


def may_invite(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True when a hold may become an invitation now: cleared, nothing to wait for, the client awake.

    An invitation that the therapist dragged waits for nothing else, as the client still knows another time; nor does
    one to a time that the client proposed and the therapist wants.
    """
    if offer.state is not OfferState.HELD or offer.frozen or offer.clash:
        return False
    if not _still_asked(standing, conflict, offer):
        return False
    if not standing.awake(conflict) or _being_taken_back(standing, conflict):
        return False
    if on_its_way_back(standing, offer):
        return False
    if any(_believed(standing, other, offer) for other in standing.offers):
        return False
    if any(_about_to_stand(standing, row, offer) for row in standing.conflicts):
        return False
    if standing.urgent(conflict) and needs_notice(standing, conflict):
        return False  # first of all they hear that they need not set out
    cleared = standing.cleared(conflict) and standing.kind_cleared(conflict, offer)
    waits_for_nothing = offer.sent or offer.proposed
    return waits_for_nothing or (cleared and standing.invites_at(conflict, offer).open(standing.now))


def _about_to_stand(standing: Standing, row: Conflict, offer: Offer) -> bool:
    """True where a session stands on the time that takes place again, unless its leave comes back (I3)."""
    here = row.therapist == offer.therapist and row.span.overlaps(offer.span)
    return here and standing.lifted(row) is not None


def _believed(standing: Standing, other: Offer, offer: Offer) -> bool:
    """True while somebody else may still take this time for theirs: their CANCEL comes first (I3, I6)."""
    if other.state not in ENDED or other.uid == offer.uid or other.therapist != offer.therapist:
        return False
    if not (other.told or other.span).overlaps(offer.span):
        return False
    carried = other.delivery is not Delivery.IMIP and other.sent and other.reason not in SILENT
    return owes_cancel(standing, other) or (carried and other.uid in standing.snapshot.ours)


def _still_asked(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True while the session wants this time; what the client knows at another time is told though the leave is over.

    A make-up that the therapist moved is, whatever became of session and leave.
    """
    if offer.agreed:
        return True
    if offer.sent:
        return conflict.state in {ConflictState.OPEN, ConflictState.CLOSED}
    return conflict.state is ConflictState.OPEN and conflict.absence in standing.absence


def _remind(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    at = reminder_due(offer)
    if at is not None and at <= standing.now and standing.awake(who.conflict):
        facts = facts_for(standing, who, MailKind.REMINDER, offer, due=offer.due, sequence=offer.sequence)
        if offer.delivery is not Delivery.IMIP:
            facts = replace(facts, uid="")  # no mail of ours that it could answer
        else:
            facts = replace(facts, thread=_invited_by(standing, offer))
        yield tell(EffectKey(offer.uid, str(offer.sequence), MailKind.REMINDER), facts, who, offer)


def _invited_by(standing: Standing, offer: Offer) -> str:
    """The Message-ID of the offer's last invitation."""
    asked = (one for one in standing.snapshot.ledger if one.key.kind == MailKind.INVITATION)
    return next((one.message_id for one in reversed(list(asked)) if one.offer == offer.uid), "")


def _cancel(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    if not _ended(standing, offer) or not owes_cancel(standing, offer) or not standing.awake(who.conflict):
        return
    lost = _lost(standing, offer)
    if lost is not None and (standing.suspended(lost) or _last_word(standing, lost)):
        return  # that one takes it back as well
    about = Addressee(lost, who.client) if lost is not None else who
    outlook = _outlook(standing, about.conflict)
    kind = MailKind.CLOSING if outlook is Outlook.NOTHING else MailKind.TAKEN_BACK
    known = replace(offer, span=offer.told or offer.span)  # what was dragged since, they never heard of
    facts = facts_for(standing, about, kind, known, outlook=outlook, sequence=next_sequence(offer))
    told = tell(cancel_key(offer), facts, who, offer)
    yield told if lost is not None else _reviving(standing, told, who.conflict)


def _in_words(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """The server's own CANCEL says nothing: one mail says what holds now, unless an invitation does at once."""
    if not owes_words(standing, offer) or not standing.awake(who.conflict):
        return
    if _invited_at_once(standing, who.conflict):
        return
    outlook = _outlook(standing, who.conflict)
    kind = MailKind.CLOSING if outlook is Outlook.NOTHING else MailKind.TAKEN_BACK
    facts = facts_for(standing, who, kind, None, outlook=outlook, slot_of=offer)
    told = _reviving(standing, tell(words_key(offer), facts, who, offer), who.conflict)
    there = offer.uid in standing.snapshot.ours
    yield replace(told, after=removal_key(offer)) if there else told


def _reviving(standing: Standing, told: Tell, conflict: Conflict) -> Tell:
    stands = told.facts.outlook is Outlook.STANDS
    return replace(told, revived=(revival(standing, conflict),)) if stands else told


def _invited_at_once(standing: Standing, conflict: Conflict) -> bool:
    """True while another time is held for the session, and nothing but a step or two keeps the invitation."""
    hold = standing.live(conflict)
    if hold is None or hold.sent or conflict.state is not ConflictState.OPEN:
        return False
    if hold.proposed:
        return True
    gate = standing.invites_at(conflict, hold)
    return standing.cleared(conflict) and gate.opens <= standing.now + HOLDING


def _ended(standing: Standing, offer: Offer) -> bool:
    """A make-up that a later absence displaced ends when that conflict's original, the make-up, is cancelled."""
    if offer.state is not OfferState.DISPLACED:
        return offer.state in ENDED
    lost = _lost(standing, offer)
    return lost is not None and lost.original is OriginalState.CANCELLED


def _lost(standing: Standing, offer: Offer) -> Conflict | None:
    """The conflict that a make-up became when a later absence displaced it."""
    displaced = offer.state is OfferState.DISPLACED
    return standing.conflict.get(conflict_id(offer.therapist, offer.uid, "")) if displaced else None


def _being_taken_back(standing: Standing, conflict: Conflict) -> bool:
    """True while the CANCEL of the make-up that this conflict is about is due: no REQUEST goes before it (I6)."""
    makeup = standing.offer.get(conflict.ref.uid)
    if makeup is None or not owes_cancel(standing, makeup):
        return False
    kept = standing.policy(conflict).originals is OriginalsMode.KEEP
    goes = standing.urgent(conflict) or conflict.noticed_at is not None or released(standing, conflict)
    return _ended(standing, makeup) or (goes and not kept)


def _outlook(standing: Standing, conflict: Conflict) -> Outlook:
    if standing.taken_offer(conflict):
        return Outlook.ACCEPTED
    if _elsewhere(standing.live(conflict)):
        return Outlook.OFFERED
    if standing.agreed(conflict) is not None:
        return Outlook.AGREED
    match conflict.state:
        case ConflictState.HEALED:
            return Outlook.STANDS
        case ConflictState.GONE:
            return Outlook.GONE
        case ConflictState.OPEN:
            return prospect(standing, conflict)
        case _:
            return Outlook.NOTHING


def _elsewhere(live: Offer | None) -> bool:
    """True for a time that the client asked for, or was asked about already: it has an invitation of its own."""
    return live is not None and (live.sent or live.proposed)


def _late_yes(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """A yes after a no, or for a time that is gone, gets one message that says what came of it: maybe its CANCEL."""
    for offer in standing.of(who.conflict):
        if offer.late_at is None or not standing.awake(who.conflict):
            continue
        taken_back = offer.cancelled_at is not None and offer.cancelled_at >= offer.late_at
        if offer.delivery is not Delivery.IMIP and offer.uid in standing.snapshot.ours and offer.over:
            continue  # its CANCEL comes first, and may say it all
        if offer.over and offer.late_at != offer.answered_at and not taken_back:
            key = EffectKey(offer.uid, "1", MailKind.TOO_LATE)
            yield tell(key, facts_for(standing, who, MailKind.TOO_LATE, None, slot_of=offer), who, offer)
        elif offer.state is OfferState.ACCEPTED and offer.span.start > standing.now:
            key = EffectKey(offer.uid, str(offer.turns), MailKind.IN_TIME)
            yield tell(key, facts_for(standing, who, MailKind.IN_TIME, None, slot_of=offer), who, offer)


def _closing(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """The client declined the last time there is for now: one message says what holds.

    Where the session itself was a make-up, it takes that one back as well.
    """
    if not _last_word(standing, who.conflict) or not standing.awake(who.conflict):
        return
    outlook = prospect(standing, who.conflict)
    makeup = standing.makeup(who.conflict)
    facts = facts_for(standing, who, MailKind.CLOSING, makeup, outlook=outlook)
    yield tell(_closing_key(standing, who.conflict), facts, who, makeup)


def _closing_key(standing: Standing, conflict: Conflict) -> EffectKey:
    sent = sum(offer.sent for offer in standing.of(conflict))
    return EffectKey(conflict.id, str(sent), MailKind.CLOSING)


def _last_word(standing: Standing, conflict: Conflict) -> bool:
    """True when the client refused what they were asked last, and nothing else is held for them."""
    offers = tuple(offer for offer in standing.of(conflict) if offer.number > conflict.bygone)
    last = next((offer for offer in reversed(offers) if offer.sent), None)
    if last is None or not last.over or last.reason != Ending.CLIENT:
        return False
    if standing.snapshot.done(_closing_key(standing, conflict)):
        return False
    if conflict.state is ConflictState.CLOSED:
        return True
    waits = any(offer.live or offer.state is OfferState.PROPOSED for offer in offers)
    nothing = conflict.id in standing.unplaced or conflict.span.start <= standing.now
    return conflict.state is ConflictState.OPEN and not waits and nothing
