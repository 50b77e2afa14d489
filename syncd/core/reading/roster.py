"""The roster as calendars see it: which client an address, a title or a word in a tag means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

from syncd.core.model import Client
from syncd.core.reading.titles.words import Words, lexicon, words

Ids = tuple[str, ...]
Key = TypeVar("Key", bound=Hashable)

PARTICLES = lexicon(
    "de da del della der den di dos du el la le lo van von vom zu zum zur ter ten und and et y"
)
_YEAR = re.compile(r"(19|20)\d\d")


class Group(NamedTuple):
    """The words of its title, as the roster has them, and who belongs to it."""

    title: Words
    clients: Ids


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """All clients, found by address, id, name and initials. Built by `Roster.of`: the same clients, the same object.

    It is equal to itself alone, so that what a title says to it can be remembered.
    """

    clients: Mapping[str, Client]
    addresses: Mapping[str, Ids]
    phrases: Mapping[Words, Ids]  # ids and names, as words
    sizes: tuple[int, ...]  # of how many words these are
    initials: Mapping[tuple[str, str], Ids]  # (therapist or "" for every therapist, letters as on the roster)
    folded: Mapping[tuple[str, str], Ids]  # the same, whatever the case
    names: Mapping[tuple[str, str], Ids]  # (therapist or "" for every therapist, one word of a name)
    groups: Mapping[Words, Ids]  # words of the title, whoever leads it

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

    def written(self, letters: str, therapist: str) -> Ids:
        """The clients whose initials these letters are, in the case of the roster."""
        wanted = letters_of(letters)
        both = (*self.initials.get(("", wanted), ()), *self.initials.get((therapist, wanted), ()))
        return tuple(sorted(set(both)))

    def meant(self, said: Words, therapist: str) -> Ids:
        """The clients of `therapist` whom these words may mean: parts of one's name, in any order, and nothing else.

        A single letter stands for a part that begins with it, beside one in full: "Ada B.", "S. Berger".
        """
        whole = self.phrases.get(said, ())
        full = [word for word in said if len(word) > 1 and word not in PARTICLES]
        if whole or not full:
            return whole
        found = set.intersection(*({*self._named(word, therapist)} for word in full))
        return tuple(sorted(one for one in found if _fits(said, parts(self.clients[one]))))

    def group(self, said: Words) -> Group:
        """The group, or couple, that goes by these words, counters behind them left aside; nobody where none does."""
        found = self.groups.get(said, ())
        if not found and said and said[-1].isdigit():
            return self.group(said[:-1])
        return Group(said, found) if found else Group((), ())

    def together(self, clients: Ids) -> bool:
        """True where they all belong to one group."""
        return len(clients) > 1 and any(set(clients) <= set(ids) for ids in self.groups.values())

    def circle(self, guests: Ids) -> Ids:
        """These guests, and who belongs to their one group and has no address by which to be a guest."""
        whole = [ids for ids in self.groups.values() if set(guests) <= set(ids)]
        unreached = (one for one in whole[0] if not self.clients[one].addresses) if len(whole) == 1 else ()
        return tuple(sorted({*guests, *unreached}))

    def initials_in(self, text: str, therapist: str) -> tuple[str, ...]:
        """What stands in `text` as the initials of clients are written."""
        return tuple(sorted(one for one in _written(text) if self.written(one, therapist)))

    def _named(self, word: str, therapist: str) -> Ids:
        return (*self.names.get(("", word), ()), *self.names.get((therapist, word), ()))

    def name_words(self, therapist: str) -> frozenset[str]:
        """Every word of the names of a therapist's clients."""
        return _name_words(self, therapist)

    def whole_names(self, said: Words) -> frozenset[int]:
        """The places in `said` at which a whole name of two words or more stands."""
        found = (range(at, at + len(phrase)) for at, phrase in self._standing(said) if len(phrase) > 1)
        return frozenset(at for places in found for at in places)

    def _standing(self, said: Words) -> Iterator[tuple[int, Words]]:
        """Each id and name that stands in `said`, and where it begins."""
        for size in self.sizes:
            for at in range(len(said) - size + 1):
                if (phrase := said[at : at + size]) in self.phrases:
                    yield at, phrase

    def mentioned(self, text: str, therapist: str) -> Ids:
        """The clients whose id, whole name or initials stand among other words in `text`.

        Initials must be written as on the roster ("Urlaub im Juli" is not about IM), and numbers that could
        be days or years are no ids here ("Urlaub 17." is not about client 17).
        """
        said = words(text)
        found = {
            client
            for _, phrase in self._standing(said)
            if _telling(phrase)
            for client in self.phrases[phrase]
        }
        found.update(
            one for letters in self.initials_in(text, therapist) for one in self.written(letters, therapist)
        )
        return tuple(sorted(found))


@lru_cache(maxsize=16)
def _indexed(everybody: tuple[Client, ...]) -> Roster:
    initials = [pair for client in everybody for pair in _initials(client)]
    phrases = _index((phrase, c.id) for c in everybody for phrase in _phrases(c))
    return Roster(
        clients={client.id: client for client in everybody},
        addresses=_index((a.lower(), c.id) for c in everybody for a in c.addresses),
        phrases=phrases,
        sizes=tuple(sorted({len(one) for one in phrases})),
        initials=_index(initials),
        folded=_index(((owner, written.casefold()), c) for (owner, written), c in initials),
        names=_index(pair for client in everybody for pair in _names(client)),
        groups=_index((words(title), one.id) for one in everybody for title in one.groups),
    )


@lru_cache(maxsize=256)
def _name_words(roster: Roster, therapist: str) -> frozenset[str]:
    return frozenset(word for owner, word in roster.names if owner in ("", therapist))


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


def parts(client: Client) -> Words:
    """The words of a client's name, first those of the roster's name, then what else titles call them."""
    return (*words(client.name), *(word for one in client.nicknames for word in words(one)))


def _names(client: Client) -> Iterator[tuple[tuple[str, str], str]]:
    for word in parts(client):
        if len(word) > 1 and word not in PARTICLES:
            yield from (((therapist, word), client.id) for therapist in client.therapists or ("",))


def _fits(said: Words, name: Words) -> bool:
    """True where each word is another part of the name, or the letter that one begins with."""
    left = list(name)
    for word in sorted(said, key=len, reverse=True):
        part = next((one for one in left if one == word or (len(word) == 1 and one.startswith(word))), None)
        if part is None:
            return False
        left.remove(part)
    return True


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
