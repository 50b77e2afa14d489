"""Answers to letters that approve nothing: their reader hears why, and how a yes is given in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

from syncd.core.model.effects import ANSWER_LETTER, EffectKey, code_asked_for
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.policy.short_answers import NotCounted, Unheard
from syncd.core.state import Standing
from syncd.core.telling.letters.letter import blank
from syncd.core.time.spans import first_and_last_day

MOST = 6  # a day: two machines that answer each other come to an end
DAY = timedelta(days=1)
NOT_THEIRS = frozenset({Unheard.SENDER, Unheard.UNPROVEN})


def not_counted(standing: Standing) -> Iterator[Write]:
    """One letter for each answer of theirs; for what may be somebody else's one a day, letter and reason."""
    for one in {_key(one): one for one in standing.not_counted}.values():
        therapist = standing.snapshot.therapist.get(one.letter.therapist)
        if therapist is None or _lately(standing, therapist.id) >= MOST:
            continue
        absence, code = standing.absence.get(one.letter.key.subject), code_asked_for(one.letter.key)
        facts = replace(
            blank(standing, therapist, LetterKind.ANSWER, ()),
            why=one.why,
            address=one.sender if one.why is Unheard.SENDER else "",
            others=tuple(_waiting(standing, therapist.id)),
            doubted=absence is not None and standing.in_doubt(absence),
            days=first_and_last_day(absence.remaining, therapist.zone) if absence else None,
        )
        current = absence is not None and standing.code(absence) == code and one.why is not Unheard.OLD
        if current and one.why not in NOT_THEIRS:
            facts = replace(facts, code=code, answerable=standing.snapshot.answerable)
        yield Write(_key(one), facts, therapist.id)


def _key(one: NotCounted) -> EffectKey:
    theirs = one.why not in NOT_THEIRS
    which = sha256(one.reply.encode()).hexdigest()[:8] if theirs else f"{one.at:%Y%m%d}"
    return EffectKey(one.letter.key.subject, f"{one.letter.key.mark}-{one.why}-{which}", ANSWER_LETTER)


def _lately(standing: Standing, therapist: str) -> int:
    mine = (one for one in standing.snapshot.ledger if one.therapist == therapist)
    return sum(1 for one in mine if one.key.kind == ANSWER_LETTER and one.at + DAY > standing.now)


def _waiting(standing: Standing, therapist: str) -> Iterator[tuple[date, date, str]]:
    """All that waits for this therapist's yes: first and last day, and the code."""
    zone = standing.snapshot.therapist[therapist].zone
    for one in sorted(standing.absence.values(), key=lambda one: (one.span, one.id)):
        ahead = one.therapist == therapist and one.span.end > standing.now and standing.displaced(one)
        if ahead and standing.code(one):
            yield (*first_and_last_day(one.span, zone), standing.code(one))
