"""What a colleague would remark on beside the rules: full days, no break, crossed pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from tests.panel.hour import ODD, in_school, shift, welcome
from tests.panel.sight import CRUCIAL, Client, Sight
from tests.panel.spec import Leave

_FULL = 8  # sessions on a day
_ROW = 6  # sessions one after the other
_BREAK = timedelta(minutes=25)
Session = tuple[datetime, datetime]


def remarks(sight: Sight) -> dict[str, int]:
    """How often each of them is so, on days on which a make-up stands."""
    days = [
        (day, sessions, desk.id)
        for desk in sight.practice.desks
        for day, sessions in _days(sight, desk.id).items()
    ]
    return {
        "days of eight or more": sum(len(sessions) >= _FULL for _, sessions, _ in days),
        "six in a row": sum(_in_a_row(sessions) >= _ROW for _, sessions, _ in days),
        "fullest day beside the leave": sum(_fullest_beside(sight, desk.id) for desk in sight.practice.desks),
        "crossed pairs": sum(map(_crossed, sight.clients.values())),
        "three hours and more from their hour, unasked": sum(
            shift(sight.clients[one.client], one.start) >= ODD
            and not welcome(sight.clients[one.client], one.start)
            for one in sight.given
        ),
        "children in school, be it that nothing told of it": sum(
            in_school(sight.clients[one.client], one.start) for one in sight.given
        ),
        "crucial work in the last week before three weeks": sum(
            _late(sight, one) for one in sight.clients.values()
        ),
    }


def _days(sight: Sight, who: str) -> dict[date, list[Session]]:
    """The days with a make-up, all sessions of each."""
    made = {one.start.date() for one in sight.given if one.therapist == who and not one.piece}
    found: dict[date, list[Session]] = {day: [] for day in sorted(made)}
    for start, end in _sessions(sight, who):
        if start.date() in found:
            found[start.date()].append((start, end))
    return {day: sorted(sessions) for day, sessions in found.items()}


def _sessions(sight: Sight, who: str) -> Iterable[Session]:
    for client in sight.clients.values():
        if client.person.therapist == who:
            yield from ((one, one + timedelta(minutes=client.person.minutes)) for one in client.kept)
    yield from ((one.start, one.end) for one in sight.given if one.therapist == who and not one.piece)


def _in_a_row(sessions: list[Session]) -> int:
    most = row = 1
    for before, after in pairwise(sessions):
        row = row + 1 if after[0] - before[1] < _BREAK else 1
        most = max(most, row)
    return most


def _fullest_beside(sight: Sight, who: str) -> int:
    """Leaves beside which the fullest day of the weeks around stands, fuller than any other and by a make-up."""
    days = _days(sight, who)
    every = Counter(start.date() for start, _ in _sessions(sight, who))
    return sum(_fullest(every, leave) in days for leave in sight.desk[who].leaves)


def _fullest(every: Counter[date], leave: Leave) -> date | None:
    """The day right before or after the leave, where no day of the fortnight on either side is as full."""
    first, end, span = leave.first, leave.end.date(), timedelta(days=14)
    near = {day: n for day, n in every.items() if first - span <= day < end + span}
    before, after = [day for day in near if day < first], [day for day in near if day >= end]
    beside = {*sorted(before)[-1:], *sorted(after)[:1]}
    fullest = [day for day, count in near.items() if count == max(near.values())]
    return fullest[0] if len(fullest) == 1 and fullest[0] in beside else None


def _crossed(client: Client) -> int:
    pairs = sorted((one.original, one.start) for one in client.meetings)
    return sum(earlier[1] > later[1] for earlier, later in pairwise(pairs))


def _late(sight: Sight, client: Client) -> int:
    leaves = [leave for leave in sight.desk[client.person.therapist].leaves if leave.days >= 19]
    return sum(
        client.tier == CRUCIAL and timedelta(0) <= leave.begin - one.start < timedelta(days=7)
        for one in client.meetings
        for leave in leaves
    )
