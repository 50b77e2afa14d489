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
from syncd.core.state import Standing
from syncd.core.state.outlook import premature, prospect, wanted
from syncd.core.telling.mail_facts import Addressee, closing_key, facts_for, tell


def closing(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """The client declined the last time there is for now: one message says what holds.

    Where the session itself was a make-up, it takes that one back as well.
    """
    if not refused_the_last(standing, who.conflict) or not standing.may_hear(who.conflict):
        return
    if premature(standing, who.conflict):
        return
    outlook = prospect(standing, who.conflict)
    makeup = standing.makeup(who.conflict)
    facts = facts_for(standing, who, MailKind.CLOSING, makeup, outlook=outlook)
    last = declined_last(standing, who.conflict)
    if makeup is None and last is not None and last.cancelled_at is not None and who.client.second_email:
        facts = replace(facts, to=said_it(last, who.client), also="")  # what took it back told the other one
    yield tell(_closing_key(standing, who.conflict), facts, who, makeup)


def said_it(offer: Offer, client: Client) -> str:
    """Which of a client's addresses gave the answer that counts."""
    return client.second_email if offer.second_said else client.email


def _closing_key(standing: Standing, conflict: Conflict) -> EffectKey:
    return closing_key(conflict, sum(offer.sent for offer in standing.of(conflict)))


def refused_the_last(standing: Standing, conflict: Conflict) -> bool:
    """True when the client refused what they were asked last, nothing else is held for them, and no mail says so."""
    said = standing.snapshot.done(_closing_key(standing, conflict))
    return not said and declined_last(standing, conflict) is not None


def declined_last(standing: Standing, conflict: Conflict) -> Offer | None:
    """What the client was asked last and refused, where nothing else is held for them."""
    offers = tuple(offer for offer in standing.of(conflict) if offer.number > conflict.bygone)
    last = next((offer for offer in reversed(offers) if offer.sent), None)
    if last is None or not last.over or last.reason != Ending.CLIENT:
        return None
    if conflict.state is ConflictState.CLOSED:
        return last
    waits = any(offer.live or offer.state is OfferState.PROPOSED for offer in offers)
    nothing = conflict.id in standing.unplaced or not wanted(standing, conflict)
    nothing = nothing or standing.spent(conflict)
    return last if conflict.state is ConflictState.OPEN and not waits and nothing else None
