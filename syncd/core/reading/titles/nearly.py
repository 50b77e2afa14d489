"""Whom a title nearly names: what may be proposed as an alias, and never decides anything by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syncd.core.reading.roster import PARTICLES, Ids, Roster
from syncd.core.reading.titles.leave_words import MONTHS, SEASONS, WEEKDAYS
from syncd.core.reading.titles.named import telling_words
from syncd.core.reading.titles.session_words import NOTED
from syncd.core.reading.titles.words import LONGEST, Words, words

_WORD = re.compile(r"[^\W\d_][^\W\d_'’]{1,39}")
_PET = ("chen", "lein", "ita", "ito", "tje", "ie", "je", "li", "le", "i", "y")  # what pet names end in
_STEM = 3  # letters of a name without which a word names nobody
_MISSPELT = 4  # letters from which one wrong letter is a slip, not another word
_SILENT = NOTED | MONTHS | WEEKDAYS | SEASONS | PARTICLES


def nearly(title: str, therapist: str, name: str, roster: Roster) -> tuple[str, str] | None:
    """The one client of `therapist` (who is called `name`) whom a title nearly names, and the word that does it.

    None where nobody is, or several are: a proposal that may mean two people helps nobody.
    """
    telling = {*telling_words(title, name)} - _SILENT
    said = [one for one in _WORD.findall(title[:LONGEST]) if telling.issuperset(words(one))]
    found = {(client, word) for word in said for client in _near(word, therapist, roster)}
    if len({client for client, _ in found}) != 1:
        return None
    return min(found, key=lambda one: (said.index(one[1]), one))


def _near(word: str, therapist: str, roster: Roster) -> Ids:
    clients = (one for one in roster.clients.values() if not one.therapists or therapist in one.therapists)
    return tuple(one.id for one in clients if _means(word, words(one.name)))


def _means(word: str, name: Words) -> bool:
    """True where the word is a part of the name cut short, a pet name, a slip of the pen, or made of its beginnings."""
    said = words(word)
    if len(said) != 1 or not name:
        return False
    parts = [part for part in name if len(part) >= _STEM and part not in PARTICLES]
    return any(_like(said[0], part) for part in parts) or said[0] in _beginnings(name, turned=word.isupper())


def _like(said: str, part: str) -> bool:
    if part.startswith(said):
        return len(said) >= _STEM
    stems = (said.removesuffix(end) for end in _PET if said.endswith(end))
    if any(len(stem) >= _STEM and part.startswith(stem) for stem in stems):
        return True
    return min(len(said), len(part)) >= _MISSPELT and _one_off(said, part)


def _one_off(said: str, part: str) -> bool:
    """One letter more, fewer or another one, or two that changed places."""
    short, long = sorted((said, part), key=len)
    at = next(
        (i for i, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), len(short)
    )
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    swapped = long[at + 1 : at + 2] + long[at : at + 1] + long[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or short[at:] == swapped


def _beginnings(name: Words, *, turned: bool) -> Iterator[str]:
    """What the beginnings of first name and surname make: "AdBr", "BranA"; of one letter each only `turned`, "BA"."""
    first, last = name[0], name[-1]
    if len(name) > 1:
        for one, other in ((first, last), (last, first)):
            ends = ((i, j) for i in range(1, len(one) + 1) for j in range(1, len(other) + 1))
            yield from (one[:i] + other[:j] for i, j in ends if i + j >= _STEM)
        if turned:
            yield last[0] + first[0]
