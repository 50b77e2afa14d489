"""Living a diary and holding every promise against it after each step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from traceback import format_exception

from tests.walk.acting import act
from tests.walk.dwelling import at
from tests.walk.generate import WEATHERS, next_step, opening
from tests.walk.life import REST, Life, Moment, under_way
from tests.walk.promises import promises_of
from tests.walk.resting import asked, overlooked
from tests.walk.steps import Diary, Die, Fail, Opening, Step, Wait
from tests.walk.witness import Page, Posted

STEPS = 12
INSTANCE = re.compile(r"X-SYNCD-INSTANCE:\w+")  # each store draws its own


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that did not hold, in its own words, and how that showed."""

    promise: str
    says: str
    what: str


@dataclass(frozen=True, slots=True)
class Lived:
    """A life that is over: its diary, the first promise that broke, and what is left in calendar and mailboxes."""

    diary: Diary
    broken: Broken | None
    page: Page
    posted: tuple[Posted, ...]
    lasted: timedelta = timedelta()

    def __str__(self) -> str:
        if self.broken is None:
            return str(self.diary)
        return f"{self.broken.promise}: {self.broken.says}\n  {self.broken.what}\n\n{self.diary}\n"


def replay(diary: Diary) -> Lived:
    """Live a diary again."""
    steps = iter(diary.steps)
    return _live(diary.opening, lambda _: next(steps, None))


def walk(seed: int, steps: int = STEPS, rules: str = "") -> Lived:
    """Live a new life of this many steps, by these rules if they are named; the same seed lives the same life."""
    dice = Random(seed)
    numbers = iter(range(steps))
    weather = dice.choice(WEATHERS)
    begun = opening(dice)
    begun = replace(begun, rules=rules) if rules else begun
    return _live(begun, lambda life: next_step(life, dice, next(numbers, None), steps, weather))


def _live(opening: Opening, choose: Callable[[Life], Step | None]) -> Lived:
    life = Life.open(opening)
    done: list[Step] = []
    broken: Broken | None = None
    try:
        while broken is None and (step := choose(life)) is not None:
            done.append(step)
            broken = _broken(lambda: _first_broken(life, step), life)
        broken = broken or _broken(lambda: _unrested(life), life)
        texts = {href: INSTANCE.sub("", text) for href, text in life.page.texts}
        lasted = life.now - at(opening.start)
        return Lived(Diary(opening, tuple(done)), broken, Page.of(texts), tuple(life.posted), lasted)
    finally:
        life.close()


def happen(life: Life, step: Step) -> Iterator[Moment]:
    """Do one step and let the daemon look; each moment is yielded once its passes are over.

    A fault is for the next step, after which the daemon looks again.
    """
    if isinstance(step, Wait):
        yield from life.wait(step)
        yield from life.linger(step)
        return
    act(life, step)
    if isinstance(step, Fail | Die):
        return
    mended = life.faulty
    moment = life.look(step)
    yield moment
    if mended:
        yield life.look(step)


def _broken(look: Callable[[], Iterator[Broken]], life: Life) -> Broken | None:
    """The first promise that breaks; that no error ends a pass is one of them."""
    try:
        return next(look(), None)
    except Exception as error:
        where = "".join(format_exception(error)[-3:])
        return Broken(type(error).__name__, "No error ends a pass.", f"{life.now}: {where}")


def _first_broken(life: Life, step: Step) -> Iterator[Broken]:
    for moment in happen(life, step):
        yield from _broken_at(life, moment)
    for what in life.rest():
        yield Broken("i15", "No outside change and nothing due: no write, no message.", what)


def _broken_at(life: Life, moment: Moment) -> Iterator[Broken]:
    for promise in promises_of(life, moment):
        for what in promise(life, moment):
            yield Broken(promise.__name__, promise.__doc__ or "", f"{moment.now}: {what}")
    for what in overlooked(life) if asked(life) else ():
        yield Broken("due", "Nothing falls due before the moment that is named.", what)


def _unrested(life: Life) -> Iterator[Broken]:
    """A life with troubles is over when they are: whatever was late is made up for, and then all is still."""
    if not life.hostile:
        return
    for moment in life.heal():
        yield from _broken_at(life, moment)
    for row in under_way(life.moments[-1].memory) if not life.restored else ():
        what = f"{life.now}: {row.key} is {row.state}, {row.detail}"
        yield Broken("rest", f"The world is at rest after {REST} looks.", what)
    for what in life.rest():
        yield Broken("i15", "No outside change and nothing due: no write, no message.", what)
