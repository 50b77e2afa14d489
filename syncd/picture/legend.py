"""What the looks of sessions and times mean, in a line under the weeks."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.picture.badge import KEPT_LOOK, ORIGINAL_LOOK, STATE_LOOKS, Look
from syncd.picture.facts import WeekPicture
from syncd.picture.layout import Frame
from syncd.picture.palette import SOFT
from syncd.picture.svg import fitted, text, width_of

LEGEND = 34.0  # high, below the last week
_SIZE = 9.5
_SWATCH = 14.0
_GAP = 4.0


def legend(facts: WeekPicture, grid: Frame) -> Iterator[str]:
    """Nothing where the labels say nothing of it."""
    labels = facts.labels
    looks: list[tuple[Look | None, str]] = [
        (KEPT_LOOK, labels.takes_place if facts.sessions else ""),
        (ORIGINAL_LOOK, labels.falls_out),
        *((STATE_LOOKS[state], said) for state, said in labels.states.items()),
    ]
    shown = [(look, said) for look, said in looks if said]
    if shown and any(day in facts.holidays for monday in grid.weeks for day in grid.days(monday)):
        shown.append((None, f"* {labels.holiday}"))
    needed = [_wide(look, said) for look, said in shown]
    spare = max(grid.right - grid.left - sum(needed), 0) / max(len(shown), 1)
    x = grid.left
    for wide, (look, said) in zip(needed, shown, strict=True):
        yield from _one(look, said, x, grid.bottom + 18, min(wide, grid.right - x))
        x += wide + spare


def _wide(look: Look | None, said: str) -> float:
    return (_SWATCH + _GAP if look is not None else 0.0) + width_of(said, _SIZE) + 2 * _GAP


def _one(look: Look | None, said: str, x: float, y: float, wide: float) -> Iterator[str]:
    aside = 0.0
    if look is not None:
        aside = _SWATCH + _GAP
        yield look.draw(x, y, _SWATCH, 10)
    yield text(x + aside, y + 8.5, fitted(said, _SIZE, wide - aside - _GAP), _SIZE, SOFT)
