"""Leave that is only supposed: what the planner would be asked, were it there on these days or on others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from syncd.core.model import AWAITED, Conflict, LeaveBlock, OccurrenceRef, Offer, SeenLeave
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflicts import track
from syncd.core.planning.pass_request import full_request
from syncd.core.planning.request import Ask, Booked, PlanRequest
from syncd.core.reading import absences
from syncd.core.reading.diary import Diary
from syncd.core.reading.first_seen import fingerprint
from syncd.core.reading.vanished_leave import lifted_over
from syncd.core.state import PassState
from syncd.core.time.spans import AllDay, days_of, local_date, shifted, span_of

NEARBY = 21  # days either way


@dataclass(frozen=True)
class Supposed:
    """The leave by itself, what else is planned left as it is."""

    block: LeaveBlock
    request: PlanRequest


def suppose(snapshot: Snapshot, diaries: Mapping[str, Diary], block: LeaveBlock, by: int = 0) -> Supposed:
    """The question's leave, so many days later. No other question counts: each is compared by itself."""
    diary = diaries[block.therapist]
    moved = _moved(block, by, diary.therapist)
    stands = [one for one in diary.leave if one.lifted_at is None]
    leave = tuple(sorted((*stands, moved), key=lambda one: (one.span, one.ref)))
    found = absences(leave, diary.therapist, snapshot.practice.holidays, snapshot.conflicts)
    away = (*diary.away, moved.span)
    there = replace(diary, leave=leave, absences=found, away=away, questions=())
    rows = track(snapshot, there)
    others = tuple(
        row for row in snapshot.conflicts if row.therapist != block.therapist and row.therapist in diaries
    )
    pass_state = PassState(
        snapshot=snapshot,
        diaries={**diaries, block.therapist: there},
        conflicts=(*others, *rows),
        offers=snapshot.offers,
        seen=(*snapshot.seen, SeenLeave(fingerprint(moved), snapshot.now)),
        approvals=snapshot.approvals,
    )
    return Supposed(moved, _request(pass_state, moved, frozenset(_hit(rows, moved, diary, snapshot))))


def _moved(block: LeaveBlock, by: int, therapist: Therapist) -> LeaveBlock:
    """Undoubted leave of the same length by the clocks, that nobody waits for a yes to."""
    days = timedelta(days=by)
    if isinstance(block.when, AllDay):
        when: AllDay | None = AllDay(block.when.first + days, block.when.until + days)
        span = span_of(AllDay(block.when.first + days, block.when.until + days), therapist.zone)
    else:
        when = None
        span = replace(
            block.span,
            start=shifted(block.span.start, days, therapist.zone),
            end=shifted(block.span.end, days, therapist.zone),
        )
    ref = OccurrenceRef(block.ref.calendar, block.ref.uid, "supposed")
    tags = tuple(tag for tag in block.tags if tag.partition(" ")[0] != "ok")
    return LeaveBlock(block.therapist, ref, when or span, span, tags)


def _hit(rows: Iterable[Conflict], moved: LeaveBlock, diary: Diary, snapshot: Snapshot) -> Iterator[str]:
    """The sessions that nothing displaces but this leave."""
    known = {
        row.id for row in snapshot.conflicts if row.displaced and lifted_over(row.span, diary.leave) is None
    }
    yield from (
        row.id for row in rows if row.displaced and row.id not in known and row.span.overlaps(moved.span)
    )


def _request(pass_state: PassState, moved: LeaveBlock, hit: frozenset[str]) -> PlanRequest:
    """What is held or offered for others keeps its time; what lies in the leave is no help to anybody."""
    whole = full_request(pass_state)
    held = (
        Booked(one, pass_state.conflict[one.conflict].absence)
        for one in whole.preferred
        if one.conflict not in hit
    )
    fixed = tuple(one for one in (*whole.fixed, *held) if not _inside(one.offer, moved))
    asks = tuple(asked for ask in whole.asks if (asked := _only(ask, hit)).ranked)
    return replace(whole, asks=asks, fixed=fixed, preferred=(), agreed=frozenset(), tags=False)


def _only(ask: Ask, hit: frozenset[str]) -> Ask:
    mine = tuple(one for one in ask.ranked if one.conflict.id in hit)
    return replace(ask, ranked=mine, settled=ask.settled + len(ask.ranked) - len(mine))


def _inside(offer: Offer, block: LeaveBlock) -> bool:
    return offer.therapist == block.therapist and offer.span.overlaps(block.span)


def nearby(snapshot: Snapshot, diary: Diary, block: LeaveBlock) -> tuple[int, ...]:
    """By how many days it could begin earlier or later, nearest first: ahead, over no other leave and no open offer,
    and with as many working days of a usual week in it.
    """
    wanted = _working_days(block, diary.therapist)
    today = local_date(snapshot.now, diary.therapist.zone)
    found = []
    for by in sorted((n for n in range(-NEARBY, NEARBY + 1) if n), key=lambda n: (abs(n), n)):
        moved = _moved(block, by, diary.therapist)
        if local_date(moved.span.start, diary.therapist.zone) <= today:
            continue
        taken = any(one.span.overlaps(moved.span) for one in diary.leave)
        offered = any(_inside(one, moved) and _open(one) for one in snapshot.offers)
        if not (taken or offered) and _working_days(moved, diary.therapist) >= wanted:
            found.append(by)
    return tuple(found)


def _open(offer: Offer) -> bool:
    return offer.state in AWAITED or (offer.live and not offer.agreed)


def _working_days(block: LeaveBlock, therapist: Therapist) -> int:
    return sum(1 for day in _days(block, therapist) if therapist.hours.on(day))


def _days(block: LeaveBlock, therapist: Therapist) -> tuple[date, ...]:
    return days_of(block.span, therapist.zone)
