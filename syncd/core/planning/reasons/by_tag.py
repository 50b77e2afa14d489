"""What a tag in the leave would give to those without a time: the whole planned again with it, what is placed held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from syncd.core.model import OfferKind
from syncd.core.model.practice import Approach
from syncd.core.model.unplaced import Remedy, Rule
from syncd.core.planning.drafts import Placed, SolvedPlan, as_offered, drafted, groups
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.placements import moment_words
from syncd.core.planning.relief.option import Option
from syncd.core.planning.request import Ask, PlanRequest
from syncd.core.planning.solving.problem import Solve
from syncd.core.policy.precedence import merge


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    rule: Rule
    kind: OfferKind
    words: str


_COVER = _Tag("cover", Rule.COVER, OfferKind.COVER, "a colleague's time")
_OWN = (
    _Tag("call", Rule.CALL, OfferKind.CALL, "a short call"),
    _Tag("extend", Rule.EXTENSION, OfferKind.EXTEND, "more time at their own session"),
)


def by_tag(base: SolvedPlan, solve: Solve) -> Mapping[str, tuple[Remedy, ...]]:
    """By conflict without a time what each tag that is not set, and that the practice allows, would give it.

    Nothing for leave under an approach of none: there the therapist wants nothing offered. For `#cover` see below.
    """
    placed = base.paired.values()
    missing = set(base.request.ask_of) - set(base.paired)
    found: dict[str, list[Remedy]] = defaultdict(list)
    for tag in _OWN:
        asked = _tagged(base.request, placed, tag, missing)
        if asked is None:
            continue
        finder = base.finder.under(asked)
        if not any(finder.any_of(tag.kind, key) for key in sorted(missing)):
            continue
        for key, option in _given(asked, placed, tag, drafted(finder, solve).paired):
            found[key].append(_remedy(asked, tag, option))
    return {key: tuple(remedies) for key, remedies in found.items()}


def cover_by_tag(
    request: PlanRequest, placed: Collection[Placed], solve: Solve
) -> Mapping[str, tuple[Remedy, ...]]:
    """The same for `#cover`, of the plan of the whole request: with it therapists share what they else share not."""
    missing = set(request.ask_of) - {one.conflict for one in placed}
    covered = {own for one in request.therapists for own in one.therapist.covers_for}
    asked = _tagged(request, placed, _COVER, missing) if covered else None
    found: dict[str, tuple[Remedy, ...]] = {}
    for part in groups(asked) if asked is not None else ():
        open_rows = (key for key in missing & set(part.ask_of) if _changed(request, part, key))
        lacking = sorted(key for key in open_rows if part.ranked_of[key].conflict.therapist in covered)
        finder = Finder(part, occupancy(part)) if lacking else None
        if finder is not None and any(finder.any_of(OfferKind.COVER, key) for key in lacking):
            given = _given(part, placed, _COVER, drafted(finder, solve).paired)
            found.update({key: (_remedy(part, _COVER, option),) for key, option in given})
    return found


def _changed(request: PlanRequest, asked: PlanRequest, conflict: str) -> bool:
    return request.ask_of[conflict].policy != asked.ask_of[conflict].policy


def _given(
    request: PlanRequest, before: Collection[Placed], tag: _Tag, placed: Mapping[str, Option]
) -> Iterator[tuple[str, Option]]:
    """What the tag gives to each conflict that lacks a time.

    The client's other session may have it, while this one gets the hour that the other one had: times of one client
    are paired with their sessions in order of time.
    """
    ranked = request.ranked_of
    held = {(one.therapist, one.span) for one in before if one.kind is tag.kind}
    fresh: dict[str, list[Option]] = defaultdict(list)
    for one in sorted(placed.values(), key=lambda one: (one.start, one.order)):
        if one.kind is tag.kind and (one.therapist, one.span) not in held:
            fresh[ranked[one.conflict].client.id].append(one)
    had = {one.conflict for one in before}
    newly = sorted(set(placed) - had, key=lambda key: (ranked[key].conflict.span, key))
    for key in newly:
        mine = fresh[ranked[key].client.id]
        if mine:
            yield key, mine.pop(0)


def _tagged(
    request: PlanRequest, placed: Collection[Placed], tag: _Tag, missing: set[str]
) -> PlanRequest | None:
    """The request with the tag in each leave that leaves somebody without a time; None where that changes nothing."""
    lacking = {request.ask_of[key].absence.id for key in missing}
    asks = tuple(_with(ask, tag.name) if ask.absence.id in lacking else ask for ask in request.asks)
    if asks == request.asks:
        return None
    return replace(request, asks=asks, preferred=as_offered(request, placed))


def _with(ask: Ask, tag: str) -> Ask:
    if ask.policy.eligibility.approach is Approach.NONE:
        return ask
    return replace(ask, policy=merge(ask.policy, (tag,)))


def _remedy(asked: PlanRequest, tag: _Tag, option: Option) -> Remedy:
    giver = asked.therapist[option.therapist].therapist
    when = moment_words(option.span.start, giver.zone)
    who = f" with {giver.name}" if tag.kind is OfferKind.COVER else ""
    change = f"with #{tag.name}"
    return Remedy(
        tag.rule,
        change,
        option.therapist,
        option.kind,
        option.span,
        f"{change} there is {tag.words}{who} on {when}",
    )
