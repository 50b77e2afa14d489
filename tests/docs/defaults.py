"""What holds where [policy] says nothing, as people write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import time, timedelta
from enum import Enum

from syncd.core.model.practice import Policy, QuietHours

AUTOMATIC = "auto"
_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)))


def of_policy() -> Mapping[str, str]:
    """By key; those of `weights` and `approval_above` by theirs."""
    return dict(_pairs(Policy()))


def _pairs(policy: Policy) -> Iterator[tuple[str, str]]:
    for part in (policy.eligibility, policy.slots, policy.timing, policy.weights):
        yield from ((field.name, written(getattr(part, field.name))) for field in fields(part))
    yield "originals", written(policy.originals)
    yield "approval", written(policy.approval.mode)
    yield "review_first", written(policy.approval.review_first)
    yield "sessions", written(policy.approval.above_sessions)
    yield "days", written(policy.approval.above_days)
    yield "quiet_hours", written(policy.timing.quiet)
    yield "quiet_sundays", written(policy.timing.quiet.sundays)
    yield "leave_words", f"{len(policy.leave_words)} words of six languages"


def written(value: object) -> str:
    """A value of the core as it would stand in the settings."""
    match value:
        case None:
            return AUTOMATIC
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case timedelta():
            return duration(value)
        case time():
            return f"{value:%H:%M}"
        case QuietHours():
            return f"{value.start:%H:%M}-{value.end:%H:%M}"
        case _:
            return f"{value}"


def duration(value: timedelta) -> str:
    """In the largest unit that leaves no rest; two days and less in hours."""
    for unit, size in _UNITS:
        if value and not value % size and (unit != "d" or value > 2 * size):
            return f"{value // size}{unit}"
    return f"{int(value.total_seconds())}s" if value else "0m"
