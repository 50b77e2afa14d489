"""A practice as it is made up: who comes when, who is away when. Times are wall-clock times of the practice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
Place = tuple[int, int]  # weekday (Monday 0), minute of the day
Range = tuple[int, int, int]  # weekday, from and to in minutes of the day


def at(day: date, minute: int) -> datetime:
    """A wall-clock time. Two of them are as many days apart as the clock on the wall says."""
    return datetime.combine(day, time(minute // 60, minute % 60), ZONE)


def minute_of(moment: datetime) -> int:
    """Minute of the day on the wall clock."""
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True)
class Person:
    """One client: weekly `places`, every so many weeks, from `first` to `until` (their agreed last session).

    `cut` are dates on which nothing took place, `moved` sessions of the past that stood elsewhere. What the roster
    says of them is `priority`, `phase`, `windows`; `school` and `exposure` is what a colleague would know.
    """

    id: str
    initials: str
    therapist: str
    places: tuple[Place, ...]
    first: date
    every: int = 1
    minutes: int = 50
    until: date | None = None
    cut: frozenset[date] = frozenset()
    moved: tuple[tuple[date, datetime], ...] = ()
    priority: str = ""
    phase: str = ""
    exposure: bool = False
    school: bool = False
    windows: tuple[Range, ...] = ()
    zone: str = ""
    cover: bool = False

    @property
    def interval(self) -> float:
        """Usual days between two sessions."""
        return 7 * self.every / len(self.places)

    def series(self, place: Place, end: date) -> list[date]:
        """The days of one of their series, before anything is cut or moved."""
        last = min(end, self.until) if self.until else end
        day = self.first + timedelta(days=(place[0] - self.first.weekday()) % 7)
        found = []
        while day <= last:
            found.append(day)
            day += timedelta(weeks=self.every)
        return found

    def starts(self, end: date) -> list[datetime]:
        """When their sessions begin, as booked up to `end`."""
        moved = dict(self.moved)
        days = ((day, place[1]) for place in self.places for day in self.series(place, end))
        return sorted(moved.get(day) or at(day, clock) for day, clock in days if day not in self.cut)


@dataclass(frozen=True)
class Leave:
    """Days away; with `start` only from that moment on."""

    first: date
    days: int
    title: str = "Vacation"
    start: datetime | None = None

    @property
    def begin(self) -> datetime:
        """When it begins."""
        return self.start or at(self.first, 0)

    @property
    def end(self) -> datetime:
        """The midnight after its last day."""
        return at(self.first + timedelta(days=self.days), 0)


@dataclass(frozen=True)
class Desk:
    """One therapist: hours, leave, what else stands in the week (with a length), whom they cover for."""

    id: str
    hours: tuple[Range, ...]
    leaves: tuple[Leave, ...] = ()
    busy: tuple[Range, ...] = ()
    covers_for: tuple[str, ...] = ()
    reserved: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Practice:
    """A whole practice at the moment at which it is planned; `policy` in the words of the settings file."""

    name: str
    now: datetime
    desks: tuple[Desk, ...]
    people: tuple[Person, ...]
    policy: dict[str, str] = field(default_factory=dict)
    holidays: str = ""

    @property
    def end(self) -> date:
        """How far the calendar is looked at: well past everybody's leave."""
        last = max(leave.first + timedelta(days=leave.days) for desk in self.desks for leave in desk.leaves)
        return last + timedelta(weeks=8)
