"""A rendered template as paragraphs, the same for a text mail, its HTML twin and a calendar description.

What a template writes: the first line is the subject or title; blank lines part paragraphs; the lines of a
paragraph are joined, except after a trailing backslash; lines indented by four spaces stand out, each by itself; a
paragraph that begins with `{{ listed }}` is a row of a table in HTML, its first line the head of that row; one that is
`{{ picture }}` and nothing else is where a picture stands; one that begins with `{{ fold }}` says that all below it is
in an attached page, and stands only in a letter so long that it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

INDENT = "    "
LINK = "\x1a"  # parts a line from what it leads to; nothing from outside may hold it (`one_line`),
LISTED = "\x19"  # nor these: it begins a paragraph that is a row of a table,
PICTURE = "\x18"  # it stands where a picture does,
FOLD = "\x17"  # and it begins the paragraph below which a long letter goes on in a page
MOST_ROWS = 10  # of a letter that has an attached page: what a phone shows at a glance or two
_WORD = re.compile(r"\S*\w\S*")
_SPACE = re.compile(r"\s+")
_PHONE = re.compile(r"(?<![\w.:/-])(?:\+\d|0)[\d ()/-]{5,}\d(?![\w:-])")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand together in a line; `dial` is what a phone dials for them, "" for words that are no number."""

    text: str
    dial: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the reader sees it; `url` when it is nothing but a web address, `href` where it leads somewhere."""

    text: str
    href: str = ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The line in pieces: a number that begins with + or 0 and has seven digits or more can be dialled."""
        found: list[Piece] = []
        end = 0
        for number in _PHONE.finditer(self.text):
            found += [Piece(self.text[end : number.start()]), Piece(number[0], _dialled(number[0]))]
            end = number.end()
        return tuple(piece for piece in (*found, Piece(self.text[end:])) if piece.text)

    @property
    def url(self) -> bool:
        """True for http and https addresses only: nothing else becomes a link."""
        return self.text.startswith(("https://", "http://")) and " " not in self.text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; `stands_out` for what the eye should find first, `listed` for a row of a table.

    `picture`: no lines, but where the picture stands that goes with the text. `fold`: the rest is attached.
    """

    lines: tuple[Line, ...]
    stands_out: bool = False
    listed: bool = False
    picture: bool = False
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A subject or title, and what follows it."""

    heading: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def pictured(self) -> bool:
        """True where a picture stands in it."""
        return any(one.picture for one in self.paragraphs)

    def folded(self, longest: int) -> tuple[Written, Written | None]:
        """What a letter says, and the page that is attached to it where it would have more words than `longest`.

        Up to `MOST_ROWS` rows stand in both, in the letter without reasons: whom it is about, and when, is read first.
        Not beside rows that stand in the letter alone: these are for something, as to be called.
        """
        at = next((at for at, one in enumerate(self.paragraphs) if one.fold), None)
        if at is None:
            return self, None
        whole = replace(self, paragraphs=(*self.paragraphs[:at], *self.paragraphs[at + 1 :]))
        above, below = self.paragraphs[: at + 1], self.paragraphs[at + 1 :]
        if not below or len(_WORD.findall(whole.text)) <= longest:
            return whole, None
        rows = [replace(one, lines=one.lines[:2]) for one in below if one.listed]
        shown = [] if len(rows) > MOST_ROWS or any(one.listed for one in above) else rows
        return replace(self, paragraphs=(*above[:-1], *shown, above[-1])), replace(self, paragraphs=below)

    @property
    def text(self) -> str:
        """Plain text: paragraphs parted by blank lines, each on one line however long; links are left out."""
        return "\n\n".join(filter(None, map(_text, self.paragraphs)))


def read(rendered: str) -> Written:
    """Take a rendered template apart."""
    lines = [line.rstrip() for line in rendered.strip().splitlines()]
    heading = _SPACE.sub(" ", lines[0]).strip() if lines else ""
    return Written(heading, tuple(_paragraphs(lines[1:])))


def one_line(text: str) -> str:
    """What came from outside as one line without control, format or line-separating characters."""
    shown = (" " if c.isspace() or unicodedata.category(c) in {"Zl", "Zp"} else c for c in text)
    kept = "".join(c for c in shown if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn"})
    return _SPACE.sub(" ", kept).strip()


def _dialled(number: str) -> str:
    """As RFC 3966 §3 has it: digits, and the + before them; a national zero in brackets is not dialled."""
    return re.sub(r"[^\d+]", "", re.sub(r"(?<=\d) ?\(0\)", "", number) if number.startswith("+") else number)


def _paragraphs(lines: Iterable[str]) -> Iterable[Paragraph]:
    for filled, block in groupby(lines, key=bool):
        if not filled:
            continue
        for stands_out, part in groupby(block, key=lambda line: line.startswith(INDENT)):
            texts = list(part)
            if texts == [PICTURE]:
                yield Paragraph((), picture=True)
                continue
            listed, fold = texts[0].startswith(LISTED), texts[0].startswith(FOLD)
            texts[0] = texts[0].lstrip(LISTED + FOLD)
            shown = [text.strip() for text in texts] if stands_out else _joined(texts)
            yield Paragraph(tuple(_line(text) for text in shown), stands_out, listed, fold=fold)


def _line(text: str) -> Line:
    words, _, href = text.partition(LINK)
    return Line(words, href)


def _joined(lines: Iterable[str]) -> Iterable[str]:
    current: list[str] = []
    for line in lines:
        current.append(line.removesuffix("\\").strip())
        if line.endswith("\\"):
            yield " ".join(current)
            current = []
    if current:
        yield " ".join(current)


def _text(paragraph: Paragraph) -> str:
    prefix = INDENT if paragraph.stands_out else ""
    return "\n".join(f"{prefix}{line.text}" for line in paragraph.lines if not line.href)
