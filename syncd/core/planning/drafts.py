"""One solved planning: options found, made a Problem, solved, read back. Reasons compare several of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeVar

from syncd.core.model import Offer, OfferKind
from syncd.core.model.practice import Policy
from syncd.core.planning.limits.occupancy import occupancy, takes_as
from syncd.core.planning.options import Finder, Found
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.relief.continuity import Continuity
from syncd.core.planning.relief.option import Option
from syncd.core.planning.request import Booked, PlanRequest, ask_looks_alike
from syncd.core.planning.solving.likeliest import against_likeliest
from syncd.core.planning.solving.pairing import paired
from syncd.core.planning.solving.problem import Component, Problem, Solution, Solve, components, levels
from syncd.core.planning.solving.rows import problem_of
from syncd.core.planning.solving.stability import steadied
from syncd.core.time.spans import Span

_T = TypeVar("_T")


class Placed(Protocol):
    """A place that somebody has: an option taken, or a placement."""

    @property
    def conflict(self) -> str:
        """The conflict it serves."""

    @property
    def therapist(self) -> str:
        """Who gives it."""

    @property
    def kind(self) -> OfferKind:
        """What it is."""

    @property
    def span(self) -> Span:
        """Its time."""


@dataclass(frozen=True)
class SolvedPlan:
    """What the solver was asked for a request, and what it answered, as options by conflict id."""

    request: PlanRequest
    found: Mapping[str, Found]
    options: tuple[Option, ...]
    problem: Problem
    solution: Solution
    known: Mapping[str, Continuity]  # by client, chances counted as those of the options are
    finder: Finder

    @cached_property
    def parts(self) -> tuple[Component, ...]:
        """The parts of the problem that share nothing."""
        return components(self.problem)

    @cached_property
    def placed(self) -> dict[str, Option]:
        """The option taken for each placed conflict, as it was solved."""
        return {self.options[index].conflict: self.options[index] for index in self.solution.chosen}

    @cached_property
    def paired(self) -> dict[str, Option]:
        """The same times, each with the nearest of its client's sessions: what the plan says."""
        return paired(self.request, self.found, self.placed)


def draft(request: PlanRequest, solve: Solve) -> SolvedPlan:
    """Plan one request as a whole."""
    return drafted(Finder(request, occupancy(request)), solve)


def drafted(finder: Finder, solve: Solve) -> SolvedPlan:
    """The same of what this finder finds."""
    found, options, problem, known = _prepared(finder)
    return SolvedPlan(finder.request, found, options, problem, steadied(problem, solve), known, finder)


def redraft(request: PlanRequest, solution: Solution) -> SolvedPlan:
    """The Draft of a request whose solution is known."""
    finder = Finder(request, occupancy(request))
    found, options, problem, known = _prepared(finder)
    return SolvedPlan(request, found, options, problem, solution, known, finder)


def _prepared(finder: Finder) -> tuple[dict[str, Found], tuple[Option, ...], Problem, dict[str, Continuity]]:
    found, known = against_likeliest(finder)
    options = tuple(option for one in found.values() for option in one.options)
    return found, options, problem_of(finder.request, finder.occupancy, options, known, finder.worked), known


def left_beside(request: PlanRequest, others: Iterable[Placed], like: Finder | None = None) -> Finder:
    """Finds the options that are left while `others` (placements, options) keep the places they have.

    `like`: one that may have found the same time taken already.
    """
    fixed = tuple(_booked(request, one) for one in others)
    settled = replace(request, fixed=(*request.fixed, *fixed))
    return carried_over(like, settled) if like else Finder(settled, occupancy(settled))


def carried_over(known: Finder, request: PlanRequest) -> Finder:
    """The finder of another request of the same sessions, with what this one worked out and what still holds.

    A client's waits rest on their own time, what is booked for them and what a make-up has to give; which times they
    may have, also on everybody's time and on the rules of the leave.
    """
    before = known.request
    if before.now != request.now or before.fixed != request.fixed or before.holidays != request.holidays:
        return Finder(request, occupancy(request), worked=known.worked)
    same = {client for client in request.ranked_by_client if _waits_alike(before, request, client)}
    found = Finder(request, known.occupancy, worked=known.worked)
    found.waits.update({key: one for key, one in known.waits.items() if key[0] in same})
    found.starts.update(_of(same, known.starts))
    if not takes_as(before, request):
        found.occupancy = occupancy(request)
        return found
    found.occupancy, found.surveys = known.occupancy.under(request), known.surveys
    if before.clocks == request.clocks:
        alike = {
            key
            for key in request.ask_of
            if request.ranked_of[key].client.id in same and _open_alike(before, request, key)
        }
        found.kept.update({key: one for key, one in known.kept.items() if key.conflict in alike})
    return found


def _of(keys: set[str], found: Mapping[str, _T]) -> dict[str, _T]:
    return {key: one for key, one in found.items() if key in keys}


def _waits_alike(one: PlanRequest, other: PlanRequest, client: str) -> bool:
    """True where a client's stretches, habits and what counts as useful are the same in both."""
    mine, theirs = one.ranked_by_client.get(client), other.ranked_by_client[client]
    return (
        mine == theirs
        and one.client[client] == other.client[client]
        and all(
            _aims(one.policy_of[row.conflict.id]) == _aims(other.policy_of[row.conflict.id]) for row in theirs
        )
    )


def _aims(policy: Policy) -> tuple[object, ...]:
    slots = policy.slots
    return policy.weights.gap_in_days, slots.aim, slots.min_gain, slots.horizon_after


def _open_alike(one: PlanRequest, other: PlanRequest, conflict: str) -> bool:
    """True where the rules of the leave leave this session the same times."""
    mine, theirs = one.ask_of[conflict], other.ask_of[conflict]
    return mine is theirs or (
        ask_looks_alike(mine, theirs)
        and mine.vetoed == theirs.vetoed
        and mine.sends_at.get(conflict) == theirs.sends_at.get(conflict)
        and mine.within.get(conflict) == theirs.within.get(conflict)
        and mine.calls == theirs.calls
        and mine.unwilling == theirs.unwilling
    )


def as_offered(request: PlanRequest, placed: Iterable[Placed]) -> tuple[Offer, ...]:
    """What is placed as if it were held: each that is held already as it is."""
    held = {(one.conflict, one.kind, one.therapist, one.span): one for one in request.preferred}
    return tuple(
        held.get((one.conflict, one.kind, one.therapist, one.span)) or _booked(request, one).offer
        for one in placed
    )


def _booked(request: PlanRequest, one: Placed) -> Booked:
    """A place as if it had been offered already."""
    row = request.ranked_of[one.conflict].conflict
    offer = Offer(
        uid=one.conflict,
        conflict=one.conflict,
        number=0,
        therapist=one.therapist,
        client=row.client,
        calendar="",
        span=one.span,
        kind=one.kind,
        location=row.location,
        link=row.link,
    )
    return Booked(offer, row.absence)


def forced(base: SolvedPlan, conflict: str, solve: Solve) -> SolvedPlan:
    """The same planning with one conflict placed first of all; parts that share nothing with it stay as they are."""
    part, key = next(
        (part, part.problem.choices[place].conflict)
        for part in base.parts
        for place, index in enumerate(part.indices)
        if base.options[index].conflict == conflict
    )
    found, within = solve(replace(part.problem, forced=(key,))), set(part.indices)
    mine = [part.indices[place] for place in found.chosen]
    chosen = tuple(sorted((*mine, *(index for index in base.solution.chosen if index not in within))))
    return replace(base, solution=replace(found, chosen=chosen, levels=levels(base.problem, chosen)))


def groups(request: PlanRequest) -> tuple[PlanRequest, ...]:
    """Split into requests that share no therapist who plans or covers, no client and no rooms.

    Each keeps every therapist's time that matters to it, so that planning it alone is planning it in the whole.
    """
    if request.rooms is not None:
        return (request,)
    together = _together(request)
    members: dict[str, list[int]] = defaultdict(list)
    for place, ask in enumerate(request.asks):
        members[together[ask.absence.therapist]].append(place)
    keys: dict[str, list[str]] = defaultdict(list)
    for key, name in together.items():
        keys[name].append(key)
    return tuple(_part(request, members[name], keys[name]) for name in sorted(members))


def group_of(request: PlanRequest, conflict: str) -> PlanRequest:
    """The one of `groups` in which this conflict is planned."""
    if request.rooms is not None:
        return request
    together = _together(request)
    mine = together[request.ask_of[conflict].absence.therapist]
    asks = [place for place, ask in enumerate(request.asks) if together[ask.absence.therapist] == mine]
    return _part(request, asks, [key for key, name in together.items() if name == mine])


def _together(request: PlanRequest) -> dict[str, str]:
    """Therapists and clients by key, each with the name of the group it belongs to."""
    parent = {ask.absence.therapist: ask.absence.therapist for ask in request.asks}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for first, second in _links(request):
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return {key: root(key) for key in list(parent)}


def _links(request: PlanRequest) -> Iterator[tuple[str, str]]:
    """Pairs of keys that belong together; clients are keyed apart from therapists."""
    covering = {ask.absence.therapist for ask in request.asks if _covered(ask.ranked, ask.policy)}
    for ask in request.asks:
        for one in ask.ranked:
            yield ask.absence.therapist, f"client\x1f{one.client.id}"
            yield ask.absence.therapist, one.conflict.therapist
            for other in one.client.apart_from:
                known = request.client.get(other)
                for key in known.client.therapists if known else ():
                    yield ask.absence.therapist, key
    for time in request.therapists:
        for own in time.therapist.covers_for:
            if own in covering:
                yield own, time.therapist.id


def _covered(ranked: Sequence[Ranked], policy: Policy) -> bool:
    return policy.eligibility.cover and any(one.client.cover_ok for one in ranked)


def _part(request: PlanRequest, asks: Sequence[int], keys: Iterable[str]) -> PlanRequest:
    within = set(keys)
    own = tuple(request.asks[place] for place in asks)
    therapists = within | {one.conflict.therapist for ask in own for one in ask.ranked}
    clients = {key for ask in own for one in ask.ranked for key in (one.client.id, *one.client.apart_from)}
    conflicts = {one.conflict.id for ask in own for one in ask.ranked}
    return replace(
        request,
        asks=own,
        therapists=tuple(one for one in request.therapists if one.therapist.id in therapists),
        clients=tuple(one for one in request.clients if one.client.id in clients),
        fixed=tuple(
            one for one in request.fixed if one.offer.therapist in therapists or one.offer.client in clients
        ),
        preferred=tuple(one for one in request.preferred if one.conflict in conflicts),
    )
