"""What each start is good for to one client, worked out once, whichever of their sessions it would make up for."""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.core.model.practice import Aim
from syncd.core.planning.relief.continuity import Continuity
from syncd.core.planning.relief.quality import nearness
from syncd.core.time.minutes import local_minute

_DAY = 1440
_WEEK = 7 * _DAY
Worth = tuple[
    int, int, int, int, int
]  # day, stretch, relief and chance as in Option; comfort without its points
_Good = tuple[
    bool, int, int, int
]  # whether a day is of use, in which stretch, what it takes off, what its step leaves


@dataclass(slots=True)
class Starts:
    """One client's waits, and what was asked about times in them."""

    known: Continuity
    _worths: dict[tuple[int, int], Worth | None] = field(default_factory=dict)
    _hours: dict[int, tuple[int, int]] = field(default_factory=dict)
    _good: dict[tuple[int, int], _Good] = field(default_factory=dict)
    _crowded: dict[int, bool] = field(default_factory=dict)

    def worth(self, start: int, share: int) -> Worth | None:
        """What a start is good for, in hundredths of a whole session; None where it takes too little off a wait."""
        key = start, share
        if key not in self._worths:
            self._worths[key] = self._worth(start, share)
        return self._worths[key]

    def _worth(self, start: int, share: int) -> Worth | None:
        day = local_minute(start, self.known.habits.zone) // _DAY
        chance, near = self._hour(start)
        useful, stretch, relief, spare = self._of_day(day, chance * share // 100)
        if self.known.aim is Aim.CONTINUITY and not useful:
            return None
        return day, stretch, relief, chance * share // 100, spare + near

    def chance(self, start: int) -> int:
        """How likely they take this start, in hundredths."""
        return self._hour(start)[0]

    def crowds(self, day: int) -> bool:
        """True where this day would be the third of nine on which they come."""
        spacing = self.known.spacing
        if spacing is None:
            return False
        if day not in self._crowded:
            self._crowded[day] = spacing.crowds(day)
        return self._crowded[day]

    def _hour(self, start: int) -> tuple[int, int]:
        """The chance of a start and its nearness to what its client is used to: the same each week at that hour."""
        habits = self.known.habits
        key = local_minute(start, habits.zone) % _WEEK
        if key not in self._hours:
            near = nearness(habits.away(start), odd=habits.odd(start))
            self._hours[key] = habits.chance(start), near
        return self._hours[key]

    def near(self, start: int) -> int:
        """Its nearness to what they are used to, in points."""
        return self._hour(start)[1]

    def _of_day(self, day: int, chance: int) -> _Good:
        key = day, chance
        if key not in self._good:
            place, found = self.known.place(day), (False, -1, 0, 0)
            if place is not None:
                torn, contact = self.known.stretches[place], (day, chance)
                found = torn.useful(contact), place, torn.relief(((day, 100),)), torn.leftover(contact)
            self._good[key] = found
        return self._good[key]
