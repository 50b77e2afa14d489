"""Practices that differ in how their therapists are away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tests.panel.caseload import WEEK, Caseload
from tests.panel.drawn import monday, planned_at, solo
from tests.panel.spec import Desk, Leave, Practice, at

_WEEK, _FORTNIGHT, _THREE = 5, 12, 19  # Monday to a Friday


def _full_week(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first).fill(25), [Leave(first, _WEEK)])


def _packed_week(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first, most=8).fill(33), [Leave(first, _WEEK)], busy=4)


def _full_fortnight(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first).fill(25), [Leave(first, _FORTNIGHT)])


def _full_three_weeks(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first).fill(24), [Leave(first, _THREE)])


def _owed_fortnight(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first).fill(22), [Leave(first, _FORTNIGHT)], approach='"all"')


def _three_months(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(
        name, Caseload(dice, first).fill(23), [Leave(first, 89, "Vacation")], now=planned_at(first, 14)
    )


def _one_day(dice: Random, name: str) -> Practice:
    first = monday(dice) + timedelta(days=dice.randrange(5))
    return solo(name, Caseload(dice, first - timedelta(days=first.weekday())).fill(28), [Leave(first, 1)])


def _long_weekend(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first).fill(27), [Leave(first + timedelta(days=3), 4)])


def _sick_today(dice: Random, name: str) -> Practice:
    first = monday(dice)
    now = at(first, 7 * 60 + 30)
    away = Leave(first, 3, "Sick", start=at(first, 7 * 60))
    return solo(name, Caseload(dice, first).fill(26), [away], now=now)


def _sick_for_a_fortnight(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(
        name, Caseload(dice, first).fill(24), [Leave(first, _FORTNIGHT, "Sick")], now=planned_at(first, 0)
    )


def _christmas(dice: Random, name: str) -> Practice:
    first = date(2026, 12, 25)
    load = Caseload(dice, date(2026, 12, 21)).fill(24)
    practice = solo(name, load, [Leave(first, 5 + 7 * dice.choice([0, 1]))], now=planned_at(first, 5))
    return replace(practice, holidays=dice.choice(["DE-BE", "DE-BY", ""]))


def _between_the_years(dice: Random, name: str) -> Practice:
    first = date(2026, 12, 14)
    load = Caseload(dice, first).fill(23)
    return solo(name, load, [Leave(first, _WEEK)], now=planned_at(first, 5))


def _two_leaves_close_together(dice: Random, name: str) -> Practice:
    first = monday(dice)
    again = first + timedelta(weeks=dice.choice([2, 3]))
    return solo(name, Caseload(dice, first).fill(24), [Leave(first, _WEEK), Leave(again, _WEEK, "Holiday")])


def _every_other_week_away(dice: Random, name: str) -> Practice:
    first = monday(dice)
    leaves = [Leave(first + timedelta(weeks=week), dice.choice([2, 3, 5])) for week in (0, 2, 4)]
    return solo(name, Caseload(dice, first).fill(22), leaves)


def _told_late(dice: Random, name: str) -> Practice:
    first = monday(dice)
    now = at(first - timedelta(days=4), 9 * 60)
    return solo(name, Caseload(dice, first).fill(25), [Leave(first, _WEEK)], now=now)


def _only_after(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first).fill(24), [Leave(first, _WEEK)], before="false")


def _exceptional_only(dice: Random, name: str) -> Practice:
    first = monday(dice)
    return solo(name, Caseload(dice, first).fill(26), [Leave(first, _FORTNIGHT)], approach='"exceptional"')


def _holiday_week(dice: Random, name: str) -> Practice:
    first = date(2026, 5, 18)  # Whit Monday follows
    practice = solo(name, Caseload(dice, first).fill(25), [Leave(first, _WEEK)])
    return replace(practice, holidays="DE-BE")


def _cover(dice: Random, name: str) -> Practice:
    first = monday(dice)
    loads = [
        Caseload(dice, first, therapist=one, offset=40 * number).fill(count, cover=number == 0)
        for number, (one, count) in enumerate((("dana", 22), ("lee", 14), ("noor", 15)))
    ]
    desks = [Desk("dana", WEEK, (Leave(first, _FORTNIGHT),), loads[0].busy(5))]
    desks += [Desk(load.therapist, WEEK, (), load.busy(4), ("dana",)) for load in loads[1:]]
    people = tuple(one for load in loads for one in load.people)
    return Practice(name, planned_at(first), tuple(desks), people, {"cover": "true"})


def _two_therapists_away(dice: Random, name: str) -> Practice:
    first = monday(dice)
    loads = [
        Caseload(dice, first, therapist=one, offset=40 * number).fill(22)
        for number, one in enumerate(("dana", "lee"))
    ]
    leaves = (Leave(first, _WEEK), Leave(first + timedelta(days=2), 10))
    desks = tuple(
        Desk(load.therapist, WEEK, (leave,), load.busy(5)) for load, leave in zip(loads, leaves, strict=True)
    )
    people = tuple(one for load in loads for one in load.people)
    return Practice(name, planned_at(first), desks, people)


OF_LEAVE = (
    _full_week, _packed_week, _full_fortnight, _full_three_weeks, _owed_fortnight, _three_months, _one_day,
    _long_weekend, _sick_today, _sick_for_a_fortnight, _christmas, _between_the_years, _two_leaves_close_together,
    _every_other_week_away, _told_late, _only_after, _exceptional_only, _holiday_week, _cover, _two_therapists_away,
)  # fmt: skip
