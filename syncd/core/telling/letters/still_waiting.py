"""A yes that stays out is asked for again: after three days, and a week before anything waiting for it is too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from syncd.core.model import UNSENT, Absence, Conflict
from syncd.core.model.effects import PLAN_LETTER, EffectKey, EffectState, code_asked_for
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import PassState

AFTER = timedelta(days=3)
BEFORE_LATE = timedelta(days=7)
AGAIN, LATE = "again", "late"  # behind a code: the further letter that asks for it


def asks_again_at(pass_state: PassState, absence: Absence) -> datetime | None:
    """When the next further letter is due, be it past; None where there is none, or its question has not left yet."""
    return min((moment for moment, _ in _due(pass_state, absence)), default=None)


def again_key(pass_state: PassState, absence: Absence) -> EffectKey | None:
    """The further letter that is due now; None where none is."""
    return next((key for moment, key in sorted(_due(pass_state, absence)) if moment <= pass_state.now), None)


def _due(pass_state: PassState, absence: Absence) -> Iterator[tuple[datetime, EffectKey]]:
    """Each further letter that has not left, once each, in hours in which people read, and before the leave begins.

    What only may be leave is asked about once: until somebody says that it is, nothing is late.
    """
    code = pass_state.code(absence)
    asked = sorted(_asked_at(pass_state, absence, code)) if code else []
    row = next(iter(pass_state.displaced(absence)), None)
    if not asked or row is None or pass_state.in_doubt(absence):
        return
    late = too_late_at(pass_state, absence)
    further = [(AGAIN, asked[0] + AFTER)] if len(asked) == 1 else []
    if late is not None and asked[-1] < late - BEFORE_LATE:
        further.append((LATE, late - BEFORE_LATE))
    zone, quiet = pass_state.snapshot.therapist[absence.therapist].zone, pass_state.policy(row).timing.quiet
    for name, moment in further:
        key = EffectKey(absence.id, f"{code}.{name}", PLAN_LETTER)
        awake = waking(moment, zone, quiet, pass_state.snapshot.practice.holidays)
        if awake < absence.span.start and pass_state.snapshot.keys.get(key) is not EffectState.DONE:
            yield awake, key


def too_late_at(pass_state: PassState, absence: Absence) -> datetime | None:
    """From when on a yes comes too late for the first thing that waits for it; None where nothing ahead is lost."""
    moments = (moment for row in pass_state.displaced(absence) for moment in _late(pass_state, row))
    return min((moment for moment in moments if moment > pass_state.now), default=None)


def _late(pass_state: PassState, row: Conflict) -> Iterator[datetime]:
    """A time that is held can be offered until then; that a session falls out should be said by then."""
    live = pass_state.live(row)
    if pass_state.approved(row) and (live is None or pass_state.kind_cleared(row, live)):
        return
    yield pass_state.release_at(row)
    if live is not None and live.state in UNSENT:
        yield live.span.start - pass_state.lead(row)


def _asked_at(pass_state: PassState, absence: Absence, code: str) -> Iterator[datetime]:
    """When letters left that asked for this very yes."""
    for one in pass_state.snapshot.ledger:
        if one.key.subject == absence.id and code_asked_for(one.key) == code:
            yield one.at
