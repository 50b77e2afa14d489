"""The invitation: whether it may leave now, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import (
    UNSENT,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    next_sequence,
)
from syncd.core.model.effects import NOT_LEFT, EffectKey, EffectState
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import Before, Instead, MailFacts, MailKind
from syncd.core.model.offer_facts import Ending, Withdraw
from syncd.core.offers.lost_slot import too_near
from syncd.core.offers.transitions import advance
from syncd.core.policy.deadlines import answer_due
from syncd.core.state import PassState
from syncd.core.state.anew import on_its_way_back
from syncd.core.state.caps import Step
from syncd.core.state.outlook import beside, leads, premature
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


def invitations(pass_state: PassState, who: Addressee, offer: Offer) -> Iterator[Tell]:
    """The REQUEST that we mail; what a calendar's server carries is told by its entry."""
    if offer.delivery is Delivery.IMIP:
        facts = invitation_facts(pass_state, who, offer)
        if (
            facts is not None
            and not _alone_beside(pass_state, offer, facts)
            and (offer.sent or not _more_to_say(pass_state, who.conflict))
        ):
            yield tell(invitation_key(offer), facts, who, offer)


def _alone_beside(pass_state: PassState, offer: Offer, facts: MailFacts) -> bool:
    """True for a further time that no mail names beside the first: that one goes alone, and this one is given up."""
    further = not leads(pass_state, offer) and not offer.sent
    return further and (facts.before is not Before.NOTHING or not _in_words(facts))


def _more_to_say(pass_state: PassState, conflict: Conflict) -> bool:
    """True where the next pass, at once, knows whether there is a time for another session of theirs: it says both."""
    absence = pass_state.absence.get(conflict.absence)
    return any(
        premature(pass_state, row) and needs_notice(pass_state, row) and not pass_state.urgent(row)
        for row in (pass_state.displaced(absence) if absence else ())
        if (row.client, row.therapist) == (conflict.client, conflict.therapist)
    )


def said_in_one(pass_state: PassState, steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, where a client is first asked about several times for sessions of one leave, be they for one of them:
    one mail says all in words, and each invitation behind it is short.
    """
    found = list(steps)
    groups: dict[tuple[object, ...], list[Tell]] = {}
    for one in found:
        if isinstance(one, Tell) and _opening(pass_state, one):
            groups.setdefault(_leave_read(one), []).append(one)
    several = {tell.key: group for group in groups.values() if len(group) > 1 for tell in group}
    for one in found:
        group = several.get(one.key)
        if group is None or not isinstance(one, Tell):
            yield one
            continue
        words = _words_about(group)
        if one is group[0] and not pass_state.snapshot.done(words.key):
            yield words
        one_of = sum(other.conflict == one.conflict for other in group) > 1
        yield replace(one, facts=replace(one.facts, brief=True, one_of=one_of, own_words=""))


def _opening(pass_state: PassState, one: Tell) -> bool:
    """True for an invitation by which its client first hears of the session, to a usual one at another time."""
    facts = one.facts
    first = facts.kind is MailKind.INVITATION and facts.before is Before.NOTHING and facts.sequence == 0
    left = pass_state.snapshot.keys.get(one.key) not in NOT_LEFT
    return first and _in_words(facts) and not left


def _in_words(facts: MailFacts) -> bool:
    """True for what the mail about several times has words for."""
    other = facts.with_therapist or facts.here_then or facts.same_again or facts.discreet
    ahead = facts.sent_at < facts.original.start
    return ahead and facts.offer_kind is OfferKind.MOVE and not other


def _leave_read(one: Tell) -> tuple[object, ...]:
    """Whom it tells of what: of these several stand in one mail."""
    facts = one.facts
    return (
        one.client,
        one.therapist,
        one.absence,
        facts.days,
        facts.part,
        facts.changed_since,
        facts.changed_again,
    )


def _words_about(group: Sequence[Tell]) -> Tell:
    """The one mail that says all of several invitations."""
    first = group[0]
    told = sorted(group, key=lambda one: (one.facts.original, one.facts.slot or one.facts.original))
    times = tuple(Instead(one.facts.original, one.facts.slot) for one in told if one.facts.slot is not None)
    dues = {one.facts.due for one in group}
    facts = replace(
        first.facts,
        kind=MailKind.SUGGESTIONS,
        original=told[0].facts.original,
        suggested=times,
        moved=tuple(dict.fromkeys(moved for one in told for moved in one.facts.moved)),
        due=dues.pop() if len(dues) == 1 else None,
        uid="",
        slot=None,
        location="",
        link="",
    )
    mark = sha256("+".join(one.offer for one in group).encode()).hexdigest()[:12]
    key = EffectKey(first.conflict, mark, MailKind.SUGGESTIONS)
    return replace(first, key=key, facts=facts, offer="", after=None)


def invitation_facts(pass_state: PassState, who: Addressee, offer: Offer) -> MailFacts | None:
    """What the invitation says when it may leave now; None while it may not, or an answer could not come in time."""
    if not may_invite(pass_state, who.conflict, offer):
        return None
    if too_near(offer, pass_state.lead(who.conflict), pass_state.now):
        return None
    return renewal_facts(pass_state, who, offer)


def without_too_near(pass_state: PassState) -> PassState:
    """A hold that waited so long that its invitation would now be under minimum notice gives way to a later time."""
    return replace(
        pass_state, offers=tuple(_unless_too_near(pass_state, offer) for offer in pass_state.offers)
    )


def _unless_too_near(pass_state: PassState, offer: Offer) -> Offer:
    row = pass_state.conflict.get(offer.conflict)
    client = pass_state.client(row) if row else None
    if row is None or client is None or not client.mailed or not pass_state.snapshot.mail or offer.sent:
        return offer
    if _left_behind(pass_state, offer):
        return advance(offer, Withdraw(Ending.SLOT), pass_state.now)
    if too_near(offer, pass_state.lead(row), pass_state.now) and may_invite(pass_state, row, offer):
        return advance(offer, Withdraw(Ending.SLOT), pass_state.now)
    return offer


def _left_behind(pass_state: PassState, offer: Offer) -> bool:
    """True for a further time that did not leave with the others; not while its mail is on its way."""
    recorded = pass_state.snapshot.keys.get(invitation_key(offer), EffectState.DROPPED)
    waits = recorded in {EffectState.DROPPED, EffectState.ESCALATED} and offer.state in UNSENT
    return waits and not offer.pinned and any(one.sent for one in beside(pass_state, offer))


def confirmation_facts(pass_state: PassState, who: Addressee, offer: Offer) -> MailFacts:
    """The invitation's own words once more, for an object whose status alone changes."""
    return facts_for(pass_state, who, MailKind.INVITATION, offer, sequence=offer.sequence)


def renewal_facts(pass_state: PassState, who: Addressee, offer: Offer) -> MailFacts:
    """The same, whatever it leaves to answer: as where the therapist moved it to this time."""
    timing = pass_state.policy(who.conflict).timing
    night = (pass_state.zone(who.conflict), timing.quiet)
    due = answer_due(pass_state.now, offer.span, timing.answer_within, night)
    return facts_for(pass_state, who, MailKind.INVITATION, offer, due=due)


def may_invite(pass_state: PassState, conflict: Conflict, offer: Offer) -> bool:
    """True when a hold may become an invitation now: cleared, nothing to wait for, the client awake.

    An invitation that the therapist dragged waits for nothing else, as the client still knows another time; nor does
    one to a time that the client proposed and the therapist wants.
    """
    if offer.state is not OfferState.HELD or offer.frozen or offer.clash:
        return False
    if pass_state.in_leave(offer) or not _still_asked(pass_state, conflict, offer):
        return False
    if pass_state.snapshot.catching_up:
        return False
    if being_taken_back(pass_state, conflict) or _falls_first(pass_state, conflict, offer):
        return False
    if on_its_way_back(pass_state, offer):
        return False
    if any(_still_counts_on_it(pass_state, other, offer) for other in pass_state.offers):
        return False
    if any(_about_to_stand(pass_state, row, offer) for row in pass_state.conflicts):
        return False
    if pass_state.urgent(conflict) and needs_notice(pass_state, conflict):
        return False  # first of all they hear that they need not set out
    cleared = pass_state.cleared(conflict) and pass_state.kind_cleared(conflict, offer)
    first = next((one for one in beside(pass_state, offer) if one.number < offer.number), None)
    if first is not None and not offer.sent:
        return _goes_beside(pass_state, conflict, first)
    waits_for_nothing = offer.sent or offer.proposed
    due = waits_for_nothing or (cleared and pass_state.invites_at(conflict, offer).open(pass_state.now))
    return due and pass_state.awake(conflict)


def _goes_beside(pass_state: PassState, conflict: Conflict, first: Offer) -> bool:
    """True where the first of several times is asked about now: no mail is to follow it with further ones."""
    return not first.sent and may_invite(pass_state, conflict, first)


def _falls_first(pass_state: PassState, conflict: Conflict, offer: Offer) -> bool:
    """True while the client still has another time for this session, which leave takes once it has settled."""
    asked = (other for other in pass_state.of(conflict) if other.uid != offer.uid and other.sent)
    return any(pass_state.falls(other) for other in asked)


def _about_to_stand(pass_state: PassState, row: Conflict, offer: Offer) -> bool:
    """True where a session stands on the time that takes place again, unless its leave comes back (I3)."""
    here = row.therapist == offer.therapist and row.span.overlaps(offer.span)
    return here and pass_state.lifted(row) is not None


def _still_counts_on_it(pass_state: PassState, other: Offer, offer: Offer) -> bool:
    """True while somebody else may still take this time for theirs: their CANCEL comes first (I3, I6)."""
    if other.state not in ENDED or other.uid == offer.uid or other.therapist != offer.therapist:
        return False
    if not (other.told or other.span).overlaps(offer.span):
        return False
    carried = other.delivery is not Delivery.IMIP and other.sent and other.reason not in CLIENT_KNOWS
    return owes_cancel(pass_state, other) or (carried and other.uid in pass_state.snapshot.ours)


def _still_asked(pass_state: PassState, conflict: Conflict, offer: Offer) -> bool:
    """True while the session wants this time; what the client knows at another time is told though the leave is over.

    A make-up that the therapist moved is, whatever became of session and leave.
    """
    if offer.agreed:
        return True
    if offer.sent:
        return conflict.state in {ConflictState.OPEN, ConflictState.CLOSED}
    return conflict.state is ConflictState.OPEN and conflict.absence in pass_state.absence
