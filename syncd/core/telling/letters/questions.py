"""Question marks: what may become leave is asked about again as it comes near, one behind told leave at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from syncd.core.model import Absence, LeaveBlock, initials
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.model.practice import Therapist
from syncd.core.planning.asked.question import Question, compared, cost_of, questions
from syncd.core.reading.first_seen import block_name
from syncd.core.state import PassState
from syncd.core.telling.letters.asking import ASK_EVERY
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import rows_of
from syncd.core.telling.session_status import WOULD_FALL_OUT
from syncd.core.time.spans import first_and_last_day, local, local_date

AGAIN = (35, 21, 7)  # days before
NEAR = (*AGAIN, 2)  # where clients have heard of it
MORNING = time(7, 30)
OPEN, TOLD = "open", "told"  # what such a letter is about
LETTER = "letter_question"


def asked_again(pass_state: PassState) -> Iterator[Write]:
    """One letter at each of those days for what would hit somebody; one at once for leave of which clients know."""
    for one in questions(pass_state):
        near = _reached(one.block, one.therapist, AGAIN, pass_state.now)
        if near and (one.sessions or one.offers):
            key = EffectKey(one.name, f"{near}-{one.days[0]:%Y%m%d}", LETTER)
            if key in pass_state.snapshot.keys or not _asked_today(pass_state, one.name):
                yield _open(pass_state, one, key)
    for absence in pass_state.absence.values():
        for block in absence.blocks:
            if block.asked_at is not None and block.lifted_at is None:
                yield from _told(pass_state, absence, block)


def stages(pass_state: PassState) -> Iterator[datetime]:
    """When the next letters are due."""
    for diary in pass_state.diaries.values():
        for block in (*diary.questions, *diary.leave):
            if block.asked_at is not None:
                yield from (_morning(block, diary.therapist, days) for days in NEAR)


def _morning(block: LeaveBlock, therapist: Therapist, days: int) -> datetime:
    first = local_date(block.span.start, therapist.zone)
    return local(first - timedelta(days=days), MORNING, therapist.zone)


def _reached(block: LeaveBlock, therapist: Therapist, before: tuple[int, ...], now: datetime) -> int:
    """The last of these days that has come since it was asked; 0 for none, and once it has begun."""
    if block.asked_at is None or block.span.start <= now:
        return 0
    since = block.asked_at
    return min((days for days in before if since < _morning(block, therapist, days) <= now), default=0)


def _asked_today(pass_state: PassState, name: str) -> bool:
    """Whoever moves a question about reads of it once a day."""
    recent = (one for one in pass_state.snapshot.ledger if pass_state.now < one.at + ASK_EVERY)
    unsent = any(row.key.subject == name and row.key.kind == LETTER for row in pass_state.snapshot.effects)
    return unsent or any(one.key.subject == name for one in recent)


def _open(pass_state: PassState, one: Question, key: EffectKey) -> Write:
    rows = tuple(
        LetterRow(initials(client), client.name, client.phone, session.span, WOULD_FALL_OUT)
        for session, client in one.sessions
    )
    held = [row for offer in one.offers if (row := pass_state.conflict.get(offer.conflict)) is not None]
    facts = blank(pass_state, one.therapist, LetterKind.QUESTION, rows)
    facts = replace(facts, why=OPEN, days=one.days, falling=rows_of(pass_state, held))
    facts = replace(facts, cost=cost_of(pass_state, one), compared=compared(pass_state, one))
    return Write(key, facts, one.therapist.id)


def _told(pass_state: PassState, absence: Absence, block: LeaveBlock) -> Iterator[Write]:
    """At once, and again as it comes near: what clients know holds, and nothing more is said."""
    to = pass_state.snapshot.therapist[absence.therapist]
    mine = [row for row in pass_state.displaced(absence) if row.span.overlaps(block.span)]
    ahead = [row for row in mine if row.span.start > pass_state.now]
    if ahead and block.asked_at is not None:
        near = _reached(block, to, NEAR, pass_state.now)
        key = EffectKey(block_name(block), f"{block.asked_at:%Y%m%dT%H%M%S}-{near}", LETTER)
        facts = blank(pass_state, to, LetterKind.QUESTION, rows_of(pass_state, ahead))
        days = first_and_last_day(block.span, to.zone)
        yield Write(key, replace(facts, why=TOLD, days=days), to.id)
