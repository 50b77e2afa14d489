"""What keeps a settings file from being TOML, so that whoever wrote it can mend it; no value is shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

from syncd.core.model.errors import ConfigProblem

_CURLY = re.compile("[\u2018-\u201f\u00ab\u00bb]")
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
_STRAIGHT = 'straight quotation marks ("), as a plain text editor writes them'


def problems_of(file: str, text: str, error: tomllib.TOMLDecodeError) -> tuple[ConfigProblem, ...]:
    """Where the first mistake is and what to do; of quotation marks that a word processor bent, every line."""
    lines, found = text.splitlines(), _AT.search(str(error))
    what, number = _AT.sub("", str(error)), int(found[1]) if found and found[1] else 0
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    if _CURLY.search(line):
        bent = [at for at, one in enumerate(lines, start=1) if at == number or _bent(one)]
        return tuple(ConfigProblem(file, f"line {at}", "curly quotation marks", _STRAIGHT) for at in bent)
    where = found[0][5:-1] if found else "the file"
    return (ConfigProblem(file, where, *_said(what, line, lines[: number - 1])),)


def _bent(line: str) -> bool:
    """True where one stands in the place of a straight one, and not in a text between straight ones."""
    return bool(_CURLY.search(line.partition(" #")[0])) and '"' not in line


def _said(what: str, line: str, before: Sequence[str]) -> tuple[str, str]:
    """What is wrong, and what would be right."""
    key = _KEY.match(line)
    if what.startswith("Cannot overwrite a value") and key:
        first = _first(key[1], before)
        return f"{key[1]} stands twice in this table{first}", "each key once: keep one of the two lines"
    if what.startswith("Cannot declare"):
        first = _first(line.strip(), before)
        return f"{line.strip()} stands twice{first}", "each table once: put its keys under one heading"
    if "Illegal character" in what and "\\n" in what:
        return "a text does not end on its line", 'a closing quotation mark (")'
    return what, "valid TOML"


def _first(begins: str, before: Sequence[str]) -> str:
    """Where the other one is: the nearest line before that begins alike."""
    alike = [at for at, one in enumerate(before, start=1) if one.strip().startswith(begins)]
    return f", first in line {alike[-1]}" if alike else ""
