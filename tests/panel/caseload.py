"""How a caseload is drawn: places in the week that are free, people with a past, what the roster says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import TypedDict, Unpack

from tests.panel.spec import Person, Place, Range, at

WEEK = tuple((day, *block) for day in range(5) for block in ((8 * 60, 12 * 60), (13 * 60, 18 * 60)))
SCHOOL = 13 * 60  # a child is in school until then, Monday to Friday
_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


class Facts(TypedDict, total=False):
    """What is known of a person beside their place: fields of Person."""

    every: int
    minutes: int
    until: date
    priority: str
    phase: str
    exposure: bool
    school: bool
    windows: tuple[Range, ...]
    zone: str
    cover: bool


_MIX: tuple[tuple[Facts, int], ...] = (
    ({"priority": "crisis"}, 5),
    ({"priority": "protected"}, 2),
    ({"phase": "crucial"}, 8),
    ({"phase": "early"}, 10),
    ({"phase": "ending"}, 6),
    ({}, 54),
    ({"priority": "maintenance"}, 15),
)
_OFFERED = 0.3  # share of clients whose windows stand in the roster
_MOVED = 0.35  # share of those who once came at another time


def hours(days: Iterable[int], *blocks: tuple[int, int]) -> tuple[Range, ...]:
    """The same blocks, in hours of the day, on each of these weekdays."""
    return tuple((day, first * 60, last * 60) for day in days for first, last in blocks)


@dataclass
class Caseload:
    """One therapist's week as it fills up, around a Monday of leave. People are numbered in the order they come."""

    dice: Random
    monday: date
    week: tuple[Range, ...] = WEEK
    therapist: str = "dana"
    offset: int = 0  # where numbers and initials begin
    most: int = 7  # sessions a day
    people: list[Person] = field(default_factory=list)
    taken: list[Range] = field(default_factory=list)

    def fill(
        self, count: int, *, places: int = 1, weeks: int | None = None, after: int = 0, **fixed: Unpack[Facts]
    ) -> Caseload:
        """So many people drawn from the mix, while there is room; `fixed` holds for each.

        Each comes `places` times a week, at or `after` a minute of the day, since so many `weeks`.
        """
        for _ in range(count):
            said, *_ = self.dice.choices([one for one, _ in _MIX], [share for _, share in _MIX])
            facts: Facts = {**said, **fixed}
            found = self._places(places, facts.get("minutes", 50), after)
            if found is None:
                break
            self._add(found, weeks, facts)
        return self

    def _add(self, places: tuple[Place, ...], weeks: int | None, facts: Facts) -> None:
        number = self.offset + len(self.people)
        past = weeks if weeks is not None else self.dice.randrange(4, 101)
        first = self.monday - timedelta(weeks=past) + timedelta(days=places[0][0])
        letters = _LETTERS[number // len(_LETTERS)] + _LETTERS[number % len(_LETTERS)]
        made = Person(f"c{number:03d}", letters, self.therapist, places, first)
        self.people.append(self._with_word(replace(made, **facts)))

    def busy(self, count: int) -> tuple[Range, ...]:
        """Appointments that are no sessions, an hour each, every week."""
        found = []
        for _ in range(count):
            place = self._places(1, 60, 0)
            if place:
                found.append((*place[0], place[0][1] + 60))
        return tuple(found)

    def _places(self, count: int, minutes: int, after: int) -> tuple[Place, ...] | None:
        free = [place for place in self._grid() if place[1] >= after and self._free(place, minutes)]
        days = sorted({day for day, _ in free})
        if len(days) < count:
            return None
        spread = sorted(self.dice.sample(days, count))
        found = tuple(self.dice.choice([one for one in free if one[0] == day]) for day in spread)
        self.taken += [(day, clock, clock + minutes + 10) for day, clock in found]
        return found

    def _grid(self) -> list[Place]:
        return [(day, clock) for day, first, last in self.week for clock in range(first, last - 49, 60)]

    def _free(self, place: Place, minutes: int) -> bool:
        day, clock = place
        inside = any(
            one == day and first <= clock and clock + minutes <= last for one, first, last in self.week
        )
        mine = [one for one in self.taken if one[0] == day]
        return (
            inside
            and len(mine) < self.most
            and not any(a < clock + minutes + 10 and clock < b for _, a, b in mine)
        )

    def _with_word(self, one: Person) -> Person:
        """Windows in the roster for some, a past at other hours for others."""
        windows = one.windows
        if not (windows or one.school or one.zone) and self.dice.random() < _OFFERED:
            halves = {(day, clock >= 13 * 60) for day, clock in one.places}
            every = [(day, late) for day in range(5) for late in (False, True)]
            halves |= set(self.dice.sample(every, self.dice.choice([1, 2, 2])))
            windows = tuple(
                (day, 13 * 60 if late else 8 * 60, 21 * 60 if late else 13 * 60)
                for day, late in sorted(halves)
            )
        return replace(one, windows=windows, moved=self._moved(one))

    def _moved(self, one: Person) -> tuple[tuple[date, datetime], ...]:
        if self.dice.random() >= _MOVED:
            return ()
        (day, clock), late = one.places[0], self.dice.choice([-1, 1])
        past = one.series((day, clock), self.monday - timedelta(weeks=6))[-20:]
        chosen = self.dice.sample(past, min(len(past), self.dice.choice([1, 2, 3])))
        hour = min(17, max(14 if one.school else 8, clock // 60 + late * self.dice.choice([2, 3, 4])))
        days = (1, 0) if day < 4 else (-1, 0)
        return tuple(
            (when, at(when + timedelta(days=self.dice.choice(days)), hour * 60)) for when in sorted(chosen)
        )
