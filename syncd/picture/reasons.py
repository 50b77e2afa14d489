"""Those without a time and what binds: beside the weeks where there is room, else below them."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.picture import palette as ink
from syncd.picture.badge import badge, width
from syncd.picture.facts import Displaced, WeekPicture
from syncd.picture.layout import MARGIN
from syncd.picture.panel import LEFT, RIGHT, heading
from syncd.picture.svg import text, wrapped

_SIZE = 9.5
_LINE = 12.5
_LINES = 8
_HEAD = 41.0
_BETWEEN = 6.0


def reasons(facts: WeekPicture, panel_ends: float, weeks_end: float) -> tuple[list[str], float]:
    """The section and where it ends; nothing where everybody has a time."""
    unplaced = [one for one in sorted(facts.displaced, key=lambda one: one.rank) if _told(one)]
    if not unplaced:
        return [], panel_ends
    beside = list(_section(unplaced, LEFT, panel_ends))
    end = _end(unplaced, LEFT, panel_ends)
    if end <= weeks_end:
        return beside, end
    below = max(panel_ends, weeks_end) + 8
    return list(_section(unplaced, MARGIN, below)), _end(unplaced, MARGIN, below)


def _told(one: Displaced) -> bool:
    return one.slot is None and bool(one.reason)


def _section(unplaced: list[Displaced], left: float, top: float) -> Iterator[str]:
    yield heading(left, top + _HEAD - 10, "Without a time, and what binds")
    y = top + _HEAD
    for one in unplaced:
        yield badge(left, y + 6, one.rank, one.tier)
        for said in _lines(one, left):
            yield text(left + _indent(one), y + 9, said, _SIZE, ink.SOFT)
            y += _LINE
        y += _BETWEEN


def _end(unplaced: list[Displaced], left: float, top: float) -> float:
    return top + _HEAD + sum(len(_lines(one, left)) * _LINE + _BETWEEN for one in unplaced)


def _lines(one: Displaced, left: float) -> list[str]:
    return wrapped(one.reason, _SIZE, RIGHT - left - _indent(one), _LINES)


def _indent(one: Displaced) -> float:
    return max(22.0, width(one.rank) + 6)
