"""What closes a case: the last time was declined, or no time became free by the day that was named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import (
    TIME_KEPT,
    Client,
    Conflict,
    ConflictState,
    OfferState,
)
from syncd.core.model.effects import LAST_WORD, EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.offer_facts import Ending
from syncd.core.state import Standing
from syncd.core.state.outlook import closed, hopeful, premature, prospect, word_by
from syncd.core.telling.mail_facts import Addressee, Conflicts, facts_for, tell, tell_together


def closing(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """The client declined the last time there is for now: one message says what holds.

    Where the session itself was a make-up, it takes that one back as well.
    """
    if not refused_the_last(standing, who.conflict) or not standing.awake(who.conflict):
        return
    if premature(standing, who.conflict):
        return
    outlook = prospect(standing, who.conflict)
    makeup = standing.makeup(who.conflict)
    facts = facts_for(standing, who, MailKind.CLOSING, makeup, outlook=outlook)
    yield tell(_closing_key(standing, who.conflict), facts, who, makeup)


def _closing_key(standing: Standing, conflict: Conflict) -> EffectKey:
    sent = sum(offer.sent for offer in standing.of(conflict))
    return EffectKey(conflict.id, str(sent), MailKind.CLOSING)


def refused_the_last(standing: Standing, conflict: Conflict) -> bool:
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


def hope_ends(standing: Standing, client: Client, rows: Conflicts, spoken: frozenset[str]) -> Iterator[Tell]:
    """They were told to hope, and no time has become free by the day that was named: one message closes it."""
    due = tuple(row for row in rows if row.id not in spoken and _hopes_in_vain(standing, client, row))
    ahead = any(row.span.start > standing.now for row in due)
    if ahead and standing.awake(due[0]):
        facts = facts_for(standing, Addressee(due[0], client), MailKind.CLOSING, None)
        yield tell_together(LAST_WORD, replace(facts, last_word=True), client, due)


def _hopes_in_vain(standing: Standing, client: Client, row: Conflict) -> bool:
    if row.state is not ConflictState.OPEN or row.absence not in standing.absence or row.kept:
        return False
    if not (standing.heard(row) and standing.cleared(row) and hopeful(standing, row)):
        return False
    if closed(standing, row) or (client.discreet and not standing.sent(row)):
        return False
    by = word_by(standing, row)
    waits = any(one.live or one.state in TIME_KEPT or one.frozen for one in standing.of(row))
    later = any(one.at >= by and row.id in {one.conflict, *one.besides} for one in standing.snapshot.ledger)
    return standing.now >= by and not waits and not later and not standing.made_up(row)
