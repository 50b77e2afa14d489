"""Those who come and lose nothing, where the therapist tells everybody: once, and again where the days change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import Absence, Client
from syncd.core.model.effects import Days, Word, read_word
from syncd.core.model.messages.intents import Tell
from syncd.core.model.practice import Therapist
from syncd.core.state import PassState
from syncd.core.state.client_sessions import Pair
from syncd.core.state.who_hears import inside, outside, told_together
from syncd.core.telling.word_of_leave.gate import (
    awake,
    gate_of,
    reached,
    speakable,
    subject,
)
from syncd.core.telling.word_of_leave.groups import of_group
from syncd.core.telling.word_of_leave.mail import facts_for, said
from syncd.core.time.spans import first_and_last_day


def to_everyone(pass_state: PassState, absence: Absence) -> Iterator[Tell]:
    """First word of it to those outside; to whoever read other days, the ones that hold now."""
    if not speakable(pass_state, absence):
        return
    therapist = pass_state.snapshot.therapist[absence.therapist]
    days = first_and_last_day(absence.span, therapist.zone)
    torn = inside(pass_state, absence) | {one.id for one in told_together(pass_state, absence)}
    audience = {one.id for one in outside(pass_state, absence)} - torn
    for client in pass_state.snapshot.clients:
        before = pass_state.snapshot.words.get(subject(absence.id, client.id)) or _of_other_leave(
            pass_state, client, therapist, days
        )
        news = before is None or before.gone
        if news:
            due = client.id in audience and pass_state.may_tell(absence, client.id)
            due = due and gate_of(pass_state, absence, client.id).open(pass_state.now)
        else:
            due = (
                before is not None
                and before.days != days
                and reached(pass_state, client)
                and client.id not in torn
            )
        if due and awake(pass_state, absence.therapist, client):
            yield _tell(pass_state, client, absence, days, before)


def _of_other_leave(pass_state: PassState, client: Client, therapist: Therapist, days: Days) -> Word | None:
    """What they were told of leave that lay over some of these days, and goes by another name now."""
    pair, sent = (client.id, therapist.id), pass_state.snapshot.word_to.values()
    mine = (one for one in sent if (one.client, one.therapist) == pair and not of_group(one))
    words = [read_word(one.key.version) for one in mine]
    return next((one for one in reversed(words) if one.on(days)), None)


def _tell(pass_state: PassState, client: Client, absence: Absence, days: Days, before: Word | None) -> Tell:
    therapist = pass_state.snapshot.therapist[absence.therapist]
    colleague = pass_state.steps_in(absence, client)
    facts = replace(
        facts_for(pass_state, client, therapist, days, absence.span),
        own_words=pass_state.own_words(absence, client),
        changed_again=before is not None and before.gone,
        changed_since=before is not None and not before.gone,
        with_therapist=colleague.name if colleague else "",
        also_away=pass_state.also_away(absence.id, colleague),
    )
    return said(pass_state, facts, Pair(therapist.id, client.id), absence.id, Word(0, days, gone=False))
