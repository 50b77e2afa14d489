"""A yes from the command line: to exactly what stands there now."""

from __future__ import annotations

from syncd.core.model import Absence
from syncd.core.model.errors import SyncdError
from syncd.core.state import PassState
from syncd.core.state.approval.given import approved_by_command
from syncd.core.time.spans import first_and_last_day
from syncd.cycle import Practicing, preview


def approve(world: Practicing, wanted: str) -> str:
    """Approve the absence with this id (or its beginning), waiting code or first day; returns a line that says so.

    Raises SyncdError when none or several match: it says whose leave there is, its days and the codes that wait.
    """
    pass_state = preview(world).decision.pass_state
    absence = _the_one(pass_state, wanted)
    given = approved_by_command(pass_state, absence)
    if given is None:
        return f"The leave of {_shown(pass_state, absence)} has nothing that waits for a yes."
    world.store.approve(given)
    return (
        f"Approved: {len(given.conflicts)} displaced sessions of the leave of {_shown(pass_state, absence)}."
    )


def _the_one(pass_state: PassState, wanted: str) -> Absence:
    ahead = [one for one in pass_state.absence.values() if pass_state.displaced(one)]
    found = [
        one
        for one in ahead
        if wanted.lower().lstrip("#") in _names(pass_state, one) or one.id.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    there = "; ".join(_waiting(pass_state, one) for one in found or ahead) or "none"
    many = "several leaves match" if found else "no leave matches"
    raise SyncdError(f"{many} {wanted!r}; leave that displaces sessions: {there}")


def _names(pass_state: PassState, absence: Absence) -> set[str]:
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    return {pass_state.code(absence), first_and_last_day(absence.span, zone)[0].isoformat()} - {""}


def _waiting(pass_state: PassState, absence: Absence) -> str:
    code = pass_state.code(absence)
    waits = f"waits for #ok {code}" if code else "nothing waits"
    return f"{_shown(pass_state, absence)} ({waits})"


def _shown(pass_state: PassState, absence: Absence) -> str:
    """As a person knows it: whose leave, and its days."""
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    first, last = first_and_last_day(absence.span, zone)
    return f"{absence.therapist}, {first}" + (f" to {last}" if last != first else "")
