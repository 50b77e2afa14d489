"""The dice for leave: blocks that come, change, and go."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.core.people import BERLIN
from tests.walk import steps as diary
from tests.walk.drawing import a_day, a_uid
from tests.walk.dwelling import CLIENTS
from tests.walk.life import Life
from tests.walk.witness import Standing

TITLES = ("Vacation", "Urlaub", "Vacation #none", "Vacation #all", "Vacation #before", "Vacation #after")
RETITLES = (
    *TITLES,
    "Vacation #send",
    "Vacation #ok",
    "Vacation #review",
    "Dentistry",
    "Vacation plans?",
    "Leave",
)


def block_weekly(life: Life, dice: Random) -> diary.Step:
    """A day or two that come again: leave that always waits for a yes."""
    title = dice.choice(("Vacation", "Urlaub", "Vacation #ok"))
    first, days = a_day(life, dice, 2, 20), dice.choice((1, 1, 2))
    return diary.BlockWeekly(a_uid(life, "leave"), str(first), days, dice.randint(2, 4), title)


def relocate(life: Life, dice: Random) -> diary.Step | None:
    """A block goes into the other calendar."""
    uid = _leave(life, dice)
    return diary.Relocate(uid) if uid else None


def duplicate(life: Life, dice: Random) -> diary.Step | None:
    """A block stands twice."""
    uid = _leave(life, dice)
    return diary.Duplicate(uid, a_uid(life, "leave")) if uid else None


def split(life: Life, dice: Random) -> diary.Step | None:
    """A block of several days becomes two."""
    found = [(one, _days(one)) for one in _whole_days(life) if _days(one) > 1]
    if not found:
        return None
    block, days = dice.choice(found)
    return diary.SplitLeave(block.uid, dice.randint(1, days - 1), a_uid(life, "leave"))


def none(life: Life, dice: Random) -> diary.Step | None:
    """A client gets no make-up this time."""
    uid = _leave(life, dice)
    initials = CLIENTS[dice.choice(life.opening.clients)].initials
    return diary.Retitle(uid, f"Vacation #none {initials}") if uid else None


def _whole_days(life: Life) -> list[Standing]:
    return [
        one
        for one in life.page.all
        if one.uid.startswith("leave") and one.whole_day and one.recurrence is None
    ]


def _days(block: Standing) -> int:
    return round((block.end - block.start) / timedelta(days=1))


def block(life: Life, dice: Random) -> diary.Step:
    """Whole days, in most lives some weeks ahead."""
    near = dice.random()
    first = a_day(life, dice, 0, 6) if near < 0.2 else a_day(life, dice, 7, 35)
    return diary.Block(
        a_uid(life, "leave"), str(first), dice.choice((1, 3, 5, 5, 7, 12, 14)), dice.choice(TITLES)
    )


def hours(life: Life, dice: Random) -> diary.Step:
    """Part of a day."""
    start = f"{a_day(life, dice, 0, 20)} {dice.choice(('08:00', '09:00', '13:00'))}"
    return diary.BlockHours(a_uid(life, "leave"), start, dice.choice((180, 300, 600)))


def span(life: Life, dice: Random) -> diary.Step | None:
    """Longer, shorter, or moved."""
    found = _whole_days(life)
    if not found:
        return None
    block = dice.choice(found)
    first = block.start.astimezone(BERLIN).date()
    days = _days(block)
    how = dice.choice(("longer", "shorter", "earlier", "moved", "head"))
    match how:
        case "longer":
            return diary.Span(block.uid, str(first), days + dice.randint(1, 7))
        case "shorter":
            return diary.Span(block.uid, str(first), max(1, days - dice.randint(1, 4)))
        case "earlier":
            return diary.Span(block.uid, str(first - timedelta(days=2)), days + 2)
        case "head":
            return diary.Span(block.uid, str(first + timedelta(days=1)), max(1, days - 1))
        case _:
            return diary.Span(block.uid, str(first + timedelta(days=dice.choice((-7, 3, 7, 14)))), days)


def _leave(life: Life, dice: Random) -> str | None:
    found = sorted({one.uid for one in life.page.all if one.uid.startswith("leave")})
    return dice.choice(found) if found else None


def retitle(life: Life, dice: Random) -> diary.Step | None:
    """Other words or tags."""
    uid = _leave(life, dice)
    return diary.Retitle(uid, dice.choice(RETITLES)) if uid else None


def over_makeup(life: Life, dice: Random) -> diary.Step | None:
    """A later absence over a make-up that stands."""
    found = [one for _, one in sorted(life.page.entries.items()) if one.start > life.now]
    if not found:
        return None
    return diary.Block(a_uid(life, "leave"), str(dice.choice(found).start.astimezone(BERLIN).date()), 1)
