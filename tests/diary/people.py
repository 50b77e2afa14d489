"""The people of a diary: `Ada, AB, Mondays 10:00, by phone`, and the roster line that this becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.core.people import BERLIN
from tests.diary.calendar_words import WEEKDAYS

SURNAMES = {
    name[0]: name
    for name in (
        *("Adler", "Brandt", "Castillo", "Dietz", "Engel", "Fuchs", "Gruber", "Haas", "Ivanov", "Jansen"),
        *("Keller", "Lorenz", "Mayer", "Novak", "Otto", "Petrov", "Quast", "Richter", "Schulz", "Tan"),
        *("Unger", "Vogel", "Weber", "Xu", "Yilmaz", "Zander"),
    )
}
_SERIES = re.compile(
    r"(?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days (?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?: for (?P<minutes>\d+) min)?(?P<second> every (?:two weeks|second week))?$"
)
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "by phone": {"email": "", "phone": "030 55501{number:02d}"},
    "crisis": {"priority": "crisis"},
    "protected": {"priority": "protected"},
    "maintenance": {"priority": "maintenance"},
    "early": {"phase": "early"},
    "crucial": {"phase": "crucial"},
    "ending": {"phase": "ending"},
    "discreet": {"discreet": "yes"},
    "in German": {"language": "de"},
    "in French": {"language": "fr"},
    "in Spanish": {"language": "es"},
    "never a make-up": {"approach": "none"},
    "in New York": {"timezone": "America/New_York"},
    "in Tokyo": {"timezone": "Asia/Tokyo"},
    "no sessions": {},
}


@dataclass(frozen=True, slots=True)
class Series:
    """A weekly (or bi-weekly) session at a wall-clock time in Berlin."""

    weekday: int
    hour: int
    minute: int
    minutes: int = 50
    weeks: int = 1

    def first(self, since: date) -> datetime:
        """Its first session, in the week of `since`."""
        monday = since - timedelta(days=since.weekday())
        start = datetime(monday.year, monday.month, monday.day, self.hour, self.minute, tzinfo=BERLIN)
        return start + timedelta(days=self.weekday)


@dataclass(frozen=True, slots=True)
class Person:
    """A client. `columns` are columns of the roster beside id, name, initials and therapist."""

    name: str
    initials: str
    series: tuple[Series, ...]
    therapists: tuple[str, ...] = ("Dana",)
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """With a surname for the second of the initials."""
        return f"{self.name} {SURNAMES[self.initials[-1]]}"


def person_of(text: str) -> Person:
    """Read a line of `People`. Raises ValueError."""
    name, initials, *rest = (one.strip() for one in text.split(","))
    series: list[Series] = []
    columns: dict[str, str] = {}
    therapists: tuple[str, ...] = ("Dana",)
    for part in (piece for one in rest for piece in _pieces(one)):
        found = _SERIES.match(part)
        if found is not None:
            series.append(_series(found))
        elif part.startswith("with "):
            therapists = tuple(part.removeprefix("with ").split(" and "))
        elif part in _COLUMNS:
            columns |= _COLUMNS[part]
        elif "=" in part:
            key, _, value = part.partition("=")
            columns[key.strip()] = value.strip()
        else:
            raise ValueError(f"nobody knows what `{part}` says of a person")
    return Person(name, initials, tuple(series), therapists, columns)


def _pieces(part: str) -> Iterator[str]:
    """`Mondays 10:00 and Thursdays 11:00` are two."""
    yield from part.split(" and ") if _SERIES.match(part.partition(" and ")[0]) else (part,)


def _series(found: re.Match[str]) -> Series:
    return Series(
        WEEKDAYS.index(found["weekday"][:3]),
        int(found["hour"]),
        int(found["minute"]),
        int(found["minutes"] or 50),
        2 if found["second"] else 1,
    )
