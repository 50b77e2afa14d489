"""Whose word counts: the policy of one absence, from the therapist's and the tags of its leave blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import OfferKind, Tier
from syncd.core.model.practice import Approach, ApprovalMode, Ceiling, Eligibility, Policy
from syncd.core.time.spans import Span

APPROACH_TAGS = {
    "none": Approach.NONE,
    "exceptional": Approach.EXCEPTIONAL,
    "limited": Approach.LIMITED,
    "all": Approach.ALL,
}
COUNTED = re.compile(r"limited\d{1,3}")  # `#limited16`: limited, to so many make-ups
PIECE = timedelta(minutes=30)  # by which `#extend` lengthens a session where the settings name no length
CALL = timedelta(minutes=15)  # the call that `#call` gives where they name none
FREEDOM = tuple(Approach)  # from the strictest on


def merge(policy: Policy, tags: Iterable[str]) -> Policy:
    """The policy for one absence: the therapist's, changed by the tags of its leave blocks.

    Nothing goes beyond the practice's limits. Practice and therapist are merged key by key when settings are read.
    Tags are lower case, without `#`; the strictest approach among several wins; `before` with `after` allows both.
    """
    return within(_tagged(policy, set(tags)))


def lets(rules: Eligibility, kind: OfferKind, slot: Span, away: Span, tier: Tier) -> bool:
    """True where such a time may be offered for a session of that tier, by its kind and by its side of the leave.

    How many there may be is another question.
    """
    if kind is OfferKind.CALL:
        return bool(rules.call)
    if kind is OfferKind.COVER:
        return rules.cover
    side = rules.before if slot.start < away.start else rules.after
    exceptional = rules.approach is Approach.EXCEPTIONAL and tier is not Tier.CRISIS
    return side and rules.approach is not Approach.NONE and not exceptional


def beyond(policy: Policy, tags: Iterable[str]) -> tuple[str, ...]:
    """The tags that would go beyond what the practice allows, sorted: they count only as far as that."""
    single = ((tag, _tagged(policy, {tag})) for tag in sorted(set(tags)))
    return tuple(tag for tag, one in single if within(one) != one)


def within(policy: Policy) -> Policy:
    """The same with nothing beyond the practice's limits. Where these have a budget, `all` means that budget."""
    ceiling = policy.ceiling
    notice = policy.slots.min_notice
    return replace(
        policy,
        eligibility=_eligible(policy.eligibility, ceiling),
        slots=replace(policy.slots, min_notice=max(notice, ceiling.min_notice or notice)),
    )


def _eligible(rules: Eligibility, ceiling: Ceiling) -> Eligibility:
    approach = min(rules.approach, ceiling.approach or rules.approach, key=FREEDOM.index)
    budget = rules.budget
    if ceiling.budget is not None and approach is Approach.ALL:
        approach, budget = Approach.LIMITED, ceiling.budget
    elif ceiling.budget is not None and budget is not None:
        budget = min(budget, ceiling.budget)
    return replace(
        rules,
        approach=approach,
        budget=budget,
        cover=rules.cover and ceiling.cover,
        extension=_at_most(rules.extension, ceiling.extension),
        call=_at_most(rules.call, ceiling.call),
    )


def _at_most(length: timedelta, limit: timedelta | None) -> timedelta:
    return length if limit is None else min(length, limit)


def _tagged(policy: Policy, found: set[str]) -> Policy:
    budgets = [int(tag.removeprefix("limited")) for tag in found if COUNTED.fullmatch(tag)]
    named = found | {"limited"} if budgets else found
    approaches = [approach for tag, approach in APPROACH_TAGS.items() if tag in named]
    eligibility = policy.eligibility
    if approaches:
        eligibility = replace(eligibility, approach=approaches[0])
    if budgets:
        eligibility = replace(eligibility, budget=min(budgets))
    if ("before" in found) != ("after" in found):
        eligibility = replace(eligibility, before="before" in found, after="after" in found)
    eligibility = _with_alternatives(eligibility, found)
    approval = replace(policy.approval, mode=ApprovalMode.REVIEW) if "review" in found else policy.approval
    return replace(policy, eligibility=eligibility, approval=approval)


def _with_alternatives(rules: Eligibility, found: set[str]) -> Eligibility:
    """What tags switch on beside make-ups; `#none` switches off what the settings allow."""
    if "none" in found:
        rules = replace(rules, cover=False, call=timedelta(0))
    if "cover" in found:
        rules = replace(rules, cover=True)
    if "extend" in found:
        rules = replace(rules, extension=rules.extension or PIECE)
    if "call" in found:
        rules = replace(rules, call=rules.call or CALL)
    return rules
