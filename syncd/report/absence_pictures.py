"""What the picture of one absence shows: initials and times only."""

from __future__ import annotations

from syncd.core.model import Absence, OfferKind, initials
from syncd.core.planning.plan import Plan
from syncd.core.state import PassState
from syncd.core.telling.letters.weeks import busy_times, kept_sessions, slot_state
from syncd.picture import Displaced, SlotState, WeekPicture
from syncd.report.displacements import Displacement, displacements


def picture_of(pass_state: PassState, plan: Plan | None, absence: Absence) -> WeekPicture:
    """The facts of one absence's picture."""
    diary = pass_state.diaries[absence.therapist]
    found = displacements(pass_state, plan, absence)
    shown = {one.offer.uid for one in found if one.offer is not None}
    return WeekPicture(
        therapist=absence.therapist,
        zone=diary.therapist.zone,
        hours=diary.therapist.hours,
        leave=tuple(block.span for block in absence.blocks),
        sessions=tuple(kept_sessions(pass_state, absence, shown)),
        displaced=tuple(_displaced(one) for one in found),
        busy=tuple(busy_times(pass_state, absence)),
        holidays=pass_state.snapshot.practice.holidays,
        proven=plan is None or plan.proven,
    )


def _displaced(one: Displacement) -> Displaced:
    offer, ranked = one.offer, one.ranked
    theirs = offer is not None and offer.therapist != one.conflict.therapist
    return Displaced(
        rank=ranked.position,
        initials=initials(ranked.client),
        tier=ranked.tier,
        score=ranked.score,
        parts=ranked.parts,
        original=one.conflict.span,
        slot=offer.span if offer else None,
        state=slot_state(offer) if offer else SlotState.HELD,
        kind=offer.kind if offer else OfferKind.MOVE,
        colleague=offer.therapist if offer and theirs else "",
        reason="" if offer else one.why,
    )
