"""After an upgrade: what an earlier version had said or written counts as said, in the form of its time.

A pass that leaves nothing to do has nothing to do in the same world an hour later. What this version would do in the
world as the earlier one left it is therefore no news, but another form of what is known: it is taken as done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from syncd.core.model import Ground
from syncd.core.model.actions import Action
from syncd.core.model.effects import LETTER_DAY, PLAN_EVENT, EffectKey, EffectState
from syncd.core.model.messages.mails import COURTESIES
from syncd.deciding import decided
from syncd.ports import Memory
from syncd.practising import Practicing, snapshot_of
from syncd.reading import Gathered

SHOW = "show"
MOST_PASSES = 8
# Whom to call, what is asked of a therapist, and what a client has to know is said, be it twice.
FORM_ALONE = frozenset({SHOW, PLAN_EVENT, LETTER_DAY})


def left_at(memory: Memory) -> datetime | None:
    """When the earlier version looked last; None where it never did."""
    read = (one.read_at for one in memory.grounds)
    return max((at for at in (memory.newest, *read) if at is not None), default=None)


def as_left(memory: Memory, at: datetime) -> Gathered:
    """The world as it was read last: nothing has come in since."""
    grounds = tuple(_read(one, at) for one in memory.grounds)
    return Gathered(
        mirror=memory.mirror,
        changes=(),
        fresh=frozenset(one.place for one in grounds if one.whole) & memory.mirror.keys(),
        initial=frozenset(),
        carriage={one.calendar: one.carriage for one in memory.calendars},
        facts=(),
        incoming=(),
        problems=(),
        grounds=grounds,
    )


def _read(one: Ground, at: datetime) -> Ground:
    return one.read(at) if one.whole else one


def said_before(world: Practicing, memory: Memory, now: datetime) -> tuple[Action, ...]:
    """Of what this version would have done when the earlier one looked last, what is no more than another form of what
    was done; and thanks that it would say `now` for a yes that was let stand: better left out than said twice.

    As passes do it goes on until nothing is left. What was under way goes on as usual.
    """
    last = left_at(memory)
    if last is None:
        return ()
    said = tuple(one for one in _wanted(world, memory, now) if one.key.kind in COURTESIES)
    for _ in range(MOST_PASSES):
        known = with_said(memory, said)
        more = tuple(_form_alone(known, _wanted(world, known, last)))
        if not more:
            break
        said += more
    return tuple(replace(one, after=None) for one in said)


def _wanted(world: Practicing, memory: Memory, at: datetime) -> tuple[Action, ...]:
    """All that would be done at that moment, had nothing come in since the world was read last."""
    snapshot = snapshot_of(replace(world, catching_up=True), memory, as_left(memory, at), at)
    return decided(snapshot, world.planner, world.tokens, world.word).worded.actions


def _form_alone(memory: Memory, actions: tuple[Action, ...]) -> Iterator[Action]:
    under_way = {row.key.subject for row in memory.effects}
    shown = {key.subject for key, state in memory.keys.items() if _stands(key, state)}
    for one in actions:
        key = one.key
        known = key.kind != SHOW or key.subject in shown
        if known and key.kind in FORM_ALONE and key.subject not in under_way:
            yield one


def _stands(key: EffectKey, state: EffectState) -> bool:
    return key.kind == SHOW and state is EffectState.DONE


def with_said(memory: Memory, said: tuple[Action, ...]) -> Memory:
    """What is remembered when that counts as done."""
    return replace(
        memory, keys={**memory.keys, **{one.key: EffectState.DONE for one in said}}, upgraded=False
    )
