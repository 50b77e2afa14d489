"""From tables to the practice and its therapists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from syncd.core.model.practice import Approach, Caps, Ceiling, Practice, Therapist
from syncd.core.policy.precedence import within
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.settings.checks import calendar_id
from syncd.settings.policy_parts import merged, policy_of
from syncd.settings.policy_table import PolicyTable
from syncd.settings.practice_tables import CeilingTable, LimitsTable, PracticeTable, TherapistTable, WeekTable
from syncd.settings.public_holidays import days_off


def practice_of(table: PracticeTable, limits: LimitsTable, today: date) -> Practice:
    """The practice, with its public holidays around `today`."""
    return Practice(
        name=table.name,
        zone=table.timezone,
        language=table.language,
        public_name=table.public_name,
        phone=table.phone,
        email=table.email or "",
        crisis_contact=tuple(table.crisis_contact.items()),
        fee_note=tuple(table.fee_note.items()),
        resources=tuple(table.resources_url.items()),
        holidays=days_off(table.holidays, today) if table.holidays else frozenset(),
        rooms=table.rooms,
        caps=Caps(**limits.model_dump()),
    )


def therapist_of(
    table: TherapistTable, practice: PracticeTable, policy: PolicyTable, accounts: frozenset[str]
) -> Therapist:
    """One therapist, with the calendars' ids and the merged policy."""

    def ids(names: list[str]) -> tuple[str, ...]:
        return tuple(calendar_id(name, table.account, accounts) for name in names)

    zone: ZoneInfo = table.timezone or practice.timezone
    plan = ids([table.plan_calendar]) if table.plan_calendar else ("",)
    (calendar,) = ids([table.calendar])
    exceptions = {day: tuple(hours) for day, hours in table.hours_exceptions.items()}
    return Therapist(
        id=table.id,
        name=table.name,
        email=table.email,
        zone=zone,
        hours=WeeklyHours.of(_week(table.hours), exceptions),
        calendar=calendar,
        leave_calendars=tuple(one for one in ids(table.leave_calendars) if one != calendar),
        busy_calendars=ids(table.busy_calendars),
        plan_calendar=plan[0],
        reserved=WeeklyHours(_week(table.reserved)) if table.reserved else None,
        covers_for=tuple(table.covers_for),
        addresses=tuple(dict.fromkeys((table.email, *table.addresses))),
        language=table.language or practice.language,
        policy=within(replace(policy_of(merged(policy, table)), ceiling=_ceiling(practice.limits))),
    )


def _ceiling(table: CeilingTable) -> Ceiling:
    approach = Approach(table.approach) if table.approach else None
    return Ceiling(**(table.model_dump() | {"approach": approach}))


def _week(table: WeekTable) -> tuple[tuple[ClockRange, ...], ...]:
    return tuple(tuple(getattr(table, day)) for day in WeekTable.model_fields)
