"""What the looks of sessions and times mean, in lines under the weeks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from syncd.picture.badge import KEPT_LOOK, ORIGINAL_LOOK, STATE_LOOKS, Look
from syncd.picture.facts import WeekPicture
from syncd.picture.layout import Frame
from syncd.picture.palette import SOFT
from syncd.picture.svg import fitted, text, width_of

_FIRST, _LINE = 34.0, 16.0  # high, below the last week: the first line, and each further one
_SIZE = 9.5
_SWATCH = 14.0
_GAP = 4.0

Told = tuple[Look | None, str]


def legend(facts: WeekPicture, grid: Frame) -> tuple[float, list[str]]:
    """How high it is, and what is drawn; nothing where the labels say nothing of it."""
    lines = list(_lines(_told(facts, grid), grid.right - grid.left))
    drawn = [
        one for row, line in enumerate(lines) for one in _drawn(line, grid, grid.bottom + 18 + row * _LINE)
    ]
    return (_FIRST + (len(lines) - 1) * _LINE if lines else 0.0), drawn


def _told(facts: WeekPicture, grid: Frame) -> list[Told]:
    labels = facts.labels
    looks: list[Told] = [
        (KEPT_LOOK, labels.takes_place if facts.sessions else ""),
        (ORIGINAL_LOOK, labels.falls_out),
        *((STATE_LOOKS[state], said) for state, said in labels.states.items()),
    ]
    shown = [(look, said) for look, said in looks if said]
    if shown and any(day in facts.holidays for monday in grid.weeks for day in grid.days(monday)):
        shown.append((None, f"* {labels.holiday}"))
    return shown


def _lines(shown: Iterable[Told], width: float) -> Iterator[list[Told]]:
    """As many beside each other as find room."""
    line: list[Told] = []
    for one in shown:
        if line and sum(map(_wide, (*line, one))) > width:
            yield line
            line = []
        line.append(one)
    if line:
        yield line


def _drawn(line: list[Told], grid: Frame, y: float) -> Iterator[str]:
    spare = max(grid.right - grid.left - sum(map(_wide, line)), 0) / len(line)
    x = grid.left
    for one in line:
        yield from _one(*one, x, y, min(_wide(one), grid.right - x))
        x += _wide(one) + spare


def _wide(one: Told) -> float:
    look, said = one
    return (_SWATCH + _GAP if look is not None else 0.0) + width_of(said, _SIZE) + 2 * _GAP


def _one(look: Look | None, said: str, x: float, y: float, wide: float) -> Iterator[str]:
    aside = 0.0
    if look is not None:
        aside = _SWATCH + _GAP
        yield look.draw(x, y, _SWATCH, 10)
    yield text(x + aside, y + 8.5, fitted(said, _SIZE, wide - aside - _GAP), _SIZE, SOFT)
