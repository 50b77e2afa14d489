"""The English catalogue: all that templates and the program itself can say in English, in pieces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from syncd.resources import config_path

ROOT = Path(__file__).parents[2]
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|\\$|\"[a-z_]+\":", re.DOTALL | re.MULTILINE)
_STRING = re.compile(r'"((?:[^"\\\n])+)"')
_WORDS = 3  # as many make a piece that no German text holds by accident
SPEAKING = frozenset({"Unreadable", "SafetyStop"})  # errors whose text a letter says


@cache
def pieces() -> tuple[str, ...]:
    """Every run of words between blanks, of the English templates and of what the program notes for letters."""
    found = {piece for text in _texts() for piece in text if len(piece.split()) >= _WORDS}
    return tuple(sorted(found, key=len, reverse=True))


def english_in(text: str) -> str:
    """The longest piece of the English catalogue that stands in a text; "" where none does."""
    flat = _flat(text)
    return next((piece for piece in pieces() if piece in flat), "")


def messages() -> Iterator[str]:
    """What calendars, stores and stops say of themselves in a letter, {} for what is filled in."""
    for folder in ("connectors", "syncd"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if any(f"{name}(" in source for name in SPEAKING):  # few do, and taking a file apart is slow
                yield from _raised(ast.parse(source))


def _texts() -> Iterator[list[str]]:
    for path in sorted((config_path() / "templates" / "en").glob("*.txt")):
        source = path.read_text(encoding="utf-8")
        yield [_flat(piece) for piece in _TAG.split(source)]
        yield [_flat(piece) for piece in _STRING.findall(source)]
    yield [_flat(piece) for message in messages() for piece in message.split("{}")]


def _raised(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SPEAKING and node.args:
            said = _literal(node.args[0])
            if said:
                yield said


def _literal(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_literal(part) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case _:
            return ""


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).strip(" .,:;·")
