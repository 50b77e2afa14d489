"""A therapist's own sentences for the mails of an absence: lines `say: …`, `say-de: …` of the leave's description."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

from syncd.core.model import Absence, Saying
from syncd.core.reading.tags import without_markup

LONGEST = 300
MOST_WORDS = 20  # beside it a mail to a client stays short enough to be read to its end
LANGUAGES = frozenset({"en", "de", "fr", "es"})
LONG, SIGNS, LINK, TWICE, LANGUAGE = "long", "signs", "link", "twice", "language"  # why one is not carried
UNMAILED = "unmailed"
FAULTS = (LONG, SIGNS, LINK, TWICE, LANGUAGE, UNMAILED)

_LINE = re.compile(r"[ \t]*say(?:[-_]([a-z]+)(?:[-_][a-z]+)?)?[ \t]*:(.*)", re.IGNORECASE)
_ADDRESS = re.compile(r"://|\bwww\.|\S@\S+\.\w", re.IGNORECASE)
_INVISIBLE = frozenset(
    {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
)  # what a reader does not see as it is written


def read_sayings(description: str) -> tuple[tuple[Saying, ...], str]:
    """The sentences in their order, and the description without them, which tags are read from.

    What cannot be carried says why. A line that holds nothing says nothing.
    """
    if "say" not in description.casefold():
        return (), description
    found: list[Saying] = []
    rest: list[str] = []
    for line in without_markup(description).split("\n"):
        match = _LINE.fullmatch(line.rstrip("\r"))
        if match is None:
            rest.append(html.escape(line, quote=False))
        elif text := re.sub(r"[ \t]+", " ", match[2]).strip():
            found.append(_saying((match[1] or "").lower(), text))
    return tuple(found), "\n".join(rest)


def as_written(saying: Saying) -> str:
    """A line that reads as the same sentence."""
    tongue = f"-{saying.language}" if saying.language else ""
    return f"say{tongue}: {html.escape(saying.text, quote=False)}"


def _saying(language: str, text: str) -> Saying:
    unseen = any(unicodedata.category(sign) in _INVISIBLE for sign in text)
    reasons = (
        (bool(language) and language not in LANGUAGES, LANGUAGE),
        (len(text) > LONGEST or len(text.split()) > MOST_WORDS, LONG),
        (unseen, SIGNS),
        (_ADDRESS.search(text) is not None, LINK),
    )
    return Saying(text[: LONGEST + 1], language, next((why for so, why in reasons if so), ""))


def sayings_of(absence: Absence) -> tuple[Saying, ...]:
    """Those of all its blocks that stand in the calendar, each once; of two for one language neither is carried."""
    standing = (block for block in absence.blocks if block.lifted_at is None)
    all_ = tuple(dict.fromkeys(one for block in standing for one in block.sayings))
    tongues = [one.language for one in all_ if not one.fault]
    return tuple(
        Saying(one.text, one.language, TWICE) if not one.fault and tongues.count(one.language) > 1 else one
        for one in all_
    )


def carried_for(sayings: Iterable[Saying], language: str) -> str:
    """The sentence for a client of this language: their own, else the one for everybody; "" for none."""
    texts = {one.language: one.text for one in sayings if not one.fault}
    return texts.get(language.lower().partition("-")[0], texts.get("", ""))


def carried_mark(absence: Absence) -> str:
    """Names the sentences that its mails would carry, word for word; "" where there is none."""
    return _mark(one for one in sayings_of(absence) if not one.fault)


def written_mark(absence: Absence) -> str:
    """The same of all that stand there, those that are not carried included."""
    return _mark(sayings_of(absence))


def _mark(sayings: Iterable[Saying]) -> str:
    lines = sorted(f"{one.language}\x1f{one.text}\x1f{one.fault}" for one in sayings)
    return sha256("\x1e".join(lines).encode()).hexdigest()[:16] if lines else ""
