"""What closes a case when no time became free by the day that was named to the client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import TIME_KEPT, Client, Conflict, ConflictState, Offer
from syncd.core.model.effects import LAST_WORD
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.state import Standing
from syncd.core.state.outlook import closed, hopeful, premature, word_by
from syncd.core.telling.invitation import may_invite
from syncd.core.telling.mail_facts import Addressee, Conflicts, facts_for, tell_together


def hope_ends(standing: Standing, client: Client, rows: Conflicts, spoken: frozenset[str]) -> Iterator[Tell]:
    """They were told to hope, and no time has become free by the day that was named: one message closes it."""
    due = tuple(row for row in rows if row.id not in spoken and hopes_in_vain(standing, client, row))
    ahead = any(row.span.start > standing.now or standing.promised(row) for row in due)
    if ahead and standing.may_hear(due[0]):
        facts = facts_for(standing, Addressee(due[0], client), MailKind.CLOSING, None)
        yield tell_together(LAST_WORD, replace(facts, last_word=True), client, due)


def hopes_in_vain(standing: Standing, client: Client, row: Conflict) -> bool:
    """True where the day has come by which they were to hear, and nothing is offered, agreed or said since."""
    if row.state is not ConflictState.OPEN or row.absence not in standing.absence or row.kept:
        return False
    if not (standing.written(row) and standing.cleared(row) and hopeful(standing, row)):
        return False
    if closed(standing, row) or (client.discreet and not standing.sent(row)):
        return False
    by = word_by(standing, row)
    waits = any(
        (one.live and not _held_back(standing, row, one)) or one.state in TIME_KEPT or one.frozen
        for one in standing.of(row)
    )
    since = min(by, standing.spent_at(row) or by)  # what was said once nothing could follow promised nothing
    later = not _broken(standing, row) and any(
        one.at >= since and row.id in {one.conflict, *one.besides} for one in standing.snapshot.ledger
    )
    return standing.now >= by and not waits and not later and not standing.made_up(row)


def _broken(standing: Standing, row: Conflict) -> bool:
    """True where they were promised another time, and the one that was held has gone to somebody else, or is lost; once
    its invitation could have left, as until then what took it may be a slip.
    """
    over = standing.gate(row, None).open(standing.now) and not premature(standing, row)
    return standing.promised(row) and over


def _held_back(standing: Standing, row: Conflict, hold: Offer) -> bool:
    """True for a hold whose invitation is due and does not leave in this pass: caps hold it, and no promise (I10)."""
    return not (hold.sent or hold.pinned or hold.proposed) and may_invite(standing, row, hold)
