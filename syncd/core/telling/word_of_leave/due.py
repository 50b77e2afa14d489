"""All of it that is due, and when more may be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from syncd.core.model.messages.intents import Tell
from syncd.core.state import PassState
from syncd.core.state.who_hears import outside, subject_together, told_together
from syncd.core.telling.word_of_leave.after_all import not_after_all
from syncd.core.telling.word_of_leave.everyone import to_everyone
from syncd.core.telling.word_of_leave.gate import (
    gate_of,
    leaves_at,
    subject,
)
from syncd.core.telling.word_of_leave.groups import after_all, meet_after_all, moves_at, to_groups
from syncd.core.telling.word_of_leave.no_more import off_again, off_again_at, tell_off_again


def word_of_leave(pass_state: PassState) -> Iterator[Tell]:
    """The mails that should have left by now; a client in a quiet hour waits."""
    again = after_all(pass_state)
    off = {whose: some for whose, some in off_again(pass_state).items() if whose not in again}
    yield from meet_after_all(pass_state, again)
    yield from tell_off_again(pass_state, off)
    for absence in pass_state.absence.values():
        yield from to_everyone(pass_state, absence)
        yield from to_groups(pass_state, absence, {subject for _, _, subject in (*again, *off)})
    yield from not_after_all(pass_state)


def word_at(pass_state: PassState) -> Iterator[datetime]:
    """When the next of them may leave, as far as it is known."""
    yield from moves_at(pass_state)
    yield from off_again_at(pass_state)
    for absence in pass_state.absence.values():
        members = ((one, subject_together) for one in told_together(pass_state, absence))
        for client, name in (*((one, subject) for one in outside(pass_state, absence)), *members):
            if name(absence.id, client.id) not in pass_state.snapshot.words:
                yield from (
                    gate_of(pass_state, absence, client.id).opens,
                    leaves_at(pass_state, absence, client),
                )
