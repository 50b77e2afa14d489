"""Policies: in which order whom is asked about which time. None of them knows a diary before it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from syncd.core.model import Offer, OfferKind, OfferState
from syncd.core.planning.plan import plan
from syncd.core.planning.request import Booked, PlanRequest
from syncd.core.time.spans import Span
from syncd.solver import solve_here
from tests.bench.answers import Diaries
from tests.bench.market import Edge, Market
from tests.bench.programs import PATIENCE, queries
from tests.panel.sight import CRUCIAL, MAINTENANCE, ROUTINE
from tests.panel.spec import ZONE

_WAVES = (frozenset(range(CRUCIAL + 1)), frozenset({ROUTINE}), frozenset({MAINTENANCE}))
_STRICT = 64.0  # a tier outweighs so many times what the next one could be relieved of
_ASKED = 1e-6


@dataclass
class Leave:
    """What has been asked and answered so far."""

    market: Market
    diaries: Diaries
    taken: dict[str, datetime] = field(default_factory=dict)
    spent: dict[str, list[datetime]] = field(default_factory=dict)
    quiet: set[str] = field(default_factory=set)
    offers: int = 0

    def ask(self, client: str, start: datetime) -> bool:
        """Make one offer and take the answer."""
        self.offers += 1
        who = self.market.sight.clients[client]
        if self.diaries.silent(who, start):
            self.quiet.add(client)
        yes = self.diaries.take(who, start)
        if yes:
            self.taken[client] = start
        else:
            self.spent.setdefault(client, []).append(start)
        return yes

    def patience(self, client: str) -> int:
        """How many more offers this client gets."""
        if client in self.taken or client in self.quiet:
            return 0
        return PATIENCE - len(self.spent.get(client, []))

    def open(self) -> list[Edge]:
        """The edges that are left beside what is taken and spent."""
        market = self.market
        settled = [edge for edge in market.edges if self.taken.get(edge.client) == edge.start]
        rest = [
            edge for edge in market.edges
            if self.patience(edge.client) > 0 and edge.start not in self.spent.get(edge.client, [])
        ]  # fmt: skip
        both, first = settled + rest, len(settled)
        full = {
            n
            for members, most in market.row(both)
            if sum(m < first for m in members) >= most
            for n in members
        }
        return [edge for n, edge in enumerate(both) if n >= first and n not in full]


Policy = Callable[[Leave], None]


def all_at_once(leave: Leave) -> None:
    """What the planner gives everybody, asked in one go; then the rest anew."""
    for _ in range(PATIENCE):
        given = _planned(leave)
        for client, start in given.items():
            leave.ask(client, start)
        if not given:
            return


def waves(leave: Leave) -> None:
    """Everybody is planned; the higher tiers are asked until they have a time or no patience."""
    tiers = {name: one.tier for name, one in leave.market.sight.clients.items()}
    for wave in _WAVES:
        for _ in range(PATIENCE):
            given = {client: start for client, start in _planned(leave).items() if tiers[client] in wave}
            for client, start in given.items():
                leave.ask(client, start)
            if not given:
                break


def greedy(leave: Leave) -> None:
    """By tier and need, each the time that relieves most, the nearest to their hour among equals; in three rounds."""
    clients = leave.market.sight.clients
    for _ in range(PATIENCE):
        held = _imagined(leave)
        for client in sorted(clients, key=lambda name: (clients[name].tier, name)):
            mine = [edge for edge in held.open() if edge.client == client]
            if leave.patience(client) > 0 and mine:
                best = max(
                    mine,
                    key=lambda edge: (
                        round(edge.relief, 1),
                        -abs(_off(leave, edge)),
                        -edge.start.timestamp(),
                    ),
                )
                held.taken[client] = best.start
        for client, start in sorted(held.taken.items()):
            if client not in leave.taken:
                leave.ask(client, start)


def query_commit(leave: Leave) -> None:
    """One at a time where times exclude each other: solve the program, ask what it asks most, commit to every yes.

    It knows the true chances, which nobody does. Between two programs everybody is asked once at most, and no two about
    times that may exclude each other. The paper's rounding is randomised and keeps its factor in the worst case;
    asking the largest and solving anew after each answer is its usual stand-in and does no worse here.
    """
    manner, clients = leave.diaries.manner, leave.market.sight.clients
    while edges := leave.open():
        chance = [manner.accepts(clients[edge.client], edge.start) for edge in edges]
        worth = [edge.relief * _STRICT ** (MAINTENANCE - edge.tier) for edge in edges]
        left = {name: leave.patience(name) for name in {edge.client for edge in edges}}
        asked = queries(leave.market, edges, chance, worth, left)
        order = sorted(range(len(edges)), key=lambda n: (-asked[n] * chance[n] * worth[n], n))
        if asked[order[0]] <= _ASKED:
            return
        _batch(leave, [edges[n] for n in order if asked[n] > _ASKED])


def _batch(leave: Leave, order: list[Edge]) -> None:
    """The first of the order, and whoever else cannot take anything from those before."""
    rows = [(set(members), most) for members, most in leave.market.row(order)]
    waiting: set[int] = set()
    for n in range(len(order)):
        if all(n not in members or len(members & waiting) < most for members, most in rows):
            waiting.add(n)
    for n in sorted(waiting):
        if order[n] in leave.open():
            leave.ask(order[n].client, order[n].start)


def _imagined(leave: Leave) -> Leave:
    """A copy in which times are held without asking."""
    return replace(leave, taken=dict(leave.taken), spent={key: list(one) for key, one in leave.spent.items()})


def _off(leave: Leave, edge: Edge) -> int:
    places = leave.market.sight.clients[edge.client].person.places
    return min(abs(edge.start.hour * 60 + edge.start.minute - clock) for _, clock in places)


def _planned(leave: Leave) -> dict[str, datetime]:
    """What the planner gives to those who still have patience."""
    made = plan(_request(leave), solve_here)
    return {
        one.client: one.span.start.astimezone(ZONE)
        for one in made.placements
        if one.kind is OfferKind.MOVE and leave.patience(one.client) > 0
    }


def _request(leave: Leave) -> PlanRequest:
    """The request as it is by now: yeses stand, times that were not taken are not offered again, patience ends."""
    first = leave.market.request
    (ask,) = (one for one in first.asks if one.ranked)
    booked = tuple(
        Booked(_accepted(one.conflict.id, leave, one.client.id), ask.absence.id)
        for one in ask.ranked
        if one.client.id in leave.taken
    )
    waiting = tuple(
        one for one in ask.ranked if one.client.id in leave.taken or leave.patience(one.client.id) > 0
    )
    clients = tuple(
        replace(
            one, refused=tuple(_span(leave, one.client.id, at) for at in leave.spent.get(one.client.id, []))
        )
        for one in first.clients
    )
    noes = {client: len(spent) for client, spent in leave.spent.items()}
    return replace(first, asks=(replace(ask, ranked=waiting, noes=noes),), clients=clients, fixed=booked)


def _accepted(conflict: str, leave: Leave, client: str) -> Offer:
    span = _span(leave, client, leave.taken[client])
    desk = leave.market.sight.clients[client].person.therapist
    return Offer(
        f"{conflict}-yes", conflict, 1, desk, client, "", span, state=OfferState.ACCEPTED, agreed=True
    )


def _span(leave: Leave, client: str, start: datetime) -> Span:
    return Span(start, start + timedelta(minutes=leave.market.sight.clients[client].person.minutes))


POLICIES: dict[str, Policy] = {
    "greedy by rank, all at once": greedy,
    "syncd, all at once": all_at_once,
    "syncd, waves by tier": waves,
    "query-commit with patience, chances known": query_commit,
}
