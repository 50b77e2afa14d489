"""What every draw needs: days and times ahead, and names that are free."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.core.people import BERLIN
from tests.walk.life import Life


def a_day(life: Life, dice: Random, low: int, high: int) -> date:
    """A day this many days ahead, in Berlin."""
    return life.now.astimezone(BERLIN).date() + timedelta(days=dice.randint(low, high))


def a_uid(life: Life, kind: str) -> str:
    """The first name of its kind that is free."""
    taken = {one.uid for one in life.page.all}
    return next(f"{kind}{number}" for number in range(1, 99) if f"{kind}{number}" not in taken)


def a_time(life: Life, dice: Random, low: int = 1, high: int = 30) -> str:
    """A time of day on such a day."""
    return f"{a_day(life, dice, low, high)} {dice.randint(8, 18):02d}:{dice.choice((0, 15, 30)):02d}"
