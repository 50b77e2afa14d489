"""The words of a title, without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Words = tuple[str, ...]

LONGEST = 4000  # signs of a title that are looked at: nobody reads more of it in a calendar
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){4,}[^\W\d_](?!\S)")  # "U r l a u b"
_UNSEEN = ("Mn", "Me", "Cf")  # accents, and signs of no width: joiners, marks of direction


@lru_cache(maxsize=4096)  # the same few titles come back with every pass
def words(text: str) -> Words:
    """The words of `text`: case, accents, punctuation and a possessive 's dropped."""
    return tuple(re.sub(r"['’]s$", "", word) for word in _WORD.findall(seen(text[:LONGEST]).casefold()))


def seen(text: str) -> str:
    """`text` as it looks, without accents: what has no width is dropped, letters apart are joined."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN)
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), plain)


def lexicon(text: str) -> frozenset[str]:
    """The words of `text`, as those of titles are compared with them."""
    return frozenset(words(text))
