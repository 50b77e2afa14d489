"""A daemon that finds nothing changed decides nothing until the moment that is named: nothing falls due before it."""

from __future__ import annotations

import pytest

from tests.walk.life import Life
from tests.walk.resting import overlooked
from tests.walk.steps import Answer, Block, BlockHours, Event, Opening, Retitle, Step, Trouble, Wait
from tests.walk.walking import happen

MANY = 12
JUNE = "2026-06-15 11:00"
LIVES: dict[str, tuple[Opening, tuple[Step, ...]]] = {
    "leave comes and is over": (
        Opening(JUNE, ("c1", "c2", "c3"), "hours"),
        (Block("leave1", "2026-06-22", 3), Wait(24 * 12)),
    ),
    "few may be asked in an hour": (
        Opening(JUNE, ("c1", "c2", "c4"), "hours, few asked"),
        (Block("leave1", "2026-07-06", 5), Wait(24 * 4)),
    ),
    "all waits for a yes": (
        Opening(JUNE, ("c1", "c2"), "hours, review"),
        (Block("leave1", "2026-07-06", 5), Wait(24 * 8)),
    ),
    "leave that takes nothing": (
        Opening(JUNE, ("c1", "c5"), "hours"),
        (
            BlockHours("leave1", "2026-06-18 16:00", 90),
            Event("crisis1", "2026-06-19 08:00", 60, "crisis: AB"),
            Wait(24 * 7),
        ),
    ),
    "leave over what was agreed on": (
        Opening("2026-06-20 16:00", ("c2",), "hours"),
        (
            Block("leave1", "2026-07-03", 12),
            Wait(81),
            Answer("c2", 1, "ACCEPTED"),
            Wait(106),
            Block("leave2", "2026-07-15", 1),
            Wait(3.1),
            Retitle("leave1", "Vacation #none BC"),
            Wait(50),
        ),
    ),
    # The overview names when a refused invitation is tried again: as soon as may be, at night in the morning.
    "a refused invitation, and night falls in New York": (
        Opening(JUNE, ("c4",), "hours"),
        (
            Block("leave1", "2026-07-07", 7),
            Event("busy1", "2026-06-19 02:10", 15),
            Wait(78.5),
            Trouble("post", "rejected", 6),
            Wait(16),
        ),
    ),
}


@pytest.mark.parametrize("name", LIVES)
def test_nothing_falls_due_before_the_moment_that_is_named(name: str) -> None:
    """At whatever moment before it, above all where days turn and events begin and end, a pass would decide nothing."""
    opening, steps = LIVES[name]
    life = Life.open(opening)
    try:
        for step in steps:
            for _ in happen(life, step):
                assert list(overlooked(life, MANY)) == []
        assert any(report.rested for report in life.house.reports)
    finally:
        life.close()
