"""What a tag in the leave would give to those without a time: the whole planned again with it, what is placed held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from syncd.core.model import OfferKind
from syncd.core.model.practice import Approach
from syncd.core.model.unplaced import Remedy, Rule
from syncd.core.planning.drafts import Draft, as_offered, drafted
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


_TAGS = (
    _Tag("cover", Rule.COVER, OfferKind.COVER, "a colleague's time"),
    _Tag("call", Rule.CALL, OfferKind.CALL, "a short call"),
    _Tag("extend", Rule.EXTENSION, OfferKind.EXTEND, "more time at their own session"),
)


def by_tag(base: Draft, solve: Solve) -> Mapping[str, tuple[Remedy, ...]]:
    """By conflict without a time what each tag that is not set, and that the practice allows, would give it.

    Nothing for leave under an approach of none: there the therapist wants nothing offered.
    """
    missing = set(base.request.ask_of) - set(base.paired)
    found: dict[str, list[Remedy]] = defaultdict(list)
    for tag in _TAGS:
        asked = _tagged(base, tag, missing)
        if asked is None:
            continue
        finder = base.finder.under(asked)
        if not any(finder.any_of(tag.kind, key) for key in sorted(missing)):
            continue
        for key, option in _given(base, tag, drafted(finder, solve).paired):
            found[key].append(_remedy(asked, tag, option))
    return {key: tuple(remedies) for key, remedies in found.items()}


def _given(base: Draft, tag: _Tag, placed: Mapping[str, Option]) -> Iterator[tuple[str, Option]]:
    """What the tag gives to each conflict that lacks a time.

    The client's other session may have it, while this one gets the hour that the other one had: times of one client
    are paired with their sessions in order of time.
    """
    held = {(one.therapist, one.span) for one in base.paired.values() if one.kind is tag.kind}
    fresh: dict[str, list[Option]] = defaultdict(list)
    for one in sorted(placed.values(), key=lambda one: (one.start, one.order)):
        if one.kind is tag.kind and (one.therapist, one.span) not in held:
            fresh[base.request.ranked_of[one.conflict].client.id].append(one)
    ranked = base.request.ranked_of
    newly = sorted(set(placed) - set(base.paired), key=lambda key: (ranked[key].conflict.span, key))
    for key in newly:
        mine = fresh[ranked[key].client.id]
        if mine:
            yield key, mine.pop(0)


def _tagged(base: Draft, tag: _Tag, missing: set[str]) -> PlanRequest | None:
    """The request with the tag in each leave that leaves somebody without a time; None where that changes nothing."""
    request = base.request
    lacking = {request.ask_of[key].absence.id for key in missing}
    asks = tuple(_with(ask, tag.name) if ask.absence.id in lacking else ask for ask in request.asks)
    if asks == request.asks:
        return None
    return replace(request, asks=asks, preferred=as_offered(request, base.paired.values()))


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
