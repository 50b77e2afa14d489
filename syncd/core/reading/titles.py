"""Words of a title, without case, accents and punctuation, and whether they speak of leave."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

Words = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_AFFIX_LENGTH = 6  # "Sommerurlaub" speaks of "urlaub"; "leaves" is not "leave", "zooom" not "ooo"

SICKNESS = (
    *("sick", "sick day", "off sick", "out sick", "i am sick", "ill", "i am ill", "unwell", "sickness"),
    *("krank", "krank gemeldet", "krankgemeldet", "krank geschrieben", "krankgeschrieben", "krankheit"),
    *(
        "ich bin krank",
        "bin krank",
        "malade",
        "je suis malade",
        "arrêt maladie",
        "en arrêt maladie",
        "maladie",
    ),
    *("enfermo", "enferma", "enfermedad", "baja médica", "baja por enfermedad", "baja por enfermo"),
    *("malato", "malata", "malattia", "in malattia", "ziek", "ziek gemeld", "ziekgemeld", "ik ben ziek"),
)  # mean leave, whatever words the settings name

# What is said before a leave word without saying whose it is; not the seasons before "Ferien" and "holidays", which
# schools have.
_KINDS = {
    "urlaub": (
        *("sommer", "winter", "herbst", "frühjahrs", "fruehjahrs", "frühlings", "fruehlings"),
        *("weihnachts", "oster", "pfingst", "silvester", "neujahrs", "faschings", "karnevals"),
        *(
            "jahres",
            "rest",
            "haupt",
            "kurz",
            "erholungs",
            "sonder",
            "bildungs",
            "zusatz",
            "familien",
            "eltern",
        ),
        *("ski", "bade", "strand", "wander", "rad", "camping", "betriebs", "praxis"),
    ),
    "ferien": ("betriebs", "praxis"),
    "leave": (
        *("summer ", "winter ", "spring ", "autumn ", "christmas ", "easter "),
        *("annual ", "paid ", "unpaid ", "family ", "parental ", "maternity ", "paternity "),
        *("study ", "compassionate ", "medical ", "sick "),
    ),
    "vacation": ("annual ", "family ", "ski "),
}


class LeaveReading(StrEnum):
    """What a title says about leave."""

    SILENT = ""
    MENTIONS = "mentions"  # a leave word among others: ask
    SAYS = "says"  # leave words and the therapist's name, nothing else


@lru_cache(maxsize=4096)  # the same few titles come back with every pass
def words(text: str) -> Words:
    """The words of `text`: case, accents, punctuation and a possessive 's dropped."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return tuple(re.sub(r"['’]s$", "", word) for word in _WORD.findall(plain))


def holds(said: Sequence[str], phrase: Words) -> bool:
    """True when the words of `phrase` stand in `said` one after the other; no words are in nothing."""
    size = len(phrase)
    return size > 0 and any(tuple(said[at : at + size]) == phrase for at in range(len(said) - size + 1))


def read_leave(title: str, names: Iterable[str], leave_words: Iterable[str]) -> LeaveReading:
    """Read a title (without tags) for leave; `names` are what the therapist is called."""
    said = words(title)
    phrases = _phrases(tuple(leave_words))
    others = _without(said, phrases)
    if len(others) < len(said):
        called = {word for name in names for word in words(name)}
        return LeaveReading.SAYS if called.issuperset(others) else LeaveReading.MENTIONS
    return LeaveReading.MENTIONS if _compounds(said, phrases) else LeaveReading.SILENT


@lru_cache(maxsize=64)
def kinds_of(leave_words: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of leave that these words name: "Sommerurlaub" of "Urlaub", "parental leave" of "leave"."""
    plain = {words(one) for one in leave_words}
    return tuple(f"{kind}{word}" for word in _KINDS if (word,) in plain for kind in _KINDS[word])


@lru_cache(maxsize=64)
def _phrases(leave_words: tuple[str, ...]) -> tuple[Words, ...]:
    """The longest first: "out of office" before "office"."""
    found = {words(phrase) for phrase in leave_words} - {()}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def _without(said: Words, phrases: Sequence[Words]) -> Words:
    left: list[str] = []
    at = 0
    while at < len(said):
        found = next((phrase for phrase in phrases if said[at : at + len(phrase)] == phrase), ())
        if not found:
            left.append(said[at])
        at += max(1, len(found))
    return tuple(left)


def _compounds(said: Words, phrases: Sequence[Words]) -> bool:
    stems = [phrase[0] for phrase in phrases if len(phrase) == 1 and len(phrase[0]) >= _AFFIX_LENGTH]
    return any(word.startswith(stem) or word.endswith(stem) for word in said for stem in stems)
