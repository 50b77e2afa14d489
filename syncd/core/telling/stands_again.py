"""That sessions take place after all, said once to whoever was told that they do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import (
    Client,
    Conflict,
    ConflictState,
    Offer,
)
from syncd.core.model.effects import EffectState
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.state import Standing
from syncd.core.telling.mail_facts import Addressee, Conflicts, facts_for, tell_together, told_already
from syncd.core.telling.withdrawal import cancel_key, owes_cancel, owes_words, revival, words_key

AGAIN = "stands_again"


def stands_again(standing: Standing, client: Client, rows: Conflicts) -> Iterator[Tell]:
    """Told that they do not take place, and now they do: one message says so."""
    some = tuple(row for row in rows if _stands_untold(standing, row) and standing.awake(row))
    if some:
        who = Addressee(some[0], client)
        facts = facts_for(standing, who, MailKind.TAKEN_BACK, None, outlook=Outlook.STANDS)
        said = tell_together(AGAIN, facts, client, some)
        yield replace(said, revived=tuple(revival(standing, row) for row in some))


def _stands_untold(standing: Standing, row: Conflict) -> bool:
    if (
        row.state is not ConflictState.HEALED
        or row.span.start <= standing.now
        or standing.made_up(row)
        or not standing.heard(row)
    ):
        return False
    client = standing.client(row)
    if told_already(standing, AGAIN, row) or (client and client.discreet and not standing.sent(row)):
        return False  # of a discreet client's session nobody but an invitation told by mail
    return not any(_being_said(standing, offer) for offer in standing.of(row))


def _being_said(standing: Standing, offer: Offer) -> bool:
    """True while what takes the offer back is still to say it, or could not: then a human was told."""
    refused = standing.snapshot.keys.get(cancel_key(offer)) is EffectState.ESCALATED
    words = owes_words(standing, offer) and not standing.snapshot.done(words_key(offer))
    return refused or words or owes_cancel(standing, offer)
