"""A made-up fortnight of leave of somebody who works full time: what a plan letter draws."""

from __future__ import annotations

from datetime import date, timedelta

from syncd.core.model import OfferKind
from syncd.core.model.messages.weeks import Kept, Moved, SlotState, Weeks
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span
from tests.core.people import BERLIN
from tests.report.weeks import away, span

MONDAY = date(2026, 7, 6)
_HOURS = WeeklyHours(week=((ClockRange(9 * 60, 13 * 60), ClockRange(14 * 60, 19 * 60)),) * 5 + ((), ()))
_CLOCKS = ("09:00", "11:00", "13:00", "15:00", "17:00")
_BETWEEN = ("10:00", "12:00", "14:00", "16:00", "18:00")
_STATES = tuple(SlotState)


def _session(number: int, week: int, clocks: tuple[str, ...] = _CLOCKS, later: int = 0) -> Span:
    day = MONDAY + timedelta(weeks=week, days=(number + later) % 5)
    return span(day, clocks[number // 5])


def _name(number: int) -> str:
    return "ABCDE"[number // 5] + "KLMNO"[number % 5]


def _instead(number: int, week: int) -> Span | None:
    return _session(number, week + 2, _BETWEEN, later=1) if number % 4 else None


def fortnight(weeks: int = 2) -> Weeks:
    """25 clients weekly, three of four with a time two weeks later, in every state; leave lasts so many weeks."""
    moved = tuple(
        Moved(
            _name(number),
            _session(number, week),
            _instead(number, week),
            _STATES[number % 3],
            OfferKind.CALL if number == 7 else OfferKind.MOVE,
        )
        for week in range(weeks)
        for number in range(25)
    )
    kept = tuple(
        Kept(_session(number, week), _name(number))
        for week in range(weeks, weeks + 3)
        for number in range(25)
    )
    return Weeks(
        therapist="dana",
        zone=BERLIN,
        hours=_HOURS,
        leave=(away(MONDAY, MONDAY + timedelta(weeks=weeks)),),
        sessions=kept,
        moved=moved,
        busy=(span(MONDAY + timedelta(days=16), "13:00", 60),),
        holidays=frozenset({MONDAY + timedelta(weeks=weeks, days=4)}),
    )
