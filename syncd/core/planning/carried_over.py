"""What one planning worked out and another may keep: of clients and sessions for whom nothing that it rests on differs.

Reasons plan again with one thing changed. Most of what options cost to find stays true then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from syncd.core.model.practice import Policy
from syncd.core.planning.limits.occupancy import occupancy, takes_as
from syncd.core.planning.options import Finder
from syncd.core.planning.request import PlanRequest, ask_looks_alike

_T = TypeVar("_T")


def carried_over(known: Finder, request: PlanRequest) -> Finder:
    """The finder of another request of the same sessions, with what this one worked out and what still holds.

    A client's waits rest on their own time, what is booked for them and what a make-up has to give; which times they
    may have, also on everybody's time and on the rules of the leave.
    """
    before = known.request
    if before.now != request.now or before.fixed != request.fixed or before.holidays != request.holidays:
        return Finder(request, occupancy(request))
    same = {client for client in request.ranked_by_client if _waits_alike(before, request, client)}
    found = Finder(request, known.occupancy)
    found.known.update(_of(same, known.known))
    found.good.update({key: one for key, one in known.good.items() if key[0] in same})
    found.hours.update({key: one for key, one in known.hours.items() if key[0] in same})
    if not takes_as(before, request):
        found.occupancy = occupancy(request)
        return found
    found.occupancy, found.surveys = known.occupancy.under(request), known.surveys
    if before.clocks == request.clocks:
        found.moves.update(
            {
                key: one
                for key, one in known.moves.items()
                if request.ranked_of[key].client.id in same and _open_alike(before, request, key)
            }
        )
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
    )
