"""One bad item stops nothing else: which of several items a step breaks on (poison)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def bearable(
    items: Sequence[Item], works: Callable[[tuple[Item, ...]], bool]
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The items with which a step works, and those to be set aside; both in their order.

    `works` is asked of halves: with k bad ones of n it is called about k·log n times. A step that does not work
    without any items gets all of them set aside: ask that first.
    """
    kept = _joined(range(len(items)), (), lambda some: works(tuple(items[one] for one in some)))
    aside = sorted({*range(len(items))} - {*kept})
    return tuple(items[one] for one in kept), tuple(items[one] for one in aside)


def _joined(
    some: Sequence[int], known: tuple[int, ...], works: Callable[[tuple[int, ...]], bool]
) -> tuple[int, ...]:
    """What is known to work, and as many of these as can join it."""
    if not some or works((*known, *some)):
        return (*known, *some)
    if len(some) == 1:
        return known
    half = len(some) // 2
    return _joined(some[half:], _joined(some[:half], known, works), works)
