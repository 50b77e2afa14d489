"""Which of a client's displaced sessions each of their make-ups is for, once it is known what they get."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from syncd.core.model import Offer, OfferKind
from syncd.core.planning.options import Found
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.relief.option import Option
from syncd.core.planning.request import PlanRequest
from syncd.core.time.minutes import minute_of, minutes_of

Hour = tuple[OfferKind, str, int, int]
Share = tuple[str, str]


def share_of(request: PlanRequest, conflict: str) -> Share:
    """The client and the absence of a conflict that is planned: whose times may change places."""
    return request.ranked_of[conflict].client.id, request.ask_of[conflict].absence.id


def held_hours(request: PlanRequest, holds: Iterable[Offer]) -> frozenset[tuple[Share, Hour]]:
    """Where these holds stand, whichever of its client's sessions in that absence each is for."""
    planned = (one for one in holds if one.conflict in request.ask_of)
    return frozenset(
        (share_of(request, one.conflict), (one.kind, one.therapist, *minutes_of(one.span))) for one in planned
    )


def hour_of(option: Option) -> Hour:
    """What is given, whomever and whatever for."""
    return option.kind, option.therapist, option.start, option.end


def paired(
    request: PlanRequest, found: Mapping[str, Found], placed: Mapping[str, Option]
) -> dict[str, Option]:
    """The same times for the same clients, each for the nearest of the client's sessions in that absence.

    In order of time, so that the ways are shortest in sum. What is held stays with the session it is held for, and
    a time goes to no session that it is no option of.
    """
    taken: dict[Share, list[Option]] = defaultdict(list)
    for conflict, option in placed.items():
        taken[share_of(request, conflict)].append(option)
    rows: dict[Share, list[Ranked]] = defaultdict(list)
    for conflict in request.ask_of:
        rows[share_of(request, conflict)].append(request.ranked_of[conflict])
    every = (one for share in taken for one in _shared(request, found, taken[share], rows[share]))
    return {option.conflict: option for option in sorted(every, key=lambda one: one.order)}


def _shared(
    request: PlanRequest, found: Mapping[str, Found], taken: Sequence[Option], rows: Sequence[Ranked]
) -> Iterable[Option]:
    if len(rows) == 1:
        return taken
    options = {
        (row.conflict.id, hour_of(option)): option
        for row in rows
        for option in found[row.conflict.id].options
    }
    free = {hour_of(one): one for one in taken}
    left = {row.conflict.id: row for row in sorted(rows, key=_in_time)}
    kept = []
    for conflict, hour in _held(request):
        option = options.get((conflict, hour))
        if option is not None and hour in free and conflict in left:
            kept.append(option)
            del free[hour], left[conflict]
    nearest = _nearest(sorted(free, key=lambda hour: (hour[2], hour)), tuple(left.values()), options)
    return taken if nearest is None else (*kept, *nearest)


def _held(request: PlanRequest) -> Iterator[tuple[str, Hour]]:
    for one in sorted(request.preferred, key=lambda one: one.uid):
        yield one.conflict, (one.kind, one.therapist, *minutes_of(one.span))


def _in_time(row: Ranked) -> tuple[int, str]:
    return minute_of(row.conflict.span.start), row.conflict.id


def _nearest(
    hours: Sequence[Hour], rows: Sequence[Ranked], options: Mapping[tuple[str, Hour], Option]
) -> tuple[Option, ...] | None:
    """Every hour for a session of its own, both in order of time, at the least distance in sum; None: it cannot be.

    `ways[n]` is the best way to give the first n hours to the sessions looked at so far.
    """
    ways: list[tuple[int, tuple[Option, ...]] | None] = [(0, ()), *(None for _ in hours)]
    for row in rows:
        for count in range(len(hours), 0, -1):
            before, option = ways[count - 1], options.get((row.conflict.id, hours[count - 1]))
            if before is None or option is None:
                continue
            apart = before[0] + abs(option.start - minute_of(row.conflict.span.start))
            known = ways[count]
            if known is None or apart < known[0]:
                ways[count] = (apart, (*before[1], option))
    last = ways[-1]
    return None if last is None else last[1]
