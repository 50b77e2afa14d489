"""What a question's leave would cost, and the cheapest starts nearby: bounded for all, solved for the best few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.core.model.leave import Cost, Start
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.asked.burden import Burdens, Planned, at_least, planned
from syncd.core.planning.asked.question import Question, questions
from syncd.core.planning.asked.supposed import Supposed, nearby, suppose
from syncd.core.planning.solving.problem import Solve
from syncd.core.reading.diary import Diary, read_diary
from syncd.core.state import PassState
from syncd.core.time.spans import first_and_last_day

SOLVED = 5  # of the starts nearby: those with the lowest bounds
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question whose cost is to be worked out, and what names all that it rests on."""

    question: str
    rests_on: str


def costs(snapshot: Snapshot, wanted: tuple[Wanted, ...], solve: Solve) -> tuple[Cost, ...]:
    """The cost of each question that is still asked, in order of time; the same snapshot gives the same costs."""
    aside = snapshot.aside.therapists
    diaries = {one.id: read_diary(snapshot, one) for one in snapshot.therapists if one.id not in aside}
    rests = {one.question: one.rests_on for one in wanted}
    asked = questions(remembered(snapshot, diaries))
    return tuple(_cost(snapshot, diaries, one, rests[one.name], solve) for one in asked if one.name in rests)


def remembered(snapshot: Snapshot, diaries: Mapping[str, Diary]) -> PassState:
    """The rows as they are known, beside what calendars say."""
    return PassState(
        snapshot, diaries, snapshot.conflicts, snapshot.offers, snapshot.seen, snapshot.approvals
    )


def _cost(
    snapshot: Snapshot, diaries: Mapping[str, Diary], asked: Question, rests_on: str, solve: Solve
) -> Cost:
    here = planned(suppose(snapshot, diaries, asked.block).request, solve)
    nearer = nearby(snapshot, diaries[asked.therapist.id], asked.block)
    others = {by: suppose(snapshot, diaries, asked.block, by) for by in nearer}
    bounds = {by: at_least(one.request) for by, one in others.items()}
    order = sorted(others, key=lambda by: (bounds[by], abs(by), by))
    solved = {by: planned(others[by].request, solve) for by in order[:SOLVED]}
    left = {by: one.left for by, one in solved.items() if one.left < here.left}
    shown = sorted(left, key=lambda by: (left[by], abs(by), by))[:SHOWN]
    return Cost(
        question=asked.name,
        therapist=asked.therapist.id,
        rests_on=rests_on,
        at=snapshot.now,
        first=asked.days[0],
        last=asked.days[1],
        tiers=here.tiers,
        makeups=here.makeups,
        proven=here.proven and all(one.proven for one in solved.values()),
        starts=tuple(_start(others[by], solved[by], asked) for by in shown),
        compared=len(others),
        sure=_sure(left[shown[0]] if shown else here.left, [bounds[by] for by in order[SOLVED:]]),
    )


def _start(one: Supposed, done: Planned, asked: Question) -> Start:
    first, last = first_and_last_day(one.block.span, asked.therapist.zone)
    return Start(first, last, len(one.request.ranked), done.left)


def _sure(best: Burdens, unsolved: list[Burdens]) -> bool:
    """True where none of those that were only bounded can cost less."""
    return all(bound >= best for bound in unsolved)
