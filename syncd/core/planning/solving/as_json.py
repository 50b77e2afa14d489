"""Problems as plain lists of integers, for a solver in a process of its own."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from syncd.core.planning.solving.problem import Bundle, Choice, Problem, Row

_FIELDS = attrgetter(*(each.name for each in fields(Choice)))


def to_json(problem: Problem, told: Problem | None = None) -> dict[str, Any]:
    """The Problem as plain lists of integers: choices as their fields stand. Where the one that was told before differs
    in nothing but what is forced or pinned, that alone.
    """
    asked = {"forced": list(problem.forced), "pinned": problem.pinned}
    if told is not None and problem.of_the_same(told):
        return asked
    return asked | {
        "choices": [list(_FIELDS(one)) for one in problem.choices],
        "tiers": list(problem.tiers),
        "rows": [[row.capacity, *row.members] for row in problem.rows],
        "bundles": [
            [[one.first, one.worth, one.days, *one.cells] for one in found] for found in problem.bundles
        ],
        "steps": list(problem.steps),
    }


def from_json(data: dict[str, Any], told: Problem | None = None) -> Problem:
    """The Problem of `to_json`. Raises KeyError where it is about one that was not told."""
    if told is not None and "choices" not in data:
        return replace(told, forced=tuple(data["forced"]), pinned=bool(data["pinned"]))
    return Problem(
        choices=tuple(Choice(*row) for row in data["choices"]),
        tiers=tuple(data["tiers"]),
        rows=tuple(Row(tuple(members), capacity) for capacity, *members in data["rows"]),
        forced=tuple(data["forced"]),
        bundles=tuple(
            tuple(Bundle(tuple(cells), first, worth, days) for first, worth, days, *cells in found)
            for found in data["bundles"]
        ),
        steps=tuple(data["steps"]),
        pinned=bool(data["pinned"]),
    )
