"""The roster as calendars see it: which client an address, a title or a word in a tag means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from syncd.core.model import Client
from syncd.core.reading.titles import Words, holds, words

Ids = tuple[str, ...]
Key = TypeVar("Key", bound=Hashable)

_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """All clients, found by address, id, name and initials. Built by `Roster.of`: the same clients, the same object.

    It is equal to itself alone, so that what a title says to it can be remembered.
    """

    clients: Mapping[str, Client]
    addresses: Mapping[str, Ids]
    phrases: Mapping[Words, Ids]  # ids and names, as words
    initials: Mapping[tuple[str, str], Ids]  # (therapist or "" for every therapist, letters as on the roster)
    folded: Mapping[tuple[str, str], Ids]  # the same, whatever the case

    @classmethod
    def of(cls, clients: Iterable[Client]) -> Roster:
        """Index the clients; their order does not matter."""
        return _indexed(tuple(sorted(clients, key=lambda client: client.id)))

    def at(self, address: str) -> Ids:
        """The clients who use this address: one, or nobody, unless the roster is wrong."""
        return self.addresses.get(address.lower(), ())

    def called(self, text: str, therapist: str) -> Ids:
        """The clients whose id, name or initials `text` is, whatever its case.

        Initials count among the clients of `therapist`. Several ids mean: ambiguous.
        """
        wanted = letters_of(text).casefold()
        named = self.phrases.get(words(text), ())
        by_initials = (*self.folded.get(("", wanted), ()), *self.folded.get((therapist, wanted), ()))
        return tuple(sorted({*named, *by_initials}))

    def mentioned(self, text: str, therapist: str) -> Ids:
        """The clients whose id, whole name or initials stand among other words in `text`.

        Initials must be written as on the roster ("Urlaub im Juli" is not about IM), and numbers that could
        be days or years are no ids here ("Urlaub 17." is not about client 17).
        """
        said = words(text)
        found = {
            client
            for phrase, clients in self.phrases.items()
            if _telling(phrase) and holds(said, phrase)
            for client in clients
        }
        for written in _written(text):
            found.update(self.initials.get(("", written), ()), self.initials.get((therapist, written), ()))
        return tuple(sorted(found))


@lru_cache(maxsize=16)
def _indexed(everybody: tuple[Client, ...]) -> Roster:
    initials = [pair for client in everybody for pair in _initials(client)]
    return Roster(
        clients={client.id: client for client in everybody},
        addresses=_index((a.lower(), c.id) for c in everybody for a in c.addresses),
        phrases=_index((phrase, c.id) for c in everybody for phrase in _phrases(c)),
        initials=_index(initials),
        folded=_index(((owner, written.casefold()), c) for (owner, written), c in initials),
    )


def letters_of(initials: str) -> str:
    """Initials without dots, blanks and hyphens: `A. B.` is `AB`."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", initials) if sign.isalnum())


def _initials(client: Client) -> Iterator[tuple[tuple[str, str], str]]:
    written = letters_of(client.initials)
    if written:
        yield from (((therapist, written), client.id) for therapist in client.therapists or ("",))


def _phrases(client: Client) -> Iterator[Words]:
    """The id, and the name in both orders."""
    name = words(client.name)
    yield from {words(client.id), name, (*name[-1:], *name[:-1])} - {()}


def _telling(phrase: Words) -> bool:
    number = phrase[0] if len(phrase) == 1 and phrase[0].isdigit() else ""
    return not number or (len(number) > 2 and not _YEAR.fullmatch(number))


def _written(text: str) -> set[str]:
    """Everything in `text` that may be initials of two letters or more, in its own case."""
    plain = re.sub(r"['’]s\b", "", unicodedata.normalize("NFKC", text))
    pieces = {letters_of(piece) for piece in plain.split()} | set(re.findall(r"[^\W_]+", plain))
    return {piece for piece in pieces if len(piece) > 1}


def _index(pairs: Iterable[tuple[Key, str]]) -> Mapping[Key, Ids]:
    found: dict[Key, set[str]] = defaultdict(set)
    for key, client in pairs:
        found[key].add(client)
    return {key: tuple(sorted(clients)) for key, clients in found.items()}
