"""A diary's text becomes frozen values; what is not understood is an error with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.core.people import BERLIN
from tests.diary.calendar_words import DiaryError, entry_moment
from tests.diary.people import Person, person_of

WORLDS = ("memory", "radicale", "xandikos", "cyrus", "google")
# Only where a diary names them.
BESIDES = ("mixed", "xandikos-auto", "cyrus-auto", "davical", "davical-auto", "sogo-auto")
_SECTIONS = ("People", "Therapists", "Policy", "Before the first look", "In the end")
_ENTRY = re.compile(r"(?P<when>[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]+ \d{1,2}:\d{2})(?:\s+(?P<said>.*))?$")
_GOT = re.compile(r"(?P<who>[A-Z]\w+|the office) (?:has|have) got: (?P<kinds>.+)$")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and where it stands."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What happens at a moment, in its order, and what is expected once the daemon has looked."""

    at: datetime
    happens: tuple[Line, ...]
    expected: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Diary:
    """One diary. `therapists` and `policy` are settings keys with TOML values; `got` has kinds of messages in order."""

    name: str
    title: str
    people: tuple[Person, ...]
    entries: tuple[Entry, ...]
    got: Mapping[str, tuple[str, ...]]
    worlds: tuple[str, ...] = WORLDS
    therapists: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: {"Dana": {}})
    policy: Mapping[str, str] = field(default_factory=dict)
    before: tuple[Line, ...] = ()
    end: tuple[Line, ...] = ()

    @property
    def start(self) -> datetime:
        """When the first thing happens."""
        return self.entries[0].at


@dataclass(slots=True)
class _Page:
    """The lines of a diary, sorted into its parts."""

    sections: dict[str, list[Line]] = field(default_factory=dict)
    entries: list[tuple[Line, str, list[Line]]] = field(default_factory=list)
    head: list[Line] = field(default_factory=list)


def read_diary(path: Path) -> Diary:
    """The diary in a file. Raises DiaryError with file and line."""
    return parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Diary:
    """A diary's text. Raises DiaryError with its name and the line."""
    try:
        page = _sorted_lines(text)
        return _diary(name, page)
    except DiaryError as error:
        raise DiaryError(f"{name}.diary:{error}") from None


def _sorted_lines(text: str) -> _Page:
    page, into = _Page(), None
    for number, raw in enumerate(text.splitlines(), start=1):
        said = raw.strip()
        if not said or said.startswith("# "):
            continue
        line = Line(number, said)
        found = _ENTRY.match(raw)
        if found is not None:
            first = [Line(number, found["said"])] if found["said"] else []
            page.entries.append((line, found["when"], first))
            into = first
        elif raw[0].isspace():
            if into is None:
                raise DiaryError(f"{number}: belongs to nothing: {said}")
            into.append(line)
        elif said in _SECTIONS:
            into = page.sections.setdefault(said, [])
        elif not page.entries and not page.sections:
            page.head.append(line)
        else:
            raise DiaryError(f"{number}: neither a moment such as `Mon 15 June 11:00` nor a section: {said}")
    return page


def _diary(name: str, page: _Page) -> Diary:
    if not page.head or not page.entries:
        raise DiaryError("1: a diary has a title and entries")
    end = page.sections.get("In the end", [])
    got = {found["who"]: _kinds(found["kinds"]) for line in end if (found := _GOT.match(line.text))}
    return Diary(
        name=name,
        title=page.head[0].text,
        people=tuple(map(_person, page.sections.get("People", []))),
        entries=tuple(_entries(page)),
        got=got,
        worlds=_worlds(page.head[1:]),
        therapists=dict(map(_therapist, page.sections.get("Therapists", [Line(0, "Dana")]))),
        policy=dict(map(_setting, page.sections.get("Policy", []))),
        before=tuple(page.sections.get("Before the first look", [])),
        end=tuple(line for line in end if not _GOT.match(line.text)),
    )


def _entries(page: _Page) -> Iterator[Entry]:
    since: datetime | None = None
    for line, when, said in page.entries:
        try:
            at = entry_moment(when, since)
        except ValueError as error:
            raise DiaryError(f"{line.number}: {error}") from None
        since = at
        expected = tuple(Line(one.number, one.text[1:].strip()) for one in said if one.text[0] == ">")
        yield Entry(at.astimezone(BERLIN), tuple(one for one in said if one.text[0] != ">"), expected)


def _kinds(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip() != "nothing")


def _worlds(head: list[Line]) -> tuple[str, ...]:
    """`On memory, radicale: the reason`; without such a line every world."""
    for line in head:
        if line.text.startswith("On "):
            names, _, reason = line.text.removeprefix("On ").partition(":")
            found = tuple(name.strip() for name in names.split(","))
            if not set(found) <= {*WORLDS, *BESIDES} or not reason.strip():
                known = ", ".join((*WORLDS, *BESIDES))
                raise DiaryError(f"{line.number}: `On` needs worlds out of {known}, and a reason")
            return found
    return WORLDS


def _person(line: Line) -> Person:
    try:
        return person_of(line.text)
    except ValueError as error:
        raise DiaryError(f"{line.number}: {error}") from None


def _therapist(line: Line) -> tuple[str, dict[str, str]]:
    """`Omar; covers_for = ["dana"]; max_offers = 1`."""
    name, *keys = (one.strip() for one in line.text.split(";"))
    return name, dict(_setting(Line(line.number, key)) for key in keys)


def _setting(line: Line) -> tuple[str, str]:
    key, equals, value = line.text.partition("=")
    if not equals:
        raise DiaryError(f"{line.number}: not `key = value`: {line.text}")
    return key.strip(), value.strip()
