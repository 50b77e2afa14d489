"""What somebody says who answers a letter of ours in a word: a yes or a no, and a code. Anything else says nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core.model.effects import Sent

YES = frozenset({"ok", "okay", "yes", "ja", "oui", "si", "sí", "vale", "d'accord"})
NO = frozenset({"no", "nein", "non"})
MOST_CODES = 1  # a letter's reply is about one thing
_CLOSING = re.compile(
    r"(?:(?:best|kind|warm|many)\s)?regards|best|best wishes|all the best|cheers|(?:many )?thanks|thank you"
    r"|[lv]g|mfg|(?:(?:viele|liebe|beste|herzliche|schöne|mit (?:freundlichen|besten|herzlichen|lieben)) )?"
    r"gr(?:ü|ue)(?:ß|ss)en?"
    r"|(?:(?:lieben|schönen|besten|herzlichen) )?gru(?:ß|ss)|danke|(?:vielen|besten|herzlichen) dank"
    r"|(?:bien )?cordialement|bien à vous|merci|bonne journée|(?:un )?saludos?|atentamente|(?:muchas )?gracias"
)
_TITLES = frozenset(
    {"dr", "med", "phil", "dipl", "psych", "dipl-psych", "msc", "bsc", "ma", "ba", "phd", "prof", "pp", "kjp"}
)
_CALLING = (
    "psycholog",
    "psychotherap",
    "verhaltenstherap",
    "therap",
    "psychiat",
    "kinder",
    "jugend",
    "praxis",
    "practice",
    "cabinet",
    "consulta",
    "licensed",
    "approbiert",
    "clinical",
    "klinisch",
)
_JOINING = frozenset({"für", "for", "and", "und", "&", "de", "of"})
_CONTACT = re.compile(
    r"https?://|www\.|\S@\S|(?:\d[\s()/.+-]*){5}|(?:str|straße|strasse|street|platz|weg|allee)\b\.? ?\d"
)
_BUT = re.compile(
    r"\b(?:not|no|don'?t|but|except|without|only|wait|please|ps|nicht|keine?[nmrs]?|nein|ohne|außer|ausser|aber|nur|erst"
    r"|bitte|warte\w*|pas|sauf|mais|seulement|sans|sin|pero|excepto|salvo|solo|sólo|menos)\b"
)
_DOUBT = re.compile(r"\?|…|\.\.")
_LONGEST = 8  # words of a line of a signature


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """A yes or a no, and the code beside it; "" for none."""

    yes: bool
    code: str = ""


class Unheard(StrEnum):
    """Why an answer to a letter approves nothing."""

    WORDS = "words"  # it says more than yes or no, or something else
    SENDER = "sender"  # it came from another address than the letter went to
    UNPROVEN = "unproven"  # our own mail server does not say that it is from there
    OLD = "old"  # not the newest letter, or no more what it asked
    CODE = "code"  # more than one thing waits, and none was named
    OTHER_CODE = "other_code"  # another code than the letter's
    GIVEN = "given"  # a yes was given before, and stands
    NO = "no"  # a no: as before, nothing is sent
    DAY = "day"  # to a day's letter: that is about many things, and asks for none
    TYPED = "typed"  # no mail: a code in the title of the leave that is not the one that waits
    BARE = "bare"  # no mail: an ok in that title without its sign


@dataclass(frozen=True, slots=True)
class NotCounted:
    """An answer that approves nothing, the letter that it answers, and the address it came from."""

    letter: Sent
    sender: str
    why: Unheard
    reply: str  # its id,
    at: datetime  # and when it came


def short_answer(text: str, names: Iterable[str] = ()) -> ShortAnswer | None:
    """What a text says that is nothing but yes or no, and perhaps a code; None for any other.

    `text` is what somebody wrote themselves. `names` are the writer's and their practice's: a signature without a mark
    is known by them. A question mark, dots, a word more, or a line that may be a "but" make it another text.
    """
    lines = [line for line in map(_plain, text.splitlines()) if line]
    said = _unsigned(lines, frozenset(word for name in names for word in _words(_plain(name))))
    words = [word.strip(".,;:!\"'()").removeprefix("#") for word in " ".join(said).split()]
    words = [word for word in words if word]
    if not words or len(words) > 1 + MOST_CODES or _DOUBT.search(" ".join(said)):
        return None
    code = words[1] if words[1:] else ""
    if words[0] not in YES | NO or (code and not re.fullmatch(r"[a-z]{2,4}", code)):
        return None
    return ShortAnswer(words[0] in YES, code)


def _plain(line: str) -> str:
    """In lower case, every kind of blank and apostrophe made one."""
    line = unicodedata.normalize("NFKC", line).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(line.casefold().split())


def _words(line: str) -> list[str]:
    return [word for word in re.split(r"[^\w@'-]+", line) if word]


def _unsigned(lines: Sequence[str], names: frozenset[str]) -> Sequence[str]:
    """The lines before a signature: it begins with a greeting or a name, and all of it is what signatures hold."""
    for at in range(1, len(lines)):
        begins = _closes(lines[at], names) or _named(lines[at], names)
        if begins and all(_signs(line, names) for line in lines[at:]):
            return lines[:at]
    return lines


def _closes(line: str, names: frozenset[str]) -> bool:
    """True for a greeting, be it with a name behind it."""
    found = _CLOSING.match(line)
    return found is not None and set(_words(line[found.end() :])) <= names


def _named(line: str, names: frozenset[str]) -> bool:
    said = set(_words(line.replace(".", " ")))
    return bool(said & names) and said <= names | _TITLES


def _signs(line: str, names: frozenset[str]) -> bool:
    """True for what stands in a signature, and says nothing to anybody."""
    if _closes(line, names) or _named(line, names):
        return True
    short = len(line.split()) <= _LONGEST and not _BUT.search(line)
    calling = all(word in _JOINING or word.startswith(_CALLING) for word in line.split())
    return short and (calling or bool(_CONTACT.search(line)))
