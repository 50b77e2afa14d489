"""What every run has a portion of, and the long one (`make soak`) the rest: random trials, kept lives, places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

import pytest

SHARE = 3  # of the long run `.ci/run` plays one test in so many
# Whole programs, servers and practices: two thirds of all the time that tests take.
_FOLDERS = (
    "belief",
    "bench",
    "cli",
    "diary",
    "doctor",
    "faults",
    "hostile",
    "outside",
    "panel",
    "scenario",
    "walk",
    "whole",
)
SLOW = tuple(f"tests/{folder}/" for folder in _FOLDERS)


def shared(nodeid: str, share: int = SHARE) -> bool:
    """True for what `make soak SHARE=…` plays, by its name alone: what the short run leaves to it is not lost."""
    return crc32(nodeid.encode()) % share == 0


def in_order(items: Iterable[pytest.Item], turn: str) -> list[pytest.Item]:
    """File by file, in an order that is another one each `turn`: where time runs out, it does so for others."""
    return sorted(items, key=lambda one: crc32(f"{turn}/{one.location[0]}".encode()))


def leave_two_thirds(items: Iterable[pytest.Item]) -> None:
    """Of what is slow two tests in three, by their names, are `later`: `make test LATER=yes` plays them as well."""
    for item in items:
        if item.nodeid.startswith(SLOW) and crc32(f"later/{item.nodeid}".encode()) % 3:
            item.add_marker(pytest.mark.later)


def portions(trials: int, each: int, quick: int = 1) -> list[object]:
    """The number of the first trial of each portion; those after the first `quick` portions are `long`."""
    later = pytest.mark.long
    return [
        first if first < quick * each else pytest.param(first, marks=later)
        for first in range(0, trials, each)
    ]


def third(names: Iterable[str]) -> list[object]:
    """Names on a third of which, chosen by the name, the short run tries something; the others are `long`."""
    later = pytest.mark.long
    return [name if crc32(name.encode()) % 3 == 1 else pytest.param(name, marks=later) for name in names]


def in_turn(items: Sequence[pytest.Item], fixture: str) -> None:
    """Each test that runs at several of `fixture`'s places runs at one of them in turn; the others are `long`."""
    places: dict[tuple[str, str], list[pytest.Item]] = {}
    for item in items:
        spec = getattr(item, "callspec", None)
        if spec is not None and fixture in spec.params:
            places.setdefault((item.location[0], item.location[2].partition("[")[0]), []).append(item)
    for number, each in enumerate(places.values()):
        for place, item in enumerate(each):
            if place != number % len(each):
                item.add_marker(pytest.mark.long)
