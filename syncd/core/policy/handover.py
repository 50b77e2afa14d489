"""Leave so long that it is handed over instead of planned week by week (docs/planning.md#long-leave)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model.practice import Aim, Policy, SlotRules, Therapist
from syncd.core.time.spans import Span, days_of, local, local_date

ONE_DAY = timedelta(days=1)
IN_PERSON_LEAD = timedelta(
    weeks=12
)  # before it begins the therapist gets the list of whom to tell in person,
NOTICE_LEAD = timedelta(weeks=8)  # then whoever was not told is written to,
UNCOVERED_LEAD = timedelta(weeks=4)  # and then those nobody covers for are named
MORNING = time(8)
WORTH_IT = timedelta(days=7)  # a make-up beside it takes at least so much off the wait


def is_long(span: Span, therapist: Therapist) -> bool:
    """True for leave of more calendar days than `handover_above`, in the therapist's zone; one that is begun counts."""
    return len(days_of(span, therapist.zone)) * ONE_DAY > therapist.policy.timing.handover_above


def before(span: Span, ahead: timedelta, zone: ZoneInfo) -> datetime:
    """In the morning, so many days before the day on which leave begins."""
    return local(local_date(span.start, zone) - ahead, MORNING, zone)


def beside(policy: Policy) -> Policy:
    """What holds for the weeks beside long leave: a make-up has to take a week off the wait, whatever is owed."""
    slots: SlotRules = policy.slots
    gain = max(slots.min_gain or WORTH_IT, WORTH_IT)
    return replace(policy, slots=replace(slots, min_gain=gain, aim=Aim.CONTINUITY))
