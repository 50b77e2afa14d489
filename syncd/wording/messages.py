"""What the program notes in English, in the language of whoever reads of it: a catalogue beside the templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

CATALOGUE = "messages.txt"
_ARROW, _ANYTHING, _AND = " => ", "{}", "and"
_SLOT = re.compile(r"\{\+?\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One message: as it comes, and how it is said. `lists` tells which slots are lists."""

    came: str
    pattern: re.Pattern[str]
    said: str
    lists: tuple[bool, ...]


def catalogue_of(text: str) -> tuple[Line, ...]:
    """The lines of a catalogue, in order; empty ones and those that begin with `#` say nothing."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(_line(*line.split(_ARROW, 1)) for line in lines)


def _line(came: str, said: str) -> Line:
    parts = (re.escape(part) for part in _SLOT.split(came))
    return Line(
        came,
        re.compile("(.+?)".join(parts), re.DOTALL),
        said,
        tuple("+" in one for one in _SLOT.findall(came)),
    )


def in_words(text: str, lines: tuple[Line, ...]) -> str:
    """`text` as the first line that fits says it; as it came where none does."""
    for line in lines:
        found = line.pattern.fullmatch(text)
        if found:
            pieces = zip(found.groups(), line.lists, strict=True)
            return _filled(line.said, [_list_in_words(one, lines) if many else one for one, many in pieces])
    return text


def _filled(said: str, pieces: list[str]) -> str:
    """With its slots filled, in their order."""
    left = iter(pieces)
    return _SLOT.sub(lambda _: next(left, ""), said)


def _list_in_words(piece: str, lines: tuple[Line, ...]) -> str:
    """Each member as its own line says it; the line that fits everything is for whole messages alone."""
    known = tuple(line for line in lines if line.came != _ANYTHING)
    both = next((line.said for line in lines if line.came == _AND), _AND)
    return f" {both} ".join(in_words(one, known) for one in piece.split(f" {_AND} "))


@dataclass(slots=True)
class Sayings:
    """The filter `said` of the templates: `{{ why|said("de") }}`. `source` reads a catalogue by its language."""

    source: Callable[[str], str]
    known: dict[str, tuple[Line, ...]] = field(default_factory=dict)

    def __call__(self, text: str, language: str) -> str:
        """The text in that language."""
        if language not in self.known:
            self.known[language] = catalogue_of(self.source(language))
        return in_words(text, self.known[language])
