"""The table: for each fault and each place what is promised, and which test shows it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.practice import Practice

Story = Callable[[Practice], None]


class Place(StrEnum):
    """Where a fault strikes."""

    WRITE = "calendar write"
    MAIL = "mail"
    READ = "calendar read"
    REPLIES = "replies"


class Fault(StrEnum):
    """What goes wrong, as it does in the wild."""

    REFUSED = "refused before"
    UNCLEAR = "broke off, applied"
    LOST = "broke off, not applied"
    AUTH = "401"
    QUOTA = "429 or 403 quota"
    GONE = "404 or 410"
    CHANGED = "409 or 412"
    UNTRUE = "stale, empty or truncated"
    REWRITTEN = "rewritten"
    TWICE = "twice or out of order"
    CLOCK = "clock jump"
    KILLED = "kill -9"
    FULL = "disk full"
    SECOND = "second instance"


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault at one place. `story` plays it here; `elsewhere` are tests that show it with other means."""

    fault: Fault
    place: Place
    promised: str
    story: Story | None = None
    elsewhere: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As the test is called."""
        return f"{self.fault} x {self.place}"


CELLS: dict[tuple[Fault, Place], Cell] = {}


def cell(fault: Fault, place: Place) -> Callable[[Story], Story]:
    """Enter a story into the table; its docstring is what is promised."""

    def enter(story: Story) -> Story:
        assert (fault, place) not in CELLS
        CELLS[fault, place] = Cell(fault, place, inspect.getdoc(story) or "", story)
        return story

    return enter


def shown(fault: Fault, place: Place, promised: str, *tests: str) -> None:
    """Enter tests that stand elsewhere."""
    assert (fault, place) not in CELLS
    CELLS[fault, place] = Cell(fault, place, promised, elsewhere=tests)
