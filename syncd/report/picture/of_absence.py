"""What the picture of one absence shows: initials and times only."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import Absence, OccurrenceRef, OfferKind, OfferState, initials
from syncd.core.planning.plan import Plan
from syncd.core.state import Standing
from syncd.core.time.spans import Span
from syncd.report.displacements import Displacement, displacements
from syncd.report.picture.facts import Displaced, Kept, SlotState, WeekPicture

_STATES = {
    OfferState.PLANNED: SlotState.HELD,
    OfferState.HELD: SlotState.HELD,
    OfferState.INVITED: SlotState.INVITED,
}


def picture_of(standing: Standing, plan: Plan | None, absence: Absence) -> WeekPicture:
    """The facts of one absence's picture."""
    diary = standing.diaries[absence.therapist]
    found = displacements(standing, plan, absence)
    shown = {one.offer.uid for one in found if one.offer is not None}
    gone = {row.ref for row in standing.conflicts if row.displaced}
    return WeekPicture(
        therapist=absence.therapist,
        zone=diary.therapist.zone,
        hours=diary.therapist.hours,
        leave=tuple(block.span for block in absence.blocks),
        sessions=tuple(_kept(standing, absence, gone, shown)),
        displaced=tuple(_displaced(one) for one in found),
        busy=tuple(_busy(standing, absence, gone)),
        holidays=standing.snapshot.practice.holidays,
        proven=plan is None or plan.proven,
    )


def _kept(standing: Standing, absence: Absence, gone: set[OccurrenceRef], shown: set[str]) -> Iterator[Kept]:
    """Sessions that take place, and other absences' slots; this absence's own slots are drawn as such."""
    clients = standing.snapshot.client
    for session in standing.diaries[absence.therapist].all_sessions:
        if session.ref not in gone and session.offer not in shown:
            known = clients.get(session.client)
            yield Kept(session.span, initials(known) if known else session.client)


def _busy(standing: Standing, absence: Absence, gone: set[OccurrenceRef]) -> Iterator[Span]:
    diary = standing.diaries[absence.therapist]
    known = gone | {one.ref for one in diary.all_sessions} | {block.ref for block in diary.leave}
    ours = set(standing.snapshot.ours) | {offer.uid for offer in standing.offers}
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
