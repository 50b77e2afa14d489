"""What the picture of one absence shows: initials and times only."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import Absence, OccurrenceRef, OfferKind, OfferState, initials
from syncd.core.planning.plan import Plan
from syncd.core.state import PassState
from syncd.core.time.spans import Span
from syncd.report.displacements import Displacement, displacements
from syncd.report.picture.facts import Displaced, Kept, SlotState, WeekPicture

_STATES = {
    OfferState.PLANNED: SlotState.HELD,
    OfferState.HELD: SlotState.HELD,
    OfferState.INVITED: SlotState.INVITED,
}


def picture_of(pass_state: PassState, plan: Plan | None, absence: Absence) -> WeekPicture:
    """The facts of one absence's picture."""
    diary = pass_state.diaries[absence.therapist]
    found = displacements(pass_state, plan, absence)
    shown = {one.offer.uid for one in found if one.offer is not None}
    gone = {row.ref for row in pass_state.conflicts if row.displaced}
    return WeekPicture(
        therapist=absence.therapist,
        zone=diary.therapist.zone,
        hours=diary.therapist.hours,
        leave=tuple(block.span for block in absence.blocks),
        sessions=tuple(_kept(pass_state, absence, gone, shown)),
        displaced=tuple(_displaced(one) for one in found),
        busy=tuple(_busy(pass_state, absence, gone)),
        holidays=pass_state.snapshot.practice.holidays,
        proven=plan is None or plan.proven,
    )


def _kept(
    pass_state: PassState, absence: Absence, gone: set[OccurrenceRef], shown: set[str]
) -> Iterator[Kept]:
    """Sessions that take place, and other absences' slots; this absence's own slots are drawn as such."""
    clients = pass_state.snapshot.client
    for session in pass_state.diaries[absence.therapist].all_sessions:
        if session.ref not in gone and session.offer not in shown:
            known = clients.get(session.client)
            yield Kept(session.span, initials(known) if known else session.client)


def _busy(pass_state: PassState, absence: Absence, gone: set[OccurrenceRef]) -> Iterator[Span]:
    diary = pass_state.diaries[absence.therapist]
    known = gone | {one.ref for one in diary.all_sessions} | {block.ref for block in diary.leave}
    ours = set(pass_state.snapshot.ours) | {offer.uid for offer in pass_state.offers}
    for one in diary.busy:
        if one.ref not in known and one.ref.uid not in ours:
            yield one.span


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
        state=_STATES.get(offer.state, SlotState.ACCEPTED) if offer else SlotState.HELD,
        kind=offer.kind if offer else OfferKind.MOVE,
        colleague=offer.therapist if offer and theirs else "",
        reason="" if offer else one.why,
    )
