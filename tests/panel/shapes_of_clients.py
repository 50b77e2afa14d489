"""Practices that differ in who comes to them, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from tests.panel.caseload import SCHOOL, Caseload, hours
from tests.panel.drawn import monday, solo, with_reserved
from tests.panel.spec import Leave, Practice

_WEEK, _FORTNIGHT, _THREE = 5, 12, 19
_MON_TO_FRI = range(5)


def _part_time(dice: Random, name: str) -> Practice:
    first = monday(dice)
    days = sorted(dice.sample(range(5), 2))
    load = Caseload(dice, first, hours(days, (8, 12), (13, 19)), most=8).fill(13)
    return solo(name, load, [Leave(first, _FORTNIGHT)], busy=1)


def _part_time_mornings(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first, hours(range(4), (8, 13))).fill(15)
    return solo(name, load, [Leave(first, _WEEK)], busy=2)


def _evenings(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first, hours(_MON_TO_FRI, (15, 21))).fill(20)
    return solo(name, load, [Leave(first, _WEEK)], busy=3)


def _children(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first, hours(_MON_TO_FRI, (9, 12), (13, 19)))
    after = tuple((day, SCHOOL, 20 * 60) for day in range(5))
    load.fill(16, school=True, after=SCHOOL, windows=after).fill(5)
    return solo(name, load, [Leave(first, _FORTNIGHT)], busy=3)


def _children_without_windows(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first, hours(_MON_TO_FRI, (9, 12), (13, 19)))
    load.fill(14, school=True, after=SCHOOL).fill(6)
    return solo(name, load, [Leave(first, _WEEK)], busy=3)


def _couples(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first, hours(_MON_TO_FRI, (9, 13), (15, 20)))
    for number in range(8):
        load.fill(1, minutes=90, every=2, weeks=20 + 2 * dice.randrange(20) + number % 2)
    return solo(name, load.fill(8), [Leave(first, _FORTNIGHT)], busy=3)


def _groups(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    load.fill(3, minutes=100, after=13 * 60)
    return solo(name, load.fill(15), [Leave(first, _WEEK)])


def _other_zones(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    for zone in ("America/New_York", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Europe/Lisbon"):
        late = 14 * 60 if zone.startswith("America") else 0
        load.fill(2, zone=zone, after=late)
    return solo(name, load.fill(12), [Leave(first, _WEEK)])


def _high_risk(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    load.fill(7, priority="crisis", phase="").fill(3, priority="protected", phase="")
    return solo(name, load.fill(6, priority="", phase="crucial").fill(8), [Leave(first, _FORTNIGHT)])


def _all_in_crisis(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first).fill(18, priority="crisis", phase="")
    return solo(name, load, [Leave(first, _WEEK)])


def _new_clients(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    for weeks in (0, 0, 1, 1, 2, 3, 4, 5, 6, 7):
        load.fill(1, weeks=weeks, phase="early", priority="")
    return solo(name, load.fill(12), [Leave(first, _WEEK)])


def _endings(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    for weeks in (0, 0, 1, 1, 2, 2, 3, 4):
        load.fill(1, phase="ending", priority="", until=first + timedelta(weeks=weeks, days=6))
    return solo(name, load.fill(14), [Leave(first, _WEEK)])


def _fortnightly(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    for _ in range(26):
        load.fill(1, every=2)
    return solo(name, load, [Leave(first, _FORTNIGHT)])


def _monthly(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    for _ in range(24):
        load.fill(1, every=4)
    return solo(name, load, [Leave(first, _FORTNIGHT)])


def _analysis(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first, hours(_MON_TO_FRI, (8, 12), (13, 18)), most=8)
    load.fill(6, places=4).fill(3, places=3)
    return solo(name, load, [Leave(first, _WEEK)], busy=2)


def _twice_weekly(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first).fill(8, places=2)
    return solo(name, load.fill(8), [Leave(first, _FORTNIGHT)])


def _exposure_treatment(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first).fill(6, exposure=True, priority="", phase="")
    return solo(name, load.fill(15), [Leave(first, _THREE)])


def _supervision(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first).fill(6, every=4, minutes=90, priority="maintenance", phase="", weeks=40)
    return solo(name, load.fill(6, every=2), [Leave(first, _WEEK)], busy=8)


def _reserved_hours(dice: Random, name: str) -> Practice:
    first = monday(dice)
    late = tuple((day, 16 * 60, 18 * 60) for day in (1, 3))
    early = tuple(one for one in hours(_MON_TO_FRI, (8, 12), (13, 16)))
    load = Caseload(dice, first, early).fill(24)
    practice = solo(name, load, [Leave(first, _WEEK)], busy=3)
    return with_reserved(practice, late)


def _own_pauses(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first).fill(22, weeks=60)
    people = []
    for number, one in enumerate(load.people):
        back = dice.choice([-1, 1]) if number % 3 == 0 else -5
        gone = (
            {2 + week for week in range(9)}
            if number % 3 == 0 and back < 0
            else {-back}
            if back > 0
            else set()
        )
        days = [first - timedelta(weeks=week) + timedelta(days=one.places[0][0]) for week in gone]
        days += [first + timedelta(weeks=1, days=one.places[0][0])] if number % 3 == 1 else []
        people.append(replace(one, cut=frozenset(days)))
    return replace(solo(name, load, [Leave(first, _WEEK)]), people=tuple(people))


def _mixed_rhythms(dice: Random, name: str) -> Practice:
    first = monday(dice)
    load = Caseload(dice, first)
    for _ in range(9):
        load.fill(1).fill(1, every=2).fill(1, every=dice.choice([1, 3, 4]))
    return solo(name, load, [Leave(first, _FORTNIGHT)])


OF_CLIENTS = (
    _part_time, _part_time_mornings, _evenings, _children, _children_without_windows, _couples, _groups,
    _other_zones, _high_risk, _all_in_crisis, _new_clients, _endings, _fortnightly, _monthly, _analysis,
    _twice_weekly, _exposure_treatment, _supervision, _reserved_hours, _own_pauses, _mixed_rhythms,
)  # fmt: skip
