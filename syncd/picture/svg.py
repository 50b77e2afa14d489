"""A few SVG elements as text: rounded numbers and escaped words, so that the same facts give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from syncd.picture.palette import FONT, INK

_NARROW = frozenset("ijltfrI.,:;'|!()[] ·")
_WIDE = frozenset("mwMW→–…")
_SPARE = 0.86  # prose is broken early: in a wider font than Helvetica it must not run off the page
_AIR = 1.06  # fonts differ: Helvetica is narrow, what stands in for it may be wider


def number(value: float) -> str:
    """At most one decimal, no trailing zero."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """One element; `_` in names of attributes stands for `-`, `content` is SVG already."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(it)}"' for key, it in attributes.items())
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else number(value)


def rect(x: float, y: float, width: float, height: float, fill: str, **more: str | float) -> str:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **more)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, **more: str | float) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)


def text(x: float, y: float, said: str, size: float, fill: str = INK, **more: str | float) -> str:
    """One line of text, its baseline at `y`."""
    return element("text", escape(said, quote=False), x=x, y=y, font_size=size, fill=fill, **more)


def titled(title: str, parts: Iterable[str]) -> str:
    """A group that says what it is when pointed at, or read aloud."""
    return element("g", element("title", escape(title, quote=False)) + "".join(parts))


def stripes(name: str, back: str, stripe: str, step: float = 6) -> str:
    """A pattern of thin diagonal stripes, to fill with `url(#name)`."""
    ground = rect(0, 0, step, step, back)
    mark = line(0, 0, 0, step, stripe, stroke_width=2)
    return element(
        "pattern",
        ground + mark,
        id=name,
        width=step,
        height=step,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def flat(name: str, colour: str) -> str:
    """What fills with one colour where a page has a pattern of this name."""
    stop = element("stop", stop_color=colour)
    return element("linearGradient", stop, id=name)


def width_of(said: str, size: float) -> float:
    """About how wide a line of text is, by the proportions of Helvetica."""
    return size * _AIR * sum(_letter(letter) for letter in said)


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.28
    if letter in _WIDE:
        return 0.82
    return 0.67 if letter.isupper() else 0.55


def fitted(said: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis where it would not fit."""
    if width_of(said, size) <= room:
        return said
    while said and width_of(said + "…", size) > room:
        said = said[:-1]
    return f"{said}…" if said else ""


def wrapped(said: str, size: float, room: float, most: int) -> list[str]:
    """The text in lines that fit, broken between words; at most `most`, the last one cut where more would follow."""
    lines: list[str] = []
    for word in said.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= room * _SPARE:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines[most - 1] = f"{lines[most - 1]} …"
    return [fitted(line, size, room) for line in lines[:most]]


def document(width: float, height: float, title: str, description: str, parts: Iterable[str]) -> str:
    """A whole SVG 1.1 file, one element a line, ending with a newline."""
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" role="img">'
    head = (
        element("title", escape(title, quote=False)),
        element("desc", escape(description, quote=False)),
    )
    return "\n".join((opening, *head, *parts, "</svg>")) + "\n"
