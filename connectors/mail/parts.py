"""A message taken apart within limits: headers, calendar parts, what a person wrote. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from html.parser import HTMLParser

MAX_BYTES = 1024 * 1024
MAX_HEADERS = 128 * 1024
MAX_PARTS = 100
MAX_DASHES = 4000
MAX_DEPTH = 12
MAX_HTML = 50_000  # characters: html.parser takes quadratic time on hostile input
CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})

_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"boundary[ \t]*=", re.IGNORECASE)
_DASHES = re.compile(rb"^--", re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")


class TooMuch(ValueError):
    """More than a mail may have: it is not taken apart."""


def headers_of(content: bytes) -> Message:
    """The headers alone, at most 128 KiB of them. Values are raw: nothing in them is trusted or decoded."""
    return BytesHeaderParser(policy=compat32).parsebytes(header_block(content))


def header_block(content: bytes) -> bytes:
    """Everything before the first empty line, at most 128 KiB."""
    end = _HEADER_END.search(content, 0, MAX_HEADERS)
    return content[: end.end() if end else MAX_HEADERS]


def parsed(content: bytes) -> Message:
    """The whole message; raises TooMuch before parsing what is too large, too many or too deep."""
    if len(content) > MAX_BYTES:
        raise TooMuch("larger than 1 MiB")
    for pattern, most in ((_CONTENT_TYPE, MAX_PARTS), (_BOUNDARY, MAX_DEPTH), (_DASHES, MAX_DASHES)):
        if sum(1 for _ in pattern.finditer(content)) > most:
            raise TooMuch("too many parts")
    return BytesParser(policy=compat32).parsebytes(content)


def field(message: Message, name: str) -> str:
    """One header as one line of text, "" where it is missing; the first where there are several."""
    return " ".join(str(message.get(name, "")).split())


def fields(message: Message, name: str) -> list[str]:
    """All headers of a name, each as one line of text, top to bottom."""
    return [" ".join(str(value).split()) for value in message.get_all(name, [])]


def leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, without looking into forwarded messages."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in _children(message):
            yield from leaves(part)
    else:
        yield message


def forwarded(message: Message) -> Iterator[Message]:
    """The messages that travel inside this one as message/rfc822, outermost only."""
    for part in leaves(message):
        if part.get_content_type() == "message/rfc822":
            yield from _children(part)


def _children(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def is_calendar(part: Message) -> bool:
    """True for a part that holds iCalendar, by its type or, where that says nothing, by its file name or beginning."""
    kind = part.get_content_type()
    if kind in CALENDAR_TYPES:
        return True
    name = (part.get_filename() or "").lower()
    return kind == "application/octet-stream" and (name.endswith((".ics", ".ifb")) or _begins(part))


def _begins(part: Message) -> bool:
    text = text_of(part)[:100].lstrip("\ufeff\xef\xbb\xbf \t\r\n")
    return text.upper().startswith("BEGIN:VCALENDAR")


def text_of(part: Message) -> str:
    """A part's text; what its charset cannot decode is replaced."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload.decode(charset, "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def body(message: Message) -> str:
    """What a person sees first: the plain text, else the HTML without its tags; attachments left out."""
    shown = [part for part in leaves(message) if part.get_content_disposition() != "attachment"]
    for kind, reader in (("text/plain", text_of), ("text/html", _html_text)):
        texts = [reader(part) for part in shown if part.get_content_type() == kind]
        if any(text.strip() for text in texts):
            return "\n".join(texts)
    return ""


class _Text(HTMLParser):
    """Collects the text of HTML; block elements end a line, quotations keep their mark."""

    BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "blockquote"})
    SILENT = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self._silent += 1
        if tag in self.BLOCKS:
            self.pieces.append("\n")
        if tag == "blockquote":
            self.pieces.append(">\n")  # as text marks it: what follows below is not quoted
            self._quoted += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self._silent = max(0, self._silent - 1)
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        if tag in self.BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._quoted:
            self.pieces.append(data)


def _html_text(part: Message) -> str:
    reader = _Text()
    reader.feed(text_of(part)[:MAX_HTML])
    reader.close()
    return "".join(reader.pieces)
