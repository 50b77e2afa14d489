"""Answers to letters that approve nothing: their reader hears why, and how a yes is given in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.policy.short_answers import NotCounted, Unheard
from syncd.core.state import Standing
from syncd.core.telling.letters.letter import blank
from syncd.core.time.spans import first_and_last_day

NOT_COUNTED = "letter_answer"


def not_counted(standing: Standing) -> Iterator[Write]:
    """One letter for each letter that was answered, and reason: whoever goes on writing hears it once."""
    for one in {_key(one): one for one in standing.not_counted}.values():
        therapist = standing.snapshot.therapist.get(one.letter.therapist)
        if therapist is None:
            continue
        absence = standing.absence.get(one.letter.key.subject)
        facts = replace(
            blank(standing, therapist, LetterKind.ANSWER, ()),
            why=one.why,
            address=one.sender if one.why is Unheard.SENDER else "",
            others=tuple(_waiting(standing, therapist.id)),
            doubted=absence is not None and standing.in_doubt(absence),
            days=first_and_last_day(absence.remaining, therapist.zone) if absence else None,
        )
        yield Write(_key(one), facts, therapist.id)


def _key(one: NotCounted) -> EffectKey:
    return EffectKey(one.letter.key.subject, f"{one.letter.key.mark}-{one.why}", NOT_COUNTED)


def _waiting(standing: Standing, therapist: str) -> Iterator[tuple[date, date, str]]:
    """All that waits for this therapist's yes: first and last day, and the code."""
    zone = standing.snapshot.therapist[therapist].zone
    for one in sorted(standing.absence.values(), key=lambda one: (one.span, one.id)):
        ahead = one.therapist == therapist and one.span.end > standing.now and standing.displaced(one)
        if ahead and standing.code(one):
            yield (*first_and_last_day(one.span, zone), standing.code(one))
