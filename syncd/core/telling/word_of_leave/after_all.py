"""Leave that is gone: who read of it, and of nothing since, reads that too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import Client
from syncd.core.model.effects import WORD_OF_LEAVE, Sent, Word, read_word
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import SAYS_DAYS, Outlook
from syncd.core.state import PassState
from syncd.core.state.client_sessions import Pair
from syncd.core.telling.word_of_leave.gate import awake, reached
from syncd.core.telling.word_of_leave.groups import of_group
from syncd.core.telling.word_of_leave.mail import facts_for, said
from syncd.core.time.spans import first_and_last_day, local_date


def readers(pass_state: PassState, absence: str) -> tuple[Client, ...]:
    """Who was told of this absence (id), and no more, and hears so if it goes; in the roster's order.

    Without those who read of a group alone: they hear once that meets after all.
    """
    known = pass_state.snapshot.words
    told = {
        sent.client
        for name, sent in pass_state.snapshot.word_to.items()
        if sent.absence == absence and name in known and not known[name].gone
        if not (of_group(sent) or _heard_since(pass_state, sent))
    }
    return tuple(one for one in pass_state.snapshot.clients if one.id in told and reached(pass_state, one))


def not_after_all(pass_state: PassState) -> Iterator[Tell]:
    """To whoever was told of leave that is gone, and that no other leave lies over by now."""
    for name, sent in pass_state.snapshot.word_to.items():
        client, word = pass_state.snapshot.client.get(sent.client), pass_state.snapshot.words.get(name)
        if client is None or word is None or word.gone or sent.therapist not in pass_state.diaries:
            continue
        over = word.days[1] < local_date(pass_state.now, pass_state.snapshot.therapist[sent.therapist].zone)
        known = over or of_group(sent) or not reached(pass_state, client) or _heard_since(pass_state, sent)
        wrong = not known and not _lies_over(pass_state, sent, word)
        if wrong and awake(pass_state, sent.therapist, client):
            yield _tell_gone(pass_state, client, sent, word)


def _lies_over(pass_state: PassState, sent: Sent, word: Word) -> bool:
    """True while leave, be it in doubt or in question, lies over one of these days."""
    therapist = pass_state.snapshot.therapist[sent.therapist]
    diary = pass_state.diaries[sent.therapist]
    spans = (*(one.span for one in diary.leave), *(one.span for one in diary.questions))
    return any(word.on(first_and_last_day(one, therapist.zone)) for one in spans)


def _heard_since(pass_state: PassState, sent: Sent) -> bool:
    """True for who lost a session to it later and was told so: of that session another mail says that it stands.

    And for who got word of these days once more, by another name of the leave: that word is the last one.
    """
    days = read_word(sent.key.version).days
    pair = (sent.client, sent.therapist)
    later = [
        one for one in pass_state.snapshot.ledger if (one.client, one.therapist) == pair and one.at >= sent.at
    ]
    torn = any(
        one.key.kind in SAYS_DAYS and one.absence == sent.absence for one in later if not of_group(sent)
    )
    words = (one for one in later if one.key.kind == WORD_OF_LEAVE and one.key.subject != sent.key.subject)
    return torn or any(read_word(one.key.version).on(days) for one in words)


def _tell_gone(pass_state: PassState, client: Client, sent: Sent, word: Word) -> Tell:
    therapist = pass_state.snapshot.therapist[sent.therapist]
    facts = replace(facts_for(pass_state, client, therapist, word.days, None), outlook=Outlook.STANDS)
    pair = Pair(therapist.id, client.id)
    return said(pass_state, facts, pair, sent.absence, replace(word, gone=True), sent.key.subject)
