"""What takes an invitation back: who is still to hear of it, and what follows where the session itself stands again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import (
    Client,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferState,
    OriginalState,
    PartStat,
    next_sequence,
)
from syncd.core.model.actions import Revival
from syncd.core.model.effects import ASTRAY, EffectKey, EffectState
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.model.offer_facts import NOT_AGAIN, Ending
from syncd.core.model.practice import OriginalsMode
from syncd.core.offers.endings import cancel_key, other_key, removal_key, words_key
from syncd.core.offers.extra_sessions import stands_at
from syncd.core.state import PassState
from syncd.core.state.gates import HOLDING
from syncd.core.state.outlook import premature, prospect
from syncd.core.telling.closing import refused_the_last
from syncd.core.telling.mail_facts import Addressee, facts_for, tell
from syncd.core.telling.notice import needs_notice

ENDED = frozenset({OfferState.WITHDRAWN, OfferState.CANCELLED, OfferState.DECLINED, OfferState.VETOED})
CLIENT_KNOWS = frozenset({Ending.CLIENT, Ending.MACHINE, Ending.TOLD, Ending.UNMAILED})  # or ended it


def owes_cancel(pass_state: PassState, offer: Offer) -> bool:
    """True while an ended offer's CANCEL has not gone out: one for each that was sent, unless the client ended it.

    What is over by then needs none, nor does a time at which the therapist has entered a session with that client,
    unless leave lies over it. RFC 5546 §3.2.5.
    """
    return (
        _stands_in_their_calendar(pass_state, offer)
        and offer.reason not in CLIENT_KNOWS
        and not pass_state.snapshot.done(cancel_key(offer))
        and not _told_by_hand(pass_state, offer)
    )


def owes_other(pass_state: PassState, offer: Offer) -> bool:
    """True while one of a client's two addresses has not been told that the other one has ended it."""
    client = pass_state.snapshot.client.get(offer.client)
    return (
        _stands_in_their_calendar(pass_state, offer)
        and client is not None
        and bool(keeps_it(offer, client))
        and not pass_state.snapshot.done(other_key(offer))
    )


def keeps_it(offer: Offer, client: Client) -> str:
    """Of two addresses the one whose calendar keeps what the other one, or its machine, declined; "" for none."""
    if not client.second_email or offer.reason not in {Ending.CLIENT, Ending.MACHINE}:
        return ""
    if offer.first_answer is offer.second_answer is PartStat.DECLINED:
        return ""
    keeps = client.email if offer.second_said else client.second_email
    return keeps if keeps in client.written else ""


def _stands_in_their_calendar(pass_state: PassState, offer: Offer) -> bool:
    """True for a time ahead that we mailed to who can be mailed, and have not taken back."""
    if offer.told_as_it_is and _entered_instead(pass_state, offer):
        return False
    client = pass_state.snapshot.client.get(offer.client)
    reached = client is not None and client.mailed and pass_state.snapshot.mail
    ours = reached and offer.delivery is Delivery.IMIP and offer.sent
    return ours and offer.span.start > pass_state.now and offer.cancelled_at is None


def _entered_instead(pass_state: PassState, offer: Offer) -> bool:
    diary = pass_state.diaries.get(offer.therapist)
    if diary is None or not stands_at(offer, diary):
        return False
    return not any(away.overlaps(offer.span) for away in diary.away)


def _told_by_hand(pass_state: PassState, offer: Offer) -> bool:
    """The CANCEL could not be delivered, and the therapist has removed the entry that asked them to call."""
    refused = pass_state.snapshot.keys.get(cancel_key(offer)) is EffectState.ESCALATED
    return (
        refused and offer.calendar in pass_state.snapshot.fresh and offer.uid not in pass_state.snapshot.ours
    )


def untold(pass_state: PassState, offer: Offer) -> bool:
    """True when an ended offer's client does not know it and no mail of ours will tell them: a human has to.

    The CANCEL was refused for good, or the client lost their address since. It lasts as long as the entry stands.
    """
    if offer.delivery is not Delivery.IMIP or not offer.sent or offer.reason in CLIENT_KNOWS:
        return False
    if offer.cancelled_at is not None:
        return False
    ahead = offer.span.start > pass_state.now and offer.uid in pass_state.snapshot.ours
    state = pass_state.snapshot.keys.get(cancel_key(offer))
    client = pass_state.snapshot.client.get(offer.client)
    reached = client is not None and client.mailed and pass_state.snapshot.mail
    refused = state is EffectState.ESCALATED or (not reached and state is not EffectState.DONE)
    return ahead and offer.state in ENDED and refused


def owes_words(pass_state: PassState, offer: Offer) -> bool:
    """True for what the server withdrew, or is about to, while the client was told nothing else.

    What the therapist deleted by hand counts as told.
    """
    later = any(
        other.sent and other.number > offer.number
        for other in pass_state.offers
        if other.conflict == offer.conflict
    )
    return (
        offer.delivery is not Delivery.IMIP
        and offer.state in ENDED
        and offer.sent
        and offer.reason not in {*CLIENT_KNOWS, *NOT_AGAIN}
        and not later
        and offer.span.start > pass_state.now
    )


def revival(pass_state: PassState, conflict: Conflict) -> Revival:
    """What follows for a conflict once its client was told that it takes place after all."""
    last = max((offer.number for offer in pass_state.of(conflict)), default=0)
    return Revival(conflict.id, conflict.life + 1, last)


def cancels(pass_state: PassState, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """The CANCEL that an ended offer owes its client, or one of their addresses, once they are awake.

    Of what was agreed on within a day it is as urgent as any word of a session that falls out.
    """
    both, one = owes_cancel(pass_state, offer), owes_other(pass_state, offer)
    lost = pass_state.displaced_anew(offer)
    urgent = lost is not None and pass_state.urgent(lost)
    if not (both or one) or not _ended(pass_state, offer) or not pass_state.may_hear(who.conflict, urgent):
        return
    if lost is not None and (pass_state.suspended(lost) or refused_the_last(pass_state, lost)):
        return  # that one takes it back as well
    if lost is not None and urgent and needs_notice(pass_state, lost):
        return  # its notice takes it back, in the words of any session that is near (`notice.py`)
    about = Addressee(lost, who.client) if lost is not None else who
    outlook = _outlook(pass_state, about.conflict)
    kind = MailKind.CLOSING if outlook is Outlook.NOTHING and not one else MailKind.TAKEN_BACK
    known = replace(offer, span=offer.told or offer.span)  # what was dragged since, they never heard of
    facts = facts_for(pass_state, about, kind, known, outlook=outlook, sequence=next_sequence(offer))
    facts = replace(facts, called_off=offer.state is OfferState.CANCELLED)
    if one:
        facts = replace(facts, to=keeps_it(offer, who.client), also="", by_other=True)
    told = tell(other_key(offer) if one else cancel_key(offer), facts, who, offer)
    if lost is None:
        yield reviving(pass_state, told, who.conflict)
    else:
        yield replace(told, besides=(lost.id,))  # no notice says the same in that minute


def not_put_there(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """What takes back where a mail of ours said that the therapist put the session: it stands there no more."""
    row = who.conflict
    if not put_elsewhere(pass_state, row) or not pass_state.may_hear(row):
        return
    facts = facts_for(pass_state, who, MailKind.TAKEN_BACK, None, outlook=_outlook(pass_state, row))
    facts = replace(facts, slot=row.put_down, with_therapist="")
    yield reviving(pass_state, tell(astray_key(row), facts, who, None), row)


def put_elsewhere(pass_state: PassState, row: Conflict) -> bool:
    """True while its client is still to read that a session is not where it was put, or that could not be delivered."""
    refused = pass_state.snapshot.keys.get(astray_key(row)) is EffectState.ESCALATED
    return pass_state.astray(row) and not refused


def astray_key(row: Conflict) -> EffectKey:
    """One for each time that a session left the place of which its client had read."""
    return EffectKey(row.id, f"{row.astray_at:%Y%m%dT%H%M%S}" if row.astray_at else "", ASTRAY)


def words_beside_removal(pass_state: PassState, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """The server's own CANCEL says nothing: one mail says what holds now, unless an invitation does at once."""
    if not owes_words(pass_state, offer) or pass_state.snapshot.done(words_key(offer)):
        return  # what was said of an earlier life is not said of this one
    if not pass_state.may_hear(who.conflict):
        return
    if _invited_at_once(pass_state, who.conflict) or premature(pass_state, who.conflict):
        return
    outlook = _outlook(pass_state, who.conflict)
    kind = MailKind.CLOSING if outlook is Outlook.NOTHING else MailKind.TAKEN_BACK
    facts = facts_for(pass_state, who, kind, None, outlook=outlook, slot_of=offer)
    told = reviving(pass_state, tell(words_key(offer), facts, who, offer), who.conflict)
    there = offer.uid in pass_state.snapshot.ours
    yield replace(told, after=removal_key(offer)) if there else told


def reviving(pass_state: PassState, told: Tell, conflict: Conflict) -> Tell:
    """The same; where it says that the session takes place after all, a new life of the conflict begins."""
    stands = told.facts.outlook is Outlook.STANDS
    return replace(told, revived=(revival(pass_state, conflict),)) if stands else told


def _invited_at_once(pass_state: PassState, conflict: Conflict) -> bool:
    """True while another time is held for the session, and nothing but a step or two keeps the invitation."""
    hold = pass_state.live(conflict)
    if hold is None or hold.sent or hold.frozen or conflict.state is not ConflictState.OPEN:
        return False
    if hold.proposed:
        return True
    gate = pass_state.invites_at(conflict, hold)
    return pass_state.cleared(conflict) and gate.opens <= pass_state.now + HOLDING


def _ended(pass_state: PassState, offer: Offer) -> bool:
    """A make-up that a later absence displaced ends when that conflict's original, the make-up, is cancelled, or as
    soon as its client was sent another time for it: their calendar holds our invitation to an hour that is off.
    """
    if offer.state is not OfferState.DISPLACED:
        return offer.state in ENDED
    lost = pass_state.displaced_anew(offer)
    if lost is None or lost.original is OriginalState.CANCELLED:
        return lost is not None
    return pass_state.sent(lost)


def being_taken_back(pass_state: PassState, conflict: Conflict) -> bool:
    """True while the CANCEL of the make-up that this conflict is about is due: no REQUEST goes before it (I6)."""
    makeup = pass_state.offer.get(conflict.ref.uid)
    if makeup is None or not owes_cancel(pass_state, makeup):
        return False
    kept = pass_state.policy(conflict).originals is OriginalsMode.KEEP
    goes = pass_state.urgent(conflict) or conflict.noticed_at is not None or pass_state.released(conflict)
    return _ended(pass_state, makeup) or (goes and not kept)


def _outlook(pass_state: PassState, conflict: Conflict) -> Outlook:
    if pass_state.makeup_of(conflict):
        return Outlook.ACCEPTED
    if _elsewhere(pass_state.live(conflict)) or _may_take_another(pass_state, conflict):
        return Outlook.OFFERED
    if pass_state.agreed(conflict) is not None:
        return Outlook.AGREED
    match conflict.state:
        case ConflictState.HEALED if conflict.takes_place(pass_state.now):
            return Outlook.STANDS
        case ConflictState.GONE:
            return Outlook.GONE
        case ConflictState.OPEN:
            at_once = _invited_at_once(pass_state, conflict)
            return Outlook.SOON if at_once else prospect(pass_state, conflict)
        case _:
            return Outlook.NOTHING


def _may_take_another(pass_state: PassState, conflict: Conflict) -> bool:
    """True where another of several times that were suggested together is kept for them, though nobody has answered."""
    made = pass_state.of(conflict)
    kept = {one.suggestion for one in made if one.sent and one.state is OfferState.UNANSWERED}
    return any(one.sent and one.over and one.suggestion in kept for one in made)


def _elsewhere(live: Offer | None) -> bool:
    """True for a time that the client asked for, or was asked about already: it has an invitation of its own."""
    return live is not None and (live.sent or live.proposed)
