"""Sentences as tables: what each looks like, and what whoever reads it now believes.

A line of `sentences/*.txt` is a template, and after `->` what it means: kinds, each with the slot that says of when.
In a template `{slot}` is filled, `(a|b)` is either, `[c]` may be missing; `{block}` are the indented lines below.
Brackets without a `|` are brackets. The first letter may be large or small. Sections begin with `= name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.belief.times import CLOCK, ENGLISH, FRENCH, GERMAN, SPANISH, Tongue

TONGUES: Mapping[str, Tongue] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
_FOLDER = Path(__file__).parent / "sentences"
_SLOTS = {
    "name": r"[^\W\d_][^\n:;,()]*?",
    "place": r"[^\n:;,()]+?",
    "phone": r"\+?\d[\d /()-]*\d",
    "side": r"(?:before or after|before|after|vor oder nach|vor|nach"
    r"|avant ou après|avant|après|antes o después|antes|después)",
    "initials": r"(?:[A-ZÄÖÜ]{1,4}\d?|c\d)",  # the id of whom the roster names no more
    "span": r"\d{1,2}\.? [^\n:()]*?\d{4}(?:, (?:de )?\d[^\n()–à]{0,10}(?:–| à | a | to )\d[^\n()]{0,10}?)?",
    "number": r"\d+",
    "letters": r"[a-z]{2,4}",
    "code": r"#ok [a-z0-9]{2,4}",
    "clock": CLOCK,
    "rest": r"[^\n]*",
    "reason": r"[^\n.]+",
    "url": r"https?://\S+",
    "block": "",
}
_PART = re.compile(r"\{(?P<slot>\w+)\}|(?P<mark>[()\[\]|])|(?P<text>[^{}()\[\]|]+)")
_BRACKETS = re.compile(r"\(([^()|]*)\)")
_SHOWN = str.maketrans("\x02\x03", "()")
_MARKS = {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence says, and in which of its slots it says of when ("" where it says so of no time)."""

    kind: str
    slot: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a table."""

    template: str
    pattern: re.Pattern[str]
    means: tuple[Meaning, ...]
    block: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of a text: what it is, its words, its slots, and the indented lines that belong to it."""

    sentence: Sentence
    words: str
    slots: Mapping[str, str]
    lines: tuple[str, ...] = ()


class UnknownSentence(AssertionError):
    """Words that no table has: somebody must say what a reader believes of them."""


@dataclass(frozen=True, slots=True)
class Table:
    """All sentences of one section in one language, by their first letter."""

    language: str
    section: str
    sentences: Mapping[str, tuple[Sentence, ...]]

    def first(self, text: str) -> Found | None:
        """The longest sentence with which this text begins."""
        best: Found | None = None
        for one in (*self.sentences.get(text[:1].lower(), ()), *self.sentences.get("", ())):
            found = one.pattern.match(text)
            if found is not None and (best is None or len(found[0]) > len(best.words)):
                slots = {
                    name.rstrip("0123456789"): value for name, value in found.groupdict().items() if value
                }
                best = Found(one, found[0].strip(), slots)
        return best


@lru_cache(maxsize=32)
def table(language: str, file: str, section: str) -> Table:
    """The table of a section."""
    by_letter: dict[str, tuple[Sentence, ...]] = {}
    for line in _section((_FOLDER / file).read_text(encoding="utf-8"), section):
        template, _, meant = (one.strip() for one in line.partition("->"))
        one = _sentence(template, meant, TONGUES[language])
        first = template[:1].lower() if template[0] not in "{([" else ""
        by_letter[first] = (*by_letter.get(first, ()), one)
    return Table(language, section, by_letter)


def _section(text: str, name: str) -> Iterator[str]:
    inside = False
    for line in text.splitlines():
        if line.startswith("= "):
            inside = line[2:].strip() == name
        elif inside and line.strip() and not line.startswith("# "):
            yield line


def _sentence(template: str, meant: str, tongue: Tongue) -> Sentence:
    plain, block = template.removesuffix(" {block}"), template.endswith("{block}")
    parts: list[str] = []
    plain = _BRACKETS.sub("\x02\\1\x03", plain)
    for number, found in enumerate(_PART.finditer(plain)):
        if found["slot"]:
            pattern = tongue.slots.get(found["slot"]) or _SLOTS[found["slot"]]
            parts.append(f"(?P<{found['slot']}{number}>{pattern})")
        elif found["mark"]:
            parts.append(_MARKS[found["mark"]])
        else:
            parts.append(re.escape(found["text"].translate(_SHOWN)).replace(r"\ ", " "))
    if parts and parts[0][:1].isalpha():
        parts[0] = f"[{parts[0][0].lower()}{parts[0][0].upper()}]{parts[0][1:]}"
    means = tuple(_meaning(one.strip()) for one in meant.split(";") if one.strip())
    end = r"(?=\s|$)" if plain[-1:] in ".:,;?!" else "$"
    return Sentence(template, re.compile("".join(parts) + end), means, block)


def _meaning(text: str) -> Meaning:
    kind, _, slot = text.partition(" ")
    return Meaning(kind, slot.strip())


@dataclass(frozen=True, slots=True)
class Unit:
    """A line, or the indented lines that stand out together."""

    text: str
    lines: tuple[str, ...] = ()


def units(text: str) -> Iterator[Unit]:
    """The lines and indented blocks of a mail's plain text."""
    block: list[str] = []
    for line in (*text.replace("\r\n", "\n").split("\n"), ""):
        indented = line.startswith("    ")
        if indented:
            block.append(line.strip())
        elif block:
            yield Unit("", tuple(block))
            block = []
        if line.strip() and not indented:
            yield Unit(line.strip())


def sentences(text: str, known: Table, end: str = "") -> Iterator[Found]:
    """What a text says, sentence by sentence, down to the line `end`. Raises UnknownSentence."""
    open_one: Found | None = None
    for unit in units(text):
        if unit.lines:
            if open_one is None:
                raise UnknownSentence(f"lines that belong to no sentence: {unit.lines}")
            yield Found(open_one.sentence, open_one.words, open_one.slots, unit.lines)
            open_one = None
            continue
        if unit.text == end:
            break
        rest = unit.text
        while rest:
            found = known.first(rest)
            if found is None:
                raise UnknownSentence(f"nobody knows what this tells its reader ({known.language}): {rest!r}")
            rest = rest[len(found.words) :].strip()
            if found.sentence.block:
                open_one = found
            else:
                yield found
    if open_one is not None:
        raise UnknownSentence(f"nothing follows: {open_one.words!r}")
