"""Offers that the calendar server carries: we PUT to invite and DELETE to withdraw, for nothing else (docs/offers.md).

On Google a write is silent unless it says otherwise, so there the object also shows what was settled.
"""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import Conflict, Delivery, Offer, OfferState, next_sequence
from syncd.core.model.actions import DeleteEvent
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Invite, Show
from syncd.core.model.messages.mails import MailFacts
from syncd.core.offers.endings import removal_key
from syncd.core.offers.gestures import SEND
from syncd.core.showing.entries import entry
from syncd.core.state import PassState
from syncd.core.telling.invitation import confirmation_facts, invitation_facts, invitation_key, renewal_facts
from syncd.core.telling.mail_facts import Addressee
from syncd.core.telling.withdrawal import CLIENT_KNOWS, ENDED


def scheduled(
    pass_state: PassState, conflict: Conflict, offer: Offer
) -> Iterator[Show | Invite | DeleteEvent]:
    """The next step of one such offer: hold, neutral wording, invitation, confirmation (google), removal."""
    silent = offer.state in ENDED and not offer.sent
    if pass_state.suspended(conflict) and not (silent or pass_state.stays_anyway(conflict, offer)):
        return
    if offer.state in ENDED:
        yield from _taken_back(pass_state, conflict, offer)
    elif offer.state in {OfferState.PLANNED, OfferState.HELD}:
        yield from _towards_invitation(pass_state, conflict, offer)
    elif offer.state is OfferState.PROPOSED or (offer.state is OfferState.SETTLED and not offer.sent):
        yield from _held(pass_state, conflict, offer)
    elif offer.delivery is Delivery.GOOGLE:
        yield from _on_google(pass_state, conflict, offer)


def _towards_invitation(
    pass_state: PassState, conflict: Conflict, offer: Offer
) -> Iterator[Show | Invite | DeleteEvent]:
    """Two writes on one UID: the hold is worded anew, silently; then the client joins and hears of it."""
    client = pass_state.client(conflict)
    event = pass_state.snapshot.ours.get(offer.uid)
    facts = None
    if (
        client is not None
        and client.mailed
        and event is not None
        and not _others_stand(pass_state, conflict, offer)
    ):
        facts = invitation_facts(pass_state, Addressee(conflict, client), offer)
    neutral = EffectKey(offer.uid, f"{next_sequence(offer)}-neutral", "show")
    if facts is None or event is None:
        if not pass_state.snapshot.done(neutral):
            yield from _held(pass_state, conflict, offer)
    elif not pass_state.snapshot.done(neutral):
        yield _invite(pass_state, conflict, offer, neutral, facts, event.etag, attend=False)
    else:
        yield _invite(pass_state, conflict, offer, invitation_key(offer), facts, event.etag, attend=True)


def _held(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[Show | DeleteEvent]:
    step = entry(pass_state, conflict, offer, None)
    if step is not None:
        yield step


def _others_stand(pass_state: PassState, conflict: Conflict, offer: Offer) -> bool:
    """An earlier offer of the same session is still in the calendar: its CANCEL comes first (I6)."""
    return any(
        other.uid != offer.uid
        and other.state in ENDED
        and other.uid in pass_state.snapshot.ours
        and not _stays(pass_state, other)
        for other in pass_state.of(conflict)
    )


def _on_google(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[Invite]:
    if offer.state in {OfferState.ACCEPTED, OfferState.SETTLED}:
        yield from _confirmed(pass_state, conflict, offer)
    elif offer.state in {OfferState.INVITED, OfferState.UNANSWERED}:
        yield from _sent_after_all(pass_state, conflict, offer)


def _sent_after_all(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[Invite]:
    """The therapist moved it and pressed "Don't send": `#send` in its title tells the client once."""
    client = pass_state.client(conflict)
    event = pass_state.snapshot.ours.get(offer.uid)
    if client is None or event is None or not SEND.search(event.title) or not pass_state.awake(conflict):
        return
    facts = renewal_facts(pass_state, Addressee(conflict, client), offer)
    yield _invite(pass_state, conflict, offer, invitation_key(offer), facts, event.etag, attend=True)


def _confirmed(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[Invite]:
    """CONFIRMED is a patch that disturbs nobody: no attendees in it, no updates sent."""
    client = pass_state.client(conflict)
    event = pass_state.snapshot.ours.get(offer.uid)
    key = EffectKey(offer.uid, f"{offer.sequence}-confirmed", "show")
    if client is None or event is None or pass_state.snapshot.done(key):
        return
    facts = confirmation_facts(pass_state, Addressee(conflict, client), offer)
    yield _invite(pass_state, conflict, offer, key, facts, event.etag, attend=False)


def _taken_back(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[DeleteEvent]:
    """The server tells the client when the object goes; so it goes when the client is awake. Google mails them the
    text that stands there at the end, which is no offer any more then.

    Of what is over nobody need hear: Google removes it in silence, on a server it stays.
    """
    event = pass_state.snapshot.ours.get(offer.uid)
    if event is None or pass_state.snapshot.unclear(offer.uid) or _stays(pass_state, offer):
        return
    ahead = offer.span.start > pass_state.now
    hears = offer.sent and ahead and offer.reason not in CLIENT_KNOWS
    if hears and not pass_state.awake(conflict):
        return
    worded = hears and offer.delivery is Delivery.GOOGLE
    language = _language(pass_state, conflict) if worded else ""
    key = removal_key(offer)
    yield DeleteEvent(key, offer.calendar, offer.uid, event.etag, quiet=not hears, language=language)


def _language(pass_state: PassState, conflict: Conflict) -> str:
    client = pass_state.client(conflict)
    return (client.language if client else "") or pass_state.snapshot.practice.language


def _stays(pass_state: PassState, offer: Offer) -> bool:
    """True for what is over where removing it would be told: it is history."""
    return offer.delivery is Delivery.SERVER and offer.sent and offer.span.start <= pass_state.now


def _invite(
    pass_state: PassState,
    conflict: Conflict,
    offer: Offer,
    key: EffectKey,
    facts: MailFacts,
    etag: str,
    *,
    attend: bool,
) -> Invite:
    snapshot = pass_state.snapshot
    therapist = snapshot.therapist[offer.therapist]
    agreed = offer.state in {OfferState.ACCEPTED, OfferState.SETTLED}
    return Invite(
        key=key,
        calendar=offer.calendar,
        facts=facts,
        organizer=snapshot.organizer.get(therapist.id, therapist.email),
        client=conflict.client,
        therapist=conflict.therapist,
        conflict=conflict.id,
        absence=conflict.absence,
        offer=offer.uid,
        etag=etag,
        attend=attend,
        confirmed=agreed or offer.delivery is Delivery.SERVER,
        agreed=agreed,
    )
