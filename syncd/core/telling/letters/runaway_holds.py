"""Word of holds that multiply: one letter for each stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.policy.runaway_holds import multiplied
from syncd.core.state import Standing
from syncd.core.telling.letters.letter import blank

MULTIPLIED = "multiplied"


def multiplications(standing: Standing) -> Iterator[Write]:
    """One letter for each stop."""
    for therapist, since in sorted(multiplied(standing.offers, standing.now).items()):
        to = standing.snapshot.therapist.get(therapist)
        if to is not None:
            key = EffectKey(therapist, f"{since:%Y%m%dT%H%M}", f"letter_{MULTIPLIED}")
            facts = blank(standing, to, LetterKind.TROUBLE, ())
            yield Write(key, replace(facts, why=MULTIPLIED), therapist)
