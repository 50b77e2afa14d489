"""Chances against each client's own likeliest open hour: they choose between one client's times, never between clients.

Open is what no rule forbids while no make-up stands, so that an hour which somebody else gets, or has heard of, leaves
everybody else's chances as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder, Found, Option
from syncd.core.planning.relief.chance import SHARES, Habits

LIKELY = 90  # hundredths, and more: such an hour is as good as the usual one


def likeliest(finder: Finder, found: Mapping[str, Found]) -> dict[str, int]:
    """By client, the chance of their likeliest open hour, in hundredths; 100 from `LIKELY` on, and where none is.

    `found` are the options of all conflicts, as `finder` found them.
    """
    tops = _tops(finder, found)
    unlikely = {client for client, top in tops.items() if 0 < top < LIKELY}
    if unlikely and finder.request.fixed:
        alone = replace(finder.request, fixed=())
        free = Finder(alone, occupancy(alone))
        keys = [key for key in found if _client(finder, key) in unlikely]
        for client, top in _tops(free, {key: free.of(key) for key in keys}).items():
            tops[client] = max(tops[client], top)
    return {client: top if 0 < top < LIKELY else 100 for client, top in tops.items()}


def _tops(finder: Finder, found: Mapping[str, Found]) -> dict[str, int]:
    tops: dict[str, int] = {}
    for key, one in found.items():
        client = _client(finder, key)
        tops[client] = max(tops.get(client, 0), _top(one.options, finder.continuity(client).habits))
    return tops


def _top(options: Iterable[Option], habits: Habits) -> int:
    return max((habits.chance(start) for start in {one.start for one in options}), default=0)


def _client(finder: Finder, conflict: str) -> str:
    return finder.request.ranked_of[conflict].client.id


def against(found: Found, habits: Habits) -> Found:
    """The same options with the chances that these habits give them."""
    return replace(found, options=tuple(replace(one, chance=_chance(one, habits)) for one in found.options))


def _chance(one: Option, habits: Habits) -> int:
    return habits.chance(one.start) * SHARES.get(one.kind, 100) // 100
