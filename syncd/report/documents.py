"""The JSON of `plan --json`, from a pass: the documents that `records.py` describes, filled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from syncd.core.model import Absence, LeaveBlock, Offer, ReadProblem, Tier, initials
from syncd.core.model.unplaced import Remedy
from syncd.core.planning.placements import Placement
from syncd.core.planning.plan import Plan
from syncd.core.state import PassState
from syncd.core.time.spans import AllDay, Span
from syncd.report import records
from syncd.report.displacements import Displacement, absences, displacements
from syncd.report.question_records import Time
from syncd.report.questions import question_records
from syncd.report.records import (
    AbsenceRecord,
    ApprovalState,
    Block,
    Factor,
    OfferRecord,
    PlanDocument,
    Problem,
    ProposedSlot,
    QualityFactor,
    Rank,
    SessionRecord,
    Way,
    WithoutTime,
)

TIERS: dict[Tier, records.Tier] = {
    Tier.CRISIS: "crisis",
    Tier.CRUCIAL: "crucial",
    Tier.ROUTINE: "routine",
    Tier.MAINTENANCE: "maintenance",
}


def plan_of(
    pass_state: PassState,
    plan: Plan | None,
    problems: tuple[ReadProblem, ...] = (),
    *,
    names: bool = False,
) -> PlanDocument:
    """The document of one pass; the same values give the same document."""
    return PlanDocument(
        generated_at=pass_state.now.astimezone(pass_state.snapshot.practice.zone),
        paused=pass_state.paused or None,
        planned=plan is not None,
        proven=plan.proven if plan else None,
        note=(plan.note or None) if plan else None,
        digest=plan.digest if plan else None,
        absences=[_absence(pass_state, plan, one, names) for one in absences(pass_state)],
        questions=question_records(pass_state, names=names),
        problems=[Problem(calendar=one.calendar, uid=one.uid, reason=one.reason) for one in problems],
    )


def _absence(pass_state: PassState, plan: Plan | None, absence: Absence, names: bool) -> AbsenceRecord:
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    found = displacements(pass_state, plan, absence)
    return AbsenceRecord(
        id=absence.id,
        therapist=absence.therapist,
        timezone=zone.key,
        time=_time(absence.span, zone),
        blocks=[_block(block, zone) for block in absence.blocks],
        approval=_approval(pass_state, absence),
        sessions=[session_record(pass_state, one, names=names) for one in found],
    )


def _block(block: LeaveBlock, zone: ZoneInfo) -> Block:
    return Block(
        time=_time(block.span, zone),
        all_day=isinstance(block.when, AllDay),
        tags=sorted(block.tags),
        waits=block.waits or None,
    )


def _approval(pass_state: PassState, absence: Absence) -> ApprovalState:
    conflicts = pass_state.displaced(absence)
    why = pass_state.waits(absence) if conflicts else ""
    return ApprovalState(waits=bool(why), why=why or None, code=pass_state.code(absence) if why else None)


def session_record(pass_state: PassState, one: Displacement, *, names: bool = False) -> SessionRecord:
    """One displaced session."""
    row = one.conflict
    zone = pass_state.therapist(row).zone
    return SessionRecord(
        conflict=row.id,
        client=row.client,
        initials=initials(one.client),
        name=one.client.name if names else None,
        therapist=row.therapist,
        original=_time(row.span, zone),
        original_state=row.original.value,
        state=one.state,
        rank=_rank(one),
        offer=_offer(pass_state, one, one.offer) if one.offer else None,
        without_time=None if one.offer else _without(one, zone),
    )


def _rank(one: Displacement) -> Rank:
    ranked = one.ranked
    return Rank(
        position=ranked.position,
        tier=TIERS[ranked.tier],
        score=ranked.score,
        factors=[
            Factor(name=part.name, value=round(part.value, 3), points=round(part.points, 1), says=part.says)
            for part in ranked.parts
        ],
        sentence=ranked.sentence,
    )


def _offer(pass_state: PassState, one: Displacement, offer: Offer) -> OfferRecord:
    zone = pass_state.snapshot.therapist[offer.therapist].zone
    return OfferRecord(
        uid=offer.uid,
        number=offer.number,
        kind=offer.kind.value,
        therapist=offer.therapist,
        time=_time(offer.span, zone),
        choices=[_time(other, zone) for other in one.choices],
        state=offer.state.value,
        pinned=offer.pinned,
        invited_at=_moment(offer.invited_at, zone),
        answer_due=_moment(offer.due, zone),
        quality=_quality(one.placement) if one.placement else None,
        sentence=one.why or None,
    )


def slot_record(pass_state: PassState, one: Placement) -> ProposedSlot:
    """A slot that could be offered."""
    zone = pass_state.snapshot.therapist[one.therapist].zone
    return ProposedSlot(
        kind=one.kind.value,
        therapist=one.therapist,
        time=_time(one.span, zone),
        quality=_quality(one),
        sentence=one.sentence,
    )


def _quality(one: Placement) -> list[QualityFactor]:
    return [QualityFactor(name=part.name, points=part.points, most=part.most) for part in one.parts]


def _without(one: Displacement, zone: ZoneInfo) -> WithoutTime:
    found = one.unplaced
    return WithoutTime(
        cause=found.cause.value if found else None,
        binding_rule=found.binds.value if found and found.binds else None,
        options=found.options if found else None,
        ruled_out={rule.value: count for rule, count in found.killed} if found else {},
        would_displace=list(found.displaces) if found else [],
        budget_needed=found.budget if found else None,
        remedies=_ways(found.remedies, zone) if found else [],
        by_tag=_ways(found.by_tag, zone) if found else [],
        sentence=one.why,
    )


def _ways(ways: Iterable[Remedy], zone: ZoneInfo) -> list[Way]:
    return [
        Way(
            change=way.change,
            kind=way.kind.value,
            therapist=way.therapist,
            time=_time(way.span, zone),
            sentence=way.words,
        )
        for way in ways
    ]


def _time(span: Span, zone: ZoneInfo) -> Time:
    return Time(start=span.start.astimezone(zone), end=span.end.astimezone(zone))


def _moment(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None
