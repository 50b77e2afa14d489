"""Descriptions: Google's editor stores HTML, everyone else plain text. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Only what Google's editor writes; "<dana@example.org>" and "a < b" in plain text are not markup.
_MARKUP = re.compile(r"</?(?:br|p|b|i|u|a|ul|ol|li|div|span|strong|em|html-blob)\b[^<>]*>", re.IGNORECASE)
_BREAKS_AFTER = frozenset({"p", "div", "li", "ul", "ol"})


def plain(text: str) -> str:
    """The text of a description; plain text comes back as it is, character by character."""
    if not _MARKUP.search(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.pieces).replace("\xa0", " ").strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS_AFTER:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
