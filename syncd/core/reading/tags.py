"""Tags in titles and descriptions: `#none`, `#ok bx`, `#none AB` and what is left when they are taken out."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from syncd.core.policy.precedence import COUNTED

FLAGS = frozenset(
    {"none", "exceptional", "limited", "all", "before", "after", "cover", "extend", "call", "review"}
    | {"ok", "send", "leave", "keep", "told", "makeup", "here"}
)
SAME = {"okay": "ok", "hier": "here", "no": "here", "nein": "here"}  # what people write for them
NAMING = frozenset(("none", "cover", "told"))  # may name clients
UNKNOWN = "?"  # stands for a client whom nobody knows
SEND = "send"
CONSENT = frozenset(("ok", SEND))  # say when something leaves, not what

_TAG = re.compile(r"(?<![^\s(\[,;>|])#([^\W_][\w-]*)")  # the fragment of a web address is no tag
_MARKUP = re.compile(r"<(?:br|/?p|/?div|/?li)\b[^<>]*>", re.IGNORECASE), re.compile(r"</?[a-zA-Z][^<>]*>")
_CODE = re.compile(r"[ \t]+([a-z0-9]{2,4})\b(?![\w@-])", re.IGNORECASE)
_COLLEAGUE = re.compile(
    r"[ \t]*(?:[:=>→-]|\b(?:by|with|to|an|bei|mit|durch)\b)?[ \t]*([^\W\d_][\w.'’-]*)", re.IGNORECASE
)
_PIECE = re.compile(r"[,;/&+]|\b(?:and|und|et|y)\b")

Who = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text read for tags. `tags` are lower case without `#`, sorted; `rest` is the text without them.

    An approval code stands as `ok bx` beside `ok`; a client without make-ups as `none <client id>`; one for whom a
    colleague covers as `cover <client id> <what the colleague is called, or nothing>`; who knows as `told <client id>`.
    `unclear` means that `#none` names somebody who is no client, or more than one.
    """

    tags: tuple[str, ...] = ()
    rest: str = ""
    unclear: bool = False
    written: tuple[str, ...] = ()  # each tag with what it names, as it stands in the text


def read_tags(text: str, called: Who, mentioned: Who) -> Tagged:
    """Read plain text or the HTML that Google keeps in descriptions; unknown tags are ordinary words.

    `called` and `mentioned` say which clients a phrase means, alone and among other words.
    """
    plain = _plain(text)
    if "#" not in plain:
        return Tagged(rest=plain)
    tags: set[str] = set()
    written: list[str] = []
    rest = ""
    at, unclear = 0, False
    for match in _TAG.finditer(plain):
        name = SAME.get(match[1].casefold(), match[1].casefold())
        if name not in FLAGS and not COUNTED.fullmatch(name):
            continue
        rest += plain[at : match.start()]
        at = match.end()
        named = _clients_after(plain[at:], called, mentioned) if name in NAMING else _Named()
        colleague = _COLLEAGUE.match(plain, at + named.length) if named.given and name == "cover" else None
        unclear = unclear or (named.unclear and name == "none")
        tags.update(_naming(name, named, colleague[1] if colleague else ""))
        written.append(plain[match.start() : colleague.end() if colleague else at + named.shown])
        at = colleague.end() if colleague else at + named.length
        if name == "ok" and (code := _CODE.match(plain, at)):
            tags.add(f"ok {code[1].casefold()}")
            written[-1] = plain[match.start() : code.end()]
            at = code.end() if rest.strip() else at  # "#ok OOO" is a title
    return Tagged(tuple(sorted(tags)), rest + plain[at:], unclear, tuple(written))


@lru_cache(maxsize=4096)
def plain_tags(text: str) -> Tagged:
    """Read a text in which `#none` can name nobody."""
    return read_tags(text, lambda _: (), lambda _: ())


def codes(tags: tuple[str, ...]) -> frozenset[str]:
    """The approval codes among tags: `bx` of `#ok bx`."""
    return frozenset(tag.removeprefix("ok ") for tag in tags if tag.startswith("ok "))


def excluded(tags: tuple[str, ...]) -> frozenset[str]:
    """The ids of clients whom `#none AB` keeps from make-ups."""
    return frozenset(tag.removeprefix("none ") for tag in tags if tag.startswith("none "))


def told_by_name(tags: tuple[str, ...]) -> frozenset[str]:
    """The ids of clients of whom `#told AB` says that they know."""
    return frozenset(tag.removeprefix("told ") for tag in tags if tag.startswith("told "))


def named_covers(tags: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(client id, what a colleague is called, or "") for each `#cover AB Sam`; the id of nobody's is `UNKNOWN`."""
    parts = (tag.split(" ", 2)[1:] for tag in tags if tag.startswith("cover "))
    return tuple((client, colleague) for client, colleague in parts)


def policy_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that change what is planned: all but approval, its codes, `#send`, who covers for whom, who knows."""
    return tuple(
        tag
        for tag in tags
        if tag.partition(" ")[0] not in CONSENT and not tag.startswith(("cover ", "told "))
    )


def _plain(text: str) -> str:
    return without_markup(unicodedata.normalize("NFKC", text))


def without_markup(text: str) -> str:
    """Plain text of what may be HTML, line by line."""
    if "<" in text:
        breaks, others = _MARKUP
        text = others.sub("", breaks.sub("\n", text))
    return html.unescape(text).replace("\N{NO-BREAK SPACE}", " ")


@dataclass(frozen=True, slots=True)
class _Named:
    """The clients that a text begins with, and how much of it names them."""

    clients: frozenset[str] = frozenset()
    length: int = 0
    shown: int = 0  # the same with a name at the end that is no client
    unclear: bool = False  # one is no client, or may be several

    @property
    def given(self) -> bool:
        return bool(self.clients) or self.unclear


def _naming(name: str, named: _Named, colleague: str) -> set[str]:
    if not named.given:
        return {name}
    if name == "cover":
        unknown = {UNKNOWN} if named.unclear else set()
        return {f"cover {client} {colleague.casefold()}" for client in named.clients | unknown}
    if name == "told" and named.unclear:
        return {name}
    return {f"{name} {client}" for client in named.clients}


def _clients_after(text: str, called: Who, mentioned: Who) -> _Named:
    """Read `AB, CD and EF` up to the end of the line, the next tag, or the first word that names nobody."""
    line = re.split(r"[\n#]", text, maxsplit=1)[0]
    named = _Named()
    at = 0
    for piece in (*_PIECE.finditer(line), None):
        part = line[at : piece.start() if piece else len(line)]
        first = (part.split(maxsplit=1) or [""])[0]
        whole = called(part)
        found = whole or mentioned(first)
        length = at + (len(part) if whole else part.find(first) + len(first))
        if not found:
            return replace(named, shown=length, unclear=True) if _looks_like_initials(first) else named
        named = _Named(named.clients | set(found), length, length, named.unclear or len(found) > 1)
        if piece is None or not whole:
            return named
        at = piece.end()
    return named


def _looks_like_initials(word: str) -> bool:
    signs = word.rstrip(",.:!?").replace(".", "")
    return 2 <= len(signs) <= 3 and signs.isalpha() and signs.isupper()
