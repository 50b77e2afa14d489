"""Longer sessions: pieces right before and right after the client's own nearest ones around an absence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from syncd.core.model import OccurrenceRef
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.eligibility import anchors
from syncd.core.planning.limits.occupancy import Load
from syncd.core.planning.limits.walls import Case, Walls, struck_by, therapist_walls
from syncd.core.time.minutes import Minutes, inner_minutes, length_of, minutes_of, span_of_minutes
from syncd.core.time.spans import Span

OF_SESSIONS = frozenset({Rule.SESSIONS_PER_DAY, Rule.BESIDE_LEAVE, Rule.SESSIONS_PER_WEEK})


class Piece(NamedTuple):
    """When it is, the session that it lengthens, and the therapist's hours around both."""

    when: Minutes
    anchor: OccurrenceRef
    hours: Sequence[Minutes]


def pieces(case: Case, killed: Counter[Rule]) -> Iterator[Piece]:
    """Those that no rule forbids; `killed` counts the others."""
    if not case.ask.policy.eligibility.extension or not case.ranked.client.extend_ok:
        return
    load = case.occupancy.loads[case.therapist]
    length = length_of(case.ask.policy.eligibility.extension)
    for anchor in anchors(case, load):
        start, end = minutes_of(anchor.span)
        window = span_of_minutes(start - length, end + length)
        walls = _walls(case, load, anchor.ref, window)
        hours = [inner for span in load.time.openings.spans(window) if (inner := inner_minutes(span))]
        for when in ((start - length, start), (end, end + length)):
            struck = struck_by(walls, *when) if _inside(hours, when) else Rule.HOURS
            if struck is None:
                yield Piece(when, anchor.ref, hours)
            else:
                killed[struck] += 1


def _walls(case: Case, load: Load, anchor: OccurrenceRef, window: Span) -> Walls:
    """A piece is no session of its own and touches one on purpose: no session cap, no distance."""
    walls = therapist_walls(case.request, case.occupancy, load, window, case.room)
    return [
        (Rule.SESSION, load.session_walls_beside(anchor, minutes_of(window))),
        *(wall for wall in walls if wall[0] not in OF_SESSIONS),
        *case.walls(load.time.therapist.zone, window, case.own_walls(case.therapist, distance=False)),
    ]


def _inside(stretches: Sequence[Minutes], piece: Minutes) -> bool:
    return any(low <= piece[0] and piece[1] <= high for low, high in stretches)
