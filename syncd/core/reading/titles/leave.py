"""Whether a title speaks of leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from syncd.core.reading.titles.leave_words import (
    AWAY,
    AWAY_ALONE,
    FEASTS,
    GLUE,
    HINTS,
    ILL_ALONE,
    KINDS,
    MONTHS,
    ONES_OWN,
    PLACES,
    SEASONS,
    SICKNESS,
    WEEKDAYS,
)
from syncd.core.reading.titles.words import Words, words

_AFFIX_LENGTH = 6  # "Sommerurlaub" speaks of "urlaub"; "leaves" is not "leave", "zooom" not "ooo"
_NOBODYS = GLUE | MONTHS | WEEKDAYS | PLACES


class LeaveReading(StrEnum):
    """What a title says about leave."""

    SILENT = ""
    MENTIONS = "mentions"  # a leave word among others: ask
    SAYS = "says"  # leave words, the therapist's name, when and where, nothing else


@dataclass(frozen=True, slots=True)
class Spoken:
    """A title heard for leave.

    `left`: its words that say neither leave, nor when or where, nor are a name of the therapist. `by`: those that
    speak of leave. `beside`: those that say when and where. `ill`: it speaks of sickness. `by_name`: what speaks of
    leave are words of a client's name.
    """

    reading: LeaveReading = LeaveReading.SILENT
    left: Words = ()
    by: Words = ()
    beside: Words = ()
    ill: bool = False
    by_name: bool = False


def read_leave(title: str, names: Iterable[str], leave_words: Iterable[str]) -> LeaveReading:
    """Read a title (without tags) for leave; `names` are what the therapist is called."""
    return hear_leave(words(title), names, leave_words).reading


def hear_leave(
    said: Words, names: Iterable[str], leave_words: Iterable[str], fixed: Collection[int] = ()
) -> Spoken:
    """Hear the words of a title for leave. Those at the `fixed` places are a name, whatever they mean."""
    called = frozenset(word for name in names for word in words(name))
    vocabulary = _vocabulary(tuple(leave_words))
    alone = _alone(said, called, fixed)
    if alone is not None:
        return alone
    found = tuple(_found(said, vocabulary.sure, fixed))
    if found:
        return _heard(said, called, found, _in(said, found, vocabulary.sickness))
    found = tuple(_compounds(said, vocabulary.stems, fixed))
    if found and called.intersection(said) and all(said[at].endswith(vocabulary.stems) for at in found):
        return _heard(said, called, found, ill=False)
    found = found or tuple(_found(said, vocabulary.hints, fixed))
    heard = _heard(said, called, found, ill=False)
    return replace(heard, reading=LeaveReading.MENTIONS) if found else Spoken()


Phrases = Mapping[str, tuple[Words, ...]]  # by their first word, the longest first


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    sure: Phrases
    sickness: frozenset[Words]
    hints: Phrases
    stems: tuple[str, ...]


@lru_cache(maxsize=64)
def _vocabulary(leave_words: tuple[str, ...]) -> _Vocabulary:
    stems = _phrases((*leave_words, *kinds_of(leave_words), *SICKNESS))
    return _Vocabulary(
        sure=_by_first((*leave_words, *kinds_of(leave_words), *SICKNESS, *AWAY)),
        sickness=frozenset(_phrases(SICKNESS)),
        hints=_by_first(HINTS),
        stems=tuple(one[0] for one in stems if len(one) == 1 and len(one[0]) >= _AFFIX_LENGTH),
    )


@lru_cache(maxsize=64)
def kinds_of(leave_words: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of leave that these words name: "Sommerurlaub" of "Urlaub", "parental leave" of "leave"."""
    plain = {words(one) for one in leave_words}
    return tuple(f"{kind}{word}" for word in KINDS if (word,) in plain for kind in KINDS[word])


def _phrases(leave_words: Iterable[str]) -> tuple[Words, ...]:
    """The longest first: "out of office" before "office"."""
    found = {words(phrase) for phrase in leave_words} - {()}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def _by_first(leave_words: Iterable[str]) -> Phrases:
    found: dict[str, tuple[Words, ...]] = {}
    for phrase in _phrases(leave_words):
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


_ILL_ALONE, _AWAY_ALONE = frozenset(_phrases(ILL_ALONE)), frozenset(_phrases(AWAY_ALONE))


def _alone(said: Words, called: frozenset[str], fixed: Collection[int]) -> Spoken | None:
    """What means leave where nothing else is said, and her name at most beside it."""
    rest = tuple(word for word in said if word not in called and word not in {"today", "heute"})
    days = {rest, tuple(word for word in rest if word not in {"day", "dag", "tag"})}
    if fixed or not rest or days.isdisjoint(_ILL_ALONE | _AWAY_ALONE):
        return None
    return Spoken(LeaveReading.SAYS, by=rest, ill=not days.isdisjoint(_ILL_ALONE))


def _found(said: Words, phrases: Phrases, fixed: Collection[int]) -> Iterator[int]:
    """The places of the words that are such phrases."""
    at = 0
    while at < len(said):
        size = next((len(one) for one in phrases.get(said[at], ()) if said[at : at + len(one)] == one), 0)
        if size and at not in fixed:
            yield from range(at, at + size)
        at += max(1, size)


def _compounds(said: Words, stems: Sequence[str], fixed: Collection[int]) -> Iterator[int]:
    for at, word in enumerate(said):
        if at not in fixed and any(word.startswith(stem) or word.endswith(stem) for stem in stems):
            yield at


def _heard(said: Words, called: frozenset[str], found: Collection[int], ill: bool) -> Spoken:
    others = tuple((at, word) for at, word in enumerate(said) if at not in found)
    named = any(word in called for _, word in others)
    own = not ONES_OWN.isdisjoint(said[at] for at in found)
    plain = {*_NOBODYS, *(SEASONS if named else ()), *(FEASTS if own else ())}
    beside = tuple(word for _, word in others if word not in called and (word in plain or word.isdigit()))
    left = tuple(word for _, word in others if word not in called and word not in beside)
    by = tuple(word for at, word in enumerate(said) if at in found)
    unsure = bool(left) and not (ill and _ILL_ALONE.issuperset({left}))
    return Spoken(LeaveReading.MENTIONS if unsure else LeaveReading.SAYS, left, by, beside, ill)


def _in(said: Words, found: Collection[int], phrases: Collection[Words]) -> bool:
    """True where what was found is one of these phrases, or holds one."""
    by = tuple(word for at, word in enumerate(said) if at in found)
    return any(by[at : at + len(one)] == one for one in phrases for at in range(len(by)))
