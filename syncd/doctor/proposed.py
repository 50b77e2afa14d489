"""Aliases that would explain titles which nothing explains: proposed to people, never taken by ourselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from syncd.core.model import Event, OccurrenceRef
from syncd.core.model.practice import Therapist
from syncd.core.reading.roster import Ids, Roster
from syncd.core.reading.sessions import find_sessions, unexplained
from syncd.core.reading.titles.nearly import nearly

MOST = 40  # words that are tried: each has the whole calendar read once more
_Reading = tuple[OccurrenceRef, Ids, str]


@dataclass(frozen=True, slots=True, order=True)
class Alias:
    """A word for the roster's `aliases` of a client, and how many entries it would make their sessions."""

    client: str
    word: str
    entries: int


def proposed(events: Iterable[Event], therapist: Therapist, roster: Roster) -> tuple[Alias, ...]:
    """An alias for each word by which unexplained titles nearly name one client, and nobody else.

    Each, added alone, turns such entries into sessions of that client, and changes how no other entry is read.
    """
    known = tuple(events)
    left = {one.ref for one in unexplained(known, therapist, roster)}
    titles = sorted({event.title for event in known if event.ref in left})
    near = (nearly(title, therapist.id, therapist.name, roster) for title in titles)
    wanted = {(client, word.casefold()): word for client, word in filter(None, near)}
    read = _read(known, therapist, roster)
    found = []
    for (client, _), word in sorted(wanted.items())[:MOST]:
        changed = _read(known, therapist, _with(roster, client, word)) ^ read
        if changed and all(ref in left and whose == (client,) and not why for ref, whose, why in changed):
            found.append(Alias(client, word, len(changed)))
    return tuple(found)


def _with(roster: Roster, client: str, word: str) -> Roster:
    one = roster.clients[client]
    named = replace(one, nicknames=(*one.nicknames, word))
    return Roster.of({**roster.clients, client: named}.values())


def _read(events: Iterable[Event], therapist: Therapist, roster: Roster) -> frozenset[_Reading]:
    """What each entry is read as: whose it is, and why that is not settled."""
    found = find_sessions(events, therapist, roster)
    sure = {(one.ref, (one.client,), "") for one in found.sessions}
    return frozenset(sure | {(one.ref, one.clients, one.reason) for one in found.unsettled})
