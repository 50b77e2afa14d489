"""Answers are uncertain: what policies relieve of what a clairvoyant could, under declared manners of answering.

Measured in burden relieved (tests/panel/burden.py): 1 is one missed session made good. What takes too little off the
stretch to be a make-up (the panel's `little gain`) relieves nothing. A clairvoyant reads all diaries
and relieves most in sum; the bound is above every policy that asks, on average over diaries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.answers import MANNERS, Diaries, Manner
from tests.bench.asking import POLICIES, Leave
from tests.bench.market import Market, market
from tests.bench.programs import bound, clairvoyant
from tests.panel.sight import TIERS
from tests.panel.stretches import taken_off

DRAWS = 1  # hidden diaries for each practice and manner
BOUND, CLAIRVOYANT = "bound for every policy (linear program)", "clairvoyant"


@dataclass(frozen=True)
class Outcome:
    """What one policy achieved on one leave with one set of diaries; lists by tier, crisis first."""

    instance: str
    manner: str
    strategy: str
    relief: list[float]
    days_off: list[float]
    hours: list[float]
    offers: int
    served: int = 0  # clients who are relieved of something


def outcomes(shape: str, seed: int) -> list[Outcome]:
    """All policies on one leave, under every manner and some diaries."""
    place = market(shape, seed)
    return [one for manner in MANNERS for one in _under(place, manner)]


def _under(place: Market, manner: Manner) -> Iterator[Outcome]:
    chance = [manner.accepts(place.sight.clients[edge.client], edge.start) for edge in place.edges]
    most = bound(place, chance)
    for draw in range(DRAWS):
        diaries = Diaries(f"{place.name}/{draw}", manner)
        open_to = [one for one in place.edges if diaries.take(place.sight.clients[one.client], one.start)]
        best = Leave(place, diaries, {one.client: one.start for one in clairvoyant(place, open_to)})
        yield outcome_of(best, CLAIRVOYANT)
        yield Outcome(diaries.name, manner.name, BOUND, [most], [], [], 0)
        for name, policy in POLICIES.items():
            leave = Leave(place, diaries)
            policy(leave)
            yield outcome_of(leave, name)


def outcome_of(leave: Leave, name: str) -> Outcome:
    """What a policy achieved, once it has asked."""
    found = [leave.market.given(client, start) for client, start in leave.taken.items()]
    relieved = [
        (leave.market.sight.clients[client], leave.market.relief(client, start))
        for client, start in leave.taken.items()
    ]
    tiers = range(len(TIERS))
    return Outcome(
        instance=leave.diaries.name,
        manner=leave.diaries.manner.name,
        strategy=name,
        relief=[sum(worth for one, worth in relieved if one.tier == tier) for tier in tiers],
        days_off=[sum(taken_off(one) for one in found if one.tier == tier) for tier in tiers],
        hours=[sum(one.person.minutes for one in found if one.tier == tier) / 60 for tier in tiers],
        offers=leave.offers,
        served=sum(worth > 0 for _, worth in relieved),
    )
