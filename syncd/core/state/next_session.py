"""When a client and their therapist meet next: one answer for every message that says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.model import Conflict, ConflictState, Offer, OriginalState, Session
from syncd.core.model.practice import Therapist
from syncd.core.state.gates import Standing
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class Upcoming:
    """`next` is the first meeting ahead, agreed on or usual; `afterwards` the first usual one after the leave.

    `again`: they do not meet before the leave is over.
    """

    therapist: Therapist
    next: Session | None
    afterwards: Session | None
    again: bool


def upcoming(standing: Standing, conflict: Conflict, spoken: Offer | None) -> Upcoming:
    """What stands ahead with the client's own therapist, the time that the message itself is about left aside.

    Where a session with a colleague fell through, their own therapist is meant.
    """
    row = standing.covered(conflict) or conflict
    said = {span for span in (standing.agreed(conflict), spoken.span if spoken else None) if span}
    ahead = tuple(_ahead(standing, row, said))
    absence = standing.absence.get(row.absence)
    usual = (one for one in ahead if one.usual and absence and one.span.start >= absence.span.end)
    first = next(iter(ahead), None)
    again = first is not None and (absence is None or first.span.start >= absence.span.end)
    return Upcoming(standing.therapist(row), first, next(usual, None), again)


def _ahead(standing: Standing, row: Conflict, said: set[Span]) -> Iterator[Session]:
    """In order of time; nothing is said of what may fall into leave that nobody has said yes to, or that vanished."""
    mine = (*standing.sessions_of(row.therapist, row.client), *_unheard_of(standing, row))
    lifted = [one.span for one in _theirs(standing, row) if standing.lifted(one) is not None]
    for one in sorted(mine, key=lambda one: one.span):
        if standing.perhaps_away(row.therapist, one.span) or (lifted and one.span >= min(lifted)):
            return
        if one.span.start > standing.now and one.span not in said:
            yield one


def _theirs(standing: Standing, row: Conflict) -> Iterator[Conflict]:
    mine = (row.therapist, row.client)
    return (one for one in standing.conflicts if (one.therapist, one.client) == mine)


def _unheard_of(standing: Standing, row: Conflict) -> Iterator[Session]:
    """Originals that we cancelled and that stand again in this pass, while their client never heard that they were."""
    for one in _theirs(standing, row):
        back = one.state is ConflictState.HEALED and one.original is OriginalState.CANCELLED
        if back and not (standing.made_up(one) or standing.heard(one)):
            yield Session(one.therapist, one.client, one.ref, one.span)
