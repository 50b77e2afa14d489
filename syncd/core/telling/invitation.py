"""The invitation: whether it may leave now, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import (
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferState,
    next_sequence,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailFacts, MailKind
from syncd.core.model.offer_facts import Ending, Withdraw
from syncd.core.offers.lost_slot import too_near
from syncd.core.offers.transitions import advance
from syncd.core.policy.deadlines import answer_due
from syncd.core.state import Standing
from syncd.core.state.anew import on_its_way_back
from syncd.core.state.outlook import premature
from syncd.core.telling.mail_facts import Addressee, facts_for, tell
from syncd.core.telling.notice import needs_notice
from syncd.core.telling.withdrawal import (
    CLIENT_KNOWS,
    ENDED,
    being_taken_back,
    owes_cancel,
)


def invitation_key(offer: Offer) -> EffectKey:
    """One REQUEST per offer, SEQUENCE and time: what was recorded for a time that it no longer has is void."""
    moved = f"-{offer.turns}" if offer.turns else ""
    return EffectKey(offer.uid, f"{next_sequence(offer)}{moved}", MailKind.INVITATION)


def invitations(standing: Standing, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """The REQUEST that we mail; what a calendar's server carries is told by its entry."""
    if offer.delivery is Delivery.IMIP:
        facts = invitation_facts(standing, who, offer)
        if facts is not None and (offer.sent or not _more_to_say(standing, who.conflict)):
            yield tell(invitation_key(offer), facts, who, offer)


def _more_to_say(standing: Standing, conflict: Conflict) -> bool:
    """True where the next pass, at once, knows whether there is a time for another session of theirs: it says both."""
    absence = standing.absence.get(conflict.absence)
    return any(
        premature(standing, row) and needs_notice(standing, row) and not standing.urgent(row)
        for row in (standing.displaced(absence) if absence else ())
        if (row.client, row.therapist) == (conflict.client, conflict.therapist)
    )


def invitation_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts | None:
    """What the invitation says when it may leave now; None while it may not, or an answer could not come in time."""
    if not may_invite(standing, who.conflict, offer):
        return None
    if too_near(offer, standing.lead(who.conflict), standing.now):
        return None
    return renewal_facts(standing, who, offer)


def without_too_near(standing: Standing) -> Standing:
    """A hold that waited so long that its invitation would now be under minimum notice gives way to a later time."""
    return replace(standing, offers=tuple(_unless_too_near(standing, offer) for offer in standing.offers))


def _unless_too_near(standing: Standing, offer: Offer) -> Offer:
    row = standing.conflict.get(offer.conflict)
    client = standing.client(row) if row else None
    if row is None or client is None or not client.mailed or not standing.snapshot.mail or offer.sent:
        return offer
    if too_near(offer, standing.lead(row), standing.now) and may_invite(standing, row, offer):
        return advance(offer, Withdraw(Ending.SLOT), standing.now)
    return offer


def confirmation_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts:
    """The invitation's own words once more, for an object whose status alone changes."""
    return facts_for(standing, who, MailKind.INVITATION, offer, sequence=offer.sequence)


def renewal_facts(standing: Standing, who: Addressee, offer: Offer) -> MailFacts:
    """The same, whatever it leaves to answer: as where the therapist moved it to this time."""
    timing = standing.policy(who.conflict).timing
    night = (standing.zone(who.conflict), timing.quiet)
    due = answer_due(standing.now, offer.span, timing.answer_within, night)
    return facts_for(standing, who, MailKind.INVITATION, offer, due=due)


def may_invite(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True when a hold may become an invitation now: cleared, nothing to wait for, the client awake.

    An invitation that the therapist dragged waits for nothing else, as the client still knows another time; nor does
    one to a time that the client proposed and the therapist wants.
    """
    if offer.state is not OfferState.HELD or offer.frozen or offer.clash:
        return False
    if standing.in_leave(offer) or not _still_asked(standing, conflict, offer):
        return False
    if standing.snapshot.catching_up or not standing.awake(conflict):
        return False
    if being_taken_back(standing, conflict) or _falls_first(standing, conflict, offer):
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


def _falls_first(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True while the client still has another time for this session, which leave takes once it has settled."""
    asked = (other for other in standing.of(conflict) if other.uid != offer.uid and other.sent)
    return any(standing.falls(other) for other in asked)


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
    carried = other.delivery is not Delivery.IMIP and other.sent and other.reason not in CLIENT_KNOWS
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
