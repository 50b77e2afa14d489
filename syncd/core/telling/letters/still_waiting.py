"""A yes that stays out is asked for again: after three days, and a week before anything waiting for it is too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from syncd.core.model import UNSENT, Absence, Conflict
from syncd.core.model.effects import PLAN_LETTER, EffectKey, EffectState, code_asked_for
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import Standing

AFTER = timedelta(days=3)
BEFORE_LATE = timedelta(days=7)
AGAIN, LATE = "again", "late"  # behind a code: the further letter that asks for it


def asks_again_at(standing: Standing, absence: Absence) -> datetime | None:
    """When the next further letter is due, be it past; None where there is none, or its question has not left yet."""
    return min((moment for moment, _ in _due(standing, absence)), default=None)


def again_key(standing: Standing, absence: Absence) -> EffectKey | None:
    """The further letter that is due now; None where none is."""
    return next((key for moment, key in sorted(_due(standing, absence)) if moment <= standing.now), None)


def _due(standing: Standing, absence: Absence) -> Iterator[tuple[datetime, EffectKey]]:
    """Each further letter that has not left, once each, in hours in which people read, and before the leave begins.

    What only may be leave is asked about once: until somebody says that it is, nothing is late.
    """
    code = standing.code(absence)
    asked = sorted(_asked_at(standing, absence, code)) if code else []
    row = next(iter(standing.displaced(absence)), None)
    if not asked or row is None or standing.in_doubt(absence):
        return
    late = too_late_at(standing, absence)
    further = [(AGAIN, asked[0] + AFTER)] if len(asked) == 1 else []
    if late is not None and asked[-1] < late - BEFORE_LATE:
        further.append((LATE, late - BEFORE_LATE))
    zone, quiet = standing.snapshot.therapist[absence.therapist].zone, standing.policy(row).timing.quiet
    for name, moment in further:
        key = EffectKey(absence.id, f"{code}.{name}", PLAN_LETTER)
        awake = waking(moment, zone, quiet, standing.snapshot.practice.holidays)
        if awake < absence.span.start and standing.snapshot.keys.get(key) is not EffectState.DONE:
            yield awake, key


def too_late_at(standing: Standing, absence: Absence) -> datetime | None:
    """From when on a yes comes too late for the first thing that waits for it; None where nothing ahead is lost."""
    moments = (moment for row in standing.displaced(absence) for moment in _late(standing, row))
    return min((moment for moment in moments if moment > standing.now), default=None)


def _late(standing: Standing, row: Conflict) -> Iterator[datetime]:
    """A time that is held can be offered until then; that a session falls out should be said by then."""
    live = standing.live(row)
    if standing.approved(row) and (live is None or standing.kind_cleared(row, live)):
        return
    yield standing.release_at(row)
    if live is not None and live.state in UNSENT:
        yield live.span.start - standing.lead(row)


def _asked_at(standing: Standing, absence: Absence, code: str) -> Iterator[datetime]:
    """When letters left that asked for this very yes."""
    for one in standing.snapshot.ledger:
        if one.key.subject == absence.id and code_asked_for(one.key) == code:
            yield one.at
