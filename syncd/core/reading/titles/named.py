"""Which client a title without attendees names, as a session's title does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from syncd.core.model import Client
from syncd.core.reading.roster import Ids, Roster
from syncd.core.reading.tags import plain_tags
from syncd.core.reading.titles.leave_words import MONTHS, SEASONS, WEEKDAYS
from syncd.core.reading.titles.session_words import (
    LINKS,
    METHODS,
    MODES,
    NOTED,
    NOTED_ENDS,
    NOTED_STEMS,
    ROOMS,
    SESSION,
    TITLES,
    UNITS,
)
from syncd.core.reading.titles.words import LONGEST, Words, seen, words

AMBIGUOUS, SEVERAL, UNCLEAR, SHORT = "ambiguous", "several", "unclear", "short"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TAG = re.compile(r"(?<!\S)#([^\W_][\w-]*)")
_PARTED = re.compile(r"[+&/,;]|\b(?:and|und|et|y|e|en)\b", re.IGNORECASE)
_TOGETHER = re.compile(  # what sessions of several are called
    r"\b(?:group|couple|couples|family|gruppe|gruppentherapie|paar|paartherapie|familie|fam|groupe|pareja"
    r"|famille|familia|famiglia|coppia|gruppo|groep|gezin)\b[:.]?",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\d+(?:h|x|e|er|u|am|pm|th|st|nd|rd|min|uhr|a|o|tg|tgl|tagig|taegig|wch|wochig|woechig)?|[rz]\d+|(?:zi|nr)\d+",
    re.IGNORECASE,
)
_SMALL = 3  # words of a name with fewer letters begin other titles, too


@lru_cache(maxsize=4096)
def named(title: str, therapist: str, name: str, roster: Roster) -> tuple[Ids, str]:
    """The clients whom a title means, and why several or one are left to the therapist, who is called `name`.

    `AMBIGUOUS` as well where one is meant, beyond doubt; `SHORT` where one is, by a part of their name.
    """
    rest = seen(plain_tags(title).rest[:LONGEST]).strip()
    tagged = _tagged(rest, therapist, roster)
    if tagged:
        return tagged, AMBIGUOUS
    core = _core(rest, {*words(name)})
    clients, reason = _whole(rest, core, therapist, roster) or _in_part(core, therapist, roster)
    doubted = rest.endswith("?") or not {"dr", "prof"}.isdisjoint(words(rest))
    return (clients, UNCLEAR) if clients and doubted else (clients, reason)


def telling_words(title: str, name: str) -> Words:
    """The words of a title that could say whose it is: no times, counters, rooms, modes, nor the therapist's `name`."""
    rest = seen(plain_tags(title).rest[:LONGEST]).strip()
    return words(_core(rest, {*words(name)}))


def _tagged(rest: str, therapist: str, roster: Roster) -> Ids:
    """Whom `#AB` names, whatever else stands there: initials as on the roster, or an id that is no counter."""
    found = {tag for tag in _TAG.findall(rest) if not tag.isdigit()}
    clients = {one for tag in found for one in roster.written(tag, therapist) or _phrase(tag, roster)}
    return tuple(sorted(clients))


def _whole(rest: str, core: str, therapist: str, roster: Roster) -> tuple[Ids, str] | None:
    """Where the title is a client's, apart from words that any session may carry."""
    called = roster.called(rest, therapist) or roster.written(core, therapist) or _phrase(core, roster)
    if called:
        return called, AMBIGUOUS
    said = words(core)
    meant = roster.meant(said, therapist)
    if not meant:
        return None
    addressed = not TITLES.isdisjoint(words(rest))
    if len(said) == 1 and not addressed and said[0] in MONTHS | WEEKDAYS | SEASONS:
        return meant, UNCLEAR
    return meant, SHORT


def _phrase(core: str, roster: Roster) -> Ids:
    return roster.phrases.get(words(core), ())


def _in_part(core: str, therapist: str, roster: Roster) -> tuple[Ids, str]:
    """Several clients, or one whom a longer title begins with; nobody where it is about something done for them."""
    parted = _all_named(_PARTED.split(core), therapist, roster)
    if parted:
        return parted, SEVERAL
    said = _PARTED.sub(" ", _TOGETHER.sub(" ", core))
    several = _all_named(said.split(), therapist, roster)
    if len(several) > 1:
        return several, SEVERAL
    return _first_of_more(core, therapist, roster)


def _first_of_more(core: str, therapist: str, roster: Roster) -> tuple[Ids, str]:
    """The client whose name or initials a longer title begins with: theirs where the rest is their name."""
    first, _, rest = core.partition(" ")
    clients = roster.written(first, therapist) if first.isupper() else ()
    own = {word for client in clients for word in words(roster.clients[client].name)}
    if clients and own.issuperset(words(rest)):
        return clients, AMBIGUOUS
    if _is_noted(words(core)):
        return (), ""
    return (clients or _begins(words(core), therapist, roster)), UNCLEAR


def _begins(said: Words, therapist: str, roster: Roster) -> Ids:
    """Clients by whose first name, or whole name, the words begin."""
    for size in range(min(len(said) - 1, 4), 0, -1):
        found = roster.meant(said[:size], therapist)
        firsts = tuple(one for one in found if said[0] in _firsts(roster.clients[one]))
        if (size > 1 or len(said[0]) >= _SMALL) and firsts:
            return firsts
    return ()


def _firsts(client: Client) -> Words:
    return (*words(client.name)[:1], *(word for one in client.nicknames for word in words(one)))


def _is_noted(said: Words) -> bool:
    return any(word in NOTED or word.startswith(NOTED_STEMS) or word.endswith(NOTED_ENDS) for word in said)


def _all_named(parts: Iterable[str], therapist: str, roster: Roster) -> Ids:
    """The clients whom these parts name; none where one part names nobody."""
    found = [
        roster.written(part, therapist) or roster.meant(words(part), therapist)
        for part in parts
        if words(part)
    ]
    return tuple(sorted({client for part in found for client in part})) if found and all(found) else ()


def _core(rest: str, mine: set[str]) -> str:
    """The title without times, counters, rooms, modes and words that any session may carry."""
    kept = rest
    for start, end in reversed([*_carried(rest, mine)]):
        kept = f"{kept[:start]} {kept[end:]}"
    return " ".join(re.sub(r"[^\w\s+&/,;.'’-]", " ", kept).split()).strip(" -–—/.,;+&'")


def _carried(rest: str, mine: set[str]) -> Iterator[tuple[int, int]]:
    room = False
    for found in _WORD.finditer(rest):
        word = "".join(words(found[0]))
        label = room and len(word) == 1
        room = word in ROOMS
        if label or room or _COUNT.fullmatch(word) or word in _CARRIED or word in mine:
            yield found.span()


_CARRIED = SESSION | MODES | METHODS | TITLES | LINKS | UNITS
