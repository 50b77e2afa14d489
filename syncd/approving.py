"""A yes from the command line: to exactly what stands there now."""

from __future__ import annotations

from syncd.core.model import Absence
from syncd.core.model.errors import SyncdError
from syncd.core.state import Standing
from syncd.core.state.approval.covered import code
from syncd.core.state.approval.given import approved_by_command
from syncd.core.time.spans import first_and_last_day
from syncd.cycle import Practicing, preview


def approve(world: Practicing, wanted: str) -> str:
    """Approve the absence with this id (or its beginning), waiting code or first day; returns a line that says so.

    Raises SyncdError when none or several match: it says whose leave there is, its days and the codes that wait.
    """
    standing = preview(world).decision.standing
    absence = _the_one(standing, wanted)
    given = approved_by_command(standing, absence)
    if given is None:
        return f"The leave of {_shown(standing, absence)} has nothing that waits for a yes."
    world.store.approve(given)
    return f"Approved: {len(given.conflicts)} displaced sessions of the leave of {_shown(standing, absence)}."


def _the_one(standing: Standing, wanted: str) -> Absence:
    ahead = [one for one in standing.absence.values() if standing.displaced(one)]
    found = [
        one
        for one in ahead
        if wanted.lower().lstrip("#") in _names(standing, one) or one.id.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    there = "; ".join(_waiting(standing, one) for one in found or ahead) or "none"
    many = "several leaves match" if found else "no leave matches"
    raise SyncdError(f"{many} {wanted!r}; leave that displaces sessions: {there}")


def _names(standing: Standing, absence: Absence) -> set[str]:
    zone = standing.snapshot.therapist[absence.therapist].zone
    return {
        code(standing.pending(absence), standing.in_force),
        first_and_last_day(absence.span, zone)[0].isoformat(),
    }


def _waiting(standing: Standing, absence: Absence) -> str:
    pending = standing.pending(absence)
    waits = f"waits for #ok {code(pending, standing.in_force)}" if pending else "nothing waits"
    return f"{_shown(standing, absence)} ({waits})"


def _shown(standing: Standing, absence: Absence) -> str:
    """As a person knows it: whose leave, and its days."""
    zone = standing.snapshot.therapist[absence.therapist].zone
    first, last = first_and_last_day(absence.span, zone)
    return f"{absence.therapist}, {first}" + (f" to {last}" if last != first else "")
