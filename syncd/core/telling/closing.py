"""What closes a case when the client has declined the last time that there is for now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import (
    Client,
    Conflict,
    ConflictState,
    Offer,
    OfferState,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.offer_facts import Ending
from syncd.core.state import PassState
from syncd.core.state.outlook import premature, prospect, wanted
from syncd.core.telling.mail_facts import Addressee, closing_key, facts_for, tell


def closing(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """The client declined the last time there is for now: one message says what holds.

    Where the session itself was a make-up, it takes that one back as well.
    """
    if not refused_the_last(pass_state, who.conflict) or not pass_state.may_hear(who.conflict):
        return
    if premature(pass_state, who.conflict):
        return
    outlook = prospect(pass_state, who.conflict)
    makeup = pass_state.offer_behind(who.conflict)
    facts = facts_for(pass_state, who, MailKind.CLOSING, makeup, outlook=outlook)
    last = declined_last(pass_state, who.conflict)
    if makeup is None and last is not None and last.cancelled_at is not None and who.client.second_email:
        facts = replace(facts, to=said_it(last, who.client), also="")  # what took it back told the other one
    yield tell(_closing_key(pass_state, who.conflict), facts, who, makeup)


def said_it(offer: Offer, client: Client) -> str:
    """Which of a client's addresses gave the answer that counts."""
    return client.second_email if offer.second_said else client.email


def _closing_key(pass_state: PassState, conflict: Conflict) -> EffectKey:
    return closing_key(conflict, sum(offer.sent for offer in pass_state.of(conflict)))


def refused_the_last(pass_state: PassState, conflict: Conflict) -> bool:
    """True when the client refused what they were asked last, nothing else is held for them, and no mail says so."""
    said = pass_state.snapshot.done(_closing_key(pass_state, conflict))
    return not said and declined_last(pass_state, conflict) is not None


def declined_last(pass_state: PassState, conflict: Conflict) -> Offer | None:
    """What the client was asked last and refused, where nothing else is held for them."""
    offers = tuple(offer for offer in pass_state.of(conflict) if offer.number > conflict.bygone)
    last = next((offer for offer in reversed(offers) if offer.sent), None)
    if last is None or not last.over or last.reason != Ending.CLIENT:
        return None
    if conflict.state is ConflictState.CLOSED:
        return last
    waits = any(offer.live or offer.state is OfferState.PROPOSED for offer in offers)
    nothing = conflict.id in pass_state.unplaced or not wanted(pass_state, conflict)
    nothing = nothing or pass_state.spent(conflict)
    return last if conflict.state is ConflictState.OPEN and not waits and nothing else None
