"""Word of holds that multiply: one letter for each stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.policy.runaway_holds import multiplied
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import blank

MULTIPLIED = "multiplied"


def multiplications(pass_state: PassState) -> Iterator[Write]:
    """One letter for each stop."""
    for therapist, since in sorted(multiplied(pass_state.offers, pass_state.now).items()):
        to = pass_state.snapshot.therapist.get(therapist)
        if to is not None:
            key = EffectKey(therapist, f"{since:%Y%m%dT%H%M}", f"letter_{MULTIPLIED}")
            facts = blank(pass_state, to, LetterKind.TROUBLE, ())
            yield Write(key, replace(facts, why=MULTIPLIED), therapist)
