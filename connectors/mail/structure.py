"""What IMAP's FETCH says of a message before it is opened (RFC 3501 §7.4.2). Pure."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from connectors.mail.parts import CALENDAR_TYPES

MAX_DEPTH = 30
CALENDAR_FILE, OTHER_FILE = "calendar", "other"
MAX_LEAVES = 200
_TOKEN = re.compile(
    rb'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<section>BODY\[[^\]]*\](?:<\d+>)?)'
    rb"|(?P<atom>[^\s()\"{]+))",
    re.IGNORECASE,
)
_LITERAL = re.compile(rb"\s*\{\d+\}$")

Node = bytes | list["Node"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part that holds something: where it stands, what it is, how it is encoded."""

    section: str
    kind: str
    encoding: str
    file: str  # CALENDAR_FILE, OTHER_FILE, or "" where nothing names it

    @property
    def calendar(self) -> bool:
        """True for a part that may hold iCalendar: by its type, or by its name where it has one."""
        unknown = self.kind == "application/octet-stream"
        return self.kind in CALENDAR_TYPES or (unknown and self.file in {"", CALENDAR_FILE})


def responses(data: Iterable[object]) -> Iterator[dict[str, Node]]:
    """The FETCH items of each message, by upper-case name, out of what imaplib returns.

    `BODY[...]` items are called `BODY`.
    """
    pieces: list[tuple[bytes, bytes | None]] = []
    for item in data:
        if isinstance(item, tuple):
            pieces.append((item[0], item[1]))
        elif isinstance(item, bytes):
            yield _items([*pieces, (item, None)])
            pieces = []


def _items(pieces: Sequence[tuple[bytes, bytes | None]]) -> dict[str, Node]:
    nodes = _nodes(pieces)
    listed = next((node for node in nodes if isinstance(node, list)), [])
    items: dict[str, Node] = {}
    for name, value in zip(listed[::2], listed[1::2], strict=False):
        if isinstance(name, bytes):
            key = name.upper().decode("ascii", "replace")
            items["BODY" if key.startswith("BODY[") else key] = value
    return items


def _nodes(pieces: Sequence[tuple[bytes, bytes | None]]) -> list[Node]:
    """Nested lists of strings; what is nested too deeply is left out, what is still open is closed."""
    top: list[Node] = []
    stack = [top]
    for text, literal in pieces:
        line = _LITERAL.sub(b"", text) if literal is not None else text
        for match in _TOKEN.finditer(line):
            if match["open"]:
                deeper: list[Node] = []
                if len(stack) < MAX_DEPTH:
                    stack[-1].append(deeper)
                stack.append(deeper)
            elif match["close"]:
                stack = stack[:-1] or [top]
            else:
                stack[-1].append(_string(match))
        if literal is not None:
            stack[-1].append(literal)
    return top


def _string(match: re.Match[bytes]) -> bytes:
    if match["quoted"] is not None:
        return re.sub(rb"\\(.)", rb"\1", match["quoted"])
    atom = match["section"] or match["atom"]
    return b"" if atom.upper() == b"NIL" else atom


def leaves(structure: Node, section: str = "") -> list[Leaf]:
    """The parts of a BODYSTRUCTURE with their section numbers, those of forwarded messages included."""
    return list(_leaves(structure, section))[:MAX_LEAVES]


def _leaves(node: Node, section: str) -> Iterator[Leaf]:
    if not isinstance(node, list) or not node:
        return
    if isinstance(node[0], list):
        prefix = f"{section}." if section else ""
        children = takewhile(lambda child: isinstance(child, list), node)  # then subtype and parameters
        for number, child in enumerate(children, start=1):
            yield from _leaves(child, f"{prefix}{number}")
        return
    kind = f"{_text(node, 0)}/{_text(node, 1)}"
    yield Leaf(section or "1", kind, _text(node, 5), _file(node))
    if kind == "message/rfc822" and len(node) > 8:
        inner = node[8]
        single = isinstance(inner, list) and bool(inner) and not isinstance(inner[0], list)
        yield from _leaves(inner, f"{section or '1'}.1" if single else section or "1")


def _text(node: Sequence[Node], index: int) -> str:
    value = node[index] if index < len(node) else b""
    return value.decode("ascii", "replace").lower() if isinstance(value, bytes) else ""


def _file(node: list[Node]) -> str:
    """What kind of name the part has, wherever the server puts it: `CALENDAR_FILE`, `OTHER_FILE`, or ""."""
    texts = [value.decode("utf-8", "replace").lower().rstrip('"') for value in _flat(node[2:])]
    if any(text.endswith((".ics", ".ifb")) for text in texts):
        return CALENDAR_FILE
    return OTHER_FILE if {"name", "filename"} & {text.partition("*")[0] for text in texts} else ""


def _flat(nodes: Iterable[Node]) -> Iterator[bytes]:
    for node in nodes:
        if isinstance(node, bytes):
            yield node
        else:
            yield from _flat(node)


def decoded(payload: bytes, encoding: str) -> str:
    """The beginning of a part, as far as its transfer encoding can be undone."""
    if encoding == "base64":
        characters = re.sub(rb"[^A-Za-z0-9+/]", b"", payload)
        payload = base64.b64decode(characters[: len(characters) // 4 * 4])
    elif encoding == "quoted-printable":
        payload = quopri.decodestring(payload)
    return payload.decode("utf-8", "replace")
