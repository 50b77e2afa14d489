"""What closes a case when no time became free by the day that was named to the client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import TIME_KEPT, Client, Conflict, ConflictState, Offer
from syncd.core.model.effects import LAST_WORD
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.state import PassState
from syncd.core.state.outlook import closed, hopeful, named_by, premature, word_by
from syncd.core.telling.closing import refused_the_last
from syncd.core.telling.invitation import may_invite
from syncd.core.telling.mail_facts import Addressee, Conflicts, facts_for, tell_together


def hope_ends(
    pass_state: PassState, client: Client, rows: Conflicts, spoken: frozenset[str]
) -> Iterator[Tell]:
    """They were told to hope, and no time has become free by the day that was named: one message closes it."""
    due = tuple(row for row in rows if row.id not in spoken and hopes_in_vain(pass_state, client, row))
    ahead = any(named_by(pass_state, row) > pass_state.now or pass_state.promised(row) for row in due)
    if ahead and pass_state.may_hear(due[0]):
        facts = facts_for(pass_state, Addressee(due[0], client), MailKind.CLOSING, None)
        yield tell_together(LAST_WORD, replace(facts, last_word=True), client, due)


def hopes_in_vain(pass_state: PassState, client: Client, row: Conflict) -> bool:
    """True where the day has come by which they were to hear, and nothing is offered, agreed or said since."""
    if row.state is not ConflictState.OPEN or row.absence not in pass_state.absence or row.kept:
        return False
    if not (pass_state.written(row) and pass_state.cleared(row) and hopeful(pass_state, row)):
        return False
    if closed(pass_state, row) or (client.discreet and not pass_state.sent(row)):
        return False
    if refused_the_last(pass_state, row):
        return False  # a time became free, and what answers their no says what holds
    by = word_by(pass_state, row)
    waits = any(
        (one.live and not _held_back(pass_state, row, one)) or one.state in TIME_KEPT or one.frozen
        for one in pass_state.of(row)
    )
    since = min(
        by, pass_state.spent_at(row) or by
    )  # what was said once nothing could follow promised nothing
    later = not _broken(pass_state, row) and any(
        one.at >= since and row.id in {one.conflict, *one.besides} for one in pass_state.snapshot.ledger
    )
    return pass_state.now >= by and not waits and not later and not pass_state.made_up(row)


def _broken(pass_state: PassState, row: Conflict) -> bool:
    """True where they were promised another time, and the one that was held has gone to somebody else, or is lost; once
    its invitation could have left, as until then what took it may be a slip.
    """
    over = pass_state.gate(row, None).open(pass_state.now) and not premature(pass_state, row)
    return pass_state.promised(row) and over


def _held_back(pass_state: PassState, row: Conflict, hold: Offer) -> bool:
    """True for a hold whose invitation is due and does not leave in this pass: caps hold it, and no promise (I10)."""
    return not (hold.sent or hold.pinned or hold.proposed) and may_invite(pass_state, row, hold)
