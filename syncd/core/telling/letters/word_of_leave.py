"""What a therapist hears of word of leave to those of whom it takes no session: answers, and what did not arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import initials
from syncd.core.model.effects import LETTER_CONCERN, WORD_OF_LEAVE, EffectKey, EffectState, read_word
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.offers.answers.understood import Concern, UnderstoodReply
from syncd.core.state import PassState
from syncd.core.state.who_hears import subject_together
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.word_of_leave import subject
from syncd.core.time.spans import day_span, local_date


def word_came_back(pass_state: PassState, taken: Iterable[UnderstoodReply]) -> Iterator[Write]:
    """One letter for each answer to such a mail, and for one that came back; of responders one for each client."""
    for one in taken:
        sent = pass_state.snapshot.word_to.get(one.offer)
        if sent is not None and one.concern is not None and sent.therapist in pass_state.snapshot.therapist:
            name = one.concern if one.concern is Concern.TO_LEAVE_AUTO else one.reply.id
            yield _letter(pass_state, (sent.therapist, sent.client, one.offer), name, one.concern)


def untold(pass_state: PassState) -> Iterator[Write]:
    """One letter for each client whom such a mail did not reach for sure, or reached at one of two addresses."""
    for sent in pass_state.snapshot.word_to.values():
        if sent.unreached and sent.therapist in pass_state.snapshot.therapist:
            yield _letter(pass_state, (sent.therapist, sent.client, sent.key.subject), "half", Concern.UNTOLD)
    lost = (
        row.key
        for row in pass_state.snapshot.effects
        if row.key.kind == WORD_OF_LEAVE and row.state is EffectState.ESCALATED
    )
    for key in lost:
        for who in _whom(pass_state, key):
            yield _letter(pass_state, (*who, key.subject), f"lost-{key.version}", Concern.UNTOLD)


def _whom(pass_state: PassState, key: EffectKey) -> Iterator[tuple[str, str]]:
    """Therapist and client (ids) of a mail that may never have left: no ledger knows it."""
    for absence in pass_state.absence.values():
        for client in pass_state.snapshot.clients:
            if key.subject in {name(absence.id, client.id) for name in (subject, subject_together)}:
                yield absence.therapist, client.id


def _letter(pass_state: PassState, whom: tuple[str, str, str], name: str, why: Concern) -> Write:
    therapist, client, about = whom
    to, known = pass_state.snapshot.therapist[therapist], pass_state.snapshot.client.get(client)
    row = LetterRow(
        initials=initials(known) if known else client,
        name=known.name if known else "",
        phone=known.phone if known else "",
        original=day_span(local_date(pass_state.now, to.zone), to.zone),  # the letter shows none
        text=why,
    )
    facts = replace(blank(pass_state, to, LetterKind.CONCERN, (row,)), why=why, words=why is Concern.TO_LEAVE)
    sent = pass_state.snapshot.word_to.get(about)
    facts = replace(facts, days=read_word(sent.key.version).days) if sent else facts
    if any(subject_together(one.id, client) == about for one in pass_state.absence.values()):
        facts = replace(facts, together=(pass_state.now,))  # of theirs something falls out
    version = sha256(f"{why}{name}".encode()).hexdigest()[:12]
    return Write(EffectKey(about, version, LETTER_CONCERN), facts, to.id)
