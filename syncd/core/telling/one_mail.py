"""Two mails of one minute in one: an invitation tells of the other sessions of its client, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from syncd.core.model.effects import EffectState
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.state import Standing
from syncd.core.state.caps import Step

NOT_LEFT = frozenset({None, EffectState.READY, EffectState.DROPPED})


def in_one_mail(standing: Standing, steps: Iterable[Step], told: Iterable[Tell]) -> tuple[Step, ...]:
    """The steps of a pass with what is `told` beside them; a notice goes into its client's invitation, if one leaves.

    Not urgent news, and not what takes back a make-up: a mail takes back one time only (RFC 5546 §3.2.5).
    """
    found = list(steps)
    for one in told:
        at = next((n for n, step in enumerate(found) if _carries(standing, step, one)), None)
        if at is None:
            found.append(one)
        else:
            found[at] = _with(found[at], one)
    return tuple(found)


def _carries(standing: Standing, step: Step, notice: Tell) -> bool:
    if not isinstance(step, Tell) or step.facts.kind is not MailKind.INVITATION or step.besides:
        return False
    if notice.key.kind != MailKind.NOTICE or notice.facts.kind is not MailKind.NOTICE or notice.offer:
        return False
    theirs = (step.client, step.therapist, step.absence) == (notice.client, notice.therapist, notice.absence)
    return theirs and standing.snapshot.keys.get(step.key) in NOT_LEFT


def _with(step: Step, notice: Tell) -> Step:
    if not isinstance(step, Tell):
        return step
    facts = replace(
        step.facts,
        others=(notice.facts.original, *notice.facts.others),
        outlook=notice.facts.outlook,
        word_by=notice.facts.word_by,
        stand_in=notice.facts.with_therapist,
    )
    return replace(step, facts=facts, besides=(notice.conflict, *notice.besides))
