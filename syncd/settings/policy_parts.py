"""From keys to policy: the therapist's over the practice's over the defaults of the core, key by key."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from syncd.core.model.practice import (
    Aim,
    Approach,
    ApprovalMode,
    ApprovalRules,
    Eligibility,
    OriginalsMode,
    Policy,
    SlotRules,
    Timing,
    Weights,
    WhileAway,
)
from syncd.settings.policy_table import PolicyTable

Keys = dict[str, Any]


def merged(practice: PolicyTable, therapist: PolicyTable) -> Keys:
    """The keys that are set, the therapist's where both are; tables inside are merged key by key as well."""
    above, own = (_given(table) for table in (practice, therapist))
    return above | {
        key: above.get(key, {}) | value if isinstance(value, dict) else value for key, value in own.items()
    }


def _given(table: PolicyTable) -> Keys:
    names = set(PolicyTable.model_fields)
    return {
        key: value.model_dump(exclude_none=True) if key in ("weights", "approval_above") else value
        for key in names
        if (value := getattr(table, key)) is not None
    }


def policy_of(keys: Keys) -> Policy:
    """The policy that merged keys make; what is not set is the core's default."""
    default = Policy()
    words = keys.get("leave_words")
    return Policy(
        eligibility=_eligibility(keys),
        slots=_slots(keys),
        timing=_timing(keys),
        approval=_approval(keys),
        weights=replace(default.weights, **_known(Weights, keys.get("weights", {}))),
        originals=OriginalsMode(keys.get("originals", default.originals)),
        leave_words=tuple(words) if words else default.leave_words,
    )


def _known(part: type[SlotRules | Weights | Timing | Eligibility], keys: Keys) -> Keys:
    """The keys that are fields of a policy part by the same name."""
    return {field.name: keys[field.name] for field in fields(part) if field.name in keys}


def _eligibility(keys: Keys) -> Eligibility:
    part = replace(Eligibility(), **_automatic(_known(Eligibility, keys)))
    return replace(part, approach=Approach(part.approach))


def _slots(keys: Keys) -> SlotRules:
    part = replace(Policy().slots, **_automatic(_known(SlotRules, keys)))
    return replace(part, aim=Aim(part.aim))


def _automatic(keys: Keys) -> Keys:
    """Where "auto" is written there is no number: it follows the absence, a habit or a client's rhythm."""
    return {key: None if value == "auto" else value for key, value in keys.items()}


def _timing(keys: Keys) -> Timing:
    automatic = {key: None for key in ("settle", "settle_back") if not isinstance(keys.get(key), timedelta)}
    digest = {"digest": None} if keys.get("digest") == "off" else {}
    part = replace(Timing(), **_known(Timing, {**keys, **automatic, **digest}))
    part = replace(part, while_away=WhileAway(part.while_away))
    quiet = keys.get("quiet_hours", part.quiet)
    return replace(part, quiet=replace(quiet, sundays=keys.get("quiet_sundays", quiet.sundays)))


def _approval(keys: Keys) -> ApprovalRules:
    part, above = ApprovalRules(), keys.get("approval_above", {})
    return ApprovalRules(
        mode=ApprovalMode(keys.get("approval", part.mode)),
        review_first=keys.get("review_first", part.review_first),
        above_sessions=above.get("sessions", part.above_sessions),
        above_days=above.get("days", part.above_days),
    )
