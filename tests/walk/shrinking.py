"""A life that broke a promise, made as short as it still breaks the same one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.walk.steps import Diary, Trouble, Wait
from tests.walk.walking import Lived, replay

_SHORTER = (1.0, 5.0, 24.0)


def shrunk(lived: Lived) -> Lived:
    """The shortest life that leaving steps out, and shortening waits, leads to; each was lived again."""
    found = lived
    while (shorter := next(_broken_still(found), None)) is not None:
        found = shorter
    return found


def _broken_still(lived: Lived) -> Iterator[Lived]:
    assert lived.broken is not None
    for diary in _shorter(lived.diary):
        again = replay(diary)
        if again.broken is not None and again.broken.promise == lived.broken.promise:
            yield again


def _shorter(diary: Diary) -> Iterator[Diary]:
    steps = diary.steps
    for number in reversed(range(len(steps))):
        yield replace(diary, steps=(*steps[:number], *steps[number + 1 :]))
    for number, step in enumerate(steps):
        if isinstance(step, Wait | Trouble):
            for hours in _SHORTER:
                if hours < step.hours:
                    yield replace(
                        diary, steps=(*steps[:number], replace(step, hours=hours), *steps[number + 1 :])
                    )
