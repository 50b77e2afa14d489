"""How many of an absence's sessions have a time, how many more a larger budget would give one, and how many none."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.core.model import Conflict, OfferKind
from syncd.core.model.messages.letters import Totals
from syncd.core.state import PassState
from syncd.core.telling.session_status import (
    PERHAPS_TOLD,
    UNAWARE,
    current_offer,
    has_time,
    lost_anew,
    status_of,
)

_NOT_PLANNED = UNAWARE - {"call", PERHAPS_TOLD, "unplaced"}


def totals(pass_state: PassState, conflicts: Iterable[Conflict]) -> Totals | None:
    """The numbers of these sessions, those that the therapist let take place left out.

    Long leave counts for nothing. None where everybody has a time, and as long as somebody's was not planned yet:
    then nothing of it is known.
    """
    rows = [row for row in conflicts if row.displaced and not row.kept and not pass_state.handed_over(row)]
    shown = {row.id for row in rows}
    without = [row for row in rows if not _has_one(pass_state, row) or _shown_anew(pass_state, row, shown)]
    if not without or any(_unplanned(pass_state, row) for row in without):
        return None
    found = (pass_state.unplaced.get(row.id) for row in without)
    budgets = [one.budget for one in found if one is not None and one.budget is not None]
    calls = sum(_by_phone(pass_state, row) for row in rows if row not in without)
    return Totals(len(rows), len(rows) - len(without), len(budgets), max(budgets, default=None), calls)


def _has_one(pass_state: PassState, row: Conflict) -> bool:
    """False also where leave is about to take the time and no other was found."""
    offer = current_offer(pass_state, row)
    falls = offer is not None and pass_state.falls(offer) and row.id in pass_state.unplaced
    return has_time(pass_state, row) and not falls


def _shown_anew(pass_state: PassState, row: Conflict, shown: set[str]) -> bool:
    """True where the make-up that was lost is counted itself: what it has instead is one time, not two."""
    anew = lost_anew(pass_state, row)
    return anew is not None and anew.id in shown


def _by_phone(pass_state: PassState, row: Conflict) -> bool:
    offer = current_offer(pass_state, row)
    return offer is not None and offer.kind is OfferKind.CALL


def _unplanned(pass_state: PassState, row: Conflict) -> bool:
    return row.id not in pass_state.unplaced and status_of(pass_state, row) in _NOT_PLANNED
