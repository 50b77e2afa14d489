"""The plan: the best set of make-ups under all rules, each with its reason. The solver is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from syncd.core.model import OfferKind
from syncd.core.model.unplaced import Remedy, Unplaced
from syncd.core.planning.drafts import SolvedPlan, draft, groups, left_beside, redraft
from syncd.core.planning.placements import Placement, placement
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.reasons.by_tag import by_tag, cover_by_tag
from syncd.core.planning.reasons.reason import reasons, with_tags
from syncd.core.planning.reasons.remedies import Whole
from syncd.core.planning.relief.option import Option
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.covers import NO_COVERS, Covers, covers
from syncd.core.planning.solving.problem import LEVELS, Solution, Solve
from syncd.core.planning.solving.rows import tie_of

ALTERNATIVES = 3
_DAY = 1440


@dataclass(frozen=True, slots=True)
class Plan:
    """Everybody in order of rank, who is placed where, who is not and why.

    Conflicts with a fixed offer are in neither list. `levels` sums what problem.py asks for, level by level.
    `proven`: no plan is better; else `note` says why that is not known. `digest` names the outcome. `covers` of long
    leave stand beside it.
    """

    ranked: tuple[Ranked, ...]
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    levels: tuple[int, ...]
    proven: bool
    note: str
    digest: str
    covers: Covers = NO_COVERS


def plan(request: PlanRequest, solve: Solve) -> Plan:
    """Plan all asks; the same request in any order gives the same Plan, byte for byte.

    Groups of therapists that share nothing are planned apart. Placements and unplaced come in order of rank.
    """
    parts = groups(request)
    keep = len(parts) <= request.verify
    outcomes = [_outcome(part, solve, keep=keep) for part in parts]
    place = {one.conflict.id: number for number, one in enumerate(request.ranked)}
    placements = sorted(
        (one for done in outcomes for one in done.placements), key=lambda one: place[one.conflict]
    )
    unplaced = sorted(
        (one for done in outcomes for one in done.unplaced), key=lambda one: place[one.conflict]
    )
    asked = [one.conflict for one in unplaced if request.about is None or one.conflict in request.about]
    checked = _checked(outcomes, Whole(request, placements), set(asked[: request.verify]), solve)
    own = {key: given for done in outcomes for key, given in done.tags.items()}
    cover = cover_by_tag(request, placements, solve) if request.tags else {}
    said = tuple(
        with_tags(checked.get(one.conflict, one), (*cover.get(one.conflict, ()), *own.get(one.conflict, ())))
        for one in unplaced
    )
    notes = sorted({done.solution.note for done in outcomes if done.solution.note})
    levels = tuple(sum(done.solution.levels[level] for done in outcomes) for level in range(LEVELS))
    return Plan(
        ranked=request.ranked,
        placements=tuple(placements),
        unplaced=said,
        levels=levels,
        proven=all(done.solution.proven for done in outcomes),
        note="; ".join(notes),
        digest=_digest((*placements, *said)),
        covers=covers(request, solve),
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What is kept of a group's planning: of hundreds of groups not their options (`base`)."""

    request: PlanRequest
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    solution: Solution
    tags: Mapping[str, tuple[Remedy, ...]]  # what tags would give, but for cover
    base: SolvedPlan | None


def _outcome(request: PlanRequest, solve: Solve, *, keep: bool) -> _Outcome:
    done = draft(request, solve)
    placed = done.paired
    missing = sorted(set(request.ask_of) - set(placed))
    return _Outcome(
        request,
        tuple(placement(request, option) for option in placed.values()),
        tuple(reasons(done, missing, solve)) if missing else (),
        done.solution,
        by_tag(done, solve) if request.tags and missing else {},
        done if keep and missing else None,
    )


def _checked(
    outcomes: Iterable[_Outcome], whole: Whole, wanted: set[str], solve: Solve
) -> dict[str, Unplaced]:
    """The reasons that are worth planning again for, group by group."""
    found = {}
    for done in outcomes:
        mine = [one.conflict for one in done.unplaced if one.conflict in wanted]
        if mine:
            base = done.base or redraft(done.request, done.solution)
            found.update({one.conflict: one for one in reasons(base, mine, solve, verify=whole)})
    return found


def explain(request: PlanRequest, conflict: str, solve: Solve) -> Unplaced | Placement | None:
    """One conflict's outcome with rivals and remedies checked; None where it is not planned at all."""
    made = plan(replace(request, verify=1, about=frozenset({conflict})), solve)
    every: tuple[Unplaced | Placement, ...] = (*made.placements, *made.unplaced)
    return next((one for one in every if one.conflict == conflict), None)


def alternatives(
    request: PlanRequest, made: Plan, conflict: str, limit: int = ALTERNATIVES
) -> tuple[Placement, ...]:
    """The best other times for one conflict while everybody else keeps the place that `made` gives them.

    Best first, on different days as long as there are any; a move before a cover before a call before an extension.
    """
    own = {(one.therapist, one.span) for one in made.placements if one.conflict == conflict}
    if conflict not in request.ask_of:
        return ()
    others = [one for one in made.placements if one.conflict != conflict]
    options = left_beside(request, others).of(conflict).options
    free = sorted((one for one in options if (one.therapist, one.span) not in own), key=best_first)
    return tuple(placement(request, one) for one in _spread(free)[:limit])


_KINDS = (OfferKind.MOVE, OfferKind.COVER, OfferKind.CALL, OfferKind.EXTEND)


def best_first(option: Option) -> tuple[int, int, int, int]:
    """The order in which the other times of one conflict are named."""
    worth, comfort = option.good
    return (_KINDS.index(option.kind), -worth, -comfort, -tie_of(option))


def _spread(options: Iterable[Option]) -> list[Option]:
    """The best of each day and kind first, then the rest."""
    first: dict[tuple[OfferKind, str, int], Option] = {}
    rest = []
    for one in options:
        key = (one.kind, one.therapist, one.start // _DAY)
        if key in first:
            rest.append(one)
        else:
            first[key] = one
    return [*first.values(), *rest]


def _digest(outcome: Iterable[Placement | Unplaced]) -> str:
    """16 hex digits that change when anything about the outcome does."""
    return sha256("\n".join(repr(one) for one in outcome).encode()).hexdigest()[:16]
