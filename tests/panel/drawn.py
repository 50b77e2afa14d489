"""What shapes have in common: a Monday of leave somewhere in spring or summer, and a caseload around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from tests.panel.caseload import Caseload
from tests.panel.spec import Desk, Leave, Practice, Range, at

_FIRST = date(2026, 5, 4)  # a Monday between the clocks' changes
NOTICE = 4  # weeks between planning and leave


def monday(dice: Random) -> date:
    """A Monday in May to July."""
    return _FIRST + timedelta(weeks=dice.randrange(13))


def planned_at(first: date, weeks: int = NOTICE) -> datetime:
    """A morning so many weeks before, on the Monday of that week."""
    return at(first - timedelta(days=first.weekday(), weeks=weeks), 8 * 60)


def solo(
    name: str,
    load: Caseload,
    leaves: Sequence[Leave],
    *,
    now: datetime | None = None,
    busy: int = 6,
    **policy: str,
) -> Practice:
    """One therapist's practice."""
    desk = Desk(load.therapist, load.week, tuple(leaves), load.busy(busy))
    return Practice(name, now or planned_at(leaves[0].first), (desk,), tuple(load.people), dict(policy))


def with_reserved(practice: Practice, reserved: tuple[Range, ...]) -> Practice:
    """The same, with hours kept for make-ups."""
    return replace(practice, desks=tuple(replace(desk, reserved=reserved) for desk in practice.desks))
