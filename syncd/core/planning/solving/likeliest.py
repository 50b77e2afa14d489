"""Chances against each client's own likeliest open hour: they choose between one client's times, never between clients.

Open is what no rule forbids while no make-up stands, so that an hour which somebody else gets, or has heard of, leaves
everybody else's chances as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from syncd.core.model import OfferKind
from syncd.core.model.practice import Aim
from syncd.core.model.unplaced import Rule
from syncd.core.planning.options import Finder, Found
from syncd.core.planning.relief.chance import SHARES, Habits
from syncd.core.planning.relief.continuity import Continuity
from syncd.core.planning.relief.option import Option

Top = tuple[int, int]  # the likeliest hour of a session, and the likeliest time at all; 0 where there is none
HOURS = frozenset(
    {OfferKind.MOVE, OfferKind.COVER}
)  # a call or a longer session makes no hour of theirs unlikely
LIKELY = 90  # hundredths, and more: such an hour is as good as the usual one


def against_likeliest(finder: Finder) -> tuple[dict[str, Found], dict[str, Continuity]]:
    """The options of all conflicts as they are chosen from, and every client's waits, chances counted alike in both."""
    found = {key: finder.of(key) for key in sorted(finder.request.ask_of)}
    tops = likeliest(finder, found)
    known = {
        client: finder.continuity(client, tops.get(client, 100)) for client in finder.request.ranked_by_client
    }
    for key, one in found.items():
        client = _client(finder, key)
        if tops[client] < 100:
            found[key] = _counted(finder, key, one, known[client])
    return found, known


def _counted(finder: Finder, key: str, found: Found, known: Continuity) -> Found:
    """`_against`, worked out once."""
    rests_on = found.options, found.killed, known
    against = finder.worked.out(("against", key), rests_on, lambda: _against(found, known))
    return replace(against, ruled_out=found.ruled_out)


def likeliest(finder: Finder, found: Mapping[str, Found]) -> dict[str, int]:
    """By client, the chance of their likeliest open hour, in hundredths; 100 from `LIKELY` on, and where none is.

    `found` are the options of all conflicts, as `finder` found them. Whose only times are calls or longer sessions:
    of these.
    """
    tops = _tops(finder, found)
    unsure = {client for client, (hour, _) in tops.items() if hour < LIKELY}
    if unsure and finder.request.fixed:
        free = finder.alone({client: tops[client][0] + 1 for client in unsure})
        keys = [key for key in found if _client(finder, key) in unsure]
        for client, top in _tops(free, {key: free.of(key) for key in keys}).items():
            tops[client] = _higher(tops[client], top)
    best = {client: hour or other for client, (hour, other) in tops.items()}
    return {client: top if 0 < top < LIKELY else 100 for client, top in best.items()}


def _tops(finder: Finder, found: Mapping[str, Found]) -> dict[str, Top]:
    tops: dict[str, Top] = {}
    for key, one in found.items():
        client = _client(finder, key)
        top = _top(one.options, finder.continuity(client).habits)
        tops[client] = _higher(tops.get(client, (0, 0)), top)
    return tops


def _top(options: Sequence[Option], habits: Habits) -> Top:
    chances = {one.start: habits.chance(one.start) for one in options}
    hours = (chances[one.start] for one in options if one.kind in HOURS)
    return max(hours, default=0), max(chances.values(), default=0)


def _higher(one: Top, other: Top) -> Top:
    return max(one[0], other[0]), max(one[1], other[1])


def _client(finder: Finder, conflict: str) -> str:
    return finder.request.ranked_of[conflict].client.id


def _against(found: Found, known: Continuity) -> Found:
    """The options with the chances that count against the likeliest hour, less those that are of no use then.

    A make-up that stands is likelier by that count, too, so that beside it a time may no longer take enough off.
    """
    counted = [replace(one, chance=_chance(one, known.habits)) for one in found.options]
    useful = tuple(one for one in counted if _helps(one, known))
    killed = Counter(found.killed) + Counter({Rule.GAIN: len(counted) - len(useful)})
    return replace(found, options=useful, killed=dict(sorted(killed.items())))


def _helps(one: Option, known: Continuity) -> bool:
    if known.aim is not Aim.CONTINUITY or one.kind is OfferKind.EXTEND:
        return True
    return known.stretches[one.stretch].useful((one.day, one.chance))


def _chance(one: Option, habits: Habits) -> int:
    return habits.chance(one.start) * SHARES.get(one.kind, 100) // 100
