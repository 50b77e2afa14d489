"""Which message a client should have by now: invitations, reminders, what takes back, notices (DESIGN §5, §6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.core.effects import EffectKey, EffectState
from syncd.core.invitation import (
    Before,
    MailFacts,
    MailKind,
    Outlook,
    Tell,
    house,
    leave_days,
    next_sequence,
)
from syncd.core.model import (
    Client,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    OriginalState,
    conflict_id,
)
from syncd.core.offers import Ending, answer_due, reminder_due
from syncd.core.policy import Approach
from syncd.core.standing import Standing

ENDED = frozenset({OfferState.WITHDRAWN, OfferState.CANCELLED, OfferState.DECLINED, OfferState.VETOED})
SILENT = frozenset({Ending.CLIENT, Ending.TOLD})  # the client ended it, or knows already


@dataclass(frozen=True, slots=True)
class Addressee:
    """A conflict with the client that a message about it would go to."""

    conflict: Conflict
    client: Client


def invitation_key(offer: Offer) -> EffectKey:
    """One REQUEST per offer and SEQUENCE."""
    return EffectKey(offer.uid, str(next_sequence(offer)), MailKind.INVITATION)


def cancel_key(offer: Offer) -> EffectKey:
    """One CANCEL per offer, ever."""
    return EffectKey(offer.uid, "end", "cancel")


def notice_key(conflict: Conflict) -> EffectKey:
    """One notice per conflict, ever."""
    return EffectKey(conflict.id, "1", MailKind.NOTICE)


def messages(standing: Standing, conflict: Conflict) -> Iterator[Tell]:
    """Everything the conflict's client should be told and, as far as we know, has not been.

    What takes back comes first; no REQUEST while a CANCEL for the same session is still due (I6).
    """
    client = standing.client(conflict)
    if client is None or not client.mailed or not standing.snapshot.mail:
        return
    who = Addressee(conflict, client)
    cancels = [tell for offer in standing.of(conflict) for tell in _cancel(standing, who, offer)]
    yield from cancels
    if cancels:
        return
    for offer in standing.of(conflict):
        yield from _invite(standing, who, offer)
        yield from _remind(standing, who, offer)
    yield from _too_late(standing, who)
    yield from _closing(standing, who)
    yield from _notice(standing, who)
    yield from _stands_again(standing, who)


def _invite(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    if offer.delivery is Delivery.IMIP:
        facts = invitation_facts(standing, who, offer)
        if facts is not None:
            yield _tell(invitation_key(offer), facts, who, offer)


def invitation_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts | None:
    """What the invitation says when it may leave now; None while it may not, or an answer could not come in time."""
    if not may_invite(standing, who.conflict, offer):
        return None
    if too_near(standing, who.conflict, offer):
        return None
    within = standing.policy(who.conflict).timing.answer_within
    due = answer_due(standing.now, offer.span, within)
    return _facts(standing, who, MailKind.INVITATION, offer, due=due)


def too_near(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True when an invitation now would be under minimum notice, or leave too little time to answer (I4)."""
    return not offer.pinned and offer.span.start - standing.now < standing.lead(conflict)


def confirmation_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts:
    """The invitation's own words once more, for an object whose status alone changes."""
    return _facts(standing, who, MailKind.INVITATION, offer, sequence=offer.sequence)


def renewal_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts:
    """The invitation for the time that the therapist moved it to, pinned whatever it leaves to answer."""
    within = standing.policy(who.conflict).timing.answer_within
    due = answer_due(standing.now, offer.span, within)
    return _facts(standing, who, MailKind.INVITATION, offer, due=due)


def may_invite(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True when a hold may become an invitation now: cleared, nothing to wait for, the client awake.

    An invitation that the therapist dragged waits for nothing else: the client still knows another time.
    """
    if offer.state is not OfferState.HELD or offer.frozen:
        return False
    if conflict.state is not ConflictState.OPEN or conflict.absence not in standing.absence:
        return False
    if not standing.awake(conflict):
        return False
    return offer.sent or (standing.cleared(conflict) and standing.gate(conflict, offer).open(standing.now))


def _remind(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    at = reminder_due(offer)
    if at is not None and at <= standing.now and standing.awake(who.conflict):
        facts = _facts(standing, who, MailKind.REMINDER, offer, due=offer.due, sequence=offer.sequence)
        if offer.delivery is not Delivery.IMIP:
            facts = replace(facts, uid="")  # no mail of ours that it could answer
        yield _tell(EffectKey(offer.uid, str(offer.sequence), MailKind.REMINDER), facts, who, offer)


def _cancel(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    if not _ended(standing, offer) or not owes_cancel(standing, offer) or not standing.awake(who.conflict):
        return
    outlook = _outlook(standing, who.conflict)
    kind = MailKind.CLOSING if outlook is Outlook.NOTHING else MailKind.TAKEN_BACK
    facts = _facts(standing, who, kind, offer, outlook=outlook, sequence=next_sequence(offer))
    yield _tell(cancel_key(offer), facts, who, offer)


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
        and not standing.snapshot.done(cancel_key(offer))
    )


def _ended(standing: Standing, offer: Offer) -> bool:
    """A make-up that a later absence displaced ends when that conflict's original, the make-up, is cancelled."""
    if offer.state is not OfferState.DISPLACED:
        return offer.state in ENDED
    later = standing.conflict.get(conflict_id(offer.therapist, offer.uid, ""))
    return later is not None and later.original is OriginalState.CANCELLED


def _outlook(standing: Standing, conflict: Conflict) -> Outlook:
    if standing.taken_offer(conflict):
        return Outlook.ACCEPTED
    match conflict.state:
        case ConflictState.HEALED:
            return Outlook.STANDS
        case ConflictState.GONE:
            return Outlook.GONE
        case ConflictState.OPEN if conflict.span.start > standing.now:
            return Outlook.ANOTHER
        case _:
            return Outlook.NOTHING


def _too_late(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """A yes for a time that is gone gets one message that says so."""
    for offer in standing.of(who.conflict):
        if offer.late_at is not None and standing.awake(who.conflict):
            key = EffectKey(offer.uid, "1", MailKind.TOO_LATE)
            yield _tell(key, _facts(standing, who, MailKind.TOO_LATE, None, slot_of=offer), who, offer)


def _closing(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """The client declined the last offer there was: one message says what holds now."""
    offers = standing.of(who.conflict)
    last = offers[-1] if offers else None
    declined = last is not None and last.sent and last.reason == Ending.CLIENT
    if who.conflict.state is ConflictState.CLOSED and declined and standing.awake(who.conflict):
        key = EffectKey(who.conflict.id, str(len(offers)), MailKind.CLOSING)
        yield _tell(key, _facts(standing, who, MailKind.CLOSING, None), who, None)


def _notice(standing: Standing, who: Addressee) -> Iterator[Tell]:
    urgent = standing.urgent(who.conflict)
    if needs_notice(standing, who.conflict) and standing.awake(who.conflict, urgent):
        kind = MailKind.SICK_TODAY if urgent else MailKind.NOTICE
        outlook = _prospect(standing, who)
        yield _tell(notice_key(who.conflict), _facts(standing, who, kind, None, outlook=outlook), who, None)


def _prospect(standing: Standing, who: Addressee) -> Outlook:
    """What a notice may promise: a time that is held, one that may become free, or none."""
    never = not who.client.makeups or standing.policy(who.conflict).eligibility.approach is Approach.NONE
    if never or who.conflict.state is not ConflictState.OPEN:
        return Outlook.NOTHING
    return Outlook.PERHAPS if who.conflict.id in standing.unplaced else Outlook.ANOTHER


def needs_notice(standing: Standing, conflict: Conflict) -> bool:
    """True when the client must hear of the absence by a message of its own: no invitation did or will.

    At the first of: nothing to offer once the waits are over, `release` before the session, within 24 h.
    A discreet client is called instead.
    """
    open_case = conflict.state in {ConflictState.OPEN, ConflictState.CLOSED}
    if not open_case or conflict.absence not in standing.absence:
        return False
    if told(standing, conflict) or conflict.span.start <= standing.now or _on_its_way(standing, conflict):
        return False
    if standing.urgent(conflict):
        return standing.gate(conflict, None).open(standing.now)
    if not standing.cleared(conflict):
        return False
    return released(standing, conflict) or _hopeless(standing, conflict)


def _on_its_way(standing: Standing, conflict: Conflict) -> bool:
    """True while a hold is being written: the invitation that may follow at once says it all."""
    offer = standing.live(conflict)
    planned = offer is not None and offer.state is OfferState.PLANNED
    return planned and not standing.urgent(conflict)


def released(standing: Standing, conflict: Conflict) -> bool:
    """True from `release` before the original's start on, or when the leave begins (I23); once the leave settled."""
    near = conflict.span.start - standing.policy(conflict).timing.release
    begins = standing.absence[conflict.absence].span.start
    return min(near, begins) <= standing.now and standing.gate(conflict, None).open(standing.now)


def _hopeless(standing: Standing, conflict: Conflict) -> bool:
    nothing = conflict.id in standing.unplaced or conflict.state is ConflictState.CLOSED
    none = standing.policy(conflict).eligibility.approach is Approach.NONE
    waiting = standing.live(conflict) is not None
    return (nothing or none) and not waiting and standing.gate(conflict, None).open(standing.now)


def _stands_again(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """Told by a notice that it does not take place, and now it does: one message says so."""
    conflict = who.conflict
    healed = conflict.state is ConflictState.HEALED and conflict.noticed_at is not None
    if not healed or standing.sent(conflict) or standing.taken_offer(conflict):
        return
    if conflict.span.start > standing.now and standing.awake(conflict):
        key = EffectKey(conflict.id, cycle(standing, conflict), "stands_again")
        facts = _facts(standing, who, MailKind.TAKEN_BACK, None, outlook=Outlook.STANDS)
        yield _tell(key, facts, who, None)


def cycle(standing: Standing, conflict: Conflict) -> str:
    """How often this conflict's original has been restored: the version of what is done to it."""
    keys = standing.snapshot.keys
    restored = [key for key in keys if key.subject == conflict.id and key.kind == "restore"]
    done = sum(keys[key] is EffectState.DONE for key in restored)
    return str(done)


def _tell(key: EffectKey, facts: MailFacts, who: Addressee, offer: Offer | None) -> Tell:
    return Tell(
        key=key,
        facts=facts,
        client=who.client.id,
        therapist=who.conflict.therapist,
        conflict=who.conflict.id,
        absence=who.conflict.absence,
        offer=offer.uid if offer else "",
    )


def _facts(
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


def told(standing: Standing, conflict: Conflict) -> bool:
    """True when the client knows, or is not to be reached by mail and stands on the call list."""
    client = standing.client(conflict)
    by_phone = client is None or not client.mailed or client.discreet or not standing.snapshot.mail
    return standing.sent(conflict) or conflict.noticed_at is not None or by_phone
