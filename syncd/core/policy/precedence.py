"""Whose word counts: the policy of one absence, from the therapist's and the tags of its leave blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from syncd.core.model.practice import Approach, ApprovalMode, Policy

APPROACH_TAGS = {
    "none": Approach.NONE,
    "exceptional": Approach.EXCEPTIONAL,
    "limited": Approach.LIMITED,
    "all": Approach.ALL,
}


def merge(policy: Policy, tags: Iterable[str]) -> Policy:
    """The policy for one absence: the therapist's, changed by the tags of its leave blocks.

    Practice and therapist are merged key by key when settings are read. Tags are lower case, without `#`;
    the strictest approach among several wins; `before` with `after` allows both.
    """
    found = set(tags)
    approaches = [approach for tag, approach in APPROACH_TAGS.items() if tag in found]
    eligibility = policy.eligibility
    if approaches:
        eligibility = replace(eligibility, approach=approaches[0])
    if ("before" in found) != ("after" in found):
        eligibility = replace(eligibility, before="before" in found, after="after" in found)
    if "cover" in found:
        eligibility = replace(eligibility, cover=True)
    approval = replace(policy.approval, mode=ApprovalMode.REVIEW) if "review" in found else policy.approval
    return replace(policy, eligibility=eligibility, approval=approval)
