"""A rendered template as paragraphs, the same for a text mail, its HTML twin and a calendar description.

What a template writes: the first line is the subject or title; blank lines part paragraphs; the lines of a
paragraph are joined, except after a trailing backslash; lines indented by four spaces stand out, each by itself; a
paragraph that begins with `{{ listed }}` is a row of a table in HTML, its first line the head of that row; one that is
`{{ picture }}` and nothing else is where a picture stands; one that begins with `{{ fold }}` says that all below it is
in an attached page, and stands only in a letter so long that it is. What can be spared above it is marked, too: a
paragraph that begins with `{{ spare }}`, and what follows `{{ brief }}` in a line of a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

INDENT = "    "
LINK = "\x1a"  # parts a line from what it leads to; nothing from outside may hold it (`one_line`),
LISTED = "\x19"  # nor these: it begins a paragraph that is a row of a table,
PICTURE = "\x18"  # it stands where a picture does,
FOLD = "\x17"  # and it begins the paragraph below which a long letter goes on in a page;
SPARE = "\x16"  # it begins one that goes there as well, where the letter is still too long,
BRIEF = "\x15"  # and what follows it in a line of a row goes there before
MOST_ROWS = 10  # of a letter that has an attached page: what a phone shows at a glance or two
_WORD = re.compile(r"\S*\w\S*")
_SPACE = re.compile(r"\s+")
_PHONE = re.compile(r"(?<![\w.:/-])(?:\+\d|0)[\d ()/-]{5,}\d(?![\w-]|:\S)")


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
    brief: str = ""  # what stands there where there is no room for the rest; "" for all of it

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

    `picture`: no lines, but where the picture stands that goes with the text. `fold`: the rest is attached. `spare`: it
    is attached as well, where there is no room for it.
    """

    lines: tuple[Line, ...]
    stands_out: bool = False
    listed: bool = False
    picture: bool = False
    fold: bool = False
    spare: bool = False

    @property
    def shortened(self) -> Paragraph:
        """A row without what can be spared of its lines; anything else as it is."""
        cut = (Line(one.brief or one.text, one.href) for one in self.lines)
        return replace(self, lines=tuple(cut)) if self.listed else self

    @property
    def head(self) -> Paragraph:
        """Of a row whose it is, in short; anything else as it is."""
        return replace(self, lines=self.shortened.lines[:1]) if self.listed else self


_Paragraphs = tuple[Paragraph, ...]


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
        Not beside rows that stand in the letter alone: these are for something, as to be called. Where it is too long
        even so, what can be spared is attached, then rows are said in short, then as few of those rows as there is
        room for are left, and at last rows say no more than who, each once.
        """
        at = next((at for at, one in enumerate(self.paragraphs) if one.fold), None)
        if at is None:
            return self, None
        below = tuple(one for one in self.paragraphs[at:] if not one.fold)
        whole = replace(self, paragraphs=(*self.paragraphs[:at], *below))
        folds = tuple(one for one in self.paragraphs[at:] if one.fold)
        pairs = [(whole, None), *self._parted(self.paragraphs[:at], folds, below)]
        return next((one for one in pairs if one[0].words <= longest), pairs[-1])

    @property
    def words(self) -> int:
        """How many there are without the heading."""
        return len(_WORD.findall(self.text))

    def _parted(
        self, above: _Paragraphs, folds: _Paragraphs, below: _Paragraphs
    ) -> Iterator[tuple[Written, Written]]:
        """What stands in the letter, and in the page beside it: the former shorter each time."""
        rows = [replace(one, lines=one.lines[:2]) for one in below if one.listed]
        few = [] if len(rows) > MOST_ROWS or any(one.listed for one in above) else rows
        for shown, page in _shorter(above, few, folds, below):
            if page:
                yield replace(self, paragraphs=shown), replace(self, paragraphs=page)

    @property
    def text(self) -> str:
        """Plain text: paragraphs parted by blank lines, each on one line however long; links are left out."""
        return "\n\n".join(filter(None, map(_text, self.paragraphs)))


def _shorter(
    above: _Paragraphs, few: Sequence[Paragraph], folds: _Paragraphs, below: _Paragraphs
) -> Iterator[tuple[_Paragraphs, _Paragraphs]]:
    yield (*above, *few, *folds), below
    needed = tuple(one for one in folds if not one.spare)
    for said in _spared(above):
        yield (
            tuple(one for one in (*above, *few, *needed) if one not in said),
            (*(one for one in above if one in said), *below),
        )
    short, kept = [one.shortened for one in few], [one for one in above if not one.spare]
    spared = tuple(one for one in above if one.spare)
    plain = (one for one in above if one.listed or not one.spare)
    yield (*(one.shortened if one.spare else one for one in plain), *short, *needed), (*spared, *below)
    for number in range(len(short), 0, -1):
        yield (*kept, *short[:number], *needed), (*spared, *below)
    told = tuple(one for one in above if one.spare or one.listed)
    yield (*(one.shortened for one in kept), *needed), (*told, *below)
    yield (*dict.fromkeys(one.head for one in kept), *needed), (*told, *below)


def _spared(above: _Paragraphs) -> Iterator[list[Paragraph]]:
    """What goes to the page of what can be spared there: the last first, with what stands out below it."""
    said: list[Paragraph] = []
    for one in reversed(above):
        if one.spare and not one.listed:
            said.append(one)
            if not one.stands_out:
                yield said


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
            first = texts[0].strip()
            marks = {one: one in first[:2] for one in (LISTED, FOLD, SPARE)}
            texts[0] = first.lstrip(LISTED + FOLD + SPARE)
            shown = [text.strip() for text in texts] if stands_out else _joined(texts)
            lines_of_it = tuple(_line(text) for text in shown)
            yield Paragraph(
                lines_of_it, stands_out, listed=marks[LISTED], fold=marks[FOLD], spare=marks[SPARE]
            )


def _line(text: str) -> Line:
    words, _, href = text.partition(LINK)
    brief, cut, rest = words.partition(BRIEF)
    return Line(brief + rest.replace(BRIEF, ""), href, brief if cut else "")


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
