"""A leave as a market: every time that could be somebody's, what it would relieve, and what times take from each other.

Read off the calendar by the outsider of tests/panel. One displaced session a client: weeks of leave only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from syncd.core.planning.plan import plan
from syncd.core.planning.request import PlanRequest
from syncd.solver import solve_here
from tests.panel.burden import relief
from tests.panel.door import request_of_files
from tests.panel.free import open_times
from tests.panel.rules import little_gain
from tests.panel.shapes import practice
from tests.panel.sight import Client, Given, Sight, sight
from tests.panel.spec import Practice

LEAVES = ("packed week", "full week", "evenings", "part time mornings")


@dataclass(frozen=True)
class Edge:
    """A client and a time: what it relieves, in missed sessions."""

    client: str
    tier: int
    start: datetime
    relief: float


@dataclass(frozen=True)
class Market:
    """A practice before anybody has a make-up, the request that the planner gets, and all edges."""

    name: str
    sight: Sight
    request: PlanRequest
    edges: tuple[Edge, ...]

    def row(self, edges: list[Edge]) -> Iterator[tuple[list[int], int]]:
        """What these edges take from each other, as (positions, how many of them may be): hours, days, weeks."""
        (limits,) = next(iter(self.sight.limits.values()))
        spans = [(one.start, one.start + self._length(one) + limits.buffer) for one in edges]
        for moment in sorted({one.start for one in edges}):
            yield [n for n, (begin, end) in enumerate(spans) if begin <= moment < end], 1
        for day in sorted({one.start.date() for one in edges}):
            kept = sum(s.date() == day for one in self.sight.clients.values() for s in one.kept)
            room = min(limits.makeups_a_day, limits.sessions_a_day - kept)
            yield [n for n, one in enumerate(edges) if one.start.date() == day], max(0, room)
        for week in sorted({one.start.isocalendar()[:2] for one in edges}):
            mine = [n for n, one in enumerate(edges) if one.start.isocalendar()[:2] == week]
            yield mine, limits.makeups_a_week
        for client in sorted({one.client for one in edges}):
            yield [n for n, one in enumerate(edges) if one.client == client], 1

    def _length(self, one: Edge) -> timedelta:
        return timedelta(minutes=self.sight.clients[one.client].person.minutes)

    def given(self, client: str, start: datetime) -> Client:
        """The client with this make-up."""
        one = self.sight.clients[client]
        desk = one.person.therapist
        return one.having(Given(client, one.displaced[0], start, one.person.minutes, desk))

    def relief(self, client: str, start: datetime) -> float:
        """What this make-up relieves; nothing where it takes too little off to be one (the panel's `little gain`)."""
        made = self.given(client, start)
        return 0.0 if little_gain(self.sight, made, made.meetings[0]) else relief(made)


def market(shape: str, seed: int) -> Market:
    """The market of a leave of the panel's."""
    return market_of(f"{shape}/{seed}", practice(shape, seed))


def market_of(name: str, made: Practice) -> Market:
    """The market of a leave in which every hour may be made up for."""
    made_up = replace(made, policy={"approach": '"all"', "extension": '"0m"'})
    with TemporaryDirectory() as folder:
        request = request_of_files(made_up, Path(folder))
    nothing = replace(plan(replace(request, asks=()), solve_here), placements=())
    view = sight(made_up, request, nothing)
    bare = Market(name, view, request, ())
    return replace(bare, edges=tuple(_edges(bare)))


def _edges(bare: Market) -> Iterator[Edge]:
    for name, client in sorted(bare.sight.clients.items()):
        for original in client.displaced[:1]:
            for start in open_times(bare.sight, client, original):
                worth = bare.relief(name, start)
                if worth > 0:
                    yield Edge(name, client.tier, start, worth)
